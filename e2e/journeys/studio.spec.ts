import { expectAccessible, expectGood } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { handbook } from "../support/handbook.ts";
import { startModel } from "../support/model.ts";
import { startSite } from "../support/programs.ts";
import { expect, test } from "../support/test.ts";

test("without any key, a handbook becomes a draft, is looked through, published and learned from", async ({
  own,
  elsewhere,
}) => {
  test.setTimeout(300_000);
  const admin = await elsewhere({ baseURL: own.address });
  const learner = await elsewhere({ baseURL: own.address });
  const { page } = admin.site;
  await admin.shortcut.signIn(demo.admin);

  await test.step("the panel leads to the form, and says what is possible without a model", async () => {
    await page.goto("/admin");
    await page
      .getByRole("navigation", { name: "Admin" })
      .getByRole("link", { name: "AI generation" })
      .click();
    await expect(page.getByText("Nothing has been written yet")).toBeVisible();
    await expectGood(page, "AI generation, empty");
    await page.getByRole("link", { name: "Start the first course" }).click();
    await expect(page.getByText("No language model is set up")).toBeVisible();
    await expect(page.getByRole("radio", { name: /Built-in author/ })).toBeChecked();
    await expect(page.getByRole("radio", { name: /^AI/ })).toHaveCount(0);
    await expect(page.locator("#estimate")).toContainText("$0.00");
    await expectGood(page, "new course without a model");
  });

  await test.step("without documents nothing can be made, and the form keeps what was typed", async () => {
    admin.watch.allow(/status 409|status 422/);
    await page.getByLabel("Topic", { exact: true }).fill("Leading a project");
    await page.getByLabel("Category").selectOption("Business");
    await page.getByLabel("For whom").fill("People who have never led a project");
    await page.getByLabel("For whom").press("Enter");
    await expect(page.getByRole("alert").first()).toContainText("a course is made from documents");
    await expect(page.getByLabel("Topic", { exact: true })).toHaveValue("Leading a project");
    await expectGood(page, "new course, refused");
  });

  await test.step("what is no document says why; a handbook is read and chosen", async () => {
    admin.watch.allow(/status 422/);
    const add = page.getByLabel("Add a document");
    await add.setInputFiles({
      name: "photo.png",
      mimeType: "image/png",
      buffer: Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    });
    await expect(page.getByText(/Upload a PDF, a Word document/)).toBeVisible();
    await page.getByRole("button", { name: "Cancel photo.png" }).click();
    await add.setInputFiles({ name: "handbook.md", mimeType: "text/markdown", buffer: handbook() });
    const choice = page.getByRole("checkbox", { name: /handbook\.md/ });
    await expect(choice).toBeChecked();
    await expect(page.getByText(/Markdown · \d+,\d{3} words/)).toBeVisible();
    await expectGood(page, "new course with a document");
  });

  await test.step("it is written while one watches", async () => {
    await page.getByRole("button", { name: "Start writing" }).click();
    await expect(admin.site.heading("Leading a project")).toBeVisible();
    await expect(page.getByText("Extracted, not AI")).toBeVisible();
    await expect(page.getByRole("link", { name: "Look through it" })).toBeVisible({ timeout: 60_000 });
    await expect(page.locator(".ai-steps > li[data-state=done]")).toHaveCount(12);
    await expectGood(page, "job, written");
  });

  await test.step("the draft waits for approval, and can't be published before", async () => {
    await page.getByRole("link", { name: "Look through it" }).click();
    await expect(page.getByText("0 of 7 approved")).toBeVisible();
    await expectGood(page, "review of a course");
    await page.getByRole("link", { name: "Edit the course" }).click();
    await expect(page.getByText("Written by a program: waits for approval.")).toBeVisible();
    await expectGood(page, "course that waits for approval");
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText("Not published yet")).toBeVisible();
    await page.getByRole("link", { name: "Look through it" }).click();
  });
  const review = page.url();

  await test.step("a lesson stands beside what it rests on; it is flagged, rated, edited and approved", async () => {
    await page.locator(".lesson-lines a").first().click();
    await expect(page.getByRole("region", { name: "Sources" })).toContainText("handbook.md");
    await expect(page.getByRole("region", { name: /^Quality \d+ of 100/ })).toBeVisible();
    await expect(page.getByRole("region", { name: "Quiz" })).toBeVisible();
    await expectGood(page, "review of a lesson");
    const lesson = page.url();

    await page.getByText("Flag", { exact: true }).click();
    await page.getByLabel("What is wrong?").fill("The first example needs a number.");
    await page.getByRole("button", { name: "Flag this lesson" }).click();
    await expect(page.getByText("The first example needs a number.")).toBeVisible();
    await expectAccessible(page, "flagged lesson");
    await page.goto(review);
    await expect(page.getByRole("button", { name: "Approve all" })).toBeDisabled();
    await expect(page.getByText("Day 1 is flagged.")).toBeVisible();
    await expectGood(page, "review with a flagged lesson");

    await page.goto(lesson);
    await page.getByRole("radio", { name: "4 stars" }).check();
    await page.getByLabel("Why?").fill("Well ordered.");
    await page.getByRole("button", { name: "Save the rating" }).click();
    await expect(page.getByText("Rated 4 of 5")).toBeVisible();

    await page.getByText("Write it anew", { exact: true }).click();
    await expect(page.getByText("Only a language model can write a single lesson anew")).toBeVisible();

    await page.getByRole("link", { name: "Edit", exact: true }).click();
    await page.getByLabel("Summary").fill("Say on one page what will be possible, and how we shall know.");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByText("The lesson is saved.")).toBeVisible();
    await page.getByRole("link", { name: "Beside its sources" }).click();
    await expect(page.getByText("Say on one page what will be possible")).toBeVisible();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await expect(page.getByText("The lesson is approved.")).toBeVisible();
    await expect(admin.site.heading(/^Day 2:/)).toBeVisible();
  });

  await test.step("the rest is approved at once, and the course is published", async () => {
    await page.goto(review);
    await expect(page.getByText("1 of 7 approved")).toBeVisible();
    await page.getByRole("button", { name: "Approve all" }).click();
    await expect(page.getByText("7 of 7 approved")).toBeVisible();
    await expectGood(page, "review, approved");
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByText("The course is published.")).toBeVisible();
  });

  await test.step("what was not taught, what it cost and how prompts do is told", async () => {
    await page.goto(`${review}/untaught`);
    await expect(admin.site.heading("Passages not taught")).toBeVisible();
    await expectGood(page, "passages not taught");
    await page.goto("/admin/ai");
    await expect(page.getByRole("row", { name: /Leading a project/ })).toContainText("Written");
    await expectGood(page, "AI generation");
    await page.getByLabel("State").selectOption("Failed");
    await expect(page.getByText("Nothing matches")).toBeVisible();
    await page.goto("/admin/ai/references");
    await page.getByRole("link", { name: "handbook.md", exact: true }).click();
    await expectGood(page, "a document");
    await page.goto("/admin/ai/usage");
    await expect(page.getByText("No model was asked this month.")).toBeVisible();
    await expectGood(page, "usage");
    await page.goto("/admin/ai/prompts");
    await expect(page.getByRole("heading", { name: "Extracted, not AI" })).toBeVisible();
    await expectGood(page, "prompts");
  });

  await test.step("a learner takes the first lesson", async () => {
    await learner.shortcut.signUp("Petra Project");
    await page.goto(review);
    const catalog = await page.getByRole("link", { name: "See it in the catalog" }).getAttribute("href");
    const slug = catalog?.split("/").pop() ?? "";
    await learner.site.openCourse(slug);
    await learner.site.enroll();
    await learner.site.openLesson(slug, 1);
    await expect(learner.site.page.getByText("Say on one page what will be possible")).toBeVisible();
    await learner.site.tick(learner.site.actionItems.first());
    await learner.site.markComplete();
    await expect(learner.site.completion).toContainText("Day 1 is done");
  });
});

