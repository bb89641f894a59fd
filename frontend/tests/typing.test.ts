// @vitest-environment jsdom
import { Editor } from "@tiptap/core";
import { describe, expect, test } from "vitest";
import { documentExtensions } from "../src/islands/rich-text/schema.ts";
import { serialize } from "../src/islands/rich-text/serialize.ts";

/** The Markdown of what was typed, sign by sign. */
function typed(text: string): string {
  const editor = new Editor({ element: document.createElement("div"), extensions: documentExtensions() });
  for (const char of text) {
    const { from, to } = editor.state.selection;
    const insert = () => editor.state.tr.insertText(char, from, to);
    const taken = editor.view.someProp("handleTextInput", (handle) =>
      handle(editor.view, from, to, char, insert),
    );
    if (!taken) editor.view.dispatch(insert());
  }
  const markdown = serialize(editor.state.doc);
  editor.destroy();
  return markdown;
}

describe("typing", () => {
  test("signs around words mark them", () => {
    expect(typed("a **b c** d *e* _f_ ~~g~~ `h`")).toBe("a **b c** d *e* *f* ~~g~~ `h`");
  });

  test("a sum with stars is no emphasis", () => {
    for (const text of ["2 * 3 * 4 = 24", "a ** b ** c", "2 *3 * 4", "a _ b _ c", "a ~~ b ~~ c"]) {
      expect(typed(text).replaceAll("\\", "")).toBe(text);
    }
  });
});
