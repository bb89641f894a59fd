import { expectGood } from "../support/accessibility.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("a learner sees how it went, and a badge that was earned in another window", async ({
  site,
  shortcut,
  context,
}) => {
  const { page } = site;
  await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  await page.goto("/dashboard");
  const other = await context.newPage();
  // A page that nobody looks at doesn't listen; in this browser both are looked at.
  const listening = other.waitForRequest((request) => request.url().includes("/events"));
  await other.goto("/notes");
  await listening;
  await site.openLesson(sql.slug, 1);
  await page.getByRole("button", { name: "Mark complete" }).click();
  const earned = page.getByRole("list", { name: "Badges you earned with this" });
  await expect(earned.getByRole("link", { name: "First Lesson Completed" })).toBeVisible();
  await expect(other.getByRole("status").getByText("New badge: First Lesson Completed")).toBeVisible();
  // The page that shows it by itself doesn't say it twice.
  await expect(page.getByText("New badge: First Lesson Completed")).toHaveCount(0);
  await other.close();

  await page.goto("/dashboard");
  await page.getByRole("link", { name: "Your learning over time" }).click();
  await expect(page.getByRole("heading", { name: "Your learning over time" })).toBeVisible();
  await expect(page.getByText("1 more than before").first()).toBeVisible();
  await page.getByText("The numbers as a table").click();
  await expect(
    page
      .getByRole("table", { name: /Activity/ })
      .getByRole("row")
      .nth(1),
  ).toContainText("1");
  await expectGood(page, "analytics");
  await page.getByRole("link", { name: "A year" }).click();
  await expect(page.getByRole("link", { name: "A year" })).toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: "Weeks" }).click();
  await expect(page.getByRole("link", { name: "Weeks" })).toHaveAttribute("aria-current", "page");
});
