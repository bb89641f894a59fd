import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { expect, test } from "../support/test.ts";

const slug = "email-people-want-to-open";
const lesson = `/courses/${slug}/days/1`;

/** Some answer to every question, so that nothing is left open. */
async function answerAll(page: Page): Promise<void> {
  for (const question of await page.getByRole("group", { name: /./ }).all()) {
    const choice = question.locator("input[type=radio], input[type=checkbox]").first();
    if (await choice.count()) await choice.check();
    const text = question.locator("input[type=text]");
    if (await text.count()) await text.fill("no idea");
    for (const [index, select] of (await question.locator("select:visible").all()).entries()) {
      await select.selectOption({ index: index + 1 });
    }
    const move = question.getByRole("button", { name: /^Move .* down$/ }).first();
    if (await move.count()) await move.click();
  }
}

/** The right answers as the result page tells them, by question. */
async function rightAnswers(page: Page): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>();
  for (const item of await page.locator(".quiz-verdicts > li").all()) {
    const text = ((await item.locator(".quiz-text").textContent()) ?? "").trim();
    const lists = item.locator("dd");
    const lines = await lists.last().locator("p, li").allInnerTexts();
    answers.set(
      text,
      lines.map((line) => line.trim()),
    );
  }
  return answers;
}

test("a quiz is taken by keyboard, kept over a reload, failed, tried again and passed", async ({
  site,
  shortcut,
}) => {
  const { page } = site;
  await shortcut.signUp();
  await shortcut.enroll(slug);
  await page.goto(lesson);
  await page.getByRole("button", { name: "Start the quiz" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Check what you know" })).toBeVisible();
  await expectAccessible(page, "a quiz");

  await test.step("what was answered is there after a reload", async () => {
    const first = page.locator("input[type=radio]").first();
    await first.focus();
    await page.keyboard.press("Space");
    await expect(page.getByText("Answers kept")).toBeVisible();
    await page.reload();
    await expect(page.locator("input[type=radio]:checked")).toHaveCount(1);
  });

  await test.step("an unfinished one is asked about", async () => {
    await page.getByRole("button", { name: "Hand in", exact: true }).press("Enter");
    await expect(page.getByText(/answered yet/).first()).toBeVisible();
    await expectAccessible(page, "an unfinished quiz");
    await page.getByRole("button", { name: "Hand in anyway" }).press("Enter");
  });

  await test.step("the result tells what is right", async () => {
    await expect(page.getByRole("heading", { name: "Not there yet" })).toBeVisible();
    await expectAccessible(page, "a failed quiz");
  });

  const right = await rightAnswers(page);
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await test.step("answered right this time", async () => {
    for (const question of await page.locator(".quiz-question").all()) {
      const wanted = right.get(((await question.locator(".quiz-text").textContent()) ?? "").trim()) ?? [];
      const text = question.locator("input[type=text]");
      if (await text.count()) await text.fill(wanted[0] ?? "");
      for (const option of await question.locator(".quiz-option").all()) {
        if (wanted.includes(((await option.textContent()) ?? "").trim()))
          await option.locator("input").press("Space");
      }
      const items = question.locator(".quiz-places > li");
      if (await items.count()) {
        for (const [place, wantedText] of wanted.entries()) {
          const item = items.filter({ has: page.locator(".quiz-line", { hasText: wantedText }) });
          const up = item.getByRole("button", { name: /up$/ });
          const at = async () => (await items.locator(".quiz-line").allInnerTexts()).indexOf(wantedText);
          while ((await at()) > place) await up.press("Enter");
        }
      }
      for (const row of await question.locator(".quiz-pairs > li").all()) {
        const left = ((await row.locator(".quiz-line").textContent()) ?? "").trim();
        const pair = wanted.find((line) => line.startsWith(`${left} → `)) ?? "";
        await row.locator("select").selectOption({ label: pair.slice(left.length + 3) });
      }
    }
    await page.getByRole("button", { name: "Hand in", exact: true }).press("Enter");
    await expect(page.getByRole("heading", { name: "Passed" })).toBeVisible();
    await expectAccessible(page, "a passed quiz");
  });

  await page.goto(lesson);
  await expect(page.getByText("Passed with 100 %")).toBeVisible();
});

test("answers to an attempt that another tab handed in are refused in words that are true", async ({
  site,
  shortcut,
  watch,
}) => {
  const { page } = site;
  await shortcut.signUp();
  await shortcut.enroll(slug);
  await page.goto(lesson);
  await page.getByRole("button", { name: "Start the quiz" }).click();
  await page.evaluate(() => customElements.whenDefined("quiz-form"));
  const other = await page.context().newPage();
  await other.goto(`${lesson}/quiz`);
  await other.getByRole("button", { name: "Hand in", exact: true }).click();
  await other.getByRole("button", { name: "Hand in anyway" }).click();
  await expect(other.getByRole("heading", { name: "Not there yet" })).toBeVisible();

  watch.allow(/409/);
  await page.locator("input[type=radio]").first().check();
  await expect(page.getByText("This attempt was handed in elsewhere")).toBeVisible();
  await page.getByRole("link", { name: "See its result" }).click();
  await expect(page.getByRole("heading", { name: "Not there yet" })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("a quiz is taken with selects and saved for later", async ({ site, shortcut }) => {
    const { page } = site;
    await shortcut.signUp();
    await shortcut.enroll(slug);
    await page.goto(lesson);
    await page.getByRole("button", { name: "Start the quiz" }).click();
    await answerAll(page);
    await page.getByRole("button", { name: "Save and go on later" }).click();
    await page.getByRole("link", { name: "Go on with the quiz" }).click();
    await page.getByRole("button", { name: "Hand in", exact: true }).click();
    await expect(page.getByText(/of \d+ right/)).toBeVisible();
  });
});

test("an administrator edits a question", async ({ site, shortcut }) => {
  const { page } = site;
  await shortcut.signIn(demo.admin);
  await page.goto("/courses/clear-writing-at-work");
  const id = /\/admin\/lessons\/[0-9a-f-]+/;
  await page.goto("/admin/courses?q=clear+writing");
  await page.getByRole("link", { name: "Clear writing at work" }).first().click();
  await page.getByRole("link", { name: "Lessons", exact: true }).last().click();
  await page.locator(".lesson-what a").first().click();
  await expect(page).toHaveURL(id);
  await page.getByRole("link", { name: "Edit the quiz" }).click();
  await expectAccessible(page, "the editor of a quiz");
  await page.getByRole("link", { name: "True or false" }).click();
  await page.getByRole("textbox", { name: "Statement" }).fill("Short sentences are read sooner.");
  await expectAccessible(page, "a new question");
  const right = page.getByRole("radio", { name: "True" });
  await page.getByRole("button", { name: "Save question" }).click();
  await expect(right, "nobody but the author knows what is right").toBeFocused();
  await right.check();
  await page.getByRole("button", { name: "Save question" }).click();
  await expect(page.getByText("The question is saved.")).toBeVisible();
  await page.getByRole("link", { name: "Short sentences are read sooner." }).click();
  await page.getByRole("radio", { name: "False" }).check();
  await page.getByRole("button", { name: "Save question" }).click();
  await page.getByRole("link", { name: "Preview as learner" }).click();
  await expect(page.getByText("Short sentences are read sooner.")).toBeVisible();
  await expectAccessible(page, "the preview of a quiz");
  await page.getByRole("link", { name: "Back to the editor" }).click();
  await page.getByRole("link", { name: "Short sentences are read sooner." }).click();
  await page.getByText("Delete", { exact: true }).click();
  await page.getByRole("button", { name: "Delete this question" }).click();
  await expect(page.getByText("The question is deleted.")).toBeVisible();
});
