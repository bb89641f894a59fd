import imageIcon from "lucide-static/icons/images.svg?raw";
import { isSignIn } from "../lib/http";
import { icon } from "../lib/icon";
import { toast } from "../lib/toast";
import type { Stored } from "../lib/upload";
import "./file-upload";

/** What somebody chose. */
export interface Picked {
  url: string;
  alt: string;
  name: string;
  kind: string;
}

const quietFor = 250;

/** The dialog in which files are searched for, uploaded and chosen; one for the page. */
class Dialog {
  readonly element = document.createElement("dialog");
  #results = document.createElement("div");
  #search = document.createElement("input");
  #kind = "";
  #timer = 0;
  #turn = 0;
  #picked: (picked: Picked) => void = () => {};

  constructor() {
    this.element.className = "picker";
    this.element.setAttribute("aria-labelledby", "picker-title");
    this.element.innerHTML = `
      <div class="picker-head"><h2 id="picker-title">Choose a file</h2>
      <button type="button" class="btn btn-quiet btn-small" data-close>Close</button></div>
      <file-upload data-url="/admin/media/uploads" data-stay><form class="upload upload-small">
      <label for="picker-file"><b>Upload a new one</b></label>
      <p class="hint" id="picker-hint">Choose it, or drop it here.</p>
      <input type="file" id="picker-file" aria-describedby="picker-hint"></form></file-upload>
      <div class="field"><label for="picker-q">Search by name</label></div>`;
    this.#search.type = "search";
    this.#search.id = "picker-q";
    this.#search.maxLength = 200;
    this.element.querySelector(".field")?.append(this.#search);
    this.#results.className = "picker-results";
    this.element.append(this.#results);
    this.element.querySelector("[data-close]")?.addEventListener("click", () => this.element.close());
    this.#search.addEventListener("input", () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#load(), quietFor);
    });
    this.element.addEventListener("file-stored", (event) => {
      const stored = (event as CustomEvent<Stored>).detail;
      this.#choose({ url: stored.url, alt: "", name: stored.name, kind: stored.kind });
    });
    this.#results.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (button?.dataset.page) void this.#load(button.dataset.page);
      else if (button?.dataset.url) {
        const { url, alt = "", name = "", kind = "" } = button.dataset;
        this.#choose({ url, alt, name, kind });
      }
    });
    document.body.append(this.element);
  }

  open(kind: string, picked: (picked: Picked) => void): void {
    this.#kind = kind;
    this.#picked = picked;
    this.#search.value = "";
    this.#results.replaceChildren();
    this.element.querySelector("ul.uploads")?.replaceChildren();
    this.element.showModal();
    this.#search.focus();
    void this.#load();
  }

  #choose(picked: Picked): void {
    this.element.close();
    this.#picked(picked);
  }

  async #load(page?: string): Promise<void> {
    const turn = ++this.#turn;
    const query = new URLSearchParams({ kind: this.#kind, q: this.#search.value });
    try {
      const response = await fetch(page ?? `/admin/media/picker?${query}`, {
        headers: { "HX-Request": "true" },
      });
      if (isSignIn(response) || !response.ok) throw new Error(`status ${response.status}`);
      const html = await response.text();
      if (turn === this.#turn) this.#results.innerHTML = html;
    } catch {
      if (turn === this.#turn)
        this.#results.textContent = "The library can’t be reached. Check your connection.";
    }
  }
}

let dialog: Dialog | null = null;

/** Opens the dialog; `kind` is `image`, `video`, `audio`, `document` or nothing. */
export function pickMedia(kind: string, picked: (picked: Picked) => void): void {
  dialog ??= new Dialog();
  dialog.open(kind, picked);
}

/**
 * A button beside an input that writes the address of a chosen file into it: `<media-picker for="input id" kind="image">`.
 * Dispatches `media-picked` with `{url, alt, name, kind}`, from the element without `for` too.
 */
class MediaPicker extends HTMLElement {
  connectedCallback(): void {
    // A copy of a row brings the button of the other row along, which does nothing here.
    this.replaceChildren();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-small";
    const input = () => {
      const id = this.getAttribute("for");
      return id ? document.getElementById(id) : null;
    };
    const label =
      input()?.getAttribute("aria-label") ??
      document.querySelector(`label[for="${this.getAttribute("for")}"]`)?.textContent;
    button.append(icon(imageIcon), "Choose");
    button.setAttribute("aria-label", label ? `Choose a file for ${label.trim()}` : "Choose a file");
    button.addEventListener("click", () =>
      pickMedia(this.getAttribute("kind") ?? "", (picked) => {
        const field = input();
        if (field instanceof HTMLInputElement) {
          field.value = picked.url;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.dispatchEvent(new Event("change", { bubbles: true }));
        }
        this.dispatchEvent(new CustomEvent<Picked>("media-picked", { detail: picked, bubbles: true }));
        toast(`${picked.name} is chosen.`);
      }),
    );
    this.append(button);
  }
}
if (!customElements.get("media-picker")) customElements.define("media-picker", MediaPicker);
