import { element } from "../lib/element";
import type { Stored } from "../lib/upload";

/**
 * A list of documents to choose: what is uploaded in it is added, chosen. `data-name` is the name of the fields; how many are chosen
 * is said in `[data-chosen]`.
 */
class DocumentChoice extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("file-stored", (event) => {
      if (event instanceof CustomEvent) this.#add(event.detail as Stored);
    });
    this.addEventListener("change", () => this.#count());
  }

  #count(): void {
    const said = this.querySelector("[data-chosen]");
    const chosen = this.querySelectorAll("ul input:checked").length;
    if (said) said.textContent = chosen ? `${chosen} chosen` : "None chosen";
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
    // One that was there already may be far down in the list.
    input.closest("li")?.scrollIntoView({ block: "nearest" });
    // Whatever depends on the choice, such as the estimate, hears of it.
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
if (!customElements.get("document-choice")) customElements.define("document-choice", DocumentChoice);
