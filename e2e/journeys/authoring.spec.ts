import { expectAccessible, expectGood } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { openPalette } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";

const kept = /Your text is kept/;

test("an administrator makes a course from nothing to published, and a learner takes it", async ({
  own,
  elsewhere,
}) => {
  test.setTimeout(300_000);
  const admin = await elsewhere({ baseURL: own.address });
  const learner = await elsewhere({ baseURL: own.address });
  const { page } = admin.site;
  await admin.shortcut.signIn(demo.admin);

  await test.step("the panel leads there, by keyboard alone", async () => {
    await page.goto("/admin");
    await expect(admin.site.heading("Overview")).toBeVisible();
    await expectGood(page, "overview");
    const palette = await openPalette(page);
    await palette.fill("cours");
    await expect(page.getByRole("option", { name: "Courses", exact: true })).toBeVisible();
    await expectAccessible(page, "palette");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/admin/courses");
    await expectGood(page, "courses");
  });

  await test.step("a course needs a title and a category", async () => {
    admin.watch.allow(/status 422/);
    await page.getByRole("link", { name: "New course" }).click();
    await page.getByLabel("Title", { exact: true }).fill("Tea in seven days");
    await page.getByRole("button", { name: "Create this course" }).click();
    await expect(page.getByLabel("Category")).toBeFocused();
    await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Tea in seven days");
    await expectGood(page, "new course with an error");
    await page.getByLabel("Category").selectOption("Personal Development");
    await page.getByRole("button", { name: "Create this course" }).click();
    await expect(page.getByText("The course is there as a draft")).toBeVisible();
  });
  const lessons = page.url();
  const details = lessons.replace(/\/lessons$/, "");

  await test.step("seven lessons are written; what is typed is kept by itself", async () => {
    for (let day = 1; day <= 7; day += 1) {
      await page.goto(lessons);
      await page.getByLabel("Title of the next lesson").fill(`Cup number ${day}`);
      await page.getByRole("button", { name: "Add lesson" }).click();
      await expect(admin.site.heading(`Day ${day}: Cup number ${day}`)).toBeVisible();
      const text = page.getByRole("textbox", { name: "Lesson", exact: true });
      // The plain field becomes the editor when its program has arrived.
      await expect(text).toHaveAttribute("contenteditable", "true");
      await text.click();
      await page.keyboard.type(`## Water ${day}\n`);
      await page.keyboard.type("Boil it, then wait for a minute.");
      await page.getByLabel("Action item 1").fill("Pour one cup and taste it");
      await page.getByRole("button", { name: "Add an action item" }).click();
      await expect(page.getByLabel("Action item 2")).toBeFocused();
      await page.keyboard.type("Write down what you taste");
      await page.getByLabel("Minutes").fill("15");
      if (day === 1) {
        await page.getByLabel(/^Free preview/).check();
        await expect(page.getByText(kept)).toBeVisible();
        await expectGood(page, "lesson editor");
        await page.reload();
        await expect(page.getByText("This is text that you typed")).toBeVisible();
        await expect(page.getByLabel("Action item 2")).toHaveValue("Write down what you taste");
      }
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByText("The lesson is saved.")).toBeVisible();
    }
  });

  await test.step("the last lesson becomes the first, by keyboard, and goes back", async () => {
    await page.goto(lessons);
    const titles = page.locator("main ol h2");
    await expect(titles.first()).toHaveText("Cup number 1");
    const saved = page.waitForResponse((answer) => answer.url().endsWith("/lessons/order"));
    await page.getByRole("link", { name: "Cup number 2" }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await expect(titles.first()).toHaveText("Cup number 2");
    expect((await saved).status()).toBe(204);
    await page.reload();
    await expect(titles.first()).toHaveText("Cup number 2");
    await page.getByRole("button", { name: "Move Cup number 2 down" }).click();
    await expect(titles.first()).toHaveText("Cup number 1");
    await expectGood(page, "lessons of a course");
  });

  await test.step("it can't be published before everything is there", async () => {
    await page.goto(details);
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText("Not published yet")).toBeVisible();
    await page.getByLabel("Subtitle").fill("A better cup, day by day");
    await page.getByRole("textbox", { name: "Description", exact: true }).click();
    await page.keyboard.type("For everybody who drinks tea without thinking about it. ".repeat(3));
    await page.getByLabel("Learning objectives").fill("Boil water\nBrew a cup\nTaste the difference");
    await page.getByRole("button", { name: "Save details" }).click();
    await expect(page.getByText("The details are saved.")).toBeVisible();
    await expectGood(page, "course details");
    await page.getByRole("link", { name: "Preview", exact: true }).click();
    await expect(page.getByText("This is a preview", { exact: true })).toBeVisible();
    await page.goto(details);
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText("The course is published.")).toBeVisible();
  });

  await test.step("a learner finds it, takes it and finishes it", async () => {
    await learner.shortcut.signUp("Tara Tea");
    await learner.site.page.goto("/courses?q=tea");
    await learner.site.page.getByRole("link", { name: "Tea in seven days" }).click();
    await learner.site.enroll();
    await learner.site.openLesson("tea-in-seven-days", 1);
    await expect(learner.site.page.getByRole("heading", { name: "Water 1" })).toBeVisible();
    await learner.site.tick(learner.site.actionItems.first());
    await learner.shortcut.complete("tea-in-seven-days", 1, 2, 3, 4, 5, 6, 7);
    await learner.site.page.goto("/courses/tea-in-seven-days/completed");
    await learner.site.expectStatistic("lessons completed", "7");
  });

  await test.step("a change is compared with what was there, and taken back", async () => {
    await page.goto(lessons);
    await page.getByRole("link", { name: "Cup number 3" }).click();
    await page.getByLabel("Summary").fill("A summary that nobody wanted");
    await page.getByRole("button", { name: "Save and show to learners" }).click();
    await page.getByRole("link", { name: "History", exact: true }).click();
    await expectGood(page, "history");
    await page.getByRole("link", { name: "Cup number 3" }).first().click();
    await expect(page.getByText("A summary that nobody wanted")).toBeVisible();
    await expectGood(page, "version");
    await page.goBack();
    await page.getByRole("link", { name: "Cup number 3" }).nth(1).click();
    await page.getByRole("button", { name: "Restore this version" }).click();
    await expect(page.getByText("The version is restored.")).toBeVisible();
  });

  await test.step("a course leaves as a package and comes back", async () => {
    await page.goto(details);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as a package" }).click();
    const file = await (await download).path();
    await page.goto("/admin/courses/import");
    await expectGood(page, "import");
    await page.getByLabel("Package").setInputFiles(file);
    await page.getByLabel(/even when its address is taken/).check();
    await page.getByRole("button", { name: "Import" }).click();
    await expect(page.getByText("The course is here as a draft.")).toBeVisible();
    await page.getByText("Delete", { exact: true }).click();
    await page.getByRole("button", { name: "Delete “Tea in seven days”" }).click();
    await expect(page.getByText("The course is deleted.")).toBeVisible();
  });
});
