import { expectAccessible } from "../support/accessibility.ts";
import { demo, Shortcut } from "../support/account.ts";
import { expect, test } from "../support/test.ts";

test("courses are recommended with a reason, followed, and counted", async ({ own, elsewhere }) => {
  const learner = await elsewhere({ baseURL: own.address });
  const { page } = learner.site;
  const recommended = page.getByRole("region", { name: "Recommended for you" });
  const first = recommended.getByRole("listitem").first();
  let title = "";
  let hovered = "";

  await test.step("by what somebody likes", async () => {
    await learner.shortcut.signUp("Rosa Lind");
    await page.goto("/settings/profile");
    await page.getByRole("checkbox", { name: "Design" }).check();
    await page.getByRole("main").getByRole("button", { name: "Save profile", exact: true }).click();
    await page.goto("/dashboard");
    await expect(recommended.getByRole("listitem")).toHaveCount(6);
    await expect(first).toContainText("You like Design");
    await expectAccessible(page, "a dashboard with recommendations");
    title = (await first.getByRole("heading").textContent()) ?? "";
  });

  await test.step("hovering follows nothing, pressing does", async () => {
    const last = recommended.getByRole("listitem").last();
    hovered = (await last.getByRole("heading").textContent()) ?? "";
    await last.getByRole("link", { name: hovered }).hover();
    await page.waitForTimeout(300);
    await first.getByRole("link", { name: title }).click();
    await expect(page).toHaveURL(/\?from=recommended$/);
    await expect(learner.site.heading(title)).toBeVisible();
    await learner.site.enroll();
    await page.goto("/dashboard");
    await expect(recommended.getByRole("link", { name: title })).toHaveCount(0);
  });

  await test.step("after a finished course", async () => {
    const slug = "sql-in-seven-days";
    await learner.shortcut.enroll(slug);
    await learner.shortcut.complete(slug, 1, 2, 3, 4, 5, 6, 7);
    await page.goto(`/courses/${slug}/completed`);
    const next = page.getByRole("region", { name: "What next?" });
    await expect(next.getByText("Because you finished “SQL in seven days”").first()).toBeVisible();
    await expect(next.getByRole("link", { name: "SQL in seven days", exact: true })).toHaveCount(0);
    await expectAccessible(page, "the end of a course with what is next");
  });

  await test.step("administrators see what came of it", async () => {
    const admin = await elsewhere({ baseURL: own.address });
    await admin.shortcut.signIn(demo.admin);
    const panel = admin.site.page;
    await panel.goto("/admin");
    await panel
      .getByRole("navigation", { name: "Admin" })
      .getByRole("link", { name: "Recommendations" })
      .click();
    const row = panel.getByRole("row").filter({ hasText: title });
    // The administrator's own dashboard may have shown it, too.
    await expect(row.getByRole("cell")).toHaveText([title, /^[12]$/, "1", /^(100|50)\.0%$/, "1"]);
    const other = panel.getByRole("row").filter({ hasText: hovered });
    await expect(other.getByRole("cell").nth(2)).toHaveText("0");
    await expectAccessible(panel, "the results of recommendations");
    const download = panel.waitForEvent("download");
    await panel.getByRole("link", { name: "Export as CSV" }).click();
    expect((await download).suggestedFilename()).toMatch(/^recommendations-.*\.csv$/);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a recommendation is read, followed and counted", async ({ own, browser }) => {
    const context = await browser.newContext({ baseURL: own.address, javaScriptEnabled: false });
    await new Shortcut(context).signUp("Noor Haddad");
    const page = await context.newPage();
    await page.goto("/dashboard");
    const first = page.getByRole("region", { name: "Recommended for you" }).getByRole("listitem").first();
    const title = (await first.getByRole("heading").textContent()) ?? "";
    await first.getByRole("link", { name: title }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await context.close();

    const panel = await browser.newContext({ baseURL: own.address, javaScriptEnabled: false });
    await new Shortcut(panel).signIn(demo.admin);
    const results = await panel.newPage();
    await results.goto("/admin/recommendations?sort=clicks");
    await expect(results.getByRole("row").filter({ hasText: title }).getByRole("cell").nth(2)).toHaveText(
      "1",
    );
    await panel.close();
  });
});
