/** A list of inputs that grows: a button adds a row like the last one, each row can be removed. */
class RowList extends HTMLElement {
  connectedCallback(): void {
    const list = this.querySelector("ol");
    const last = list?.lastElementChild;
    if (!list || !last || this.querySelector("[data-add-row]")) return;
    const blank = last.cloneNode(true) as HTMLElement;
    this.#clear(blank);
    // Spare rows are for browsers without scripts; one is enough here.
    while (list.children.length > 1 && this.#isEmpty(list.lastElementChild)) list.lastElementChild?.remove();
    for (const row of list.children) this.#addRemove(row as HTMLElement);
    const add = document.createElement("button");
    add.type = "button";
    add.className = "btn btn-quiet btn-small";
    add.dataset.addRow = "";
    add.textContent = this.dataset.add ?? "Add";
    add.addEventListener("click", () => {
      const row = blank.cloneNode(true) as HTMLElement;
      this.#addRemove(row);
      list.append(row);
      this.#number(list);
      row.querySelector<HTMLInputElement>('input:not([type="hidden"])')?.focus();
    });
    this.append(add);
  }

  #fields(row: Element | null): HTMLInputElement[] {
    return [...(row?.querySelectorAll<HTMLInputElement>('input:not([type="hidden"])') ?? [])];
  }

  #isEmpty(row: Element | null): boolean {
    return this.#fields(row).every((field) => field.value.trim() === "");
  }

  #clear(row: HTMLElement): void {
    for (const field of row.querySelectorAll("input")) field.value = "";
    row.querySelector(".field-error")?.remove();
  }

  /** Names and ids follow the places, so that labels stay true. */
  #number(list: Element): void {
    [...list.children].forEach((row, index) => {
      for (const element of row.querySelectorAll<HTMLElement>("[aria-label]")) {
        const label = element.getAttribute("aria-label") ?? "";
        element.setAttribute("aria-label", label.replace(/\d+/, String(index + 1)));
      }
      for (const field of row.querySelectorAll<HTMLElement>("input[id]")) {
        const id = field.id.replace(/\d+$/, String(index + 1));
        row.querySelector(`[for="${field.id}"]`)?.setAttribute("for", id);
        field.id = id;
      }
    });
  }

  #addRemove(row: HTMLElement): void {
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn-icon row-remove";
    remove.setAttribute("aria-label", "Remove row 0");
    remove.textContent = "✕";
    remove.addEventListener("click", () => {
      const list = row.parentElement;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (list && list.children.length > 1) row.remove();
      else this.#clear(row);
      if (list) this.#number(list);
      (this.#fields(next)[0] ?? this.querySelector<HTMLElement>("[data-add-row]"))?.focus();
      this.dispatchEvent(new Event("input", { bubbles: true }));
    });
    row.append(remove);
    if (row.parentElement) this.#number(row.parentElement);
  }
}
customElements.define("row-list", RowList);

export {};
