import { demo } from "../support/account.ts";
import { Site, sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

const premiumCourse = "a-calmer-attention";
const paidCourse = "a-budget-that-lasts";

test("a visitor reads the preview, and is led through sign-in to the lesson that was wanted", async ({
  site,
  elsewhere,
}) => {
  const { page } = site;
  const owner = await elsewhere();
  const email = await owner.shortcut.signUp();
  await owner.shortcut.enroll(sql.slug);

  await test.step("day 1 is open to read, with an invitation", async () => {
    await site.openCourse(sql.slug);
    await page.getByRole("link", { name: "Read day 1 first" }).click();
    await expect(page.getByText("Free preview", { exact: true })).toBeVisible();
    await expect(page.getByRole("heading", { name: /There are 6 more days/ })).toBeVisible();
    await expect(site.notes).toHaveCount(0);
    await expect(site.completion).toHaveCount(0);
  });

  await test.step("day 2 asks to sign in, and then is there", async () => {
    await page.goto(`/courses/${sql.slug}/days/2`);
    await expect(page).toHaveURL(/\/sign-in\?return_to=/);
    await site.signIn(email, "Wrong1!pass");
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await site.signIn(email);
    await expect(page).toHaveURL(`/courses/${sql.slug}/days/2`);
    await expect(page.getByText("Day 2 of 7", { exact: true })).toBeVisible();
  });

  await test.step("who has not joined is shown how to, not a closed door", async () => {
    await page.goto("/courses/clear-writing-at-work/days/2");
    await expect(page).toHaveURL("/courses/clear-writing-at-work");
    await expect(page.getByRole("button", { name: "Start this course" })).toBeVisible();
  });
});

test("nobody is sent to another site after signing in", async ({ site, elsewhere }) => {
  const email = await (await elsewhere()).shortcut.signUp();
  await site.page.goto("/sign-in?return_to=//elsewhere.example/");
  await site.signIn(email);
  await expect(site.page).toHaveURL("/dashboard");
});

test("premium and paid courses say why they can’t be started", async ({ site, shortcut }) => {
  const { page } = site;
  await shortcut.signUp();
  await site.openCourse(premiumCourse);
  await expect(page.getByText("Premium members can take this course")).toBeVisible();
  await expect(page.getByRole("button", { name: "Start this course" })).toHaveCount(0);
  await page.goto(`/courses/${premiumCourse}/days/2`);
  await expect(page).toHaveURL(`/courses/${premiumCourse}`);

  await site.openCourse(paidCourse);
  await expect(page.getByText("Costs $19, bought once")).toBeVisible();
  await expect(page.getByRole("button", { name: "Start this course" })).toHaveCount(0);
  await page.goto(`/courses/${paidCourse}/days/2`);
  await expect(page).toHaveURL(`/courses/${paidCourse}`);
});

test("a premium member may start premium and paid courses", async ({ site, shortcut }) => {
  await shortcut.signIn(demo.premium);
  await site.openCourse(premiumCourse);
  await site.enroll();
  await site.page.getByRole("link", { name: "Start day 1" }).click();
  await expect(site.page.getByText("Day 1 of 14", { exact: true })).toBeVisible();
  await site.openCourse(paidCourse);
  await expect(site.page.getByRole("button", { name: "Start this course" })).toBeVisible();
});

test("notes changed in two tabs: the person decides which to keep", async ({
  site,
  shortcut,
  context,
  watch,
}) => {
  watch.allow(/status 409: POST .*\/notes/);
  await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  const { page } = site;
  await site.openLesson(sql.slug, 1);
  const second = new Site(await context.newPage());
  await second.openLesson(sql.slug, 1);
  // A page whose script comes late takes over what waits to be saved on this device, and there is nothing to decide.
  await second.page.evaluate(() => customElements.whenDefined("lesson-notes"));

  await site.writeNotes("From the first tab");
  await second.notes.fill("From the second tab");
  await expect(second.page.getByText("These notes were changed on another device.")).toBeVisible();
  await second.page.getByRole("button", { name: "The other one" }).click();
  await expect(second.notes).toHaveValue("From the first tab");

  await second.writeNotes("Second thoughts");
  await site.notes.fill("First thoughts");
  await expect(page.getByText("These notes were changed on another device.")).toBeVisible();
  await page.getByRole("button", { name: "This one" }).click();
  await expect(site.notesStatus).toHaveText("Saved");
  await second.page.reload();
  await expect(second.notes).toHaveValue("First thoughts");
});

test("who signs in again in another tab goes on in the page that is open", async ({
  site,
  shortcut,
  context,
  watch,
}) => {
  watch.allow(/status 403: POST .*\/(notes|checklist|complete|heartbeat)/);
  const email = await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  await site.openLesson(sql.slug, 1);
  await site.page.evaluate(() => customElements.whenDefined("lesson-notes"));
  const other = new Site(await context.newPage());
  await other.page.goto("/dashboard");
  await other.signOut();
  await other.page.goto("/sign-in");
  await other.signIn(email);
  await expect(other.page).toHaveURL("/dashboard");
  await site.markComplete();
  await expect(site.completion).toContainText("Day 1 is done");
  await site.writeNotes("Of an old page");
});

test("text written without a connection is kept and saved later", async ({
  site,
  shortcut,
  context,
  watch,
}) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED.*\/(notes|events)/);
  await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  // The last thing that a page asks for by itself: then everything is here.
  const listening = site.page.waitForRequest(/\/events/);
  await site.openLesson(sql.slug, 1);
  await listening;
  await site.page.evaluate(() => customElements.whenDefined("lesson-notes"));
  await context.setOffline(true);
  await site.notes.fill("In a tunnel");
  await expect(site.notesStatus).toHaveText("Not saved, retrying");
  await context.setOffline(false);
  await expect(site.notesStatus).toHaveText("Saved");
  await site.page.reload();
  await expect(site.notes).toHaveValue("In a tunnel");
});

