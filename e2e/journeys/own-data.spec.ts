import { readFile } from "node:fs/promises";
import { freshEmail, password } from "../support/account.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("notes of all courses come together, are found and taken away", async ({ site, shortcut }) => {
  const { page } = site;
  await shortcut.signUp();
  await page.goto("/notes");
  await expect(page.getByRole("heading", { name: "Nothing written yet" })).toBeVisible();

  await shortcut.enroll(sql.slug);
  await shortcut.enroll("clear-writing-at-work");
  await shortcut.writeNotes(sql.slug, 1, "A table is the answer to every SELECT.\nNULL is not zero.");
  await shortcut.writeNotes(sql.slug, 4, "LEFT JOIN keeps the lonely rows.");
  await shortcut.writeNotes("clear-writing-at-work", 1, "<b>One</b> reader, one purpose & done.");

  await test.step("all of them, by course", async () => {
    await page.goto("/notes");
    await expect(page.getByRole("article")).toHaveCount(3);
    await expect(page.getByText("3 notes", { exact: true })).toBeVisible();
    await expect(page.getByText("<b>One</b> reader, one purpose & done.")).toBeVisible();
  });

  await test.step("searched, whatever the case", async () => {
    const search = page.getByRole("searchbox", { name: "Search your notes" });
    await search.fill("lonely JOIN");
    await page.getByRole("button", { name: "Search" }).click();
    await expect(page.getByRole("article")).toHaveCount(1);
    await expect(page.getByRole("article")).toContainText("LEFT JOIN keeps the lonely rows.");
    await search.fill("zebra");
    await search.press("Enter");
    await expect(page.getByRole("heading", { name: "No note has those words" })).toBeVisible();
    await page.getByRole("link", { name: "Show all notes" }).click();
    await expect(page.getByRole("article")).toHaveCount(3);
  });

  await test.step("exported as one Markdown file", async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as Markdown" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("notes.md");
    const text = await readFile(await file.path(), "utf8");
    expect(text).toContain("## SQL in seven days");
    expect(text).toContain("### Day 1: Your first query");
    expect(text).toContain("A table is the answer to every SELECT.\nNULL is not zero.");
    expect(text).toContain("<b>One</b> reader, one purpose & done.");
  });

  await test.step("a note leads back to its lesson", async () => {
    await page.getByRole("link", { name: /^Day 4:/ }).click();
    await expect(page).toHaveURL(`/courses/${sql.slug}/days/4#notes`);
    await expect(site.notes).toHaveValue("LEFT JOIN keeps the lonely rows.");
  });
});

