import { type Editor, Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { element, uniqueId } from "../../lib/element";
import { icon } from "../../lib/icon";
import { type Action, insertions, type Question } from "./actions";

/** The menu behind “/”: a list that is filtered while typing and worked with arrow keys and Enter. */
class Menu {
  readonly box: HTMLElement;
  readonly #id = uniqueId("rt-slash");
  #shown: Action[] = [];
  #at = 0;
  /** Where the slash stands, while the menu is open. */
  from: number | null = null;
  /** A slash after which Escape was pressed stays a slash. */
  #dismissed: number | null = null;

  constructor(
    readonly editor: Editor,
    readonly ask: (question: Question) => void,
  ) {
    this.box = element("div", {
      class: "rt-slash",
      id: this.#id,
      role: "listbox",
      "aria-label": "Insert",
      hidden: true,
    });
  }

  get open(): boolean {
    return this.from !== null;
  }

  update(view: EditorView): void {
    const { empty, $from } = view.state.selection;
    const before = $from.parent.isTextblock
      ? $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc")
      : "";
    const typed =
      empty && view.hasFocus() && !$from.parent.type.spec.code
        ? /(?:^|\s)\/([\p{L}\d ]{0,20})$/u.exec(before)
        : null;
    const from = typed ? $from.pos - (typed[1]?.length ?? 0) - 1 : null;
    if (from === null || !typed) {
      this.#dismissed = null;
      this.close();
      return;
    }
    if (from === this.#dismissed) return;
    const words = (typed[1] ?? "").toLowerCase().trim().split(/\s+/);
    const found = insertions.filter((action) => {
      const text = `${action.label} ${action.words ?? ""}`.toLowerCase();
      return (action.can?.(this.editor) ?? true) && words.every((word) => text.includes(word));
    });
    if (!found.length) {
      this.close();
      return;
    }
    if (this.from !== from || found.map((a) => a.name).join() !== this.#shown.map((a) => a.name).join()) {
      this.#shown = found;
      this.#at = 0;
      this.from = from;
      this.#draw(view);
    }
    this.#place(view);
  }

  /** The page was scrolled. */
  follow(): void {
    if (this.open) this.#place(this.editor.view);
  }

  close(): void {
    if (this.from === null) return;
    this.from = null;
    this.#shown = [];
    this.box.hidden = true;
    for (const name of ["aria-activedescendant", "aria-controls"]) this.editor.view.dom.removeAttribute(name);
  }

  onKey(view: EditorView, event: KeyboardEvent): boolean {
    if (!this.open) return false;
    const length = this.#shown.length;
    switch (event.key) {
      case "ArrowDown":
        this.#mark((this.#at + 1) % length);
        return true;
      case "ArrowUp":
        this.#mark((this.#at - 1 + length) % length);
        return true;
      case "Home":
      case "PageUp":
        this.#mark(0);
        return true;
      case "End":
      case "PageDown":
        this.#mark(length - 1);
        return true;
      case "Enter":
      case "Tab":
        this.#choose(view, this.#shown[this.#at]);
        return true;
      case "Escape":
        this.#dismissed = this.from;
        this.close();
        return true;
      default:
        return false;
    }
  }

  #draw(view: EditorView): void {
    this.box.replaceChildren(
      ...this.#shown.map((action, index) =>
        element(
          "div",
          {
            role: "option",
            id: `${this.#id}-${index}`,
            "aria-selected": String(index === this.#at),
            mousedown: (event) => {
              event.preventDefault();
              this.#choose(view, action);
            },
            mousemove: () => this.#mark(index),
          },
          icon(action.icon),
          action.label,
        ),
      ),
    );
    this.box.hidden = false;
    view.dom.setAttribute("aria-controls", this.#id);
    this.#mark(this.#at);
  }

  #mark(index: number): void {
    this.#at = index;
    for (const [place, option] of [...this.box.children].entries()) {
      option.setAttribute("aria-selected", String(place === index));
      if (place === index) {
        option.scrollIntoView({ block: "nearest" });
        this.editor.view.dom.setAttribute("aria-activedescendant", option.id);
      }
    }
  }

  #place(view: EditorView): void {
    if (this.from === null) return;
    const at = view.coordsAtPos(this.from);
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8));
    const below = at.bottom + 6;
    const top = below + height > window.innerHeight - 8 ? Math.max(8, at.top - height - 6) : below;
    this.box.style.left = `${left}px`;
    this.box.style.top = `${top}px`;
  }

  #choose(view: EditorView, action: Action | undefined): void {
    if (this.from === null || !action) return;
    const from = this.from;
    this.close();
    view.dispatch(view.state.tr.delete(from, view.state.selection.from));
    action.run(this.editor, this.ask);
  }
}

export const SlashMenu = Extension.create<{ ask: (question: Question) => void; host: HTMLElement | null }>({
  name: "slashMenu",
  // Before the keys of lists and tables.
  priority: 1_000,
  addOptions: () => ({ ask: () => undefined, host: null }),
  addProseMirrorPlugins() {
    const menu = new Menu(this.editor, this.options.ask);
    const host = this.options.host;
    return [
      new Plugin({
        props: {
          handleKeyDown: (view, event) => menu.onKey(view, event),
          handleDOMEvents: {
            blur: () => {
              menu.close();
              return false;
            },
          },
        },
        view: () => {
          host?.append(menu.box);
          const follow = () => menu.follow();
          window.addEventListener("scroll", follow, { passive: true });
          return {
            update: (view) => menu.update(view),
            destroy: () => {
              window.removeEventListener("scroll", follow);
              menu.box.remove();
            },
          };
        },
      }),
    ];
  },
});
