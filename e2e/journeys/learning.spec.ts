import { freshEmail, password } from "../support/account.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

test("a newcomer signs up, finds a course, finishes it and sees it on the dashboard", async ({ site }) => {
  test.slow();
  const { page } = site;
  const email = freshEmail();

  await test.step("a weak password is explained, and what was typed stays", async () => {
    await site.openSignUp();
    await site.fillSignUp({ name: "Ada Winter", email, password: "momentum" });
    await site.submitSignUp();
    await expect(page.getByRole("alert")).toContainText("Please check one field");
    await expect(site.passwordField).toBeFocused();
    await expect(site.passwordField).toHaveAttribute("aria-invalid", "true");
    await expect(site.passwordField).toHaveValue("");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Ada Winter");
    await expect(page.getByLabel("Email", { exact: true })).toHaveValue(email);
  });

  await test.step("an address that is taken is said beside the address", async () => {
    await site.fillSignUp({ email: "free@example.com", password });
    await site.submitSignUp();
    const address = page.getByLabel("Email", { exact: true });
    await expect(address).toBeFocused();
    await expect(address).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Ada Winter");
  });

  await test.step("with good answers the account is there", async () => {
    await site.fillSignUp({ email, password });
    await site.submitSignUp();
    await expect(page).toHaveURL("/dashboard");
    await expect(site.heading(/, Ada$/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "Your first day can be today" })).toBeVisible();
  });

  await test.step("the catalog narrows with each filter, without loading the page again", async () => {
    await page.getByRole("main").getByRole("link", { name: "Browse courses" }).click();
    await expect(site.results.getByRole("heading", { level: 3 })).toHaveCount(12);
    await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
    await site.filter("Access", "Free");
    await expect(site.results.getByRole("status")).toHaveText("5 courses");
    await site.filter("Category", "Technology");
    await site.expectResults(sql.title);
    await expect(page).toHaveURL(/category=technology/);
    await expect(page).toHaveURL(/access=free/);
    await expect(page.locator("body")).toHaveAttribute("data-same-page", "");
  });

  await test.step("going back takes the last filter off", async () => {
    await page.goBack();
    await expect(site.results.getByRole("status")).toHaveText("5 courses");
    await expect(page.getByLabel("Category", { exact: true })).toHaveValue("");
    await expect(page.getByLabel("Access", { exact: true })).toHaveValue("free");
    await site.filter("Category", "Technology");
    await site.expectResults(sql.title);
  });

  await test.step("a filter can be taken away again; a search for nothing says what to do", async () => {
    await page.getByRole("searchbox", { name: "Search courses" }).pressSequentially("zebra");
    await expect(page.getByRole("heading", { name: "No course fits all of that" })).toBeVisible();
    await page.getByRole("searchbox", { name: "Search courses" }).fill("sql");
    await site.expectResults(sql.title);
    // Pressed as slowly as people do: leaving the field must not take the link away meanwhile.
    await site.results
      .getByRole("link", { name: /^Technology\s*: remove this filter/ })
      .click({ delay: 300 });
    await expect(page).not.toHaveURL(/category=/);
    await site.expectResults(sql.title);
  });

  await test.step("joining leads to the first days", async () => {
    await site.results.getByRole("link", { name: sql.title }).click();
    await expect(site.heading(sql.title)).toBeVisible();
    await expect(page.getByRole("region", { name: "Day by day" }).getByRole("listitem")).toHaveCount(
      sql.days,
    );
    await site.enroll();
    await expect(page.getByRole("region", { name: "Your first days" })).toContainText("Today");
    await page.getByRole("link", { name: "Start day 1" }).click();
  });

  for (let day = 1; day <= sql.days; day++) {
    await test.step(`day ${day}`, async () => {
      await expect(page).toHaveURL(`/courses/${sql.slug}/days/${day}`);
      await expect(page.getByText(`Day ${day} of ${sql.days}`, { exact: true })).toBeVisible();
      await site.tick(site.actionItems.first());
      await site.writeNotes(`What I keep of day ${day}: check by eye.`);
      if (day === 1) {
        await page.reload();
        await expect(site.notes).toHaveValue("What I keep of day 1: check by eye.");
        await expect(site.actionItems.first()).toBeChecked();
        await expect(site.actionItems.nth(1)).not.toBeChecked();
      }
      await site.markComplete();
      if (day < sql.days) {
        await expect(site.completion).toContainText(`Day ${day} is done`);
        await expect(
          page.getByText(`${day} of ${sql.days} lessons completed`, { exact: true }).first(),
        ).toBeVisible();
        await site.completion.getByRole("link", { name: `Start day ${day + 1}` }).click();
      } else {
        await expect(site.completion).toContainText("That was the last one");
      }
    });
  }

  await test.step("the end is celebrated", async () => {
    await site.completion.getByRole("link", { name: "See how it went" }).click();
    await expect(site.heading("You finished, Ada")).toBeVisible();
    await site.expectStatistic("lessons completed", String(sql.days));
    await expect(page.getByRole("region", { name: "What next?" })).toBeVisible();
  });

  const finished = page.getByRole("region", { name: "Finished" });
  await test.step("the dashboard knows it", async () => {
    await page.goto("/dashboard");
    await expect(finished.getByRole("link", { name: sql.title })).toBeVisible();
    await site.expectStatistic("lessons completed", "7");
    await site.expectStatistic("course completed", "1");
    await expect(page.getByRole("region", { name: "Courses in progress" })).toHaveCount(0);
    const next = page.getByRole("region", { name: "Recommended for you" });
    await expect(next.getByRole("heading", { level: 3 })).toHaveCount(6);
    await expect(next.getByRole("link", { name: sql.title })).toHaveCount(0);
    await expect(next.getByText(`Because you finished “${sql.title}”`).first()).toBeVisible();
  });

  await test.step("the course page offers to look back", async () => {
    await site.openCourse(sql.slug);
    await expect(page.getByRole("link", { name: "Review the lessons" })).toBeVisible();
    await site.openLesson(sql.slug, 3);
    await expect(site.completion.getByRole("button")).toHaveCount(0);
    await expect(site.notes).toHaveValue("What I keep of day 3: check by eye.");
  });
});

