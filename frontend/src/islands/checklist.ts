import { formBody, PageTooOld, post, SignedOut } from "../lib/http";
import { toast } from "../lib/toast";

function why(error: unknown): string {
  if (error instanceof SignedOut) return "You’re signed out. Sign in again to keep your ticks.";
  if (error instanceof PageTooOld) return "That tick wasn’t saved. Reload this page and try again.";
  return "That tick wasn’t saved. Check your connection and try again.";
}

/** Ticks answer at once; what the server did not take is taken back, with a message. */
class LessonChecklist extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", (event) => {
      if (!(event.target instanceof HTMLFormElement)) return;
      event.preventDefault();
      void this.#toggle(event.target);
    });
  }

  async #toggle(form: HTMLFormElement): Promise<void> {
    const box = form.querySelector<HTMLButtonElement>('[role="checkbox"]');
    const wanted = form.querySelector<HTMLInputElement>('input[name="checked"]');
    if (!box || !wanted || form.dataset.busy) return;
    form.dataset.busy = "true";
    const before = box.getAttribute("aria-checked") === "true";
    const body = formBody(form);
    const show = (checked: boolean) => {
      box.setAttribute("aria-checked", String(checked));
      wanted.value = String(!checked);
    };
    show(!before);
    try {
      const response = await post(form.action, body);
      if (!response.ok) throw new Error(`status ${response.status}`);
    } catch (error) {
      show(before);
      toast(why(error), "error");
    } finally {
      delete form.dataset.busy;
    }
  }
}
customElements.define("lesson-checklist", LessonChecklist);
