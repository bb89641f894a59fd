import Sortable from "sortablejs";
import "../styles/sortable.css";
import grip from "lucide-static/icons/grip-vertical.svg?raw";
import { post, SignedOut } from "../lib/http";
import { icon } from "../lib/icon";
import { toast } from "../lib/toast";

const quietFor = 350;

/**
 * Puts a list or the body of a table in order by dragging or with Alt+↑ and Alt+↓, and posts `{order: [ids]}` to `data-url`.
 *
 * Items are the elements with `data-id`; `data-label` names one to people who can't see it. A form with `data-move="up"` or
 * `"down"` in an item does the same without scripts. `[data-position]` in an item shows its place. What the server does not
 * take goes back to where it was. After a save the element dispatches `reordered` with `{order}`.
 */
class SortableList extends HTMLElement {
  #list: HTMLElement | null = null;
  #status = document.createElement("p");
  #saved: string[] = [];
  #timer = 0;
  #saving = false;

  connectedCallback(): void {
    const list = this.querySelector("[data-id]")?.parentElement;
    if (!list || this.#list) return;
    this.#list = list;
    this.#status.className = "sr-only";
    this.#status.setAttribute("role", "status");
    this.append(this.#status);
    for (const item of this.#items()) this.#addHandle(item);
    this.#saved = this.#order();
    this.#showPlaces();
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("submit", (event) => this.#onSubmit(event));
    window.addEventListener("pagehide", this.#flush);
    const quick = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    Sortable.create(list, {
      handle: ".sortable-handle",
      draggable: "[data-id]",
      animation: quick ? 0 : 160,
      ghostClass: "sortable-ghost",
      chosenClass: "sortable-chosen",
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex !== newIndex) this.#moved(item);
      },
    });
    this.dataset.ready = "true";
  }

  disconnectedCallback(): void {
    window.removeEventListener("pagehide", this.#flush);
    if (this.#list) Sortable.get(this.#list)?.destroy();
    this.#list = null;
  }

  #items(): HTMLElement[] {
    return [...(this.#list?.querySelectorAll<HTMLElement>(":scope > [data-id]") ?? [])];
  }

  #order(): string[] {
    return this.#items().map((item) => item.dataset.id ?? "");
  }

  #itemOf(target: EventTarget | null): HTMLElement | undefined {
    return this.#items().find((item) => target instanceof Node && item.contains(target));
  }

  #addHandle(item: HTMLElement): void {
    if (item.querySelector(".sortable-handle")) return;
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "sortable-handle";
    handle.title = "Drag, or press Alt + ↑ or ↓";
    handle.setAttribute("aria-label", `Move ${item.dataset.label ?? "this item"}`);
    handle.setAttribute("aria-keyshortcuts", "Alt+ArrowUp Alt+ArrowDown");
    handle.append(icon(grip));
    (item instanceof HTMLTableRowElement ? (item.cells[0] ?? item) : item).prepend(handle);
  }

  #onKey(event: KeyboardEvent): void {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const field = event.target instanceof Element && event.target.closest("input, select, textarea");
    const item = this.#itemOf(event.target);
    if (!step || field || !item) return;
    event.preventDefault();
    this.#step(item, step);
  }

  #onSubmit(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.move) return;
    const item = this.#itemOf(form);
    if (!item) return;
    event.preventDefault();
    this.#step(item, form.dataset.move === "up" ? -1 : 1);
  }

  #step(item: HTMLElement, step: number): void {
    const items = this.#items();
    const neighbor = items[items.indexOf(item) + step];
    if (!neighbor) {
      this.#say(step < 0 ? "Already the first." : "Already the last.");
      return;
    }
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    if (step < 0) neighbor.before(item);
    else neighbor.after(item);
    // Moving an element takes focus from what is in it.
    if (focused && item.contains(focused)) focused.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    this.#moved(item);
  }

  #moved(item: HTMLElement): void {
    const items = this.#items();
    this.#say(`Moved to position ${items.indexOf(item) + 1} of ${items.length}`);
    this.#showPlaces();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(), quietFor);
  }

  #say(text: string): void {
    this.#status.textContent = "";
    window.setTimeout(() => {
      this.#status.textContent = text;
    }, 30);
  }

  #showPlaces(): void {
    const items = this.#items();
    for (const [index, item] of items.entries()) {
      for (const place of item.querySelectorAll("[data-position]")) place.textContent = String(index + 1);
      const disable = (direction: string, off: boolean) => {
        const button = item.querySelector(`form[data-move="${direction}"] button`);
        if (off) button?.setAttribute("aria-disabled", "true");
        else button?.removeAttribute("aria-disabled");
        button?.removeAttribute("disabled");
      };
      disable("up", index === 0);
      disable("down", index === items.length - 1);
    }
  }

  /** Whoever leaves at once still keeps what they did. */
  #flush = (): void => {
    if (this.#timer) void this.#save(true);
  };

  async #save(leaving = false): Promise<void> {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    const order = this.#order();
    const url = this.dataset.url;
    if (this.#saving || !url || order.join() === this.#saved.join()) return;
    this.#saving = true;
    this.setAttribute("aria-busy", "true");
    try {
      const response = await post(url, JSON.stringify({ order }), { keepalive: leaving });
      if (!response.ok) throw new Refused(response.status);
      this.#saved = order;
      this.dispatchEvent(new CustomEvent("reordered", { bubbles: true, detail: { order } }));
    } catch (error) {
      this.#takeBack();
      toast(why(error), "error");
    } finally {
      this.#saving = false;
      this.removeAttribute("aria-busy");
    }
    // Something was moved while the answer was on its way.
    if (!this.#timer) await this.#save();
  }

  #takeBack(): void {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    const byId = new Map(this.#items().map((item) => [item.dataset.id ?? "", item]));
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    for (const id of this.#saved) {
      const item = byId.get(id);
      if (item) this.#list?.append(item);
    }
    if (focused && this.contains(focused)) focused.focus({ preventScroll: true });
    this.#showPlaces();
  }
}

class Refused extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

function why(error: unknown): string {
  if (error instanceof SignedOut) return "You’re signed out. Sign in again to change the order.";
  if (error instanceof Refused && (error.status === 409 || error.status === 422)) {
    return "The list has changed in the meantime. Reload the page and try again.";
  }
  return "The new order wasn’t saved. Check your connection and try again.";
}

customElements.define("sortable-list", SortableList);