test("with a model, one watches what it writes, stops it, goes on, and has a lesson written anew", async ({
  elsewhere,
}) => {
  test.setTimeout(300_000);
  const model = await startModel();
  const own = await startSite({
    args: ["--demo"],
    env: {
      MOMENTUM_AI_PROVIDER: "openai",
      MOMENTUM_AI_BASE_URL: model.address,
      MOMENTUM_AI_MODEL: "watched-1",
      MOMENTUM_AI_DRAFT_MODEL: "watched-small",
    },
  });
  try {
    const { site, shortcut } = await elsewhere({ baseURL: own.address });
    const { page } = site;
    await shortcut.signIn(demo.admin);

    await test.step("the estimate follows what is chosen", async () => {
      await page.goto("/admin/ai/new");
      await expect(page.getByRole("radio", { name: /^AI: watched-1/ })).toBeChecked();
      const estimate = page.locator("#estimate");
      await expect(estimate).toContainText("23 requests");
      await page.getByLabel("Length").selectOption("14 days");
      await expect(estimate).toContainText("44 requests");
      await page.getByRole("radio", { name: /Built-in author/ }).check();
      await expect(estimate).toContainText("No model is asked");
      await page.getByRole("radio", { name: /^AI: watched-1/ }).check();
      await page.getByLabel("Length").selectOption("7 days");
      await expect(estimate).toContainText("23 requests");
      await page.getByLabel("How good").selectOption({ label: "A first look: watched-small" });
      // From its top: what lies half below the header is no target there.
      await page.evaluate(() => window.scrollTo(0, 0));
      await expectGood(page, "new course with a model");
    });

    await test.step("what is written is seen while it comes", async () => {
      model.hold();
      await page.getByLabel("Topic", { exact: true }).fill("Small steps");
      await page.getByLabel("Category").selectOption("Personal Development");
      await page.getByRole("button", { name: "Start writing" }).click();
      await expect(site.heading("Small steps")).toBeVisible();
      await expect(page.getByRole("region", { name: "Being written" })).toBeVisible();
      await expect(page.locator(".ai-box").first()).toContainText("in a way that you can see today");
      await expectGood(page, "job under way");
    });

    await test.step("it is stopped and goes on without asking for anything twice", async () => {
      await page.getByText("Cancel", { exact: true }).click();
      await page.getByRole("button", { name: "Yes, stop it" }).click();
      await expect(page.getByText("Stopped. What is done is kept.")).toBeVisible();
      await expectGood(page, "job, cancelled");
      model.goOn();
      await page.getByRole("button", { name: "Go on" }).click();
      await expect(page.getByRole("link", { name: "Look through it" })).toBeVisible({ timeout: 120_000 });
      expect(
        model.asked.filter((form) => form === "plan"),
        "the plan is asked for once",
      ).toHaveLength(1);
      await expect(page.locator("[data-said]")).toHaveText("Written");
      await expectGood(page, "job, written by a model");
    });

    await test.step("a lesson is written anew as an editor wants it", async () => {
      await page.getByRole("link", { name: "Look through it" }).click();
      await expect(page.getByText("AI: watched-small")).toBeVisible();
      await page.getByRole("link", { name: "The harbor of day 1" }).click();
      await expectGood(page, "a lesson by a model");
      await page.getByText("Write it anew", { exact: true }).first().click();
      await page.getByLabel("What is to be different?").fill("With an example from a hospital.");
      await page.getByRole("button", { name: "Write it anew" }).click();
      await expect(page.getByText("With an example from a hospital.")).toBeVisible();
      await page.getByRole("link", { name: "Look through it" }).click({ timeout: 60_000 });
      await expect(page.getByText("also in a hospital")).toBeVisible();
      await page.getByRole("link", { name: "Compare versions" }).click();
      await expect(page.locator("main ol li")).toHaveCount(2);
    });

    await test.step("a provider that refuses is named, and nothing is lost", async () => {
      model.refuseNext();
      await page.goto("/admin/ai/new?topic=Smaller steps&category_id=personal-development");
      await page.getByRole("button", { name: "Start writing" }).click();
      await expect(page.getByText("It stopped.", { exact: true })).toBeVisible({ timeout: 30_000 });
      await expectGood(page, "job, failed");
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByText("Being written", { exact: true }).first()).toBeVisible();
      await page.goto("/admin/ai/usage");
      await expect(page.getByText("Nobody has set a price for")).toBeVisible();
      await expectGood(page, "usage with models");
      await page.goto("/admin/ai");
      await expectGood(page, "AI generation with jobs");
    });
  } finally {
    await own.stop();
    await model.stop();
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a document is uploaded from the form, which keeps what was typed, and the job page leads on", async ({
    own,
    elsewhere,
  }) => {
    test.setTimeout(120_000);
    const { site, shortcut } = await elsewhere({ baseURL: own.address, javaScriptEnabled: false });
    const { page } = site;
    await shortcut.signIn(demo.admin);
    await page.goto("/admin/ai/new");
    await page.getByLabel("Topic", { exact: true }).fill("Running projects");
    await page.getByLabel("Category").selectOption("Business");
    await page.getByLabel("Length").selectOption("7 days");
    await page
      .getByLabel("Add a document")
      .setInputFiles({ name: "handbook.md", mimeType: "text/markdown", buffer: handbook() });
    await page.getByRole("button", { name: "Upload" }).click();
    await expect(page.getByLabel("Topic", { exact: true })).toHaveValue("Running projects");
    await expect(page.getByRole("checkbox", { name: /handbook\.md/ })).toBeChecked();
    await page.getByRole("button", { name: "Estimate again" }).click();
    await expect(page.getByText("$0.00")).toBeVisible();
    await expect(page.getByRole("checkbox", { name: /handbook\.md/ })).toBeChecked();
    await page.getByRole("button", { name: "Start writing" }).click();
    await expect(site.heading("Running projects")).toBeVisible();
    // The page looks again by itself.
    await expect(page.getByRole("link", { name: "Look through it" })).toBeVisible({ timeout: 60_000 });
    await page.getByRole("link", { name: "Look through it" }).click();
    await page.getByRole("button", { name: "Approve all" }).click();
    await expect(page.getByText("7 of 7 approved")).toBeVisible();
  });
});
