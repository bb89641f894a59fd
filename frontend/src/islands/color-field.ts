import { element } from "../lib/element";

/** A color that is typed, with the browser's picker beside it: each follows the other. */
class ColorField extends HTMLElement {
  connectedCallback(): void {
    const text = this.querySelector("input");
    if (!text || this.querySelector('input[type="color"]')) return;
    const label = text.labels?.[0]?.textContent ?? "Color";
    const picker = element("input", { type: "color", "aria-label": `${label}: picker` });
    const follow = () => {
      const shown = text.value || (this.dataset.empty ?? "");
      if (/^#[0-9a-f]{6}$/i.test(shown)) picker.value = shown;
    };
    text.addEventListener("input", follow);
    picker.addEventListener("input", () => {
      text.value = picker.value;
    });
    follow();
    this.append(picker);
  }
}
customElements.define("color-field", ColorField);
