import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  expectTargetsLargeEnough,
} from "../support/accessibility.ts";
import { expect, test } from "../support/test.ts";

const word = readFileSync(join(import.meta.dirname, "../../frontend/tests/fixtures/word.html"), "utf8");

/** A course of its own with lessons, so that nobody else is disturbed; answers its lessons' page. */
async function makeCourse(page: Page, ...lessons: string[]): Promise<string> {
  await page.goto("/admin/courses/new");
  await page.getByLabel("Title", { exact: true }).fill(`Editing ${randomUUID()}`);
  await page.getByLabel("Category").selectOption("Design");
  await page.getByRole("button", { name: "Create this course" }).click();
  await expect(page).toHaveURL(/\/lessons$/);
  const address = page.url();
  for (const lesson of lessons) {
    await page.goto(address);
    await page.getByLabel(/title/i).fill(lesson);
    await page.getByRole("button", { name: "Add lesson" }).click();
    await page.waitForURL(/\/admin\/lessons\//);
  }
  await page.goto(address);
  return address;
}

/** Something dropped on or pasted into the editor, as the browser would hand it over. */
async function hand(
  text: Locator,
  kind: "paste" | "drop",
  data: { html?: string; file?: string },
): Promise<void> {
  await text.evaluate(
    (element, { kind, data }) => {
      const transfer = new DataTransfer();
      if (data.html) transfer.setData("text/html", data.html);
      if (data.file) transfer.items.add(new File(["x"], data.file, { type: "image/png" }));
      const { left, top } = element.getBoundingClientRect();
      const options = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        kind === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
          : new DragEvent("drop", {
              ...options,
              dataTransfer: transfer,
              clientX: left + 60,
              clientY: top + 40,
            }),
      );
    },
    { kind, data },
  );
}

/** To the end of the text. Keys that follow a click within a few milliseconds are nobody's. */
async function toTheEnd(text: Locator): Promise<void> {
  await text.click();
  await text.page().waitForTimeout(100);
  await text.page().keyboard.press("Control+End");
  await text.page().waitForTimeout(100);
}

