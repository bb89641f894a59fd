import arrowDown from "lucide-static/icons/arrow-down.svg?raw";
import arrowUp from "lucide-static/icons/arrow-up.svg?raw";
import { element } from "../lib/element";
import { formBody, PageTooOld, post, SignedOut } from "../lib/http";
import { icon } from "../lib/icon";

const quietFor = 600;

function why(error: unknown): string {
  if (error instanceof SignedOut) return "You’re signed out. Sign in again to keep your answers.";
  if (error instanceof PageTooOld) return "Not kept. Reload this page to go on.";
  return "Not kept yet. Check your connection.";
}

/** Keeps the answers of a quiz while they are given, so that a reload loses nothing. */
class QuizForm extends HTMLElement {
  #timer = 0;
  #handedIn = false;
  #form: HTMLFormElement | null = null;
  #status: HTMLElement | null = null;

  connectedCallback(): void {
    this.#form = this.querySelector("form");
    this.#status = this.querySelector("[data-status]");
    this.addEventListener("change", () => this.#schedule());
    this.addEventListener("input", () => this.#schedule());
    this.#form?.addEventListener("submit", () => {
      this.#handedIn = true;
      window.clearTimeout(this.#timer);
    });
    window.addEventListener("pageshow", () => {
      this.#handedIn = false;
    });
    window.addEventListener("pagehide", this.#flush);
  }

  disconnectedCallback(): void {
    window.removeEventListener("pagehide", this.#flush);
  }

  #flush = (): void => {
    if (this.#timer && !this.#handedIn) void this.#save(true);
  };

  #schedule(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(), quietFor);
  }

  async #save(leaving = false): Promise<void> {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#form || this.#handedIn) return;
    const body = formBody(this.#form);
    body.set("do", "save");
    try {
      const response = await post(this.#form.action, body, { keepalive: leaving });
      if (response.status === 409) {
        const { result_url: result }: { result_url?: string } = await response.json();
        if (result) return this.#handedInElsewhere(result);
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.#say("Answers kept");
    } catch (error) {
      this.#say(why(error), true);
    }
  }

  /** Handed in in another tab: nothing more can be kept, and the result is there. */
  #handedInElsewhere(result: string): void {
    this.#handedIn = true;
    this.#say("This attempt was handed in elsewhere, so these answers don’t count. ", true);
    this.#status?.append(element("a", { href: result }, "See its result"));
  }

  #say(text: string, failed = false): void {
    if (!this.#status) return;
    this.#status.textContent = text;
    this.#status.dataset.status = failed ? "error" : "";
  }
}

/** Items are moved up and down instead of being given a number; the selects behind them go on holding the places. */
class QuizOrder extends HTMLElement {
  #list: HTMLOListElement | null = null;
  #status = document.createElement("p");

  connectedCallback(): void {
    this.#list = this.querySelector("ol");
    if (!this.#list || this.dataset.ready) return;
    this.dataset.ready = "true";
    const hint = this.querySelector("[data-hint]");
    if (hint) hint.textContent = "Move the items until they stand in order.";
    this.#status.className = "sr-only";
    this.#status.setAttribute("role", "status");
    this.append(this.#status);
    const items = this.#items();
    const place = (item: Element) => Number(item.querySelector("select")?.value || items.length);
    for (const item of [...items].sort((a, b) => place(a) - place(b))) this.#list.append(item);
    for (const item of items) {
      const select = item.querySelector("select");
      if (select) select.hidden = true;
      const moves = document.createElement("span");
      moves.className = "quiz-moves";
      moves.append(this.#button(item, -1, arrowUp), this.#button(item, 1, arrowDown));
      item.append(moves);
    }
    this.#showEnds();
  }

  #items(): HTMLElement[] {
    return [...(this.#list?.querySelectorAll<HTMLElement>(":scope > li") ?? [])];
  }

  #button(item: HTMLElement, step: number, symbol: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Move ${item.dataset.label ?? "this"} ${step < 0 ? "up" : "down"}`);
    button.append(icon(symbol));
    button.addEventListener("click", () => this.#move(item, step, button));
    return button;
  }

  #move(item: HTMLElement, step: number, button: HTMLButtonElement): void {
    const items = this.#items();
    const neighbor = items[items.indexOf(item) + step];
    if (neighbor && step < 0) neighbor.before(item);
    else if (neighbor) neighbor.after(item);
    button.focus({ preventScroll: true });
    const now = this.#items();
    for (const [index, one] of now.entries()) {
      const select = one.querySelector("select");
      if (select) select.value = String(index);
    }
    this.#showEnds();
    this.#status.textContent = `Place ${now.indexOf(item) + 1} of ${now.length}`;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #showEnds(): void {
    const items = this.#items();
    for (const [index, item] of items.entries()) {
      const [up, down] = item.querySelectorAll(".quiz-moves button");
      up?.setAttribute("aria-disabled", String(index === 0));
      down?.setAttribute("aria-disabled", String(index === items.length - 1));
    }
  }
}

customElements.define("quiz-order", QuizOrder);
customElements.define("quiz-form", QuizForm);
