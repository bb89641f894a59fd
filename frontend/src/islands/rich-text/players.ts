import { Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

/** The sites that the server shows as players; it decides, this only tells authors beforehand. */
const sites: { name: string; link: RegExp }[] = [
  {
    name: "YouTube",
    link: /^https?:\/\/(?:(?:(?:www\.|m\.)?youtube\.com|www\.youtube-nocookie\.com)\/(?:watch\?(?:.*&)?v=[\w-]+(?:[&#]|$)|(?:embed|shorts|live)\/[\w-]+)|youtu\.be\/[\w-]+)/i,
  },
  { name: "Vimeo", link: /^https?:\/\/(?:(?:www\.)?vimeo\.com\/\d+|player\.vimeo\.com\/video\/\d+)/i },
  { name: "Loom", link: /^https?:\/\/(?:www\.)?loom\.com\/(?:share|embed)\/[\w-]+/i },
  { name: "CodePen", link: /^https?:\/\/(?:www\.)?codepen\.io\/[\w-]+\/(?:pen|full|details|embed)\/[\w-]+/i },
  {
    name: "Figma",
    link: /^https?:\/\/(?:www\.|embed\.)?figma\.com\/(?:design|board|slides|proto|file)\/[\w-]+/i,
  },
  {
    name: "Google Slides",
    link: /^https?:\/\/docs\.google\.com\/presentation\/d\/e\/[\w-]+\/(?:pub|pubembed|embed)(?:[?#/]|$)/i,
  },
];

export const playerSites = sites.map((site) => site.name);

/** The site whose player the server makes of a link that stands alone. */
export function playerSite(address: string): string | undefined {
  return sites.find((site) => site.link.test(address))?.name;
}

function onlyLink(paragraph: Node): string | undefined {
  let href: string | undefined;
  for (const child of paragraph.children) {
    const link = child.marks.find((mark) => mark.type.name === "link");
    if (!child.isText || !link || (href !== undefined && link.attrs.href !== href)) return undefined;
    href = String(link.attrs.href);
  }
  return href;
}

const key = new PluginKey<DecorationSet>("players");

function decorate(document: Node): DecorationSet {
  const found: Decoration[] = [];
  document.descendants((node, at, parent) => {
    if (node.type.name !== "paragraph") return !node.isTextblock;
    const inFlow = parent && ["doc", "callout", "blockquote"].includes(parent.type.name);
    const site = inFlow ? playerSite(onlyLink(node) ?? "") : undefined;
    if (site) {
      const label = `${site}: learners see a player`;
      found.push(Decoration.node(at, at + node.nodeSize, { class: "rt-player", "data-label": label }));
    }
    return false;
  });
  return DecorationSet.create(document, found);
}

/** Marks paragraphs that become players. */
export const Players = Extension.create({
  name: "players",
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key,
      state: {
        init: (_, state) => decorate(state.doc),
        apply: (tr, set) => (tr.docChanged ? decorate(tr.doc) : set),
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  ],
});
