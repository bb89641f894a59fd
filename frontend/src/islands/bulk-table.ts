/** A table of which rows are chosen: a box for all of them, and how many there are. */
class BulkTable extends HTMLElement {
  connectedCallback(): void {
    const boxes = [...this.querySelectorAll<HTMLInputElement>('input[name="id"]')];
    const head = this.querySelector("th.table-choose");
    const said = this.querySelector<HTMLElement>("[data-chosen]");
    if (!head || !said || head.querySelector("input")) return;
    const all = document.createElement("input");
    all.type = "checkbox";
    const name = document.createElement("span");
    name.className = "sr-only";
    name.textContent = "Choose all rows of this page";
    const label = document.createElement("label");
    label.append(all, name);
    head.replaceChildren(label);
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      said.textContent = chosen === 0 ? "" : `${chosen} chosen`;
      all.checked = chosen === boxes.length && chosen > 0;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    };
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
    this.addEventListener("change", show);
    show();
  }
}
customElements.define("bulk-table", BulkTable);

export {};
