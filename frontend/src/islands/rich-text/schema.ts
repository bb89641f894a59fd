import { type Extensions, InputRule, Mark, markInputRule, mergeAttributes, Node } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { Heading } from "@tiptap/extension-heading";
import { Image } from "@tiptap/extension-image";
import { Link } from "@tiptap/extension-link";
import { BulletList, ListItem, OrderedList, TaskItem, TaskList } from "@tiptap/extension-list";
import { Fragment } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import { StarterKit } from "@tiptap/starter-kit";
import { CodeBlock } from "./code";
import { signStart } from "./signs";
import { tables } from "./tables";

/** An attribute that Markdown needs and pages don't show. */
const hidden = (fallback: unknown) => ({ default: fallback, rendered: false });

export const calloutKinds = {
  note: "Note",
  tip: "Tip",
  important: "Important",
  warning: "Warning",
  caution: "Caution",
} as const;

export type CalloutKind = keyof typeof calloutKinds;

export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes: () => ({
    kind: { default: "note", rendered: false },
    title: { default: "", rendered: false },
  }),
  parseHTML: () => [
    {
      tag: "div.callout",
      contentElement: (element) => element.querySelector(".callout-body") ?? element,
      getAttrs: (element) => ({
        kind: element.dataset.kind && element.dataset.kind in calloutKinds ? element.dataset.kind : "note",
        title: element.dataset.title ?? "",
      }),
    },
  ],
  renderHTML({ node }) {
    const kind = node.attrs.kind as CalloutKind;
    const title = node.attrs.title || calloutKinds[kind];
    return [
      "div",
      { class: "callout", "data-kind": kind, "data-title": node.attrs.title },
      ["p", { class: "callout-title", contenteditable: "false" }, title],
      ["div", { class: "callout-body" }, 0],
    ];
  },
  addInputRules() {
    return [
      new InputRule({
        find: /^\[!(note|tip|important|warning|caution)\]\s$/i,
        handler: ({ range, match, chain }) => {
          const kind = match[1]?.toLowerCase() ?? "note";
          chain().deleteRange(range).wrapIn(this.name, { kind }).run();
        },
      }),
    ];
  },
  addKeyboardShortcuts() {
    return {
      // On an empty first line: back to plain text.
      Backspace: ({ editor }) => {
        const { empty, $from } = editor.state.selection;
        const inside = $from.depth >= 2 && $from.node(-1).type === this.type;
        if (!empty || !inside || $from.parentOffset > 0 || $from.index(-1) > 0) return false;
        return editor.commands.lift(this.name);
      },
      // On an empty last line: out of the callout.
      Enter: ({ editor }) => {
        const { empty, $from } = editor.state.selection;
        if (!empty || $from.depth < 2 || $from.parent.content.size > 0) return false;
        const callout = $from.node(-1);
        if (
          callout.type !== this.type ||
          $from.index(-1) < callout.childCount - 1 ||
          callout.childCount < 2
        ) {
          return false;
        }
        return editor.commands.liftEmptyBlock();
      },
    };
  },
});

/** Markdown that the editor has no form for (raw HTML, footnotes): shown as it is and kept. */
const Opaque = Node.create({
  name: "opaque",
  group: "block",
  atom: true,
  selectable: true,
  addAttributes: () => ({ source: hidden("") }),
  parseHTML: () => [
    { tag: "div[data-markdown]", getAttrs: (element) => ({ source: element.dataset.markdown ?? "" }) },
  ],
  renderHTML: ({ node }) => [
    "div",
    { class: "rt-opaque", "data-markdown": node.attrs.source },
    ["p", { class: "rt-opaque-label" }, "Kept as it is. Change it in the Markdown view."],
    ["pre", {}, node.attrs.source],
  ],
});

const OpaqueInline = Node.create({
  name: "opaqueInline",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addAttributes: () => ({ source: hidden("") }),
  parseHTML: () => [
    { tag: "code[data-markdown]", getAttrs: (element) => ({ source: element.dataset.markdown ?? "" }) },
  ],
  renderHTML: ({ node }) => [
    "code",
    { class: "rt-opaque-inline", "data-markdown": node.attrs.source, title: "Kept as it is" },
    node.attrs.source,
  ],
});

