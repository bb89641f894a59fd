import type { Editor } from "@tiptap/core";
import bold from "lucide-static/icons/bold.svg?raw";
import code from "lucide-static/icons/code.svg?raw";
import heading2 from "lucide-static/icons/heading-2.svg?raw";
import heading3 from "lucide-static/icons/heading-3.svg?raw";
import heading4 from "lucide-static/icons/heading-4.svg?raw";
import image from "lucide-static/icons/image.svg?raw";
import italic from "lucide-static/icons/italic.svg?raw";
import lightbulb from "lucide-static/icons/lightbulb.svg?raw";
import link from "lucide-static/icons/link.svg?raw";
import list from "lucide-static/icons/list.svg?raw";
import listChecks from "lucide-static/icons/list-checks.svg?raw";
import listOrdered from "lucide-static/icons/list-ordered.svg?raw";
import minus from "lucide-static/icons/minus.svg?raw";
import play from "lucide-static/icons/play.svg?raw";
import quote from "lucide-static/icons/quote.svg?raw";
import redo from "lucide-static/icons/redo-2.svg?raw";
import squareCode from "lucide-static/icons/square-code.svg?raw";
import strike from "lucide-static/icons/strikethrough.svg?raw";
import table from "lucide-static/icons/table.svg?raw";
import undo from "lucide-static/icons/undo-2.svg?raw";
import { type CalloutKind, calloutKinds } from "./schema";

/** What somebody is asked for before something can be inserted. */
export type Question = "link" | "picture" | "player";

export interface Action {
  name: string;
  label: string;
  icon: string;
  /** As `Mod+B`; Mod is ⌘ on a Mac and Ctrl elsewhere. */
  keys?: string;
  /** Further words that find it in the slash menu. */
  words?: string;
  /** Toggles say whether they are on. */
  active?: (editor: Editor) => boolean;
  can?: (editor: Editor) => boolean;
  run: (editor: Editor, ask: (question: Question) => void) => void;
}

const mark = (name: string, type: string, label: string, icon: string, keys: string): Action => ({
  name,
  label,
  icon,
  keys,
  active: (editor) => editor.isActive(type),
  can: (editor) => editor.can().toggleMark(type),
  run: (editor) => editor.chain().focus().toggleMark(type).run(),
});

const heading = (level: 2 | 3 | 4, label: string, icon: string): Action => ({
  name: `heading-${level}`,
  label,
  icon,
  keys: `Mod+Alt+${level}`,
  words: `title h${level} section`,
  active: (editor) => editor.isActive("heading", { level }),
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
});

