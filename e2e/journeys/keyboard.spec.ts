import { freshEmail, password, Shortcut } from "../support/account.ts";
import { Keyboard } from "../support/keyboard.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("everything that matters works with Tab, Enter and Space, and the focus is always seen", async ({
  site,
  elsewhere,
}) => {
  const { page } = site;
  const keys = new Keyboard(page);
  const email = freshEmail();
  await new Shortcut((await elsewhere()).site.page.context()).signUp("Kim Ortega", email);

  await test.step("the first stop skips to the content", async () => {
    await page.goto("/courses");
    await page.keyboard.press("Tab");
    await keys.expectOn(page.getByRole("link", { name: "Skip to content" }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await keys.expectOn(page.getByRole("searchbox", { name: "Search courses" }));
  });

  await test.step("to a course, and from there to sign in", async () => {
    await keys.tabTo(page.getByRole("link", { name: sql.title }));
    await page.keyboard.press("Enter");
    await expect(site.heading(sql.title)).toBeVisible();
    await keys.tabTo(
      page.getByRole("complementary", { name: "Join" }).getByRole("link", { name: "Sign in", exact: true }),
    );
    await page.keyboard.press("Enter");
    await expect(site.heading("Welcome back")).toBeVisible();
  });

  await test.step("sign in", async () => {
    await keys.tabTo(page.getByLabel("Email"));
    await page.keyboard.type(email);
    await keys.tabTo(site.passwordField);
    await page.keyboard.type(password);
    await keys.tabTo(page.getByRole("button", { name: "Show password" }));
    await page.keyboard.press("Space");
    await expect(site.passwordField).toHaveAttribute("type", "text");
    await keys.tabTo(page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }));
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`/courses/${sql.slug}`);
  });

  await test.step("enroll and start", async () => {
    await keys.tabTo(page.getByRole("button", { name: "Start this course" }));
    await page.keyboard.press("Enter");
    await expect(site.heading("You’re in")).toBeVisible();
    await keys.tabTo(page.getByRole("link", { name: "Start day 1" }));
    await page.keyboard.press("Enter");
    await expect(page.getByText("Day 1 of 7", { exact: true })).toBeVisible();
  });

  await test.step("tick an action item, write a note, mark complete", async () => {
    await keys.tabTo(site.actionItems.nth(1));
    await page.keyboard.press("Space");
    await expect(site.actionItems.nth(1)).toBeChecked();
    await expect(site.actionItems.nth(1)).toBeFocused();
    await keys.tabTo(site.notes);
    await page.keyboard.type("By keyboard");
    await expect(site.notesStatus).toHaveText("Saved");
    await keys.tabTo(site.completion.getByRole("button", { name: "Mark complete" }));
    await page.keyboard.press("Enter");
    await expect(site.completion).toContainText("Day 1 is done");
  });

  await test.step("the way on is the next stop: the focus was not lost", async () => {
    await page.keyboard.press("Tab");
    await keys.expectOn(site.completion.getByRole("link", { name: "+30 points" }));
    await page.keyboard.press("Tab");
    await keys.expectOn(site.completion.getByRole("link", { name: "Start day 2" }));
    await page.keyboard.press("Enter");
    await expect(page.getByText("Day 2 of 7", { exact: true })).toBeVisible();
  });

  await test.step("the account menu opens, closes with Escape, and signs out", async () => {
    await keys.tabTo(site.accountMenu);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Sign out", exact: true })).toBeVisible();
    await page.keyboard.press("Tab");
    await keys.expectOn(page.getByRole("banner").getByRole("link", { name: /^What’s new/ }));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Sign out", exact: true })).toBeHidden();
    await keys.expectOn(site.accountMenu);
    await page.keyboard.press("Enter");
    await keys.tabTo(page.getByRole("button", { name: "Sign out", exact: true }));
    await page.keyboard.press("Enter");
    await expect(page.getByText("You are signed out.")).toBeVisible();
  });
});
