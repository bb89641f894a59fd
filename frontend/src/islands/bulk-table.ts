/** A table of which rows are chosen: a box for all of them, in its head and, for phones, above it, and how many there are. */
class BulkTable extends HTMLElement {
  connectedCallback(): void {
    const boxes = [...this.querySelectorAll<HTMLInputElement>('input[name="id"]')];
    const table = this.querySelector("table");
    const head = this.querySelector("th.table-choose");
    const said = this.querySelector<HTMLElement>("[data-chosen]");
    if (!table || !head || !said || head.querySelector("input")) return;
    const all: HTMLInputElement[] = [];
    const choice = (shown: boolean): HTMLLabelElement => {
      const box = document.createElement("input");
      box.type = "checkbox";
      all.push(box);
      const name = document.createElement("span");
      if (!shown) name.className = "sr-only";
      name.textContent = "Choose all rows of this page";
      const label = document.createElement("label");
      label.append(box, name);
      return label;
    };
    head.replaceChildren(choice(false));
    const above = choice(true);
    above.className = "check table-choose-page";
    table.before(above);
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      said.textContent = chosen === 0 ? "" : `${chosen} chosen`;
      for (const box of all) {
        box.checked = chosen === boxes.length && chosen > 0;
        box.indeterminate = chosen > 0 && chosen < boxes.length;
      }
    };
    for (const box of all) {
      box.addEventListener("change", () => {
        for (const row of boxes) row.checked = box.checked;
      });
    }
    this.addEventListener("change", show);
    show();
  }
}
customElements.define("bulk-table", BulkTable);

export {};