const all = {
  undo: {
    name: "undo",
    label: "Undo",
    icon: undo,
    keys: "Mod+Z",
    can: (editor) => editor.can().undo(),
    run: (editor) => editor.chain().focus().undo().run(),
  },
  redo: {
    name: "redo",
    label: "Redo",
    icon: redo,
    keys: "Mod+Shift+Z",
    can: (editor) => editor.can().redo(),
    run: (editor) => editor.chain().focus().redo().run(),
  },
  heading2: heading(2, "Heading", heading2),
  heading3: heading(3, "Smaller heading", heading3),
  heading4: heading(4, "Smallest heading", heading4),
  bold: mark("bold", "bold", "Bold", bold, "Mod+B"),
  italic: mark("italic", "italic", "Italic", italic, "Mod+I"),
  strike: mark("strike", "strike", "Strike through", strike, "Mod+Shift+S"),
  code: mark("code", "code", "Code", code, "Mod+E"),
  link: {
    name: "link",
    label: "Link",
    icon: link,
    keys: "Mod+K",
    active: (editor) => editor.isActive("link"),
    run: (_, ask) => ask("link"),
  },
  bullets: {
    name: "bullets",
    label: "Bullet list",
    icon: list,
    keys: "Mod+Shift+8",
    words: "unordered points ul",
    active: (editor) => editor.isActive("bulletList"),
    run: (editor) => editor.chain().focus().toggleBulletList().run(),
  },
  numbers: {
    name: "numbers",
    label: "Numbered list",
    icon: listOrdered,
    keys: "Mod+Shift+7",
    words: "ordered steps ol",
    active: (editor) => editor.isActive("orderedList"),
    run: (editor) => editor.chain().focus().toggleOrderedList().run(),
  },
  tasks: {
    name: "tasks",
    label: "Task list",
    icon: listChecks,
    keys: "Mod+Shift+9",
    words: "todo checkbox checklist",
    active: (editor) => editor.isActive("taskList"),
    run: (editor) => editor.chain().focus().toggleTaskList().run(),
  },
  quote: {
    name: "quote",
    label: "Quote",
    icon: quote,
    keys: "Mod+Shift+B",
    words: "blockquote citation",
    active: (editor) => editor.isActive("blockquote"),
    run: (editor) => editor.chain().focus().toggleBlockquote().run(),
  },
  callout: {
    name: "callout",
    label: "Callout",
    icon: lightbulb,
    active: (editor) => editor.isActive("callout"),
    run: (editor) => toggleCallout(editor, "tip"),
  },
  codeBlock: {
    name: "code-block",
    label: "Code block",
    icon: squareCode,
    keys: "Mod+Alt+C",
    words: "program snippet pre",
    active: (editor) => editor.isActive("codeBlock"),
    run: (editor) => editor.chain().focus().toggleCodeBlock().run(),
  },
  table: {
    name: "table",
    label: "Table",
    icon: table,
    words: "grid rows columns",
    active: (editor) => editor.isActive("table"),
    can: (editor) => !editor.isActive("table"),
    run: (editor) => editor.chain().focus().insertTable().run(),
  },
  picture: {
    name: "picture",
    label: "Picture",
    icon: image,
    words: "image photo upload media file",
    run: (_, ask) => ask("picture"),
  },
  player: {
    name: "player",
    label: "Video or slides",
    icon: play,
    words: "youtube vimeo loom codepen figma google embed player",
    can: (editor) => !editor.isActive("table"),
    run: (_, ask) => ask("player"),
  },
  rule: {
    name: "rule",
    label: "Divider",
    icon: minus,
    words: "horizontal rule line hr",
    can: (editor) => !editor.isActive("table"),
    run: (editor) => editor.chain().focus().setHorizontalRule().run(),
  },
} satisfies Record<string, Action>;

function toggleCallout(editor: Editor, kind: CalloutKind): void {
  const chain = editor.chain().focus();
  if (editor.isActive("callout")) chain.lift("callout").run();
  else chain.wrapIn("callout", { kind }).run();
}

const calloutActions: Action[] = Object.entries(calloutKinds).map(([kind, label]) => ({
  name: `callout-${kind}`,
  label: `Callout: ${label.toLowerCase()}`,
  icon: lightbulb,
  words: "admonition alert box hint",
  can: (editor) => !editor.isActive("table"),
  run: (editor) => toggleCallout(editor, kind as CalloutKind),
}));

/** The toolbar, group by group. */
export const toolbarGroups: readonly (readonly Action[])[] = [
  [all.undo, all.redo],
  [all.heading2, all.heading3, all.heading4],
  [all.bold, all.italic, all.strike, all.code, all.link],
  [all.bullets, all.numbers, all.tasks],
  [all.quote, all.callout, all.codeBlock, all.table],
  [all.picture, all.player, all.rule],
];

/** What the slash menu offers. */
export const insertions: readonly Action[] = [
  all.heading2,
  all.heading3,
  all.heading4,
  all.bullets,
  all.numbers,
  all.tasks,
  all.table,
  all.picture,
  all.player,
  ...calloutActions,
  all.quote,
  all.codeBlock,
  all.rule,
];

const mac = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform);

/** A shortcut as people read it. */
export function shownKeys(keys: string): string {
  return mac
    ? keys.replace("Mod", "⌘").replace("Alt", "⌥").replace("Shift", "⇧").replaceAll("+", "")
    : keys.replace("Mod", "Ctrl");
}

/** A shortcut as assistive technology reads it. */
export function spokenKeys(keys: string): string {
  return keys.replace("Mod", mac ? "Meta" : "Control");
}
