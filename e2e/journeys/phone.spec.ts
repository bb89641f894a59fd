import { freshEmail, password } from "../support/account.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("on a phone, from the home page to a finished day, with a thumb", async ({ site }) => {
  const { page } = site;

  await test.step("find a course", async () => {
    await page.goto("/");
    await page.getByRole("main").getByRole("link", { name: "Browse courses" }).tap();
    await site.filter("Category", "Technology");
    await site.expectResults(sql.title, "Python for busy work");
    await site.results.getByRole("link", { name: sql.title }).tap();
    await expect(site.heading(sql.title)).toBeVisible();
  });

  await test.step("the action is near the top, before the long text", async () => {
    const action = page.getByRole("link", { name: "Create a free account to start" });
    const box = await action.boundingBox();
    expect(box?.y, "on the first two screens").toBeLessThan(844 * 2);
    await action.tap();
  });

  await test.step("sign up and come back to the course", async () => {
    await site.fillSignUp({ name: "Lee Park", email: freshEmail(), password });
    await page.getByRole("main").getByRole("button", { name: "Create account" }).tap();
    await expect(page).toHaveURL(`/courses/${sql.slug}`);
    await page.getByRole("button", { name: "Start this course" }).tap();
    await page.getByRole("link", { name: "Start day 1" }).tap();
  });

  await test.step("learn", async () => {
    await expect(page.getByText("Day 1 of 7", { exact: true })).toBeVisible();
    await site.actionItems.first().tap();
    await expect(site.actionItems.first()).toBeChecked();
    await site.writeNotes("On the train");
    await site.completion.getByRole("button", { name: "Mark complete" }).tap();
    await expect(site.completion).toContainText("Day 1 is done");
  });

  await test.step("the bar at the thumb leads on, and covers nothing at the end of a page", async () => {
    const bar = page.getByRole("navigation", { name: "Main" });
    const box = await bar.boundingBox();
    expect(Math.round((box?.y ?? 0) + (box?.height ?? 0)), "at the bottom").toBe(844);
    await page.getByRole("contentinfo").scrollIntoViewIfNeeded();
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    const last = page.getByRole("contentinfo").getByRole("link").last();
    const lastBox = await last.boundingBox();
    expect((lastBox?.y ?? 0) + (lastBox?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0);
    await bar.getByRole("link", { name: "Notes" }).tap();
    await expect(page.getByText("On the train")).toBeVisible();
    await bar.getByRole("link", { name: "Dashboard" }).tap();
    await site.expectStatistic("lesson completed", "1");
    await expect(bar.getByRole("link", { name: "Dashboard" })).toHaveAttribute("aria-current", "page");
  });

  await test.step("account menu and sign out", async () => {
    await site.accountMenu.tap();
    await page.getByRole("button", { name: "Sign out", exact: true }).tap();
    await expect(page.getByText("You are signed out.")).toBeVisible();
  });
});
