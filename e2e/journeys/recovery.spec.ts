import { expectAccessible } from "../support/accessibility.ts";
import { demo, freshEmail, password } from "../support/account.ts";
import { Mailbox } from "../support/mailbox.ts";
import { expect, test } from "../support/test.ts";

const welcome = "Welcome to Momentum: confirm your address";

test("a newcomer’s mail lies in the mailbox, and its link proves the address", async ({
  site,
  elsewhere,
}) => {
  const { page } = site;
  const email = freshEmail();
  const admin = await elsewhere();
  await admin.shortcut.signIn(demo.admin);
  const mailbox = new Mailbox(admin.site.page);
  const notice = page.getByText("Please confirm your email address.");

  await test.step("the dashboard asks for it", async () => {
    await site.openSignUp();
    await site.fillSignUp({ name: "Ada Winter", email, password });
    await site.submitSignUp();
    await expect(page).toHaveURL("/dashboard");
    await expect(notice).toBeVisible();
    await expectAccessible(page, "dashboard with the notice");
  });

  await test.step("an administrator sees the mail as it was sent", async () => {
    await admin.site.page.goto("/dashboard");
    await admin.site.openAccountMenu();
    await admin.site.page.getByRole("link", { name: "Admin", exact: true }).click();
    await admin.site.page
      .getByRole("navigation", { name: "Admin" })
      .getByRole("link", { name: "Mailbox" })
      .click();
    await expect(admin.site.heading("Mailbox")).toBeVisible();
    await expectAccessible(admin.site.page, "mailbox");
    await mailbox.open(email, welcome);
    await expect(admin.site.page.frameLocator("iframe").getByText("Welcome, Ada Winter")).toBeVisible();
    await expectAccessible(admin.site.page, "a mail");
  });

  await test.step("its link has one button", async () => {
    const link = await mailbox.link();
    await expectAccessible(admin.site.page, "a mail as text");
    await page.goto(link);
    await expectAccessible(page, "confirm the address");
    await page.getByRole("button", { name: "Confirm my address" }).click();
    await expect(page.getByText("Your address is confirmed.")).toBeVisible();
    await expect(notice).toHaveCount(0);
    await page.goto(link);
    await page.getByRole("button", { name: "Confirm my address" }).click();
    await expect(site.heading("This link doesn’t work any more")).toBeVisible();
    await expectAccessible(page, "a link that was used");
  });
});

test("a forgotten password is replaced by way of the mailbox", async ({ site, elsewhere }) => {
  const { page } = site;
  const owner = await elsewhere();
  const email = await owner.shortcut.signUp("Bo Lind");
  const admin = await elsewhere();
  await admin.shortcut.signIn(demo.admin);
  const mailbox = new Mailbox(admin.site.page);
  const secret = "Another-Lesson-7?";

  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expectAccessible(page, "forgot password");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(site.heading("Look into your mailbox")).toBeVisible();
  await expectAccessible(page, "a mail is on its way");

  await mailbox.open(email, "Set a new password");
  await page.goto(await mailbox.link());
  await page.getByRole("textbox", { name: "New password" }).fill("weak");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "reset password with an error");
  await page.getByRole("textbox", { name: "New password" }).fill(secret);
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("Your new password is set.")).toBeVisible();
  await site.signIn(email, secret);
  await expect(page).toHaveURL("/dashboard");

  await test.step("the other device is signed out", async () => {
    await owner.site.page.goto("/dashboard");
    await expect(owner.site.page).toHaveURL(/\/sign-in/);
  });
});

test("an account moves to another address when both sides agree", async ({ site, shortcut, elsewhere }) => {
  const { page } = site;
  const old = await shortcut.signUp("Cleo Marsh");
  const next = freshEmail();
  const admin = await elsewhere();
  await admin.shortcut.signIn(demo.admin);
  const mailbox = new Mailbox(admin.site.page);
  await mailbox.open(old, welcome);
  await page.goto(await mailbox.link());
  await page.getByRole("button", { name: "Confirm my address" }).click();

  await page.goto("/settings/account");
  await expectAccessible(page, "account settings");
  await page.getByLabel("New email address").fill(next);
  await page.getByRole("textbox", { name: "Current password" }).fill(password);
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(page.getByRole("heading", { name: `Moving to ${next}` })).toBeVisible();
  await expectAccessible(page, "account settings with a change under way");

  await mailbox.open(next, "Confirm your new email address");
  await page.goto(await mailbox.link());
  await expectAccessible(page, "confirm the change");
  await page.getByRole("button", { name: "I agree" }).click();
  await expect(page.getByText("Now open the link that we sent to your old address.")).toBeVisible();
  await mailbox.open(old, "Do you want to move your account to a new address?");
  await page.goto(await mailbox.link());
  await page.getByRole("button", { name: "I agree" }).click();
  await expect(site.heading("Your address is changed")).toBeVisible();
  await page.getByRole("link", { name: "Go to your account" }).click();
  await expect(page.getByText(next).first()).toBeVisible();
});
