import { formBody, post, SignedOut } from "../lib/http";

const quietFor = 1_500;
const longestWait = 30_000;

/**
 * Keeps what is typed into a lesson as its working copy on the server, and says so. When somebody else has changed the lesson
 * meanwhile it stops and says that too; the form's own button then shows both texts. When the lesson was deleted there is nothing
 * to send the form to: the text stays here to be copied.
 */
class LessonEditor extends HTMLElement {
  #form!: HTMLFormElement;
  #version!: HTMLInputElement;
  #status!: HTMLElement;
  #kept = "";
  #timer = 0;
  #failures = 0;
  #busy = false;
  #stopped = false;
  #signedOut = false;
  #deleted = false;

  connectedCallback(): void {
    const form = this.querySelector("form");
    const version = this.querySelector<HTMLInputElement>('input[name="version"]');
    const status = this.querySelector<HTMLElement>("[data-status]");
    if (!form || !version || !status) return;
    this.#form = form;
    this.#version = version;
    this.#status = status;
    this.#kept = this.#text();
    this.addEventListener("input", () => this.#schedule(quietFor));
    this.addEventListener("change", () => this.#schedule(quietFor));
    form.addEventListener("submit", (event) => {
      if (this.#deleted) {
        event.preventDefault();
        this.#alert("Not saved: this lesson was deleted. Copy your text before you leave this page.");
        return;
      }
      if (this.#signedOut) {
        // The page to sign in on would take this one's place, and what was typed with it.
        event.preventDefault();
        void this.#keepAndSubmit(event.submitter);
        return;
      }
      // From here on the form itself says what becomes of the text.
      this.#stopped = true;
      window.clearTimeout(this.#timer);
    });
    window.addEventListener("online", () => void this.#keep());
    window.addEventListener("pagehide", () => void this.#keep(true));
  }

  /** What would be sent, without what changes by itself. */
  #text(): string {
    const body = formBody(this.#form);
    body.delete("version");
    body.delete("csrf");
    return body.toString();
  }

  #say(message: string, failed = false): void {
    if (this.#status.textContent !== message) this.#status.textContent = message;
    this.#status.dataset.status = failed ? "error" : "";
  }

  #alert(message: string): void {
    this.#say(message, true);
    this.#status.setAttribute("role", "alert");
  }

  #schedule(delay: number): void {
    if (this.#stopped) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#keep(), delay);
  }

  /** Sends the form once it is certain that there is somebody to send it for. */
  async #keepAndSubmit(submitter: HTMLElement | null): Promise<void> {
    await this.#keep();
    if (!this.#signedOut) this.#form.requestSubmit(submitter);
  }

  async #keep(leaving = false): Promise<void> {
    window.clearTimeout(this.#timer);
    const text = this.#text();
    if (this.#stopped || text === this.#kept) return;
    if (this.#busy) return leaving ? undefined : this.#schedule(quietFor);
    this.#busy = true;
    const slow = window.setTimeout(() => this.#say("Keeping your text…"), 300);
    try {
      const response = await post(this.dataset.draftUrl ?? "", formBody(this.#form), { keepalive: leaving });
      const answer: unknown = await response.json();
      if (response.ok && answer instanceof Object && "version" in answer) {
        this.#failures = 0;
        this.#signedOut = false;
        this.#kept = text;
        this.#version.value = String(answer.version);
        this.#say("Your text is kept. Save it to make it the lesson.");
      } else if (
        (response.status === 409 || response.status === 422) &&
        answer instanceof Object &&
        "message" in answer
      ) {
        this.#stopped = true;
        this.#alert(String(answer.message));
      } else if (response.status === 404) {
        this.#stopped = true;
        this.#deleted = true;
        this.#alert("This lesson was deleted. Copy your text before you leave this page.");
      } else throw new Error(`status ${response.status}`);
    } catch (error) {
      this.#failed(error);
    } finally {
      window.clearTimeout(slow);
      this.#busy = false;
    }
  }

  #failed(error: unknown): void {
    if (error instanceof SignedOut) {
      this.#signedOut = true;
      this.#say("You’re signed out. Sign in in another tab, then go on here.", true);
      this.#schedule(longestWait);
      return;
    }
    this.#failures += 1;
    this.#say("Not kept yet, trying again", true);
    this.#schedule(Math.min(1_000 * 2 ** this.#failures, longestWait));
  }
}
customElements.define("lesson-editor", LessonEditor);
