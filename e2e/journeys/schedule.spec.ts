import { expectGood } from "../support/accessibility.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("a learner plans by weekdays, sees the month, and subscribes to it", async ({
  site,
  shortcut,
  elsewhere,
}) => {
  const { page } = site;
  await shortcut.signUp("Ada Winter");
  await shortcut.enroll(sql.slug);
  await shortcut.complete(sql.slug, 1);

  await test.step("the dashboard leads to the calendar", async () => {
    await page.goto("/dashboard");
    await page.getByRole("main").getByRole("link", { name: "Your schedule" }).first().click();
    await expect(site.heading("Your schedule")).toBeVisible();
    const today = page.getByRole("table").getByRole("cell").filter({ hasText: "Today" });
    await expect(today.getByRole("link", { name: /^Done: SQL in seven days, Day 1/ })).toBeVisible();
    await expectGood(page, "schedule");
    await page.getByRole("link", { name: "Month after" }).click();
    await expect(page).toHaveURL(/month=\d{4}-\d{2}$/);
    await page.getByRole("link", { name: "Today", exact: true }).click();
  });

  await test.step("a plan by weekdays shows its dates before it is taken", async () => {
    await page.getByRole("link", { name: `Change the plan of ${sql.title}` }).click();
    await expect(site.heading("Your plan")).toBeVisible();
    for (const day of ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]) {
      await page.getByRole("checkbox", { name: day }).uncheck();
    }
    await page.getByRole("checkbox", { name: "Monday" }).uncheck();
    await page.getByRole("button", { name: "Show the dates" }).click();
    const summary = page.getByRole("alert").filter({ hasText: "Choose at least one day." });
    await expect(summary).toBeFocused();
    await expect(summary).toBeInViewport();
    await page.getByRole("checkbox", { name: "Monday" }).check();
    await page.getByRole("button", { name: "Show the dates" }).click();
    const option = page.getByRole("radio", { name: /^Learn on your weekdays/ });
    await expect(option).toBeChecked();
    await expect(page.getByText(/One lesson on every Monday, beginning on Monday/)).toBeVisible();
    await page.getByText("All dates").click();
    await expect(page.getByRole("group").getByText("Day 7", { exact: true })).toBeVisible();
    await expectGood(page, "plan by weekdays");
    await page.getByRole("button", { name: "Use this plan" }).click();
    await expect(page.getByText("Your new plan is set.")).toBeVisible();
    await expect(page.getByText(/As planned, you finish .* on Monday/)).toBeVisible();
  });

  await test.step("calendar programs read the plan under a secret address", async () => {
    await page.goto("/schedule");
    await page.getByRole("button", { name: "Make a secret address" }).click();
    const address = page.getByLabel("Your secret address");
    const url = await address.inputValue();
    expect(url).toMatch(/\/calendar\/[\w-]{43}\.ics$/);
    await expectGood(page, "schedule with a secret address");
    const { site: program } = await elsewhere();
    const feed = await program.page.request.get(url);
    expect(feed.headers()["content-type"]).toContain("text/calendar");
    expect((await feed.text()).match(/BEGIN:VEVENT/g)).toHaveLength(sql.days);
    await page.getByRole("button", { name: "Replace the address" }).click();
    await expect(page.getByText(/The old one opens nothing any more/)).toBeVisible();
    expect(await address.inputValue()).not.toBe(url);
    expect((await program.page.request.get(url)).status()).toBe(404);
    await page.getByRole("button", { name: "Remove it" }).click();
    await expect(page.getByRole("button", { name: "Make a secret address" })).toBeVisible();
  });
});