/** The lesson's title is the only first-level heading. */
const LessonHeading = Heading.extend({
  renderHTML({ node, HTMLAttributes }) {
    return [`h${Math.max(2, node.attrs.level)}`, mergeAttributes(HTMLAttributes), 0];
  },
  addKeyboardShortcuts() {
    return Object.fromEntries(
      ([2, 3, 4] as const).map((level) => [
        `Mod-Alt-${level}`,
        () => this.editor.commands.toggleHeading({ level }),
      ]),
    );
  },
  addInputRules() {
    return [
      new InputRule({
        find: /^(#{1,4})\s$/,
        handler: ({ state, range, match }) => {
          const $start = state.doc.resolve(range.from);
          if ($start.parent.type.name !== "paragraph") return null;
          const level = Math.max(2, match[1]?.length ?? 2);
          state.tr.delete(range.from, range.to).setBlockType(range.from, range.from, this.type, { level });
          return undefined;
        },
      }),
    ];
  },
});

/**
 * What is typed around words to mark them. As in Markdown, no space stands next to the signs inside: `2 * 3 * 4` has none.
 * Two underscores are none, because they belong to names: `__init__`.
 */
const typedMarks: Record<string, RegExp[]> = {
  bold: [new RegExp(String.raw`${signStart}(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$`, "u")],
  italic: [
    new RegExp(String.raw`${signStart}(\*([^*\s](?:[^*]*[^*\s])?)\*)$`, "u"),
    /(?:^|\s)(_([^_\s](?:[^_]*[^_\s])?)_)$/,
  ],
  strike: [new RegExp(String.raw`${signStart}(~~([^~\s](?:[^~]*[^~\s])?)~~)$`, "u")],
};

/** Pasted text gets no marks by rules: what it means was read when it was cleaned, or as Markdown. */
const Basics = StarterKit.extend({
  addExtensions() {
    return (this.parent?.() ?? []).map((extension) => {
      const finds = typedMarks[extension.name];
      if (!(extension instanceof Mark) || !finds) return extension;
      return extension.extend({
        addInputRules() {
          return finds.map((find) => markInputRule({ find, type: this.type }));
        },
        addPasteRules: () => [],
      });
    });
  },
});

const Picture = Image.extend({
  addAttributes: () => ({ src: { default: null }, alt: { default: "" }, title: { default: null } }),
  addInputRules() {
    return [
      new InputRule({
        find: /!\[([^\]]*)\]\(((?:https?:\/\/|\/)[^\s()]+)(?:\s+"([^"]*)")?\)$/,
        handler: ({ state, range, match }) => {
          const [, alt = "", src, title = null] = match;
          state.tr.replaceWith(range.from, range.to, this.type.create({ src, alt, title }));
        },
      }),
    ];
  },
});

const SafeLink = Link.extend({
  inclusive: false,
  addAttributes: () => ({ href: { default: null }, title: { default: null } }),
});

const spread = () => ({ spread: hidden(false) });

const Task = TaskItem.extend({
  content: "block+",
  addAttributes() {
    return { ...this.parent?.(), ...spread() };
  },
  addInputRules() {
    return [
      // At the beginning of an item, `[ ] ` makes a task of it, not a list within it.
      new InputRule({
        find: /^\[([ x]?)\]\s$/i,
        handler: ({ state, range, match }) => {
          const { tr } = state;
          const $start = tr.doc.resolve(range.from);
          if ($start.depth < 3 || $start.index(-1) > 0) return null;
          const attrs = { checked: match[1]?.toLowerCase() === "x" };
          if ($start.node(-1).type === this.type) {
            tr.setNodeMarkup($start.before(-1), null, attrs).delete(range.from, range.to);
            return undefined;
          }
          const tasks = state.schema.nodes.taskList;
          if ($start.node(-2).type.name !== "bulletList" || !tasks) return null;
          const [at, index] = [$start.before(-2), $start.index(-2)];
          tr.delete(range.from, range.to);
          const list = tr.doc.nodeAt(at);
          if (!list) return null;
          const lists = [
            list.copy(Fragment.from(list.children.slice(0, index))),
            tasks.create(null, this.type.create(attrs, list.child(index).content)),
            list.copy(Fragment.from(list.children.slice(index + 1))),
          ].filter(({ childCount }) => childCount > 0);
          tr.replaceWith(at, at + list.nodeSize, lists);
          tr.setSelection(TextSelection.create(tr.doc, range.from + (index > 0 ? 2 : 0)));
          return undefined;
        },
      }),
      ...(this.parent?.() ?? []),
    ];
  },
});

/** Everything that a document can hold, and nothing that needs a page: tests use it too. */
export function documentExtensions(): Extensions {
  return [
    Basics.configure({
      bulletList: false,
      code: false,
      codeBlock: false,
      heading: false,
      link: false,
      listItem: false,
      orderedList: false,
      underline: false,
    }),
    // Code can be bold or a link in Markdown.
    Code.extend({ excludes: "", addPasteRules: () => [] }),
    LessonHeading,
    BulletList.extend({ addAttributes: spread }),
    OrderedList.extend({ addAttributes: () => ({ ...spread(), start: { default: 1 } }) }),
    ListItem.extend({ content: "block+", addAttributes: spread }),
    TaskList.extend({ addAttributes: spread }),
    Task.configure({
      nested: true,
      a11y: { checkboxLabel: (_, checked) => (checked ? "Done" : "Not done") },
    }),
    Picture.configure({ inline: true, allowBase64: false }),
    SafeLink.configure({ openOnClick: false, autolink: true, linkOnPaste: true, defaultProtocol: "https" }),
    CodeBlock,
    ...tables,
    Callout,
    Opaque,
    OpaqueInline,
  ];
}