test("a profile is edited, shown in public, and hidden again", async ({ site, shortcut, elsewhere }) => {
  const { page } = site;
  await shortcut.signUp("Sam Rivera");
  await shortcut.enroll(sql.slug);
  await shortcut.complete(sql.slug, 1, 2, 3, 4, 5, 6, 7);
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  const headline = page.getByRole("textbox", { name: "Headline" });
  const save = page.getByRole("button", { name: "Save profile" });

  await test.step("a mistake is marked, and the rest of what was typed stays", async () => {
    await page.goto("/settings/profile");
    await name.fill("   ");
    await headline.fill("Product analyst in Lyon");
    await page.getByRole("checkbox", { name: "Technology" }).check();
    await save.click();
    await expect(page.getByRole("alert")).toContainText("Please check one field");
    await expect(name).toBeFocused();
    await expect(name).toHaveAttribute("aria-invalid", "true");
    await expect(headline).toHaveValue("Product analyst in Lyon");
    await expect(page.getByRole("checkbox", { name: "Technology" })).toBeChecked();
  });

  await test.step("the correction is saved", async () => {
    await name.fill("Samira Rivera");
    await page.getByRole("textbox", { name: "About you" }).fill("I count things.\n\nThen I explain them.");
    await save.click();
    await expect(page.getByText("Your profile is saved.")).toBeVisible();
    await page.reload();
    await expect(name).toHaveValue("Samira Rivera");
    await expect(headline).toHaveValue("Product analyst in Lyon");
    await expect(page.getByRole("checkbox", { name: "Technology" })).toBeChecked();
    await expect(page.getByRole("link", { name: "See it" })).toHaveCount(0);
  });

  const stranger = (await elsewhere()).site;
  await test.step("public: anyone with the link sees it", async () => {
    await page.getByRole("switch", { name: "Public profile" }).check();
    await save.click();
    await page.getByRole("link", { name: "See it" }).click();
    await expect(page).toHaveURL(/\/people\//);
    await stranger.page.goto(page.url());
    await expect(stranger.heading("Samira Rivera")).toBeVisible();
    await expect(stranger.page.getByText("Then I explain them.")).toBeVisible();
    await expect(stranger.page.getByRole("link", { name: sql.title })).toBeVisible();
    await expect(stranger.page.getByRole("link", { name: "Edit profile" })).toHaveCount(0);
  });

  await test.step("private again: the link shows nothing any more", async () => {
    const address = page.url();
    await page.getByRole("link", { name: "Edit profile" }).click();
    await page.getByRole("switch", { name: "Public profile" }).uncheck();
    await save.click();
    await expect(page.getByText("Your profile is saved.")).toBeVisible();
    expect((await stranger.page.goto(address))?.status()).toBe(404);
    await expect(stranger.page.getByText("Samira Rivera")).toHaveCount(0);
  });
});

test("a picture is cut to a square, shown, and taken away again", async ({ site, shortcut, watch }) => {
  watch.allow(/status 422: POST .*\/settings\/avatar/);
  const { page } = site;
  await shortcut.signUp("Sam Rivera");
  await page.goto("/settings/profile");
  const headline = page.getByLabel("Headline");
  await headline.fill("Typed before the picture");
  const buffer = await page.screenshot();
  await page.getByLabel("Picture file").setInputFiles({ name: "me.png", mimeType: "image/png", buffer });
  await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByText("Your picture is saved.")).toBeVisible();
  const picture = page.getByRole("main").locator("img.avatar, .avatar img").first();
  const size = () => picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  await expect(async () => {
    const [width, height] = await size();
    expect(width).toBeGreaterThan(0);
    expect(width).toBe(height);
  }).toPass();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("Your picture is removed.")).toBeVisible();
  await expect(picture).toHaveCount(0);
  const text = { name: "me.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await page.getByLabel("Picture file").setInputFiles(text);
  await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Choose a picture");
  await expect(headline, "what is typed stays").toHaveValue("Typed before the picture");
});

test("a new account lives in the time zone of its browser", async ({ site }) => {
  await site.openSignUp();
  await site.fillSignUp({ name: "Toni Reyes", email: freshEmail(), password });
  await site.submitSignUp();
  await expect(site.page).toHaveURL("/dashboard");
  await site.page.goto("/settings/profile");
  await expect(site.page.getByRole("combobox", { name: "Time zone" })).toHaveValue("America/New_York");
});

test("a new password signs out every other device", async ({ site, shortcut, elsewhere }) => {
  const { page } = site;
  const email = await shortcut.signUp();
  const other = await elsewhere();
  await other.shortcut.signIn(email);

  await page.goto("/settings/password");
  const current = page.getByRole("textbox", { name: "Current password" });
  const next = page.getByRole("textbox", { name: "New password" });
  await current.fill("Not-my-pass1");
  await next.fill("Sunrise-42!");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(current).toBeFocused();
  await expect(current).toHaveAttribute("aria-invalid", "true");

  await current.fill(password);
  await next.fill("Sunrise-42!");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed. Other devices were signed out.")).toBeVisible();

  await other.site.page.goto("/dashboard");
  await expect(other.site.page).toHaveURL("/sign-in?return_to=/dashboard");
  await other.site.signIn(email);
  await expect(other.site.page.getByRole("alert")).toBeVisible();
  await other.site.signIn(email, "Sunrise-42!");
  await expect(other.site.page).toHaveURL("/dashboard");
  await page.goto("/dashboard");
  await expect(page).toHaveURL("/dashboard");
});
