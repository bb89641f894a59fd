import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOMParser as DocumentParser } from "@tiptap/pm/model";
import { JSDOM } from "jsdom";
import { beforeAll, describe, expect, test } from "vitest";
import { cleanPasted, looksLikeMarkdown } from "../src/islands/rich-text/paste.ts";
import { serialize } from "../src/islands/rich-text/serialize.ts";
import { schema } from "./support.ts";

beforeAll(() => {
  const { window } = new JSDOM("");
  Object.assign(globalThis, {
    DOMParser: window.DOMParser,
    document: window.document,
    window,
    HTMLElement: window.HTMLElement,
    Node: window.Node,
  });
});

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

/** The Markdown that is in the editor after somebody pasted this. */
function pasted(html: string): { markdown: string; lost: number; clean: string } {
  const { html: clean, lost } = cleanPasted(html);
  const body = new DOMParser().parseFromString(clean, "text/html").body;
  const slice = DocumentParser.fromSchema(schema).parse(body);
  slice.check();
  return { markdown: serialize(slice), lost, clean };
}

describe("paste", () => {
  test("from Word: headings, lists by level, tables, marks; no trace of Word", () => {
    const { markdown, lost, clean } = pasted(fixture("word.html"));
    expect(clean).not.toMatch(/mso|style=|class=|<o:p|<!--|<span|<font/i);
    expect(lost).toBe(1);
    expect(markdown).toBe(`## Your first “budget”

Begin with **evidence**, not with a *guess*. It’s 20\u00a0km—no more.

### What you need

- Three statements
- A calculator
  - Paper works
  - So does a phone
- Half an hour

Then:

1. Add up
2. Compare
   1. Month by month
3. Decide

| Month | Spent |
| - | -: |
| July | $3,100<br>estimated |
| August | $2,940 |

See [the guide](https://consumer.gov/managing).`);
  });

  test("from Google Docs: nested lists, checklists, styles as marks, real addresses", () => {
    const { markdown, clean } = pasted(fixture("google-docs.html"));
    expect(clean).not.toMatch(/docs-internal|style=|<span|dir=|role=/i);
    expect(markdown).toBe(`## Focus for “deep” work

Turn **notifications** off, *all* of them, ~~maybe~~ now. Run \`git status\` first.

- Phone away
  - In another room
- Door closed

1. Choose one thing
2. Start a timer

- [x] Tell your team
- [ ] Block the calendar

| When | What |
| - | - |
| 9:00 | Write **one** page |

More on [their site](https://example.org/focus?a=1).`);
  });

  test("from a web page: only structure stays, joined cells come apart, nothing runs", () => {
    const { markdown, clean } =
      pasted(`<div style="color:red" onclick="alert(1)"><h1>Title</h1><script>alert(1)</script>
      <div>Plain <a href="javascript:alert(1)">bad</a> and <a href="/courses">good</a><img src="x" onerror="alert(1)"></div>
      <table><tr><td colspan="2">Both</td><td rowspan="2">Down</td></tr><tr><td><ul><li>a</li><li>b</li></ul></td><td>c</td></tr></table>
      <pre><code>a  &lt; b</code></pre></div>`);
    expect(clean).not.toMatch(/script|onclick|onerror|javascript/);
    expect(markdown).toBe(`## Title

Plain bad and [good](/courses)

| Both | | Down |
| - | - | - |
| a<br>b | c | |

\`\`\`
a  < b
\`\`\``);
  });

  test("raised digits stay raised, Google's pictures are lost, code ends with its last line", () => {
    const { markdown, lost } =
      pasted(`<p>x<sup>2</sup> + y<sup>n+1</sup>, H<sub>2</sub>O, <span style="font-size:0.6em;vertical-align:super">10</span>, 1<sup>st</sup></p>
      <p>A chart<img src="https://lh7-rt.googleusercontent.com/docsz/AD_4nX" alt=""></p><pre><code>one\ntwo\n</code></pre>`);
    expect(markdown).toBe("x² + yⁿ⁺¹, H₂O, ¹⁰, 1st\n\nA chart\n\n```\none\ntwo\n```");
    expect(lost).toBe(1);
  });

  test("what comes from this editor is left alone", () => {
    const html = '<p data-pm-slice="1 1 []">a <strong>b</strong></p>';
    expect(cleanPasted(html)).toEqual({ html, lost: 0 });
  });

  test("plain text is read as Markdown only when it looks like it", () => {
    for (const text of [
      "# A\n\nb",
      "- a\n- b",
      "1. a",
      "a **b** c",
      "a (*b c*), d",
      "_a_",
      "the `x`.",
      "**日本**です",
      "日本**語**です",
      "¿**qué**?",
      "l’**eau** froide",
      "some text **bold**text",
      "[a](b)",
      "```\na\n```",
      "| a |\n|---|",
    ]) {
      expect(looksLikeMarkdown(text), text).toBe(true);
    }
    for (const text of [
      "Just text.",
      "5 * 3 * 2",
      "5*3*2",
      "2 * 3 * 4",
      "(a)*b*(c)",
      "src/*/*.ts",
      "int *a,*b;",
      "日本_語_です",
      "2**3 + 4**5",
      "a ** b ** c",
      "a_b_c __init__",
      "*a and *b",
      "#1 of 3",
      "a - b",
      "10.5 km",
      "2 | 3",
    ]) {
      expect(looksLikeMarkdown(text), text).toBe(false);
    }
  });
});
