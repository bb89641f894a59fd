import { post, SignedOut } from "../lib/http";
import { toast } from "../lib/toast";

/** What the server asks the authenticator. */
interface Ceremony {
  ceremony: string;
  publicKey: object;
}

function isCeremony(value: unknown): value is Ceremony {
  return value instanceof Object && "ceremony" in value && "publicKey" in value;
}

/** Why the server doesn't ask. */
class Refused extends Error {}

async function ask(options: string): Promise<Ceremony> {
  const response = await post(options, "{}");
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && isCeremony(answer)) return answer;
  if (answer instanceof Object && "type" in answer && String(answer.type).endsWith("step-up-required")) {
    // As a form would: prove who it is, then come back here.
    const here = `${location.pathname}${location.search}`;
    location.assign(`/settings/confirm?return_to=${encodeURIComponent(here)}`);
    throw new Refused("Confirm first that it is you.");
  }
  const detail = answer instanceof Object && "detail" in answer ? String(answer.detail) : "";
  throw new Refused(detail || "The server did not answer. Try again.");
}

const supported =
  "PublicKeyCredential" in window &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential;

function explain(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof SignedOut) return "This took too long. Sign in again.";
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "No passkey was used: it was canceled, or it took too long.";
  if (name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (name === "SecurityError") return "Passkeys don’t work at this address of the site.";
  return "The passkey did not work. Try again, or use another way.";
}

/**
 * A form that an authenticator answers. `create` makes a passkey, `get` uses one; `data-options` is where the question comes
 * from. The answer goes into the form's hidden fields, and the form is sent.
 */
class PasskeyForm extends HTMLElement {
  #form!: HTMLFormElement;
  #button!: HTMLButtonElement;
  #waiting: AbortController | undefined;

  connectedCallback(): void {
    const form = this.querySelector("form");
    const button = this.querySelector("button");
    if (!form || !button) return;
    this.#form = form;
    this.#button = button;
    if (!supported) {
      this.querySelector("[data-unsupported]")?.removeAttribute("hidden");
      button.disabled = true;
      return;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.reportValidity()) void this.#run();
    });
    if (this.dataset.autofill !== undefined) void this.#offerInField();
  }

  async #run(): Promise<void> {
    this.#waiting?.abort();
    this.#button.setAttribute("aria-busy", "true");
    try {
      const { ceremony, publicKey } = await ask(this.dataset.options ?? "");
      const credential =
        this.dataset.passkey === "create"
          ? await navigator.credentials.create({
              publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
                publicKey as PublicKeyCredentialCreationOptionsJSON,
              ),
            })
          : await navigator.credentials.get({
              publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
                publicKey as PublicKeyCredentialRequestOptionsJSON,
              ),
            });
      this.#send(ceremony, credential);
    } catch (error) {
      toast(explain(error), "error");
    } finally {
      this.#button.removeAttribute("aria-busy");
    }
  }

  /** Passkeys among the suggestions of the address field, where the browser can do it. */
  async #offerInField(): Promise<void> {
    try {
      if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
      const { ceremony, publicKey } = await ask(this.dataset.options ?? "");
      this.#waiting = new AbortController();
      const credential = await navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
          publicKey as PublicKeyCredentialRequestOptionsJSON,
        ),
        mediation: "conditional",
        signal: this.#waiting.signal,
      });
      this.#send(ceremony, credential);
    } catch {
      // Nobody asked for it, so nobody has to hear that it can't be had: the button is still there.
    }
  }

  #send(ceremony: string, credential: Credential | null): void {
    if (!(credential instanceof PublicKeyCredential)) throw new DOMException("none", "NotAllowedError");
    const set = (name: string, value: string) => {
      const field = this.#form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    };
    set("ceremony", ceremony);
    set("credential", JSON.stringify(credential.toJSON()));
    this.#form.submit();
  }
}
customElements.define("passkey-form", PasskeyForm);
