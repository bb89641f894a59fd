import { markedWords } from "./signs";

/**
 * Cleans what other programs put on the clipboard, Word and Google Docs above all: only structure and words stay.
 * Pictures that are on somebody's disk can't be taken from there; `lost` counts them.
 */
export function cleanPasted(html: string): { html: string; lost: number } {
  // What was copied in an editor like this one is clean.
  if (html.includes("data-pm-slice")) return { html, lost: 0 };
  const body = new DOMParser().parseFromString(withoutStyles(html), "text/html").body;
  dropInvisible(body);
  wordLists(body);
  googleLists(body);
  looksToMarks(body);
  raised(body);
  const lost = pictures(body);
  links(body);
  for (const table of body.querySelectorAll("table")) flattenTable(table);
  callouts(body);
  plainTags(body);
  headings(body);
  spaces(body);
  codeEnds(body);
  return { html: body.innerHTML, lost };
}

const keptAttributes = new Set([
  "href",
  "src",
  "alt",
  "title",
  "start",
  "data-type",
  "data-checked",
  "data-align",
  "data-kind",
]);

/** The page's policy refuses styles even here, loudly: what they say is read from another attribute. */
function withoutStyles(html: string): string {
  return html
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/(\s)style(\s*=)/gi, "$1data-style$2"));
}

