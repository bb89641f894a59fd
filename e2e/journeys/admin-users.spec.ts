import { demo, freshEmail, Shortcut } from "../support/account.ts";
import { openPalette } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";

test("an administrator makes an account, edits, suspends and restores it, and finds it by keyboard", async ({
  site,
}) => {
  const { page } = site;
  const email = freshEmail();
  await new Shortcut(page.context()).signIn(demo.admin);

  await test.step("make", async () => {
    await page.goto("/admin/users");
    await page.getByRole("link", { name: "New account" }).click();
    await page.getByLabel("Name").fill("Mira Lindqvist");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Role").selectOption("premium");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(site.heading("Mira Lindqvist")).toBeVisible();
    await expect(page.getByRole("main")).toContainText("no password yet");
  });

  await test.step("edit", async () => {
    await page.getByRole("link", { name: "Edit", exact: true }).click();
    await page.getByLabel("Name").fill("Mira Falk");
    await page.getByLabel("Country").selectOption("SE");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(site.heading("Mira Falk")).toBeVisible();
  });

  await test.step("suspend and restore", async () => {
    await page.getByLabel("Reason").fill("A try");
    await page.getByRole("button", { name: "Suspend account" }).click();
    await expect(page.getByRole("note")).toContainText("A try");
    await page.getByRole("button", { name: "Restore account" }).click();
    await expect(page.getByRole("button", { name: "Suspend account" })).toBeVisible();
  });

  await test.step("find it in the list", async () => {
    await page.goto(`/admin/users?q=${encodeURIComponent(email)}`);
    await expect(page.getByRole("row")).toHaveCount(2);
  });

  await test.step("find it from anywhere, by keyboard", async () => {
    await page.goto("/admin");
    await openPalette(page);
    await page.keyboard.type("Mira Falk");
    await expect(page.getByRole("option", { name: /Mira Falk/ }).first()).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect(site.heading("Mira Falk")).toBeVisible();
  });
});
