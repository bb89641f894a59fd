import type { Editor } from "@tiptap/core";
import markdownIcon from "lucide-static/icons/file-code-2.svg?raw";
import { element } from "../../lib/element";
import { icon } from "../../lib/icon";
import { type Action, type Question, shownKeys, spokenKeys, toolbarGroups } from "./actions";

/** The toolbar: one stop for Tab, arrow keys inside, and the switch to the Markdown view. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #buttons: { action: Action; button: HTMLButtonElement }[] = [];
  readonly #source: HTMLButtonElement;

  constructor(
    readonly editor: Editor,
    options: {
      controls: string;
      ask: (question: Question) => void;
      toggleSource: () => void;
      leave: () => void;
    },
  ) {
    this.element = element("div", {
      class: "rt-tools",
      role: "toolbar",
      "aria-label": "Formatting",
      "aria-controls": options.controls,
      keydown: (event) => this.#onKey(event as KeyboardEvent, options.leave),
      // A click on a button leaves the selection where it is.
      mousedown: (event) => event.preventDefault(),
    });
    for (const group of toolbarGroups) {
      const box = element("div", { class: "rt-group" });
      for (const action of group) {
        const button = element(
          "button",
          {
            type: "button",
            tabindex: "-1",
            "aria-label": action.label,
            title: action.keys ? `${action.label} (${shownKeys(action.keys)})` : action.label,
            ...(action.keys ? { "aria-keyshortcuts": spokenKeys(action.keys) } : {}),
            click: () => {
              if (button.getAttribute("aria-disabled") !== "true") action.run(editor, options.ask);
            },
          },
          icon(action.icon),
        );
        this.#buttons.push({ action, button });
        box.append(button);
      }
      this.element.append(box);
    }
    this.#source = element(
      "button",
      {
        type: "button",
        class: "rt-source",
        tabindex: "-1",
        "aria-pressed": "false",
        title: "Show the text as Markdown",
        click: options.toggleSource,
      },
      icon(markdownIcon),
      "Markdown",
    );
    this.element.append(this.#source);
    this.#stops()[0]?.setAttribute("tabindex", "0");
    this.update();
  }

  focus(): void {
    this.#stops()
      .find((button) => button.tabIndex === 0)
      ?.focus();
  }

  showSource(on: boolean): void {
    this.#source.setAttribute("aria-pressed", String(on));
    this.element.classList.toggle("rt-tools-source", on);
    for (const { button } of this.#buttons) button.disabled = on;
    if (on) this.#stop(this.#source);
    else this.update();
  }

  /** Shows what is on and what can be done where the cursor is. */
  update(): void {
    for (const { action, button } of this.#buttons) {
      if (action.active) button.setAttribute("aria-pressed", String(action.active(this.editor)));
      if (action.can) button.setAttribute("aria-disabled", String(!action.can(this.editor)));
    }
  }

  #stops(): HTMLButtonElement[] {
    return [...this.element.querySelectorAll("button")].filter((button) => !button.disabled);
  }

  #stop(button: HTMLButtonElement): void {
    for (const other of this.element.querySelectorAll("button")) other.tabIndex = other === button ? 0 : -1;
  }

  #onKey(event: KeyboardEvent, leave: () => void): void {
    const stops = this.#stops();
    const here = stops.indexOf(document.activeElement as HTMLButtonElement);
    const places: Record<string, number> = {
      ArrowRight: (here + 1) % stops.length,
      ArrowLeft: (here - 1 + stops.length) % stops.length,
      Home: 0,
      End: stops.length - 1,
    };
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
      return;
    }
    const next = stops[places[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    this.#stop(next);
    next.focus();
  }
}
