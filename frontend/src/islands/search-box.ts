import { note, Options, option } from "../lib/options.ts";

interface Item {
  text: string;
  note: string;
  url: string;
}

const quietFor = 120;
let boxes = 0;

function isItems(value: unknown): value is { items: Item[] } {
  return value instanceof Object && "items" in value && Array.isArray(value.items);
}

/** Suggestions below the field of a search, as a combobox. Without scripts the form searches alone. */
class SearchBox extends HTMLElement {
  #input!: HTMLInputElement;
  #list!: HTMLElement;
  #status!: HTMLElement;
  #options!: Options;
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=search]");
    if (!input || this.#list) return;
    this.#input = input;
    this.#options = new Options(input);
    boxes += 1;
    this.#list = document.createElement("div");
    this.#list.id = `suggestions-${boxes}`;
    this.#list.className = "suggestions";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", "Suggestions");
    this.#status = document.createElement("p");
    this.#status.className = "sr-only";
    this.#status.setAttribute("role", "status");
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-expanded", "false"],
      ["aria-controls", this.#list.id],
      ["aria-autocomplete", "list"],
    ] as const)
      input.setAttribute(name, value);
    this.append(this.#list, this.#status);
    input.addEventListener("input", () => {
      // An answer that is still under way is to what was typed before.
      this.#asked += 1;
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#ask(), quietFor);
    });
    input.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.contains(event.relatedTarget))) this.#close();
    });
    // The field keeps the focus while an option is pressed.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.querySelector("form")?.addEventListener("submit", (event) => {
      if (!input.value.trim()) event.preventDefault();
    });
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#timer);
  }

  #onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step) {
      if (this.#options.count === 0) return;
      event.preventDefault();
      this.#options.move(step, true);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      this.#close();
    } else if (event.key === "Enter") {
      const chosen = this.#options.active;
      if (!chosen) return;
      event.preventDefault();
      chosen.click();
    }
  }

  #close(): void {
    this.#asked += 1;
    window.clearTimeout(this.#timer);
    this.#show([]);
    this.#status.textContent = "";
  }

  async #ask(): Promise<void> {
    const typed = this.#input.value.trim();
    if (!typed) {
      this.#close();
      return;
    }
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const response = await fetch(`/search/suggestions?q=${encodeURIComponent(typed)}`, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      const answer: unknown = await response.json();
      if (mine !== this.#asked || !isItems(answer)) return;
      this.#show(answer.items);
      const found = answer.items.length;
      this.#status.textContent =
        found === 0 ? "No suggestions" : found === 1 ? "1 suggestion" : `${found} suggestions`;
    } catch {
      // Suggestions are a help; without them the search works as well.
      if (mine === this.#asked) this.#show([]);
    }
  }

  #show(items: Item[]): void {
    const shown = items.map((item, index) => {
      const text = document.createElement("span");
      text.textContent = item.text;
      return option(`${this.#list.id}-${index}`, item.url, text, " ", note(item.note));
    });
    this.#list.replaceChildren(...shown);
    this.#options.replace(shown);
    this.#list.hidden = items.length === 0;
    this.#input.setAttribute("aria-expanded", String(items.length > 0));
  }
}
customElements.define("search-box", SearchBox);
