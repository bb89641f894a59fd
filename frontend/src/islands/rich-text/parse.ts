import type { JSONContent } from "@tiptap/core";
import type { Definition, List, ListItem, Nodes, PhrasingContent, Root, RootContent, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

type Mark = { type: string; attrs?: Record<string, unknown> };

/** A block of the document as it was written: its text, and what stood between it and the block before. */
export interface Source {
  text: string;
  gap: string;
  /** False where the text could mean something else beside new neighbors. */
  keep: boolean;
}

export interface Parsed {
  content: JSONContent;
  /** One for each block of `content`. */
  sources: Source[];
  /** What stood behind the last block. */
  tail: string;
}

/** Something that the editor has no form for; the block around it is kept as text. */
class Unknown extends Error {}

const alertLine = /^> \[!(note|tip|important|warning|caution)\][ \t]*(.*)$/i;

export function syntaxTree(markdown: string): Root {
  return fromMarkdown(markdown, {
    extensions: [gfm({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
}

/** Markdown as a document of the editor. Nothing is lost: what has no form here becomes an `opaque` block. */
export function parse(markdown: string): Parsed {
  const tree = syntaxTree(markdown);
  const definitions = new Map<string, Definition>();
  for (const node of tree.children) {
    if (node.type === "definition" && !definitions.has(node.identifier))
      definitions.set(node.identifier, node);
  }
  const sources: Source[] = [];
  let end = 0;
  const content = tree.children.map((node) => {
    const start = offset(node, "start");
    const text = markdown.slice(start, offset(node, "end"));
    sources.push({ text, gap: markdown.slice(end, start), keep: keeps(node, text) });
    end = offset(node, "end");
    return new Blocks(definitions, text).top(node);
  });
  return {
    content: { type: "doc", content: content.length ? content : [{ type: "paragraph" }] },
    sources,
    tail: markdown.slice(end),
  };
}

function offset(node: RootContent, side: "start" | "end"): number {
  return node.position?.[side].offset ?? 0;
}

/** Indented code would join a list before it, and a fence without an end takes what follows. */
function keeps(node: RootContent, text: string): boolean {
  return node.type !== "code" || /^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:.*\n)*? {0,3}\1[`~]*[ \t]*$/.test(text);
}

class Blocks {
  constructor(
    readonly definitions: Map<string, Definition>,
    readonly text: string,
  ) {}

  top(node: RootContent): JSONContent {
    try {
      if (node.type === "blockquote" && alertLine.test(firstLine(this.text))) return this.#callout();
      return this.#block(node);
    } catch (error) {
      if (error instanceof Unknown) return opaque(this.text);
      throw error;
    }
  }

  #callout(): JSONContent {
    const [first = "", ...rest] = this.text.split("\n");
    const [, kind = "note", title = ""] = alertLine.exec(first) ?? [];
    // A line without its mark, or a reference to something outside, would be read otherwise by itself.
    if (!rest.every((line) => /^ {0,3}>/.test(line))) throw new Unknown();
    const inner = rest.map((line) => line.replace(/^ {0,3}> ?/, "")).join("\n");
    if (/\[\^|\]\[|^ {0,3}\[[^\]]+\]:/m.test(inner)) throw new Unknown();
    return {
      type: "callout",
      attrs: { kind: kind.toLowerCase(), title: title.trim() },
      content: parse(inner).content.content ?? [],
    };
  }

  #block(node: Nodes): JSONContent {
    switch (node.type) {
      case "paragraph":
        return { type: "paragraph", content: this.#inline(node.children) };
      case "heading":
        return { type: "heading", attrs: { level: node.depth }, content: this.#inline(node.children) };
      case "thematicBreak":
        return { type: "horizontalRule" };
      case "blockquote":
        return { type: "blockquote", content: this.#blocks(node.children) };
      case "code":
        return {
          type: "codeBlock",
          attrs: { language: node.lang ?? null, meta: node.meta ?? null },
          content: node.value ? [{ type: "text", text: node.value }] : [],
        };
      case "list":
        return this.#list(node);
      case "table":
        return this.#table(node);
      case "html":
        return opaque(node.value);
      default:
        throw new Unknown();
    }
  }

  #blocks(nodes: Nodes[]): JSONContent[] {
    const nested = nodes.map((node) => {
      // What looks like a callout inside something else is one to the server.
      if (node.type === "blockquote" && startsLikeCallout(node)) throw new Unknown();
      return this.#block(node);
    });
    return nested.length ? nested : [{ type: "paragraph" }];
  }

  #list(node: List): JSONContent {
    const tasks = node.children.filter((item) => typeof item.checked === "boolean").length;
    if (tasks && (tasks < node.children.length || node.ordered)) throw new Unknown();
    const items = node.children.map((item: ListItem) => ({
      type: tasks ? "taskItem" : "listItem",
      attrs: { spread: item.spread ?? false, ...(tasks ? { checked: item.checked } : {}) },
      content: this.#blocks(item.children),
    }));
    const spread = node.spread ?? false;
    if (tasks) return { type: "taskList", attrs: { spread }, content: items };
    if (!node.ordered) return { type: "bulletList", attrs: { spread }, content: items };
    return { type: "orderedList", attrs: { spread, start: node.start ?? 1 }, content: items };
  }

  #table(node: Table): JSONContent {
    const width = node.children[0]?.children.length ?? 0;
    const rows = node.children.map((row, index) => ({
      type: "tableRow",
      content: Array.from({ length: width }, (_, column) => ({
        type: index === 0 ? "tableHeader" : "tableCell",
        attrs: { align: node.align?.[column] ?? null },
        content: [
          { type: "paragraph", content: this.#inline(row.children[column]?.children ?? [], [], true) },
        ],
      })),
    }));
    return { type: "table", content: rows };
  }

  #inline(nodes: PhrasingContent[], marks: Mark[] = [], cell = false): JSONContent[] {
    return nodes.flatMap((node) => this.#phrase(node, marks, cell));
  }

  #phrase(node: PhrasingContent, marks: Mark[], cell: boolean): JSONContent[] {
    const inside = (mark: Mark, children: PhrasingContent[]) =>
      this.#inline(children, marks.some((has) => has.type === mark.type) ? marks : [...marks, mark], cell);
    switch (node.type) {
      case "text":
        return text(node.value.replace(/[ \t]*\n[ \t]*/g, " "), marks);
      case "strong":
        return inside({ type: "bold" }, node.children);
      case "emphasis":
        return inside({ type: "italic" }, node.children);
      case "delete":
        return inside({ type: "strike" }, node.children);
      case "inlineCode":
        return text(node.value, [...marks, { type: "code" }]);
      case "break":
        return [{ type: "hardBreak", marks }];
      case "link":
        return inside(link(node.url, node.title), node.children);
      case "image":
        return [image(node.url, node.alt, node.title, marks)];
      case "linkReference": {
        const target = this.#definition(node.identifier);
        return inside(link(target.url, target.title), node.children);
      }
      case "imageReference": {
        const target = this.#definition(node.identifier);
        return [image(target.url, node.alt, target.title, marks)];
      }
      case "html":
        if (cell && /^<br ?\/?>$/i.test(node.value)) return [{ type: "hardBreak", marks }];
        return [{ type: "opaqueInline", attrs: { source: node.value }, marks }];
      case "footnoteReference":
        return [{ type: "opaqueInline", attrs: { source: `[^${node.label ?? node.identifier}]` }, marks }];
      default:
        throw new Unknown();
    }
  }

  #definition(identifier: string): Definition {
    const found = this.definitions.get(identifier);
    if (!found) throw new Unknown();
    return found;
  }
}

function startsLikeCallout(node: { children: Nodes[] }): boolean {
  const [first] = node.children;
  const [start] = first?.type === "paragraph" ? first.children : [];
  return start?.type === "text" && alertLine.test(`> ${firstLine(start.value)}`);
}

function firstLine(source: string): string {
  return source.split("\n", 1)[0] ?? "";
}

function opaque(source: string): JSONContent {
  return { type: "opaque", attrs: { source } };
}

function text(value: string, marks: Mark[]): JSONContent[] {
  return value ? [{ type: "text", text: value, marks }] : [];
}

function link(href: string, title: string | null | undefined): Mark {
  return { type: "link", attrs: { href, title: title ?? null } };
}

function image(
  src: string,
  alt: string | null | undefined,
  title: string | null | undefined,
  marks: Mark[],
): JSONContent {
  return { type: "image", attrs: { src, alt: alt ?? "", title: title ?? null }, marks };
}