test("a filter chosen before the scripts are there is not lost", async ({ site }) => {
  const { page } = site;
  let arrived = () => {};
  const chosen = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await page.route(/\/assets\/htmx-.*\.js$/, async (route) => {
    await chosen;
    await route.continue();
  });
  await page.goto("/courses");
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
  await site.filter("Category", "Technology");
  arrived();
  await expect(site.results.getByRole("status")).toHaveText("2 courses");
  await expect(page).toHaveURL(/category=technology/);
  await expect(page.locator("body"), "without loading the page again").toHaveAttribute("data-same-page", "");
});

test("completing a lesson twice counts once", async ({ site, shortcut, context, elsewhere }) => {
  const email = await shortcut.signUp("Ada Winter");
  await shortcut.enroll(sql.slug);
  await shortcut.complete(sql.slug, 1, 2, 3, 4, 5, 6);
  const { page } = site;
  await site.openLesson(sql.slug, 7);

  // The same lesson, still open in another tab and on a phone.
  const tab = await context.newPage();
  await tab.goto(page.url());
  const other = await elsewhere();
  await other.shortcut.signIn(email);
  await other.site.openLesson(sql.slug, 7);

  await site.markComplete();
  await expect(site.completion).toContainText("That was the last one");
  await page.goto("/dashboard");
  const finished = page.getByRole("region", { name: "Finished" });
  const when = await site.momentOf(finished);

  await tab.getByRole("button", { name: "Mark complete" }).click();
  await expect(tab.getByText("That was the last one")).toBeVisible();
  await other.site.markComplete();
  await expect(other.site.completion).toContainText("That was the last one");

  await page.reload();
  await site.expectStatistic("lessons completed", "7");
  await site.expectStatistic("course completed", "1");
  expect(await site.momentOf(finished)).toBe(when);
});

test("a ticked item can be opened again, and a double press leaves one effect", async ({
  site,
  shortcut,
}) => {
  await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  await site.openLesson(sql.slug, 1);
  await site.tick(site.actionItems.first());
  await site.tick(site.actionItems.nth(2));

  const opened = site.page.waitForResponse((r) => r.url().endsWith("/checklist") && r.status() === 204);
  await site.actionItems.first().click();
  await expect(site.actionItems.first()).not.toBeChecked();
  await opened;

  const { page } = site;
  await page.reload();
  await expect(site.actionItems.first()).not.toBeChecked();
  await expect(site.actionItems.nth(2)).toBeChecked();

  await site.completion.getByRole("button", { name: "Mark complete" }).dblclick();
  await expect(site.completion).toContainText("Day 1 is done");
  await page.goto("/dashboard");
  await site.expectStatistic("lesson completed", "1");
});

test("a tick that the server did not take is taken back and said", async ({ site, shortcut, watch }) => {
  watch.allow(/ERR_FAILED.*\/checklist/);
  await shortcut.signUp();
  await shortcut.enroll(sql.slug);
  await site.openLesson(sql.slug, 1);
  await site.page.route("**/checklist", (route) => route.abort());
  await site.actionItems.first().click();
  await expect(site.page.getByText("That tick wasn’t saved.")).toBeVisible();
  await expect(site.actionItems.first()).not.toBeChecked();
});