test("a device that is signed out in the settings is out", async ({ site, shortcut, elsewhere }) => {
  const email = await shortcut.signUp();
  const lost = await elsewhere({
    userAgent: "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18.0 Safari/604.1",
  });
  await lost.shortcut.signIn(email);
  await lost.site.page.goto("/dashboard");
  await expect(lost.site.page).toHaveURL("/dashboard");

  const { page } = site;
  await page.goto("/settings/devices");
  await page.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
  await expect(page.getByText("That device is signed out.")).toBeVisible();
  await expect(page.getByText("Safari on iPhone")).toHaveCount(0);

  await lost.site.page.goto("/notes");
  await expect(lost.site.page).toHaveURL("/sign-in?return_to=/notes");
  await page.reload();
  await expect(site.heading("Your devices")).toBeVisible();
});

test("who is signed out while reading is told so, and loses no text", async ({
  site,
  shortcut,
  elsewhere,
  watch,
}) => {
  watch.allow(/status 401/);
  const email = await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  await site.openLesson(sql.slug, 1);
  const other = await elsewhere();
  await other.shortcut.signIn(email);
  await other.site.page.goto("/settings/devices");
  await other.site.page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(other.site.page.getByText("All other devices are signed out.")).toBeVisible();

  await site.actionItems.first().click();
  await expect(site.page.getByText("You’re signed out. Sign in again to keep your ticks.")).toBeVisible();
  await site.notes.fill("Not to be lost");
  await expect(site.notesStatus).toContainText("Your text is kept on this device");
  await site.markComplete();
  await expect(site.page).toHaveURL(/\/sign-in\?return_to=/);
  await site.signIn(email);
  await expect(site.page).toHaveURL(`/courses/${sql.slug}/days/1`);
  await expect(site.notes).toHaveValue("Not to be lost");
  await expect(site.notesStatus).toHaveText("Saved");
});

test("the theme that was chosen stays", async ({ site }) => {
  const { page } = site;
  const brightness = () =>
    page.evaluate(() => {
      const [red = 0, green = 0, blue = 0] =
        getComputedStyle(document.body)
          .backgroundColor.match(/[\d.]+/g)
          ?.map(Number) ?? [];
      return (red + green + blue) / 3;
    });
  await page.goto("/");
  expect(await brightness()).toBeGreaterThan(200);
  await page.getByRole("button", { name: "Use the dark theme" }).click();
  expect(await brightness()).toBeLessThan(60);
  await page.reload();
  expect(await brightness()).toBeLessThan(60);
  await page.goto("/courses");
  expect(await brightness()).toBeLessThan(60);
  await page.getByRole("button", { name: "Use the light theme" }).click();
  await page.reload();
  expect(await brightness()).toBeGreaterThan(200);
});

test("pages that can’t be shown explain themselves and offer a way back", async ({
  site,
  shortcut,
  context,
}) => {
  const { page } = site;
  for (const path of [
    "/nothing/here",
    "/courses/no-such-course",
    `/courses/${sql.slug}/days/99`,
    "/people/nobody",
  ]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(site.heading("This page took a day off")).toBeVisible();
  }
  await page.getByRole("link", { name: "Browse courses" }).click();
  await expect(page).toHaveURL("/courses");

  await test.step("a form that is too old", async () => {
    // The page asks for passkeys by itself: without its cookies it would notice first.
    const asked = page.waitForResponse(/passkey\/options/);
    await page.goto("/sign-in");
    await asked;
    await context.clearCookies();
    await page.getByLabel("Email").fill("free@example.com");
    await site.passwordField.fill("whatever");
    const answer = page.waitForResponse((r) => r.request().method() === "POST");
    await page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
    expect((await answer).status()).toBe(403);
    await expect(page.getByText(/This form was open for too long/)).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue("free@example.com");
  });

  await test.step("somebody signed in sees the same with their own header", async () => {
    await shortcut.signUp("Robin Vale");
    await page.goto("/nothing/here");
    await expect(page.getByText("Account menu, Robin Vale")).toBeAttached();
  });

  await test.step("an address that takes no reading", async () => {
    expect((await page.goto("/sign-out"))?.status()).toBe(405);
    await expect(site.heading("That didn’t work")).toBeVisible();
  });
});
