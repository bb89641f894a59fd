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
    if (char === "\n") {
      editor.commands.keyboardShortcut("Enter");
      continue;
    }
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

  test("signs next to punctuation and in texts without spaces mark words, too", () => {
    expect(typed("(*a*) ¿**qué**?")).toBe("(*a*) ¿**qué**?");
    expect(typed("日本**語**です")).toBe("日本**語**です");
  });

  test("a sum with stars is no emphasis, nor are the underscores of a name", () => {
    for (const text of [
      "2 * 3 * 4 = 24",
      "2*3*4",
      "a ** b ** c",
      "2 *3 * 4",
      "a _ b _ c",
      "a ~~ b ~~ c",
      "call __init__ now",
    ]) {
      expect(typed(text).replaceAll("\\", "")).toBe(text);
    }
  });

  test("a picture", () => {
    expect(typed("a ![Alt](https://example.org/a.png) b")).toBe("a ![Alt](https://example.org/a.png) b");
    expect(typed('![](/media/a.png "T")')).toBe('![](/media/a.png "T")');
  });

  test("a task, in a list as well", () => {
    expect(typed("[ ] a")).toBe("- [ ] a");
    expect(typed("- [ ] a")).toBe("- [ ] a");
    expect(typed("- [x] a")).toBe("- [x] a");
    expect(typed("- a\n[ ] b\n[x] c")).toBe("- a\n\n* [ ] b\n* [x] c");
  });
});
