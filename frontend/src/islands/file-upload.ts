import { isSignIn } from "../lib/http";
import { Refused, type Stored, Upload } from "../lib/upload";
import { WholeUpload } from "../lib/whole-upload";

function button(text: string, name: string, onclick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "btn btn-quiet btn-small";
  element.textContent = text;
  element.setAttribute("aria-label", `${text} ${name}`);
  element.addEventListener("click", onclick);
  return element;
}

/**
 * Makes the form in it better: files are dropped or chosen, come in pieces with progress, and can be paused. `data-url` is
 * where uploads begin, `data-replaces` the file that gets the new content; with `data-whole` a file is sent at once, as the form
 * would send it. Each stored file dispatches `file-stored`; with `data-stay` the page is not loaded anew afterwards. `data-list`
 * names the list of files, which is shown anew when only some of them were taken. It may also stand in a form that is about more
 * than the file.
 */
export class FileUpload extends HTMLElement {
  #list = document.createElement("ul");
  #status = document.createElement("p");
  #running = 0;
  #failed = 0;
  #stored = 0;

  connectedCallback(): void {
    const form = this.querySelector("form");
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    if (!input || this.#list.isConnected) return;
    for (const hint of this.querySelectorAll<HTMLElement>("[data-enhanced]")) hint.hidden = false;
    const submit = this.querySelector<HTMLButtonElement>("button:not([type='button'])");
    if (submit) submit.hidden = true;
    this.#list.className = "uploads";
    this.#status.className = "sr-only";
    this.#status.setAttribute("role", "status");
    this.append(this.#list, this.#status);
    const chosen = () => {
      this.#take(input.files, input.multiple);
      input.value = "";
    };
    input.addEventListener("change", chosen);
    // Somebody was faster than this script.
    if (input.files?.length) chosen();
    form?.addEventListener("submit", (event) => event.preventDefault());
    for (const name of ["dragenter", "dragover"]) {
      this.addEventListener(name, (event) => {
        event.preventDefault();
        this.dataset.over = "true";
      });
    }
    this.addEventListener("dragleave", (event) => {
      if (!(event.relatedTarget instanceof Node && this.contains(event.relatedTarget)))
        delete this.dataset.over;
    });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      delete this.dataset.over;
      this.#take(event.dataTransfer?.files ?? null, input.multiple);
    });
  }

  #take(files: FileList | null, many: boolean): void {
    for (const file of [...(files ?? [])].slice(0, many ? 50 : 1)) this.#add(file);
  }

  #add(file: File): void {
    const whole = "whole" in this.dataset;
    const upload = whole
      ? new WholeUpload(file, this.dataset.url ?? "")
      : new Upload(file, this.dataset.url ?? "", this.dataset.replaces ?? "");
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "upload-name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const text = document.createElement("span");
    text.className = "muted";
    const problem = document.createElement("p");
    problem.className = "field-error";
    problem.setAttribute("role", "alert");
    const run = async () => {
      this.#running++;
      problem.textContent = "";
      toggle.textContent = "Pause";
      toggle.setAttribute("aria-label", `Pause ${file.name}`);
      toggle.hidden = whole;
      item.dataset.state = "running";
      let final = false;
      try {
        const stored = await upload.start();
        if (stored) this.#done(item, stored);
        else item.dataset.state = "paused";
      } catch (error) {
        item.dataset.state = "failed";
        problem.textContent = error instanceof Error ? error.message : String(error);
        final = error instanceof Refused;
        if (final) {
          bar.remove();
          text.textContent = "";
        }
      }
      if (item.dataset.state === "paused" || item.dataset.state === "failed") {
        const again = whole ? "Try again" : "Resume";
        // What the server refused it refuses again.
        toggle.hidden = final;
        toggle.textContent = again;
        toggle.setAttribute("aria-label", `${again}: ${file.name}`);
        if (item.dataset.state === "failed") this.#failed++;
      }
      this.#running--;
      this.#settle();
    };
    const toggle = button("Pause", file.name, () => {
      if (item.dataset.state === "running") upload.pause();
      else {
        if (item.dataset.state === "failed") this.#failed--;
        void run();
      }
    });
    const cancel = button("Cancel", file.name, () => {
      if (item.dataset.state === "failed") this.#failed--;
      void upload.abandon();
      item.remove();
    });
    upload.onprogress = (sent) => {
      bar.value = sent;
      text.textContent = sent >= file.size ? "Checking…" : `${Math.floor((sent / bar.max) * 100)} %`;
    };
    item.append(name, bar, text, toggle, cancel, problem);
    this.#list.append(item);
    this.#status.textContent = `Uploading ${file.name}`;
    void run();
  }

  #done(item: HTMLElement, stored: Stored): void {
    item.dataset.state = "done";
    for (const element of item.querySelectorAll("button, progress")) element.remove();
    const text = item.querySelector(".muted");
    if (text) text.textContent = "Done";
    this.#stored++;
    this.#status.textContent = `${stored.name} is stored`;
    this.dispatchEvent(new CustomEvent<Stored>("file-stored", { detail: stored, bubbles: true }));
  }

  /** When nothing runs any more, the page shows what is there now; what went wrong stays on it. */
  #settle(): void {
    if (this.#running > 0 || this.#stored === 0 || "stay" in this.dataset) return;
    const paused = this.#list.querySelector('[data-state="paused"]');
    if (this.#failed === 0 && !paused) window.location.reload();
    else void this.#refresh();
  }

  async #refresh(): Promise<void> {
    const list = document.getElementById(this.dataset.list ?? "");
    if (!list) return;
    const response = await fetch(window.location.href).catch(() => null);
    if (!response?.ok || isSignIn(response)) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const now = page.getElementById(list.id);
    if (now) list.replaceWith(now);
  }
}
if (!customElements.get("file-upload")) customElements.define("file-upload", FileUpload);