function all(root: Element, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

function styleOf(element: Element): string {
  return (element.getAttribute("data-style") ?? "").toLowerCase();
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

function rename(element: Element, tag: string): HTMLElement {
  const made = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) made.setAttribute(name, value);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

function dropInvisible(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, 128);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.parentNode?.removeChild(comment);
  for (const element of all(body, "*")) {
    const tag = element.localName;
    if (
      /^(style|script|meta|link|title|xml|colgroup|iframe|object|svg|button|input|select|textarea)$/.test(tag)
    ) {
      element.remove();
    } else if (/(^|;)\s*(display:\s*none|mso-hide:\s*all)/.test(styleOf(element))) {
      element.remove();
    }
  }
  for (const element of all(body, "br.Apple-interchange-newline, body > br, body > b > br")) element.remove();
  // Word's namespaces: o:p, st1:place, w:sdt, v:shape.
  for (const element of all(body, "*")) if (element.localName.includes(":")) unwrap(element);
  // Google puts everything into a bold that is not bold.
  for (const element of all(body, 'b[id^="docs-internal-guid"]')) unwrap(element);
}

/** Word writes lists as paragraphs with their level and mark in the style. */
function wordLists(body: HTMLElement): void {
  const items = all(body, "p, h1, h2, h3, h4, h5, h6").filter((item) =>
    /mso-list:\s*l\d+/.test(styleOf(item)),
  );
  let open: { list: HTMLElement; level: number; id: string }[] = [];
  let last: Element | null = null;
  for (const item of items) {
    const [, id = "", digit = "1"] = /mso-list:\s*(l\d+)\s+level(\d+)/.exec(styleOf(item)) ?? [];
    const level = Number(digit);
    let mark = "";
    for (const span of all(item, "span")) {
      if (!/mso-list:\s*ignore/.test(styleOf(span))) continue;
      mark = (span.textContent ?? "").replace(/[\s\u00a0]+/g, "");
      span.remove();
    }
    const tag = /^\(?(\d+|[a-z]|[ivxlcdm]+)[.)]/i.test(mark) ? "ol" : "ul";
    const follows = last !== null && item.previousElementSibling === last;
    if (!follows || (open[0] && open[0].id !== id)) open = [];
    while (open.length > 1 && (open.at(-1)?.level ?? 0) > level) open.pop();
    let top = open.at(-1);
    if (!top || top.level < level || (top.level === level && top.list.localName !== tag && open.length > 1)) {
      if (top && top.level === level) open.pop();
      top = open.at(-1);
      const list = body.ownerDocument.createElement(tag);
      const start = /^\(?(\d+)/.exec(mark)?.[1];
      if (tag === "ol" && start && start !== "1") list.setAttribute("start", start);
      if (top) (top.list.lastElementChild ?? top.list).append(list);
      else item.before(list);
      top = { list, level, id };
      open.push(top);
    }
    const entry = body.ownerDocument.createElement("li");
    entry.append(...item.childNodes);
    top.list.append(entry);
    last = open[0]?.list ?? null;
    item.remove();
  }
}

/** Google Docs puts inner lists beside their item, and draws the boxes of checklists. */
function googleLists(body: HTMLElement): void {
  for (const list of all(body, "ul > ul, ul > ol, ol > ul, ol > ol")) {
    if (list.previousElementSibling?.localName === "li") list.previousElementSibling.append(list);
  }
  for (const item of all(body, 'li[role="checkbox"]')) {
    item.setAttribute("data-type", "taskItem");
    item.setAttribute("data-checked", item.getAttribute("aria-checked") === "true" ? "true" : "false");
    item.parentElement?.setAttribute("data-type", "taskList");
    for (const box of all(item, "img")) box.remove();
    for (const crossed of all(item, "span")) {
      crossed.setAttribute("data-style", styleOf(crossed).replace(/text-decoration[^;]*/g, ""));
    }
  }
}

/** Weight, slant and strokes that are written as style become marks; everything else about looks goes. */
function looksToMarks(body: HTMLElement): void {
  for (const element of all(body, "b, strong")) {
    if (/font-weight:\s*(normal|[1-4]00)/.test(styleOf(element).replace(/mso-bidi-font-weight:[^;]*/g, ""))) {
      unwrap(element);
    }
  }
  for (const span of all(body, "span, font")) {
    const style = styleOf(span);
    const place = /(^|[^-])vertical-align:\s*(super|sub)/.exec(style)?.[2];
    // Headings are bold by themselves.
    const inHeading = span.closest("h1, h2, h3, h4, h5, h6, th") !== null;
    const tags: string[] = [];
    if (/font-family:[^;]*(courier|consolas|menlo|monaco|monospace|roboto mono|source code)/.test(style))
      tags.push("code");
    if (place) tags.push(place === "super" ? "sup" : "sub");
    if (!inHeading && /(^|[^-])font-weight:\s*(bold|[6-9]00)/.test(style)) tags.push("strong");
    if (/(^|[^-])font-style:\s*italic/.test(style)) tags.push("em");
    if (/text-decoration[^;]*line-through/.test(style)) tags.push("s");
    let inner: Element = span;
    for (const tag of tags) {
      const mark = span.ownerDocument.createElement(tag);
      mark.append(...inner.childNodes);
      inner.append(mark);
      inner = mark;
    }
    unwrap(span);
  }
}

const small = {
  sup: { plain: "0123456789+-\u2212=()ni", signs: "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ" },
  sub: { plain: "0123456789+-\u2212=()", signs: "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎" },
};

/** Markdown has no raised or lowered text: digits and signs have characters of their own, so that x² doesn't become x2. */
function raised(body: HTMLElement): void {
  for (const element of all(body, "sup, sub")) {
    const { plain, signs } = small[element.localName as "sup" | "sub"];
    const text = element.textContent ?? "";
    if (text.trim() && [...text].every((char) => plain.includes(char) || /\s/.test(char))) {
      const walker = body.ownerDocument.createTreeWalker(element, 4);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        node.textContent = [...(node.textContent ?? "")]
          .map((char) => signs[plain.indexOf(char)] ?? char)
          .join("");
      }
    }
    unwrap(element);
  }
}

/** Pictures that others can't see: files of somebody's disk, and Google's, whose addresses are theirs alone and end soon. */
function pictures(body: HTMLElement): number {
  let lost = 0;
  for (const image of all(body, "img")) {
    const source = image.getAttribute("src") ?? "";
    const google = /^https?:\/\/[^/]*\.googleusercontent\.com(\/|$)/i.test(source);
    if (/^(https?:|\/(?!\/))/i.test(source) && !google) continue;
    lost += 1;
    image.remove();
  }
  return lost;
}

function links(body: HTMLElement): void {
  for (const link of all(body, "a")) {
    const href = link.getAttribute("href") ?? "";
    if (
      !/^(https?:|mailto:|tel:|\/(?!\/)|#)/i.test(href) ||
      (link as HTMLAnchorElement).textContent?.trim() === ""
    ) {
      unwrap(link);
      continue;
    }
    try {
      const url = new URL(href);
      const target =
        url.hostname.endsWith("google.com") && url.pathname === "/url" ? url.searchParams.get("q") : null;
      if (target && /^https?:/i.test(target)) link.setAttribute("href", target);
    } catch {
      // An address of this site.
    }
    for (const underlined of all(link, "u")) unwrap(underlined);
  }
}

/** Markdown's tables have no joined cells and one line of text in each. */
function flattenTable(table: HTMLTableElement): void {
  const document = table.ownerDocument;
  const rows: HTMLTableCellElement[][] = [];
  const take = (row: number): HTMLTableCellElement[] => {
    rows[row] ??= [];
    return rows[row];
  };
  for (const [rowIndex, row] of [...table.rows].entries()) {
    let column = 0;
    for (const cell of row.cells) {
      while (take(rowIndex)[column]) column += 1;
      const wide = Math.min(50, cell.colSpan || 1);
      const high = Math.min(200, cell.rowSpan || 1, table.rows.length - rowIndex);
      for (let down = 0; down < high; down += 1) {
        for (let right = 0; right < wide; right += 1) {
          take(rowIndex + down)[column + right] = down || right ? document.createElement("td") : cell;
        }
      }
      column += wide;
    }
  }
  const width = Math.max(0, ...rows.map((row) => row.length));
  const only = rows.length === 1 && width === 1 ? rows[0]?.[0] : undefined;
  // One cell is a frame around text.
  if (only) {
    table.replaceWith(...only.childNodes);
    return;
  }
  const made = document.createElement("table");
  for (const [rowIndex, row] of rows.entries()) {
    const line = made.insertRow();
    for (let column = 0; column < width; column += 1) {
      const cell = document.createElement(rowIndex === 0 ? "th" : "td");
      const source = row[column];
      if (source) {
        const align =
          source.getAttribute("align") ?? /text-align:\s*(center|right)/.exec(styleOf(source))?.[1];
        if (align === "center" || align === "right") cell.setAttribute("data-align", align);
        // Heads are bold by themselves.
        if (rowIndex === 0) for (const strong of all(source, "b, strong")) unwrap(strong);
        cell.append(...oneLine(source));
      }
      line.append(cell);
    }
  }
  if (rows.length) table.replaceWith(made);
  else table.remove();
}

function oneLine(cell: Element): Node[] {
  const document = cell.ownerDocument;
  for (const block of all(cell, "p, div, li, h1, h2, h3, h4, h5, h6, pre, blockquote, tr")) {
    if (block.textContent?.trim()) block.append(document.createElement("br"));
    unwrap(block);
  }
  for (const box of all(cell, "ul, ol, table, tbody, td, th")) unwrap(box);
  const blank = (node: ChildNode | null) =>
    node !== null && (node.nodeName === "BR" || (node.nodeType === 3 && !node.textContent?.trim()));
  while (blank(cell.lastChild)) cell.lastChild?.remove();
  while (blank(cell.firstChild)) cell.firstChild?.remove();
  return [...cell.childNodes];
}

/** Callouts of lessons, copied from their page. */
function callouts(body: HTMLElement): void {
  for (const title of all(body, ".callout > .callout-title")) title.remove();
  for (const callout of all(body, "div.callout")) callout.setAttribute("data-type", "callout");
}

function plainTags(body: HTMLElement): void {
  for (const element of all(body, "p.MsoTitle")) rename(element, "h1");
  for (const element of all(
    body,
    "div, section, article, main, header, footer, center, figure, figcaption",
  )) {
    if (element.dataset.type === "callout") continue;
    const holdsBlocks = element.querySelector(
      "p, div, ul, ol, table, h1, h2, h3, h4, h5, h6, pre, blockquote",
    );
    if (holdsBlocks) unwrap(element);
    else rename(element, "p");
  }
  for (const element of all(body, "*")) {
    const callout = element.dataset.type === "callout";
    for (const { name } of [...element.attributes])
      if (!keptAttributes.has(name)) element.removeAttribute(name);
    if (callout) element.className = "callout";
  }
  for (const element of all(body, "u, ins, small, big, tbody")) unwrap(element);
  for (const element of all(body, "p, h1, h2, h3, h4, h5, h6, strong, em, s, code, b, i")) {
    const empty = !(element.textContent ?? "").replace(/\u00a0/g, " ").trim();
    if (empty && !element.querySelector("img, br")) element.remove();
    else if (empty && !element.querySelector("img") && element.localName === "p") element.remove();
  }
}

/** The first level is the lesson's title. */
function headings(body: HTMLElement): void {
  const shift = body.querySelector("h1") ? 1 : 0;
  for (const heading of all(body, "h1, h2, h3, h4, h5, h6")) {
    rename(heading, `h${Math.min(4, Number(heading.localName.slice(1)) + shift)}`);
  }
}

/** Hard spaces stay between a number and its unit, where somebody meant them. */
function spaces(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, 4);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentElement?.closest("pre, code")) continue;
    text.textContent = (text.textContent ?? "").replace(
      /(\d\u00a0(?=\p{L}))|[ \t\r\n\u00a0]+/gu,
      (_, meant: string | undefined) => meant ?? " ",
    );
  }
}

/** A line break ends the last line of code; it doesn't begin an empty one. */
function codeEnds(body: HTMLElement): void {
  for (const block of all(body, "pre")) {
    const walker = body.ownerDocument.createTreeWalker(block, 4);
    let last: Node | null = null;
    while (walker.nextNode()) last = walker.currentNode;
    if (last) last.textContent = (last.textContent ?? "").replace(/[\r\n]+$/, "");
  }
}

/** Whether plain text looks like Markdown, so that it is read as such. */
export function looksLikeMarkdown(text: string): boolean {
  const structure =
    /^#{1,6} \S|^ {0,3}([-*+]|\d+[.)]) \S|^ {0,3}(```|~~~)|^> |\[[^\]\n]+\]\([^)\n]+\)|^\|.*\|\s*$/m;
  return structure.test(text) || markedWords.test(text);
}
