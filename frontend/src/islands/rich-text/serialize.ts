import type { Node as DocumentNode, Mark } from "@tiptap/pm/model";
import type { AlignType, ListItem, PhrasingContent, Root, RootContent, TableRow } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { type Info, type Options, type State, toMarkdown } from "mdast-util-to-markdown";
import type { Parsed } from "./parse";

/** A callout in the tree; Markdown's own nodes have no form for it. */
interface Callout {
  type: "callout";
  kind: string;
  title: string;
  children: RootContent[];
}

/** Titles of links and addresses are kept as they are; lists and emphasis look as in the demo courses. */
const options: Options = {
  bullet: "-",
  bulletOther: "*",
  emphasis: "*",
  strong: "*",
  rule: "-",
  fences: true,
  listItemIndent: "one",
  extensions: [gfmToMarkdown({ tablePipeAlign: false })],
  handlers: { callout } as NonNullable<Options["handlers"]>,
};

function callout(node: Callout, _: unknown, state: State, info: Info): string {
  const exit = state.enter("blockquote");
  const tracker = state.createTracker(info);
  tracker.move("> ");
  tracker.shift(2);
  // The writer knows only its own containers; this one is like a quote.
  const quote = { type: "blockquote", children: node.children } as Parameters<State["containerFlow"]>[0];
  const inner = state.containerFlow(quote, tracker.current());
  const body = state.indentLines(inner, (line, __, blank) => `>${blank ? "" : " "}${line}`);
  exit();
  const head = `> [!${node.kind.toUpperCase()}]${node.title ? ` ${node.title}` : ""}`;
  if (!node.children.length) return head;
  return `${head}\n${node.children[0]?.type === "paragraph" ? "" : ">\n"}${body}`;
}

/** The Markdown of a whole document, written anew. */
export function serialize(document: DocumentNode): string {
  return write(blocks(document));
}

function write(children: RootContent[]): string {
  const root: Root = { type: "root", children };
  return toMarkdown(root, options).replace(/\n$/, "");
}

/** Remembers how each block was written, so that only what was changed is written anew. */
export class Originals {
  readonly #places = new WeakMap<DocumentNode, number>();
  readonly #nodes: DocumentNode[] = [];

  /** `document` is what became of `parsed.content`, before anything was changed. */
  constructor(
    document: DocumentNode,
    readonly parsed: Pick<Parsed, "sources" | "tail">,
  ) {
    parsed.sources.forEach((_, index) => {
      const node = document.maybeChild(index);
      if (!node) return;
      this.#places.set(node, index);
      this.#nodes.push(node);
    });
  }

  serialize(document: DocumentNode): string {
    const nodes = document.children.filter((node) => !isEmpty(node));
    const places = nodes.map((node) => this.#place(node));
    // Two lists in a row need different marks, which only the writer of both can choose.
    nodes.forEach((node, index) => {
      const next = nodes[index + 1];
      if (!next || !isList(node) || !isList(next)) return;
      const here = places[index];
      if (here === undefined || places[index + 1] !== here + 1) places[index] = places[index + 1] = undefined;
    });
    let out = "";
    for (let index = 0; index < nodes.length; ) {
      const place = places[index];
      if (place !== undefined) {
        const { text = "", gap = "" } = this.parsed.sources[place] ?? {};
        const follows = index === 0 ? place === 0 : places[index - 1] === place - 1;
        out += `${follows ? gap : index === 0 ? "" : "\n\n"}${text}`;
        index += 1;
        continue;
      }
      const first = index;
      while (index < nodes.length && places[index] === undefined) index += 1;
      out += `${first === 0 ? "" : "\n\n"}${write(nodes.slice(first, index).flatMap(block))}`;
    }
    return out + (out ? this.parsed.tail : "");
  }

  #place(node: DocumentNode): number | undefined {
    const place = this.#places.get(node) ?? this.#nodes.findIndex((original) => original.eq(node));
    return place >= 0 && this.parsed.sources[place]?.keep ? place : undefined;
  }
}

function isList(node: DocumentNode): boolean {
  return ["bulletList", "orderedList", "taskList"].includes(node.type.name);
}

function isEmpty(node: DocumentNode): boolean {
  if (node.type.name !== "paragraph") return false;
  let content = false;
  node.forEach((child) => {
    if (child.isText ? (child.text ?? "").trim() : child.type.name !== "hardBreak") content = true;
  });
  return !content;
}

function blocks(parent: DocumentNode): RootContent[] {
  return parent.children.filter((child) => !isEmpty(child)).flatMap(block);
}

function block(node: DocumentNode): RootContent[] {
  switch (node.type.name) {
    case "paragraph":
      return [{ type: "paragraph", children: inline(node) }];
    case "heading": {
      const children = inline(node, (child) =>
        child.type.name === "hardBreak" ? { type: "text", value: " " } : null,
      );
      return [{ type: "heading", depth: node.attrs.level, children }];
    }
    case "horizontalRule":
      return [{ type: "thematicBreak" }];
    case "blockquote":
      return [{ type: "blockquote", children: blocks(node) as never }];
    case "callout": {
      const title = String(node.attrs.title ?? "")
        .replace(/\s+/g, " ")
        .trim();
      const made: Callout = { type: "callout", kind: node.attrs.kind, title, children: blocks(node) };
      return [made as unknown as RootContent];
    }
    case "codeBlock":
      return [{ type: "code", lang: node.attrs.language, meta: node.attrs.meta, value: node.textContent }];
    case "bulletList":
    case "orderedList":
    case "taskList":
      return [list(node)];
    case "table":
      return [table(node)];
    case "opaque":
      return node.attrs.source ? [{ type: "html", value: node.attrs.source }] : [];
    default:
      return [];
  }
}

