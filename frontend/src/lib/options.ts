/** A link that stands as an option in a listbox. */
export function option(id: string, url: string, ...content: (string | Node)[]): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = url;
  link.id = id;
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  link.append(...content);
  return link;
}

/** What stands behind an option, smaller. */
export function note(text: string): HTMLElement {
  const small = document.createElement("small");
  small.textContent = text;
  return small;
}

/** The options of a combobox: one at most is active, while the field keeps the focus. */
export class Options {
  #all: HTMLAnchorElement[] = [];
  #active = -1;

  constructor(private readonly field: HTMLInputElement) {}

  /** Takes others in their place. */
  replace(options: HTMLAnchorElement[], active = -1): void {
    this.activate(-1);
    this.#all = options;
    this.activate(active);
  }

  get count(): number {
    return this.#all.length;
  }

  /** The active one. */
  get active(): HTMLAnchorElement | undefined {
    return this.#all[this.#active];
  }

  get first(): HTMLAnchorElement | undefined {
    return this.#all[0];
  }

  /** Goes on or back, around the ends. With `rest`, what was typed stands between the last and the first. */
  move(step: number, rest: boolean): void {
    const before = rest ? 1 : 0;
    const places = this.#all.length + before;
    if (places > before) this.activate(((this.#active + before + step + places) % places) - before);
  }

  activate(index: number): void {
    this.active?.setAttribute("aria-selected", "false");
    this.#active = index;
    const now = this.active;
    if (!now) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    now.setAttribute("aria-selected", "true");
    now.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", now.id);
  }
}
