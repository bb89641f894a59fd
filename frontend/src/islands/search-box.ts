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
  #options: HTMLAnchorElement[] = [];
  #active = -1;
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=search]");
    if (!input || this.#list) return;
    this.#input = input;
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
      if (this.#options.length === 0) return;
      event.preventDefault();
      // Before the first and after the last stands what was typed.
      const places = this.#options.length + 1;
      this.#activate(((this.#active + 1 + step + places) % places) - 1);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      this.#close();
    } else if (event.key === "Enter") {
      const option = this.#options[this.#active];
      if (!option) return;
      event.preventDefault();
      option.click();
    }
  }

  #activate(index: number): void {
    this.#options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = this.#options[index];
    if (!option) {
      this.#input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
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
    this.#activate(-1);
    this.#options = items.map((item, index) => {
      const option = document.createElement("a");
      option.href = item.url;
      option.id = `${this.#list.id}-${index}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const text = document.createElement("span");
      text.textContent = item.text;
      const note = document.createElement("small");
      note.textContent = item.note;
      option.append(text, " ", note);
      return option;
    });
    this.#list.replaceChildren(...this.#options);
    this.#list.hidden = items.length === 0;
    this.#input.setAttribute("aria-expanded", String(items.length > 0));
  }
}
customElements.define("search-box", SearchBox);

export {};
