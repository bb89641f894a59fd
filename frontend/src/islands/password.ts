/** Lets people see what they type. */
class PasswordField extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector("input");
    if (!input || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-controls", input.id);
    const show = (visible: boolean) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? "Hide" : "Show";
      button.setAttribute("aria-label", visible ? "Hide password" : "Show password");
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // Browsers offer to save only what is sent as a password.
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    this.append(button);
  }
}
customElements.define("password-field", PasswordField);

/** The commonest of the common; the server has the whole list. */
const common = /^(passw[o0]rd|qwert[yz]|letmein|welcome|iloveyou|admin|abc123|monkey|dragon|123456)/i;

const rules: Record<string, (password: string, item: HTMLElement) => boolean> = {
  length: (password, item) => [...password].length >= Number(item.dataset.min ?? 8),
  upper: (password) => /\p{Lu}/u.test(password),
  lower: (password) => /\p{Ll}/u.test(password),
  digit: (password) => /\p{Nd}/u.test(password),
  symbol: (password) => /[^\p{L}\p{N}\s]/u.test(password),
  common: (password) => password.length >= 8 && !common.test(password),
};

/** Ticks off the rules of the password policy while somebody types. */
class PasswordPolicy extends HTMLElement {
  connectedCallback(): void {
    const input = document.getElementById(this.getAttribute("for") ?? "");
    if (!(input instanceof HTMLInputElement)) return;
    const items = [...this.querySelectorAll<HTMLLIElement>("li[data-rule]")];
    const status = document.createElement("p");
    status.className = "sr-only";
    status.setAttribute("role", "status");
    this.append(status);
    let announce = 0;
    input.addEventListener("input", () => {
      const missing: string[] = [];
      for (const item of items) {
        const met = rules[item.dataset.rule ?? ""]?.(input.value, item) ?? false;
        if (met) item.dataset.state = "met";
        else {
          delete item.dataset.state;
          missing.push(item.textContent?.trim() ?? "");
        }
      }
      window.clearTimeout(announce);
      announce = window.setTimeout(() => {
        status.textContent = missing.length > 0 ? `Still needed: ${missing.join(", ")}` : "Good password";
      }, 900);
    });
  }
}
customElements.define("password-policy", PasswordPolicy);

export {};