test.describe("an administrator", () => {
  test.use({ storageState: async ({ people }, use) => use(people.admin) });

  test("writes a lesson with the keyboard, and learners see it as it was written", async ({
    site,
    watch,
  }) => {
    test.slow();
    const { page } = site;
    await makeCourse(page, "Sleep");
    await page.getByRole("link", { name: "Sleep", exact: true }).click();
    const text = page.getByRole("textbox", { name: "Lesson", exact: true });
    const field = page.locator('textarea[name="body"]');
    await expect(text).toBeVisible();
    await expect(field).toBeHidden();
    await text.click();

    await test.step("the slash menu is a list that is filtered", async () => {
      await page.keyboard.type("/head");
      const menu = page.getByRole("listbox", { name: "Insert" });
      await expect(menu.getByRole("option")).toHaveText(["Heading", "Smaller heading", "Smallest heading"]);
      await page.keyboard.press("ArrowDown");
      await expect(menu.getByRole("option", { name: "Smaller heading" })).toHaveAttribute(
        "aria-selected",
        "true",
      );
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await expect(menu).toBeHidden();
      await page.keyboard.type("Rest");
      await expect(field).toHaveValue("## Rest");
    });

    await test.step("shortcuts of Markdown, and a slash that is only a slash", async () => {
      await page.keyboard.press("Enter");
      await page.keyboard.type("- Go to bed **early**");
      await page.keyboard.press("Enter");
      await page.keyboard.type("and/or nap ");
      await page.keyboard.type("/");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await expect(field).toHaveValue("## Rest\n\n- Go to bed **early**\n- and/or nap");
    });

    await test.step("callouts, tables and players from the menu", async () => {
      await page.keyboard.type("/callout tip");
      await page.keyboard.press("Enter");
      await page.keyboard.type("Dim the lights.");
      await page.getByLabel("Title", { exact: true }).last().fill("At nine");
      await toTheEnd(text);
      await page.keyboard.type("/table");
      await page.keyboard.press("Enter");
      await page.keyboard.type("Hour");
      await page.keyboard.press("Tab");
      await page.keyboard.type("What");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Why");
      await page.keyboard.press("Tab");
      await page.getByRole("button", { name: "− Row" }).click();
      await toTheEnd(text);
      await page.keyboard.type("/youtube");
      await page.keyboard.press("Enter");
      await page
        .getByRole("textbox", { name: "Video or slides" })
        .fill("https://youtube.com.evil.example/watch?v=x");
      await page.keyboard.press("Enter");
      await expect(page.getByText("That isn’t a link to one of these sites.")).toBeVisible();
      await page.getByRole("textbox", { name: "Video or slides" }).fill("https://youtu.be/aqz-KE-bpKQ");
      await page.keyboard.press("Enter");
      await expect(text.locator(".rt-player")).toBeVisible();
      await expect(field).toHaveValue(/> \[!TIP\] At nine\n> Dim the lights\.\n\n\| Hour \| What \| Why \|/);
      await expect(field).toHaveValue(/<https:\/\/youtu\.be\/aqz-KE-bpKQ>$/);
    });

    await test.step("the toolbar is one stop, with arrow keys", async () => {
      await page.keyboard.type("Good night");
      await page.keyboard.press("Shift+Home");
      await page.keyboard.press("Alt+F10");
      const toolbar = page.getByRole("toolbar", { name: "Formatting" });
      await expect(toolbar.locator(":focus")).toHaveCount(1);
      await expect(toolbar.locator('[tabindex="0"]')).toHaveCount(1);
      const bold = toolbar.getByRole("button", { name: "Bold" });
      for (let presses = 0; presses < 5; presses += 1) await page.keyboard.press("ArrowRight");
      await expect(bold).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(bold).toHaveAttribute("aria-pressed", "true");
      await expect(text).toBeFocused();
      await expect(field).toHaveValue(/\*\*Good night\*\*$/);
    });

    await test.step("nobody is caught: after Escape, Tab leaves", async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Tab");
      await expect(text).not.toBeFocused();
    });

    await test.step("axe finds nothing, and a phone has room", async () => {
      await expectAccessible(page, "the editor");
      await text.locator("th").first().click();
      await expectAccessible(page, "the editor in a table");
      await expectNoSidewaysScroll(page, "the editor");
      const before = page.viewportSize();
      await page.setViewportSize({ width: 390, height: 844 });
      await expectTargetsLargeEnough(page, "the editor on a phone");
      if (before) await page.setViewportSize(before);
    });

    await test.step("learners see the callout, and a player only after they ask", async () => {
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByText("saved", { exact: false }).first()).toBeVisible();
      await page.getByRole("link", { name: "Preview" }).click();
      const callout = page.locator('.callout[data-kind="tip"]');
      await expect(callout.locator(".callout-title")).toHaveText("At nine");
      await expect(page.locator("iframe")).toHaveCount(0);
      await expectAccessible(page, "the lesson with callout and card");
      const player = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ";
      watch.allow(/request to elsewhere: https:\/\/www\.youtube-nocookie\.com\//);
      await page.route("https://www.youtube-nocookie.com/**", (route) =>
        route.fulfill({ contentType: "text/html", body: "<title>Player</title><p>Playing" }),
      );
      await page.getByRole("button", { name: /Play the video from YouTube/ }).click();
      const frame = page.locator(".embed iframe");
      await expect(frame).toHaveAttribute("src", `${player}?autoplay=1`);
      await expect(frame).toHaveAttribute("sandbox", /allow-scripts/);
      await expect(page.frameLocator(".embed iframe").getByText("Playing")).toBeVisible();
    });
  });

  test("what was not touched stays, pasted text is clean, pictures find their place", async ({
    site,
    watch,
  }) => {
    const { page } = site;
    await makeCourse(page, "Kept");
    await page.getByRole("link", { name: "Kept", exact: true }).click();
    const text = page.getByRole("textbox", { name: "Lesson", exact: true });
    const field = page.locator('textarea[name="body"]');
    const original =
      "Setext\n------\n\n*  odd   list\n*  of two\n\n<details>\n<summary>Raw</summary>\n</details>\n\nEnd[^1].\n\n[^1]: Note.";

    await test.step("the Markdown view and back", async () => {
      await page.getByRole("button", { name: "Markdown" }).click();
      await expect(field).toBeVisible();
      await field.fill(original);
      await page.getByRole("button", { name: "Markdown" }).click();
      await expect(field).toBeHidden();
      await expect(text.getByRole("heading", { name: "Setext" })).toBeVisible();
      await expect(text.getByText("Kept as it is.").first()).toBeVisible();
      await expect(field).toHaveValue(original);
    });

    await test.step("only the block that is edited is written anew", async () => {
      await text.getByText("End").click();
      await page.keyboard.press("Home");
      await page.keyboard.type("The ");
      await expect(field).toHaveValue(original.replace("End[^1]", "The End[^1]"));
      await page.keyboard.press("Control+z");
      await expect(field).toHaveValue(original);
    });

    await test.step("text from Word arrives as structure", async () => {
      await page.getByRole("button", { name: "Markdown" }).click();
      await field.fill("");
      await page.getByRole("button", { name: "Markdown" }).click();
      await text.click();
      await hand(text, "paste", { html: word });
      await expect(field).toHaveValue(
        /- A calculator\n {2}- Paper works\n {2}- So does a phone\n- Half an hour/,
      );
      await expect(field).not.toHaveValue(/mso|<o:p|style/);
      await expect(page.getByText("A picture can’t be pasted from there.")).toBeVisible();
    });

    await test.step("signs that stand in pasted text mean nothing", async () => {
      await hand(text, "paste", { html: "<p>The _id_ column is 2 *3* `4`.</p>" });
      await expect(text.getByText("The _id_ column is 2 *3* `4`.")).toBeVisible();
      await expect(text.locator("em, code")).toHaveCount(1);
    });

    await test.step("a dropped picture is uploaded and asks for its description", async () => {
      await page.route("**/admin/media/uploads", (route) =>
        route.fulfill({ status: 201, headers: { Location: "/admin/media/uploads/1" } }),
      );
      await page.route("**/admin/media/uploads/1", (route) =>
        route.fulfill({
          status: 204,
          headers: { "Upload-Offset": "1", "Media-Url": "/assets/none.png", "Media-Kind": "image" },
        }),
      );
      watch.allow(/none\.png/);
      await hand(text, "drop", { file: "chart.png" });
      await page.getByLabel("Description").fill("Two bars");
      await expect(field).toHaveValue(/!\[Two bars\]\(\/assets\/none\.png\)/);
    });

    await test.step("an upload that nobody takes says so", async () => {
      await page.route("**/admin/media/uploads", (route) => route.fulfill({ status: 404, body: "" }));
      watch.allow(/404/);
      await hand(text, "drop", { file: "lost.png" });
      await expect(page.getByText("lost.png wasn’t uploaded. Uploads aren’t available here.")).toBeVisible();
      await expect(text.locator(".rt-uploading")).toHaveCount(0);
    });
  });

  test("keeps the text of a lesson that somebody else deleted on the page", async ({ site, watch }) => {
    const { page } = site;
    await makeCourse(page, "Sleep");
    await page.getByRole("link", { name: "Sleep", exact: true }).click();
    await page.waitForURL(/\/admin\/lessons\//);
    const address = page.url();
    await page.evaluate(() => customElements.whenDefined("lesson-editor"));

    const other = await page.context().newPage();
    await other.goto(address);
    await other.getByText("Delete", { exact: true }).click();
    await other.getByRole("button", { name: "Delete day 1" }).click();
    await expect(other).toHaveURL(/\/lessons$/);

    watch.allow(/404/);
    await page.getByLabel("Title", { exact: true }).fill("An hour of work");
    const status = page.locator("lesson-editor .save-status");
    await expect(status).toContainText("This lesson was deleted.");
    await expect(status).toHaveRole("alert");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(status).toContainText("Not saved: this lesson was deleted.");
    expect(page.url()).toBe(address);
    await expect(page.getByLabel("Title", { exact: true })).toHaveValue("An hour of work");
  });

  test("puts lessons in order by keyboard and by dragging; what is refused goes back", async ({
    site,
    watch,
  }) => {
    const { page } = site;
    const address = await makeCourse(page, "One", "Two", "Three");
    const titles = page.locator("sortable-list h2");
    await expect(page.locator("sortable-list[data-ready]")).toBeVisible();
    const saved = () =>
      page.waitForResponse((answer) => answer.url().endsWith("/lessons/order") && answer.ok());

    let done = saved();
    await page.getByRole("button", { name: "Move One", exact: true }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(page.getByText("Moved to position 2 of 3")).toBeAttached();
    await expect(page.getByRole("button", { name: "Move One", exact: true })).toBeFocused();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(titles).toHaveText(["Two", "Three", "One"]);
    await expect(page.locator("[data-position]")).toHaveText(["1", "2", "3"]);
    await done;

    done = saved();
    await page
      .getByRole("button", { name: "Move One", exact: true })
      .dragTo(page.getByRole("button", { name: "Move Two", exact: true }), {
        targetPosition: { x: 8, y: 2 },
      });
    await expect(titles).toHaveText(["One", "Two", "Three"]);
    await done;
    await page.goto(address);
    await expect(titles).toHaveText(["One", "Two", "Three"]);
    await expectAccessible(page, "lessons in order");

    watch.allow(/500/);
    await page.route("**/lessons/order", (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.getByRole("button", { name: "Move Three up" }).click();
    await expect(page.getByText("The new order wasn’t saved.")).toBeVisible();
    await expect(titles).toHaveText(["One", "Two", "Three"]);
  });
});
