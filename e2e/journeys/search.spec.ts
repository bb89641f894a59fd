import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("a course is found by keyboard, from any page", async ({ site }) => {
  const { page } = site;
  await page.goto("/");
  const box = page.getByRole("banner").getByRole("combobox", { name: "Search" });

  await test.step("suggestions open, can be walked through and closed", async () => {
    await box.pressSequentially("sql");
    await expect(page.getByRole("option").first()).toBeVisible();
    await expect(box).toHaveAttribute("aria-expanded", "true");
    await box.press("ArrowDown");
    await expect(page.getByRole("option", { selected: true })).toHaveCount(1);
    await box.press("Escape");
    await expect(box).toHaveAttribute("aria-expanded", "false");
    await expect(box).toHaveValue("sql");
  });

  await test.step("Enter searches, and the result leads to the course", async () => {
    await box.press("Enter");
    await expect(page).toHaveURL(/\/search\?q=sql$/);
    await page.getByRole("main").getByRole("link", { name: sql.title, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/courses/${sql.slug}$`));
  });
});

test("a misspelled search is mended and narrowed down", async ({ site }) => {
  const { page } = site;
  await page.goto("/search?q=bugdet");
  await page.getByRole("link", { name: "budget", exact: true }).click();
  await expect(page).toHaveURL(/q=budget/);
  await page.getByRole("link", { name: /^Paid/ }).click();
  await expect(page).toHaveURL(/access=paid/);
  await page.getByRole("link", { name: "Clear filters" }).first().click();
  await expect(page).not.toHaveURL(/access=/);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the form, the filters and the results work", async ({ site }) => {
    const { page } = site;
    await page.goto("/search");
    await page.getByRole("searchbox", { name: "Search courses" }).fill("sql");
    await page.getByRole("main").getByRole("button", { name: "Search", exact: true }).click();
    await expect(page.getByRole("main").getByRole("link", { name: sql.title, exact: true })).toBeVisible();
    await page.getByRole("link", { name: /^7 days/ }).click();
    await expect(page).toHaveURL(/duration=7/);
  });
});