function list(node: DocumentNode): RootContent {
  const items = node.children.map((item): ListItem => {
    const children = blocks(item) as ListItem["children"];
    const checked = node.type.name === "taskList" ? Boolean(item.attrs.checked) : null;
    // A box needs text beside it.
    if (checked !== null && children[0]?.type !== "paragraph") {
      children.unshift({ type: "paragraph", children: [{ type: "html", value: "&nbsp;" }] });
    }
    return { type: "listItem", spread: Boolean(item.attrs.spread), checked, children };
  });
  const ordered = node.type.name === "orderedList";
  return {
    type: "list",
    ordered,
    start: ordered ? (node.attrs.start ?? 1) : null,
    spread: Boolean(node.attrs.spread),
    children: items,
  };
}

function table(node: DocumentNode): RootContent {
  const align: AlignType[] = node.firstChild?.children.map((cell) => cell.attrs.align ?? null) ?? [];
  const inCell = (child: DocumentNode): PhrasingContent | null =>
    child.type.name === "hardBreak" ? { type: "html", value: "<br>" } : null;
  const rows = node.children.map(
    (row): TableRow => ({
      type: "tableRow",
      children: row.children.map((cell) => ({
        type: "tableCell",
        children: cell.firstChild ? inline(cell.firstChild, inCell) : [],
      })),
    }),
  );
  return { type: "table", align, children: rows };
}

type Special = (child: DocumentNode) => PhrasingContent | null;

function inline(parent: DocumentNode, special: Special = () => null): PhrasingContent[] {
  const children = [...parent.children];
  while (children.at(-1)?.type.name === "hardBreak") children.pop();
  return trimmed(wrap(children, [], special), true, true);
}

/** Builds nested marks from flat ones: the mark that reaches farthest goes outside. */
function wrap(nodes: DocumentNode[], done: Mark[], special: Special): PhrasingContent[] {
  const out: PhrasingContent[] = [];
  for (let index = 0; index < nodes.length; ) {
    const node = nodes[index];
    if (!node) break;
    const open = node.marks.filter((mark) => mark.type.name !== "code" && !mark.isInSet(done));
    let best: Mark | undefined;
    let reach = 0;
    for (const mark of open) {
      let end = index;
      while (nodes[end] && mark.isInSet(nodes[end]?.marks ?? [])) end += 1;
      if (end - index > reach) {
        best = mark;
        reach = end - index;
      }
    }
    if (!best) {
      push(out, leaf(node, special));
      index += 1;
      continue;
    }
    const inner = wrap(nodes.slice(index, index + reach), [...done, best], special);
    for (const made of marked(best, inner)) push(out, made);
    index += reach;
  }
  return out;
}

function push(out: PhrasingContent[], node: PhrasingContent): void {
  const last = out.at(-1);
  if (node.type === "text" && last?.type === "text") last.value += node.value;
  else if (node.type === "inlineCode" && last?.type === "inlineCode") last.value += node.value;
  else out.push(node);
}

function leaf(node: DocumentNode, special: Special): PhrasingContent {
  const made = special(node);
  if (made) return made;
  if (node.isText) {
    const value = node.text ?? "";
    return node.marks.some((mark) => mark.type.name === "code")
      ? { type: "inlineCode", value: value.replace(/\n/g, " ") }
      : { type: "text", value: value.replace(/\n/g, " ") };
  }
  if (node.type.name === "image") {
    return { type: "image", url: node.attrs.src ?? "", alt: node.attrs.alt ?? "", title: node.attrs.title };
  }
  if (node.type.name === "hardBreak") return { type: "break" };
  return { type: "html", value: String(node.attrs.source ?? "") };
}

/** A mark around its content; spaces at its edges go outside, where Markdown needs them. */
function marked(mark: Mark, inner: PhrasingContent[]): PhrasingContent[] {
  if (mark.type.name === "link") {
    return [{ type: "link", url: mark.attrs.href ?? "", title: mark.attrs.title, children: inner as never }];
  }
  const before = edge(inner, "start");
  const after = edge(inner, "end");
  const children = trimmed(inner, true, true);
  const around = (spaces: string): PhrasingContent[] => (spaces ? [{ type: "text", value: spaces }] : []);
  const breaks: PhrasingContent[] = [];
  while (children.at(-1)?.type === "break") breaks.push(...children.splice(-1));
  if (!children.length) return [...around(before), ...breaks];
  const type = ({ bold: "strong", italic: "emphasis", strike: "delete" } as const)[mark.type.name];
  if (!type) return inner;
  return [
    ...around(before),
    { type, children: children as never },
    ...breaks,
    ...around(breaks.length ? "" : after),
  ];
}

function edge(nodes: PhrasingContent[], side: "start" | "end"): string {
  const node = side === "start" ? nodes[0] : nodes.at(-1);
  if (node?.type !== "text") return "";
  return (side === "start" ? /^[ \t]*/ : /[ \t]*$/).exec(node.value)?.[0] ?? "";
}

function trimmed(nodes: PhrasingContent[], start: boolean, end: boolean): PhrasingContent[] {
  const out = [...nodes];
  const first = out[0];
  if (start && first?.type === "text") out[0] = { ...first, value: first.value.replace(/^[ \t]+/, "") };
  const last = out.at(-1);
  if (end && last?.type === "text")
    out[out.length - 1] = { ...last, value: last.value.replace(/[ \t]+$/, "") };
  return out.filter((node) => node.type !== "text" || node.value !== "");
}
