import { element } from "./element";

const visibleFor = 6_000;

function dismissible(toast: HTMLElement): void {
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "✕";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
}

/** Shows a message in the live region; an error stays until it is dismissed. */
export function toast(text: string, kind: "success" | "error" = "success"): void {
  const shown = element("div", { class: "toast", "data-kind": kind }, element("p", {}, text));
  dismissible(shown);
  const region = document.getElementById("toasts");
  for (const old of region?.querySelectorAll(".toast") ?? []) {
    if (old.textContent === shown.textContent) old.remove();
  }
  region?.append(shown);
  if (kind !== "error") window.setTimeout(() => shown.remove(), visibleFor);
}

/** Shows a badge that was just earned. */
export function badgeToast(badge: { name: string; image_url: string }): void {
  const shown = element(
    "div",
    { class: "toast toast-badge", "data-kind": "success" },
    element("img", { src: badge.image_url, alt: "", width: "48", height: "48" }),
    element("p", {}, "New badge: ", element("a", { href: "/badges" }, badge.name)),
  );
  dismissible(shown);
  document.getElementById("toasts")?.append(shown);
  window.setTimeout(() => shown.remove(), 2 * visibleFor);
}

/** Makes the messages of the server dismissible; good news leaves by itself. */
export function adoptFlash(): void {
  for (const flash of document.querySelectorAll<HTMLElement>("#toasts > .toast")) {
    dismissible(flash);
    if (flash.dataset.kind === "success") window.setTimeout(() => flash.remove(), visibleFor);
  }
}
