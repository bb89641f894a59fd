import { csrfToken, isSignIn } from "../lib/http";
import { toast } from "../lib/toast";

/** Pictures are large, and phones are on slow networks. */
const timeout = 120_000;

/** Sends a picture without leaving the page, so that what is typed elsewhere on it stays. */
class PictureForm extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      if (!(event.target instanceof HTMLFormElement)) return;
      event.preventDefault();
      void this.#send(event.target);
    });
  }

  async #send(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector("button");
    if (button?.getAttribute("aria-busy")) return;
    button?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRF-Token": csrfToken() },
        signal: AbortSignal.timeout(timeout),
      });
      if (isSignIn(answer)) {
        toast("You’re signed out. Sign in again to change your picture.", "error");
        return;
      }
      this.#show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      toast("That didn’t work. Check your connection and try again.", "error");
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  /** Takes over what the answered page has of this, its message, and the pictures in its header. */
  #show(page: Document): void {
    const parts = page.querySelector("picture-form");
    if (!parts) {
      toast(page.querySelector("main h1")?.textContent ?? "That didn’t work.", "error");
      return;
    }
    this.replaceChildren(...parts.childNodes);
    for (const shown of ["header .avatar", "header .logo"]) {
      const [here, there] = [document, page].map((one) => one.querySelector(shown));
      if (here && there) here.replaceWith(there);
    }
    const message = page.querySelector("#toasts .toast p")?.textContent;
    if (message) toast(message);
    this.querySelector<HTMLElement>('[aria-invalid="true"], input[type="file"]')?.focus();
  }
}
customElements.define("picture-form", PictureForm);
