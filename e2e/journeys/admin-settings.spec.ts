import type { Page } from "@playwright/test";
import { expectGood } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { expect, test } from "../support/test.ts";

const token = (page: Page, name: string) =>
  page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name), name);

test("an administrator gives the site its look, and closes it for a while", async ({ own, elsewhere }) => {
  test.setTimeout(240_000);
  const admin = await elsewhere({ baseURL: own.address });
  const visitor = await elsewhere({ baseURL: own.address });
  admin.watch.allow(/status 422/);
  visitor.watch.allow(/status 503/);
  const { page } = admin.site;
  await admin.shortcut.signIn(demo.admin);

  await test.step("every section is good to use", async () => {
    for (const section of ["General", "Security", "Notifications", "System"]) {
      await page.goto(`/admin/settings/${section.toLowerCase()}`);
      await expect(admin.site.heading(section)).toBeVisible();
      await expectGood(page, `settings: ${section}`);
    }
  });

  await test.step("a color that is too faint for text is refused, with one that can be read", async () => {
    await page.goto("/admin/settings/branding");
    await page.getByLabel("Use the nearest readable shade for text").uncheck();
    await page.getByLabel("Primary color", { exact: true }).fill("#ffaa00");
    await page.getByLabel("Accent color", { exact: true }).focus();
    await expect(page.getByText(/The nearest shade that can be read is #/)).toBeVisible();
    await page.getByRole("button", { name: "Save branding settings" }).click();
    await expect(page.getByRole("alert")).toContainText("text needs 4.5:1");
    await expect(page.getByLabel("Primary color", { exact: true })).toHaveValue("#ffaa00");
    await expectGood(page, "branding, refused");
  });

  await test.step("another one is on every page at once", async () => {
    await page.getByLabel("Use the nearest readable shade for text").check();
    await page.getByLabel("Primary color", { exact: true }).fill("#7c3aed");
    await expect(page.getByLabel("Primary color: picker")).toHaveValue("#7c3aed");
    await page.getByRole("button", { name: "Save branding settings" }).click();
    await expect(page.getByText("The settings are saved and in force.")).toBeVisible();
    await visitor.site.page.goto("/");
    expect(await token(visitor.site.page, "--color-coral")).toContain("#7c3aed");
    await expectGood(visitor.site.page, "home in other colors");
    await visitor.site.page.goto("/courses");
    await expectGood(visitor.site.page, "catalog in other colors");
  });

  await test.step("a banner stands on every page until it is put away", async () => {
    await page.goto("/admin/announcements");
    await page.getByRole("link", { name: "Write the first one" }).click();
    await expectGood(page, "new announcement");
    await page.getByLabel("Title").fill("Twelve new courses");
    await page.getByLabel("Text", { exact: true }).fill("All of them are **free** this week.");
    await page.getByLabel("Link", { exact: true }).fill("/courses?sort=newest");
    await page.getByLabel("Words of the link").fill("See them");
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText("The announcement is saved.")).toBeVisible();
    await expectGood(page, "announcements");
    const guest = visitor.site.page;
    await guest.goto("/");
    const banner = guest.getByRole("region", { name: "Announcements" });
    await expect(banner).toContainText("Twelve new courses");
    await expectGood(guest, "home with a banner");
    await banner.getByRole("button", { name: /Dismiss/ }).click();
    await expect(banner).toHaveCount(0);
    await guest.goto("/courses");
    await expect(banner).toHaveCount(0);
    // The administrator has one of their own, and the list.
    await page.getByRole("banner").locator("summary").click();
    await page.getByRole("link", { name: /What’s new/ }).click();
    await expect(admin.site.heading("What’s new")).toBeVisible();
    await expectGood(page, "what is new");
  });

  await test.step("closed for maintenance, and open again", async () => {
    await page.goto("/admin/settings/system");
    await page.getByLabel("Close the site for maintenance").check();
    await page.getByLabel("Message").fill("We move to new machines.");
    await page.getByRole("button", { name: "Save system settings" }).click();
    await expect(page.getByText("The settings are saved and in force.")).toBeVisible();
    const guest = visitor.site.page;
    expect((await guest.goto("/courses"))?.status()).toBe(503);
    await expect(guest.getByText("We move to new machines.")).toBeVisible();
    await expectGood(guest, "closed for maintenance");
    await page.goto("/courses");
    await expect(admin.site.heading("Courses")).toBeVisible();
    await page.goto("/admin/settings/system");
    await page.getByLabel("Close the site for maintenance").uncheck();
    await page.getByRole("button", { name: "Save system settings" }).click();
    await expect(page.getByText("The settings are saved and in force.")).toBeVisible();
    expect((await guest.goto("/courses"))?.status()).toBe(200);
  });
});
