/**
 * The keys of the daily review: Space shows the answer, 1 to 4 say how well it was remembered. They work while the focus
 * is in the card, where it begins.
 */
class ReviewCard extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("keydown", (event) => this.#press(event));
    this.focus({ preventScroll: true });
  }

  #press(event: KeyboardEvent): void {
    if (event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
    // On a button or a link, Space does what it always does.
    const shows = event.key === " " && event.target === this;
    const button = this.querySelector<HTMLButtonElement>(
      shows ? "[data-show]" : `[data-key="${CSS.escape(event.key)}"]`,
    );
    if (!button) return;
    event.preventDefault();
    button.click();
  }
}
customElements.define("review-card", ReviewCard);

export {};
