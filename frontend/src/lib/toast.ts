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
  const element = document.createElement("div");
  element.className = "toast";
  element.dataset.kind = kind;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  element.append(paragraph);
  dismissible(element);
  const region = document.getElementById("toasts");
  for (const old of region?.querySelectorAll(".toast") ?? []) {
    if (old.textContent === element.textContent) old.remove();
  }
  region?.append(element);
  if (kind !== "error") window.setTimeout(() => element.remove(), visibleFor);
}

/** Makes the messages of the server dismissible; good news leaves by itself. */
export function adoptFlash(): void {
  for (const element of document.querySelectorAll<HTMLElement>("#toasts > .toast")) {
    dismissible(element);
    if (element.dataset.kind === "success") window.setTimeout(() => element.remove(), visibleFor);
  }
}
