/** How close to the end somebody has to be to be kept there, in pixels. */
const nearEnd = 24;

/**
 * Shows how far a job is while the page is looked at. `data-events` is where it listens; what comes takes the place of what is in
 * `[data-live]`, and changes of the state are said in `[data-said]`.
 */
class StudioJob extends HTMLElement {
  #source: EventSource | undefined;
  #over = false;
  readonly #follow = () => {
    if (document.visibilityState === "hidden") this.#hush();
    else if (!this.#source && !this.#over) this.#listen();
  };
  readonly #hush = () => {
    this.#source?.close();
    this.#source = undefined;
  };

  connectedCallback(): void {
    for (const box of this.querySelectorAll<HTMLElement>(".ai-box")) box.scrollTop = box.scrollHeight;
    document.addEventListener("visibilitychange", this.#follow);
    // A page that is kept for going back must not hold a connection.
    window.addEventListener("pagehide", this.#hush);
    window.addEventListener("pageshow", this.#follow);
    this.#follow();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#follow);
    window.removeEventListener("pagehide", this.#hush);
    window.removeEventListener("pageshow", this.#follow);
    this.#hush();
  }

  #listen(): void {
    const source = new EventSource(this.dataset.events ?? "");
    this.#source = source;
    source.addEventListener("job", (event) => this.#show(event.data as string));
    source.addEventListener("done", () => {
      this.#over = true;
      this.#hush();
    });
  }

  #show(html: string): void {
    const live = this.querySelector<HTMLElement>("[data-live]");
    if (!live) return;
    const said = () => live.querySelector<HTMLElement>("[data-announcement]")?.dataset.announcement ?? "";
    const before = said();
    const places = new Map<string, { top: number; atEnd: boolean }>();
    for (const box of live.querySelectorAll<HTMLElement>(".ai-box")) {
      const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearEnd;
      places.set(box.id, { top: box.scrollTop, atEnd });
    }
    const open = [...live.querySelectorAll<HTMLElement>("details[open]")].map((details) => details.id);
    const active = document.activeElement;
    const focused = active && live.contains(active) ? active.id : "";

    live.innerHTML = html;

    for (const id of open) {
      const details = document.getElementById(id);
      if (details instanceof HTMLDetailsElement) details.open = true;
    }
    for (const box of live.querySelectorAll<HTMLElement>(".ai-box")) {
      const place = places.get(box.id);
      box.scrollTop = place && !place.atEnd ? place.top : box.scrollHeight;
    }
    if (focused) {
      const again = document.getElementById(focused) ?? live.querySelector<HTMLElement>("a.btn, button");
      again?.focus({ preventScroll: true });
    }
    const region = this.querySelector<HTMLElement>("[data-said]");
    if (region && said() !== before) region.textContent = said();
  }
}
if (!customElements.get("studio-job")) customElements.define("studio-job", StudioJob);

export {};
