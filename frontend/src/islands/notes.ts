import { type Draft, draftKey, readDraft, writeDraft } from "../lib/draft";
import { formBody, PageTooOld, post, SignedOut } from "../lib/http";

const quietFor = 800;
const longestWait = 30_000;

/** What the server answers to a save: the new version, or after a conflict also its own text. */
interface SaveAnswer {
  version: number;
  text?: string;
}

function isAnswer(value: unknown): value is SaveAnswer {
  return value instanceof Object && "version" in value && typeof value.version === "number";
}

/** What is wrong with the text, from the server's answer to a save. */
function faultIn(problem: unknown): string {
  const errors = problem instanceof Object && "errors" in problem ? problem.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return first instanceof Object && "message" in first ? String(first.message) : "This text can’t be saved.";
}

/** Saves notes while they are written. Unsaved text survives in the browser until the server has it. */
class LessonNotes extends HTMLElement {
  #form!: HTMLFormElement;
  #text!: HTMLTextAreaElement;
  #version!: HTMLInputElement;
  #status!: HTMLElement;
  /** What the server has, and the version that it gave it. */
  #saved: Draft = { text: "", version: "" };
  #timer = 0;
  #failures = 0;
  #busy = false;
  #conflict: HTMLElement | undefined;

  connectedCallback(): void {
    const form = this.querySelector("form");
    const text = this.querySelector("textarea");
    const version = this.querySelector<HTMLInputElement>('input[name="version"]');
    const status = this.querySelector<HTMLElement>("[data-status]");
    if (!form || !text || !version || !status) return;
    this.#form = form;
    this.#text = text;
    this.#version = version;
    this.#status = status;
    // As the server sent it: what was typed while this script was on its way is not saved yet.
    this.#saved = { text: text.defaultValue, version: version.value };
    text.addEventListener("input", () => {
      this.#keepDraft();
      this.#schedule(quietFor);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    window.addEventListener("online", () => void this.#save());
    window.addEventListener("pagehide", () => void this.#save(true));
    const theirs = this.querySelector("[data-theirs]");
    if (theirs) this.#takeUpConflict(theirs.textContent ?? "");
    else if (text.value !== this.#saved.text) this.#schedule(quietFor);
    else this.#restoreDraft();
  }

  get #key(): string {
    return draftKey(this.dataset.key ?? "");
  }

  #keepDraft(): void {
    // Typed back to what is saved: then it is also based on that.
    if (this.#text.value === this.#saved.text) this.#version.value = this.#saved.version;
    writeDraft(this.#key, { text: this.#text.value, version: this.#version.value }, this.#saved.text);
  }

  /** It goes on from the version that it was based on: when there is a newer one, the server refuses it, and the person decides. */
  #restoreDraft(): void {
    const draft = readDraft(this.#key, this.#saved.text);
    if (!draft) return;
    this.#text.value = draft.text;
    this.#version.value = draft.version;
    this.#say("Unsaved text is back");
    this.#schedule(quietFor);
  }

  #say(message: string, failed = false): void {
    if (this.#status.textContent !== message) this.#status.textContent = message;
    this.#status.dataset.status = failed ? "error" : "";
  }

  #schedule(delay: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(), delay);
  }

  async #save(leaving = false): Promise<void> {
    window.clearTimeout(this.#timer);
    const sent = this.#text.value;
    if (this.#conflict || sent === this.#saved.text) return;
    if (this.#busy && !leaving) return this.#schedule(quietFor);
    this.#busy = true;
    const slow = window.setTimeout(() => this.#say("Saving…"), 300);
    try {
      const response = await post(this.#form.action, formBody(this.#form), { keepalive: leaving });
      if (response.status === 422) return this.#say(faultIn(await response.json()), true);
      if (response.status !== 409 && !response.ok) throw new Error(`status ${response.status}`);
      const answer: unknown = await response.json();
      if (!isAnswer(answer)) throw new Error("unexpected answer");
      if (response.status === 409) this.#askWhichToKeep(answer);
      else this.#accept(sent, answer.version);
    } catch (error) {
      this.#failed(error);
    } finally {
      window.clearTimeout(slow);
      this.#busy = false;
    }
  }

  #accept(text: string, version: number): void {
    this.#failures = 0;
    this.#saved = { text, version: String(version) };
    this.#version.value = this.#saved.version;
    this.#keepDraft();
    if (this.#text.value === text) this.#say("Saved");
    else this.#schedule(quietFor);
  }

  #failed(error: unknown): void {
    if (error instanceof SignedOut) {
      this.#say("You’re signed out. Your text is kept on this device; sign in again to save it.", true);
      return;
    }
    if (error instanceof PageTooOld) {
      this.#say("Not saved. Reload this page; your text is kept.", true);
      return;
    }
    this.#failures += 1;
    this.#say("Not saved, retrying", true);
    this.#schedule(Math.min(1_000 * 2 ** this.#failures, longestWait));
  }

  /** The server has asked already, on the page of a form that was sent without this script. */
  #takeUpConflict(theirs: string): void {
    this.#saved = { text: theirs, version: this.#version.value };
    // What stands here is based on no version that there is.
    this.#version.value = "-1";
    this.#keepDraft();
    this.#askWhichToKeep({ version: Number(this.#saved.version), text: theirs });
  }

  /** Somebody, most likely the same person on another device, saved in between. */
  #askWhichToKeep(theirs: SaveAnswer): void {
    this.#say("Not saved", true);
    const box = document.createElement("div");
    box.className = "notes-conflict";
    box.setAttribute("role", "alert");
    const question = document.createElement("p");
    question.textContent = "These notes were changed on another device. Which version do you want to keep?";
    const decide = (label: string, text: () => string) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet btn-small";
      button.textContent = label;
      button.addEventListener("click", () => {
        const chosen = text();
        box.remove();
        for (const said of this.querySelectorAll("#notes-error, #notes-theirs")) said.remove();
        this.#text.removeAttribute("aria-invalid");
        this.#text.removeAttribute("aria-describedby");
        this.#conflict = undefined;
        this.#saved = { text: theirs.text ?? "", version: String(theirs.version) };
        this.#version.value = this.#saved.version;
        this.#text.value = chosen;
        this.#keepDraft();
        this.#text.focus();
        if (chosen === this.#saved.text) this.#say("Saved");
        else void this.#save();
      });
      return button;
    };
    box.append(
      question,
      decide("This one", () => this.#text.value),
      decide("The other one", () => theirs.text ?? ""),
    );
    this.#conflict = box;
    this.#form.append(box);
  }
}
customElements.define("lesson-notes", LessonNotes);
