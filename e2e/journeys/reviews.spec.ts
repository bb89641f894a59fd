import { expectAccessible } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { expect, test } from "../support/test.ts";

const slug = "type-and-space";

test("a review is written, reported, hidden and shown again", async ({ site, shortcut, elsewhere }) => {
  const { page } = site;
  await shortcut.signUp("Rita Moss");
  await shortcut.enroll(slug);
  await page.goto(`/courses/${slug}`);
  await page.getByRole("radio", { name: "4 stars" }).focus();
  await page.keyboard.press("Space");
  await page.getByLabel("Your words").fill("Calm, short and useful.");
  await expectAccessible(page, "a course with the form of a review");
  await page.getByRole("button", { name: "Post your review" }).click();
  await expect(page.getByText("Thank you. Your review is saved.")).toBeVisible();
  await expect(page.getByRole("img", { name: "4 of 5 stars" }).first()).toBeVisible();

  const reader = await elsewhere();
  await reader.shortcut.signUp("Ned Park");
  await reader.site.page.goto(`/courses/${slug}/reviews`);
  await expectAccessible(reader.site.page, "the reviews of a course");
  await reader.site.page.getByText("Report the review of Rita Moss").click();
  await reader.site.page.getByRole("button", { name: "Report it" }).click();
  await expect(reader.site.page.getByText("An administrator will look at it.")).toBeVisible();

  const admin = await elsewhere();
  await admin.shortcut.signIn(demo.admin);
  await admin.site.page.goto("/admin/reviews?state=reported");
  await expectAccessible(admin.site.page, "the moderation of reviews");
  await admin.site.page.getByRole("checkbox", { name: /Rita Moss/ }).check();
  await admin.site.page.getByLabel("Reason for hiding").fill("Only a test");
  await admin.site.page.getByRole("button", { name: "Hide the chosen" }).click();
  await page.reload();
  await expect(page.getByText("Reason: Only a test")).toBeVisible();
  await admin.site.page.goto("/admin/reviews?state=hidden");
  await admin.site.page.getByRole("checkbox", { name: /Rita Moss/ }).check();
  await admin.site.page.getByRole("button", { name: "Show the chosen" }).click();

  await page.reload();
  await page.getByText("Delete your review").click();
  await page.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByText("Your review is deleted.")).toBeVisible();
});
