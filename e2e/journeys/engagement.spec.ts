import { expectGood } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("a learner earns points and a first badge, and shares it", async ({ site, shortcut, elsewhere }) => {
  const { page } = site;
  await shortcut.signUp("Ada Winter");

  await test.step("the lesson that earns it celebrates it", async () => {
    await shortcut.enroll(sql.slug);
    await page.goto(`/courses/${sql.slug}/days/1`);
    await page.getByRole("button", { name: "Mark complete" }).click();
    const earned = page.getByRole("list", { name: "Badges you earned with this" });
    await expect(earned.getByRole("link", { name: "First Lesson Completed" })).toBeVisible();
    await expect(page.getByRole("link", { name: "+30 points" })).toBeVisible();
    await expectGood(page, "completed with a badge");
  });

  await test.step("the dashboard shows the momentum", async () => {
    await page.goto("/dashboard");
    const momentum = page.getByRole("list", { name: "Your momentum" });
    await expect(momentum).toContainText("30 points");
    await momentum.getByRole("link", { name: /30 points/ }).click();
    await expect(site.heading("30 points")).toBeVisible();
    await expect(page.getByRole("row", { name: /First Lesson Completed Badge/ })).toContainText("+20");
  });

  await test.step("the badge is shared once the profile is public", async () => {
    await page.goto("/badges");
    await page.getByRole("link", { name: "First Lesson Completed" }).click();
    await expect(page.getByText("Only you see this page.")).toBeVisible();
    const address = page.url();
    const { site: stranger } = await elsewhere();
    expect((await stranger.page.request.get(address)).status()).toBe(404);
    await page.getByRole("link", { name: "Make your profile public" }).click();
    await page.getByRole("switch", { name: "Public profile" }).check();
    await page.getByRole("button", { name: "Save profile" }).click();
    await page.goto(address);
    await expect(page.getByLabel("Share it with this link")).toHaveValue(address);
    await stranger.page.goto(address);
    await expect(stranger.heading("First Lesson Completed")).toBeVisible();
    const picture = await stranger.page.request.get(`${address}/picture.png`);
    expect(picture.headers()["content-type"]).toBe("image/png");
  });

  await test.step("the profile shows it first", async () => {
    await page.goto("/badges");
    await page.getByRole("checkbox", { name: "First Lesson Completed" }).check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("Your profile shows these badges first.")).toBeVisible();
    await page.getByRole("link", { name: "your profile" }).click();
    await expect(page.getByRole("link", { name: "First Lesson Completed" })).toBeVisible();
  });
});

test("a dashboard that is open shows what is learned elsewhere", async ({ site, shortcut, elsewhere }) => {
  const { page } = site;
  const email = await shortcut.signUp("Ada Winter");
  await page.goto("/dashboard");
  await expect(page.getByText("Your first day can be today")).toBeVisible();
  const { shortcut: phone } = await elsewhere();
  await phone.signIn(email);

  await test.step("a course that is joined on the phone is there", async () => {
    await phone.enroll(sql.slug);
    await expect(page.getByRole("link", { name: "Start day 1", exact: true })).toBeVisible();
  });

  await test.step("and so is a lesson that is done, under the same focus", async () => {
    const next = page.locator(".next-card .btn");
    await next.focus();
    await phone.complete(sql.slug, 1);
    await expect(page.getByText("1 of 7 lessons completed").first()).toBeVisible();
    await expect(page.getByRole("list", { name: "Your momentum" })).toContainText("30 points");
    await expect(next).toBeFocused();
    await expect(next).toHaveAttribute("href", `/courses/${sql.slug}/days/2`);
    await expect(page.getByText("Your progress was updated.")).toBeAttached();
    await expectGood(page, "a dashboard that was updated");
  });
});

test("an administrator makes a badge without code", async ({ site, shortcut }) => {
  const { page } = site;
  await shortcut.signIn(demo.admin);
  await page.goto("/admin/badges");
  await page.getByRole("link", { name: "New badge" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Design Month");
  await page
    .getByRole("textbox", { name: "What it is for" })
    .fill("You completed three design courses in a month.");
  await page.getByLabel("Tier").selectOption("gold");
  await expect(page.locator('.emblem img[src*="-bronze.svg"]')).toHaveCount(0);
  await expect(page.locator('.emblem img[src*="-gold.svg"]').first()).toBeVisible();
  await page.getByLabel("How many").fill("0");
  await page.getByLabel("Only in").selectOption("design");
  await page.getByLabel("Within this many days").fill("30");
  await page.getByRole("radio", { name: "A rocket" }).check();
  await page.getByRole("button", { name: "Save the badge" }).click();
  await expect(page.getByText("Enter a number from 1 to 10000.").first()).toBeVisible();
  await expectGood(page, "a badge, with an error");
  await page.getByLabel("How many").fill("3");
  await page.getByRole("button", { name: "Save the badge" }).click();
  const row = page.getByRole("row", { name: /Design Month/ });
  await expect(row).toContainText("Complete 3 courses in Design within 30 days");
  await expectGood(page, "badges");
});
