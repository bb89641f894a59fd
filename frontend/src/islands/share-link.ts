/** A link in a field: buttons that copy it, and that hand it to what the device shares with. */
class ShareLink extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector<HTMLInputElement>("input[readonly]");
    const actions = this.querySelector(".actions");
    if (!field || !actions || actions.querySelector("button")) return;
    field.addEventListener("focus", () => field.select());
    const said = document.createElement("span");
    said.className = "muted";
    said.setAttribute("role", "status");
    const button = (label: string, act: () => void) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn";
      made.textContent = label;
      made.addEventListener("click", act);
      return made;
    };
    const copy = button("Copy the link", () => {
      navigator.clipboard.writeText(field.value).then(
        () => {
          said.textContent = "Copied.";
        },
        () => {
          field.select();
          said.textContent = "Press Ctrl C to copy it.";
        },
      );
    });
    const buttons = [copy];
    if ("share" in navigator) {
      // Whoever closes the device's dialog has changed their mind: nothing to say.
      const what = { title: this.dataset.title ?? "", url: field.value };
      buttons.push(button("Share…", () => void navigator.share(what).catch(() => undefined)));
    }
    actions.prepend(...buttons);
    actions.append(said);
  }
}
customElements.define("share-link", ShareLink);

export {};
