import { note, Options, option } from "../lib/options.ts";
import "../styles/palette.css";

interface Item {
  title: string;
  note: string;
  url: string;
}
interface Group {
  kind: string;
  items: Item[];
  /** How many match in all, as a number and in words. */
  total: number;
  total_label: string;
  /** Where all of them are listed, when there are more. */
  all_url: string | null;
}

const quietFor = 120;

function isGroups(value: unknown): value is { groups: Group[] } {
  return value instanceof Object && "groups" in value && Array.isArray(value.groups);
}

/** Goes anywhere in the panel by typing: Ctrl K or ⌘ K, or the button. Without scripts the button leads to the search page. */
class CommandPalette extends HTMLElement {
  #dialog: HTMLDialogElement | undefined;
  #input!: HTMLInputElement;
  #list!: HTMLElement;
  #status!: HTMLElement;
  #options!: Options;
  #timer = 0;
  #asked = 0;
  #waiting = false;
  #goes = false;

  connectedCallback(): void {
    this.querySelector("a")?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open();
    });
    document.addEventListener("keydown", this.#onShortcut);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onShortcut);
  }

  #onShortcut = (event: KeyboardEvent): void => {
    if (
      event.key.toLowerCase() !== "k" ||
      !(event.ctrlKey || event.metaKey) ||
      event.altKey ||
      event.defaultPrevented
    )
      return;
    event.preventDefault();
    this.#open();
  };

  #open(): void {
    this.#dialog ??= this.#build();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#input.value = "";
    this.#goes = false;
    this.#show([]);
    this.#input.focus();
    void this.#ask();
  }

  #build(): HTMLDialogElement {
    const dialog = document.createElement("dialog");
    dialog.className = "palette";
    dialog.setAttribute("aria-label", "Search the panel");
    this.#input = document.createElement("input");
    this.#options = new Options(this.#input);
    this.#input.type = "search";
    this.#input.placeholder = "A person, a course, a lesson, a page";
    this.#input.maxLength = 100;
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-label", "Search the panel"],
      ["aria-expanded", "true"],
      ["aria-controls", "palette-list"],
      ["aria-autocomplete", "list"],
      ["autocomplete", "off"],
    ] as const)
      this.#input.setAttribute(name, value);
    this.#list = document.createElement("div");
    this.#list.id = "palette-list";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", "Results");
    this.#status = document.createElement("p");
    this.#status.setAttribute("role", "status");
    this.#status.className = "muted";
    dialog.append(this.#input, this.#list, this.#status);
    this.#input.addEventListener("input", () => {
      this.#waiting = true;
      this.#goes = false;
      // An answer that is still under way is to what was typed before.
      this.#asked += 1;
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#ask(), quietFor);
    });
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
    return dialog;
  }

  #onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#options.move(step, false);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // What is shown may still belong to what was typed before.
      if (this.#waiting) this.#goes = true;
      else this.#go();
    }
  }

  #go(): void {
    (this.#options.active ?? this.#options.first)?.click();
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    this.#waiting = true;
    const mine = this.#asked;
    try {
      const url = `/admin/search?q=${encodeURIComponent(this.#input.value)}`;
      const response = await fetch(url, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      const answer: unknown = await response.json();
      // Answers may overtake each other; only the last question counts.
      if (mine !== this.#asked) return;
      if (!isGroups(answer)) throw new TypeError("not an answer");
      this.#waiting = false;
      this.#show(answer.groups);
      if (this.#goes && this.#dialog?.open) this.#go();
    } catch {
      if (mine === this.#asked) this.#status.textContent = "No answer. Check your connection and type on.";
    }
  }

  #show(groups: Group[]): void {
    const shown: HTMLAnchorElement[] = [];
    this.#list.replaceChildren();
    let [found, total] = [0, 0];
    for (const { kind, items, ...all } of groups) {
      found += items.length;
      total += all.total;
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", kind);
      const heading = document.createElement("p");
      heading.textContent = kind;
      heading.setAttribute("aria-hidden", "true");
      group.append(heading);
      for (const item of items) {
        const link = option(`palette-${shown.length}`, item.url, item.title, " ", note(item.note));
        shown.push(link);
        group.append(link);
      }
      if (all.all_url) {
        const link = option(
          `palette-${shown.length}`,
          all.all_url,
          "Show all of them ",
          note(all.total_label),
        );
        shown.push(link);
        group.append(link);
      }
      this.#list.append(group);
    }
    this.#options.replace(shown, shown.length > 0 ? 0 : -1);
    const typed = this.#input.value.trim();
    if (found === 0) this.#status.textContent = typed ? "Nothing found" : "";
    else this.#status.textContent = total > found ? `${found} of ${total} shown` : `${found} found`;
  }
}
customElements.define("command-palette", CommandPalette);
