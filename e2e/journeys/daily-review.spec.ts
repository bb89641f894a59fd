import { expectGood } from "../support/accessibility.ts";
import { Keyboard } from "../support/keyboard.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("a daily review is done with the keyboard alone", async ({ site, shortcut }) => {
  const { page } = site;
  const keys = new Keyboard(page);
  await shortcut.signUp();
  await page.goto("/review");
  await expect(page.getByRole("heading", { name: "Nothing to review yet" })).toBeVisible();
  await expectGood(page, "a review without anything to review");
  await shortcut.enroll(sql.slug);
  await shortcut.complete(sql.slug, 1);

  await test.step("the dashboard leads there", async () => {
    await page.goto("/dashboard");
    await expect(page.getByRole("heading", { name: "Daily review: new cards" })).toBeVisible();
    await keys.tabTo(page.getByRole("link", { name: "Start the review" }));
    await page.keyboard.press("Enter");
    await expect(page.getByText(/^Card 1 of \d$/)).toBeVisible();
  });

  await test.step("Space shows the answer, a number grades it", async () => {
    await expect(page.locator("review-card")).toBeFocused();
    await expect(page.getByRole("button", { name: /^Good/ })).toBeHidden();
    await page.keyboard.press("Space");
    await expect(page.getByRole("button", { name: /^Good/ })).toBeVisible();
    await expectGood(page, "a card with its answer");
    await page.locator("review-card").focus();
    await page.keyboard.press("3");
    await expect(page.getByText(/^Card 2 of \d$/)).toBeVisible();
  });

  await test.step("until all are done", async () => {
    const done = page.getByRole("heading", { name: "Your daily review is done" });
    for (let cards = 0; cards < 12 && !(await done.isVisible()); cards++) {
      await expect(page.locator("review-card")).toBeFocused();
      await page.keyboard.press("Space");
      await expect(page).toHaveURL(/show=/);
      await expect(page.locator("review-card")).toBeFocused();
      await page.keyboard.press("4");
      await expect(page).toHaveURL(/\/review(\/done)?$/);
    }
    await expect(done).toBeVisible();
    await expect(page.getByRole("link", { name: "+5 points" })).toBeVisible();
    await expectGood(page, "the end of a review");
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a card is shown and graded with its buttons", async ({ site, shortcut }) => {
    const { page } = site;
    await shortcut.signUp();
    await shortcut.enroll(sql.slug);
    await shortcut.complete(sql.slug, 1);
    await page.goto("/review");
    await page.getByRole("button", { name: "Show answer" }).click();
    await page.getByRole("button", { name: /^Hard comes again in 1 day/ }).click();
    await expect(page.getByText(/^Card 2 of \d$/)).toBeVisible();
  });
});
