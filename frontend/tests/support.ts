import { getSchema } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import type { Nodes } from "mdast";
import { parse, syntaxTree } from "../src/islands/rich-text/parse.ts";
import { documentExtensions } from "../src/islands/rich-text/schema.ts";
import { Originals, serialize } from "../src/islands/rich-text/serialize.ts";

export const schema = getSchema(documentExtensions());

export function open(markdown: string): { doc: Node; originals: Originals } {
  const parsed = parse(markdown);
  const doc = schema.nodeFromJSON(parsed.content);
  doc.check();
  return { doc, originals: new Originals(doc, parsed) };
}

/** Through the editor, with every block written anew. */
export function rewritten(markdown: string): string {
  return serialize(open(markdown).doc);
}

/** What Markdown means: the tree without places, with text runs joined. */
export function meaning(markdown: string): unknown {
  const clean = (node: Nodes): unknown => {
    const { position, children, ...rest } = node as Nodes & { children?: Nodes[]; position?: unknown };
    const out: Record<string, unknown> = { ...rest };
    for (const key of Object.keys(out)) if (out[key] === null || out[key] === undefined) delete out[key];
    if (typeof out.value === "string" && node.type === "text")
      out.value = out.value.replace(/\s*\n\s*/g, " ");
    if (children) out.children = children.map(clean);
    return out;
  };
  return clean(syntaxTree(markdown));
}
