import { freshEmail, password } from "../support/account.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test.use({ javaScriptEnabled: false });

test("the whole way works without JavaScript", async ({ site }) => {
  const { page } = site;
  const email = freshEmail();

  await test.step("sign up, with a mistake first", async () => {
    await site.openSignUp();
    await site.fillSignUp({ name: "Noor Haddad", email, password: "short" });
    await site.submitSignUp();
    await expect(page.getByRole("alert")).toContainText("Please check one field");
    await expect(page.getByLabel("Email", { exact: true })).toHaveValue(email);
    await page.getByRole("alert").getByRole("link").click();
    await expect(page).toHaveURL(/#f-password$/);
    await site.passwordField.fill(password);
    await site.submitSignUp();
    await expect(site.heading(/, Noor$/)).toBeVisible();
  });

  await test.step("filter the catalog with its button", async () => {
    await page.getByRole("banner").getByRole("link", { name: "Courses" }).click();
    await site.filter("Category", "Technology");
    await site.filter("Length", "7 days");
    await page.getByRole("searchbox", { name: "Search courses" }).fill("sql");
    await page.getByRole("button", { name: "Show courses" }).click();
    await site.expectResults(sql.title);
    await expect(page.getByLabel("Category", { exact: true })).toHaveValue("technology");
    await expect(page.getByRole("searchbox", { name: "Search courses" })).toHaveValue("sql");
  });

  await test.step("enroll", async () => {
    await site.results.getByRole("link", { name: sql.title }).click();
    await site.enroll();
    await page.getByRole("link", { name: "Start day 1" }).click();
  });

  await test.step("tick", async () => {
    await site.actionItems.nth(1).click();
    await expect(page).toHaveURL(/#todo$/);
    await expect(site.actionItems.nth(1)).toBeChecked();
    await expect(site.actionItems.first()).not.toBeChecked();
    await site.actionItems.nth(1).click();
    await expect(site.actionItems.nth(1)).not.toBeChecked();
  });

  await test.step("save notes with their button", async () => {
    await site.notes.fill("Paper works too.");
    await page.getByRole("button", { name: "Save notes" }).click();
    await expect(page.getByText("Your notes are saved.")).toBeVisible();
    await expect(site.notes).toHaveValue("Paper works too.");
  });

  await test.step("complete", async () => {
    await site.markComplete();
    await expect(page).toHaveURL(/#completion$/);
    await expect(site.completion).toContainText("Day 1 is done");
  });

  await test.step("notes and dashboard know it", async () => {
    await page.getByRole("banner").getByRole("link", { name: "Notes" }).click();
    await expect(page.getByText("Paper works too.")).toBeVisible();
    await page.getByRole("banner").getByRole("link", { name: "Dashboard" }).click();
    await site.expectStatistic("lesson completed", "1");
  });

  await test.step("sign out", async () => {
    await site.signOut();
    await page.goto("/dashboard");
    await expect(site.heading("Welcome back")).toBeVisible();
  });
});

test("without JavaScript a change on another device is said, and what was typed stays", async ({
  site,
  shortcut,
}) => {
  await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  await site.openLesson(sql.slug, 2);
  await shortcut.writeNotes(sql.slug, 2, "From the phone");
  await site.notes.fill("From the desk");
  await site.page.getByRole("button", { name: "Save notes" }).click();
  await expect(site.page.getByText(/were changed elsewhere/)).toBeVisible();
  await expect(site.page.getByText("From the phone", { exact: true })).toBeVisible();
  await expect(site.notes).toHaveValue("From the desk");
  await site.openLesson(sql.slug, 2);
  await expect(site.notes).toHaveValue("From the phone");
});
