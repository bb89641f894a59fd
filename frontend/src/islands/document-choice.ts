import { element } from "../lib/element";
import type { Stored } from "../lib/upload";

/** A list of documents to choose: what is uploaded in it is added, chosen. `data-name` is the name of the fields. */
class DocumentChoice extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("file-stored", (event) => {
      if (event instanceof CustomEvent) this.#add(event.detail as Stored);
    });
  }

  #add(stored: Stored): void {
    const known = this.querySelector<HTMLInputElement>(`input[value="${CSS.escape(stored.id)}"]`);
    const input =
      known ?? element("input", { type: "checkbox", name: this.dataset.name ?? "", value: stored.id });
    if (!known) {
      const words = element("span", {}, stored.name, element("small", {}, stored.facts ?? ""));
      this.querySelector("ul")?.prepend(
        element("li", {}, element("label", { class: "check" }, input, words)),
      );
    }
    input.checked = true;
    // Whatever depends on the choice, such as the estimate, hears of it.
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
if (!customElements.get("document-choice")) customElements.define("document-choice", DocumentChoice);
