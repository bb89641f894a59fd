import { csrfToken, isSignIn, renewToken } from "../lib/http";
import { toast } from "../lib/toast";

/** The parts of an htmx 4 request that we touch. */
interface HtmxContext {
  sourceElement: Element;
  request: { headers: Record<string, string>; method: string; body: FormData | URLSearchParams | null };
  response?: { raw: Response; status: number };
}

function contextOf(event: Event): HtmxContext | undefined {
  return event instanceof CustomEvent ? event.detail?.ctx : undefined;
}

document.addEventListener("htmx:config:request", (event) => {
  const ctx = contextOf(event);
  if (!ctx) return;
  ctx.request.headers["X-CSRF-Token"] = csrfToken();
  if (ctx.request.method === "GET" && ctx.request.body) {
    // Addresses stay short: what is not filled in is not sent.
    for (const [name, value] of [...ctx.request.body]) {
      if (value === "" || (name === "sort" && value === "relevance")) ctx.request.body.delete(name);
    }
  }
});

// What is searched for is asked for while it is typed. Asked for once more when the field is left, the answer would take away the very
// link that is being pressed.
document.addEventListener(
  "change",
  (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.matches("form[hx-get] [name=q]")) event.stopPropagation();
  },
  { capture: true },
);

/** Sends a form once more when the session has changed since the page was loaded; says so when it can't. */
async function sendAgain(form: HTMLFormElement): Promise<void> {
  const known = !form.dataset.again && (await renewToken().catch(() => false));
  if (!known) return toast("That didn’t work. Reload this page and try again.", "error");
  form.dataset.again = "true";
  form.requestSubmit();
}

document.addEventListener("htmx:before:swap", (event) => {
  const ctx = contextOf(event);
  const response = ctx?.response;
  if (!response) return;
  if (isSignIn(response.raw)) {
    event.preventDefault();
    window.location.assign(`/sign-in?return_to=${encodeURIComponent(window.location.pathname)}`);
  } else if (response.status === 403 && ctx.sourceElement instanceof HTMLFormElement) {
    event.preventDefault();
    void sendAgain(ctx.sourceElement);
  } else if (response.status >= 400) {
    event.preventDefault();
    toast("That didn’t work. Please try again.", "error");
  }
});

document.addEventListener("htmx:error", () => {
  toast("No connection. Check your network and try again.", "error");
});

document.addEventListener("htmx:after:swap", () => {
  const panel = document.getElementById("completion");
  const done = panel?.querySelector(".completion-done");
  if (panel && done && document.activeElement === document.body) panel.focus();
});

// htmx reads its configuration once, when it starts.
const config = document.createElement("meta");
config.name = "htmx-config";
config.content = JSON.stringify({ includeIndicatorCSS: false, history: "reload", extensions: "none" });
document.head.append(config);
await import("htmx.org/dist/htmx.esm.js");

// It takes the forms over in a timer that it has set by now; before that, a form would be sent as if there were no script.
await new Promise((resolve) => setTimeout(resolve));

// What was typed or chosen while this script was on its way is not lost.
for (const form of document.querySelectorAll<HTMLFormElement>("form[hx-get]")) {
  const changed = [...form.elements].some((control) =>
    control instanceof HTMLSelectElement
      ? control.selectedOptions[0]?.defaultSelected === false &&
        [...control.options].some((option) => option.defaultSelected)
      : control instanceof HTMLInputElement && control.value !== control.defaultValue,
  );
  if (changed) form.requestSubmit();
}
