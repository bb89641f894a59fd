import { csrfToken } from "./http";

const pieceSize = 8 * 1024 * 1024;
const waits = [500, 1_000, 2_000, 4_000, 8_000];

/** A file in the library, as the last piece's answer names it. */
export interface Stored {
  id: string;
  url: string;
  name: string;
  kind: string;
  /** What is worth knowing about it, in words. */
  facts?: string;
}

/** The server will not take this file, however often it is sent. */
export class Refused extends Error {}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** What the server's problem document says. */
export function reason(text: string, fallback: string): string {
  try {
    const problem = JSON.parse(text) as { detail?: string; errors?: { message: string }[] };
    return problem.errors?.[0]?.message ?? problem.detail ?? fallback;
  } catch {
    return fallback;
  }
}

/**
 * Sends a file in pieces (tus 1.0). A broken connection is waited out; `pause` stops until `start`. An upload that was begun
 * before the page was reloaded goes on where it was when the same file is chosen again.
 */
export class Upload {
  onprogress: (sent: number) => void = () => {};
  #target = "";
  #request: XMLHttpRequest | null = null;
  #paused = false;
  readonly #key: string;

  constructor(
    readonly file: File,
    readonly base: string,
    readonly replaces = "",
  ) {
    this.#key = `upload:${replaces}:${file.name}:${file.size}:${file.lastModified}`;
    this.#target = sessionStorage.getItem(this.#key) ?? "";
  }

  /** Goes on until the file is stored; `null` when it was paused. Throws with what to tell the person. */
  async start(): Promise<Stored | null> {
    this.#paused = false;
    let failures = 0;
    for (;;) {
      const before = this.#sent;
      try {
        const stored = await this.#send();
        if (stored) sessionStorage.removeItem(this.#key);
        return stored;
      } catch (error) {
        if (this.#paused) return null;
        if (error instanceof Refused) {
          sessionStorage.removeItem(this.#key);
          this.#target = "";
          throw error;
        }
        failures = this.#sent > before ? 1 : failures + 1;
        const wait = waits[failures - 1];
        if (wait === undefined) throw new Error("The connection is gone. Check it, then press Resume.");
        await new Promise((resolve) => window.setTimeout(resolve, wait));
        if (this.#paused) return null;
      }
    }
  }

  pause(): void {
    this.#paused = true;
    this.#request?.abort();
  }

  /** Gives it up, here and on the server. */
  async abandon(): Promise<void> {
    this.pause();
    sessionStorage.removeItem(this.#key);
    if (this.#target) {
      await fetch(this.#target, { method: "DELETE", headers: this.#headers() }).catch(() => {});
    }
  }

  #sent = 0;

  #headers(): Record<string, string> {
    return { Accept: "application/json", "Tus-Resumable": "1.0.0", "X-CSRF-Token": csrfToken() };
  }

  async #send(): Promise<Stored | null> {
    let offset = this.#target ? await this.#offset() : 0;
    if (!this.#target) await this.#create();
    this.#sent = offset;
    this.onprogress(offset);
    for (;;) {
      if (this.#paused) return null;
      const answer = await this.#piece(offset);
      offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.#sent = offset;
      this.onprogress(offset);
      const id = answer.getResponseHeader("Media-Id");
      if (id) {
        return {
          id,
          url: answer.getResponseHeader("Media-Url") ?? "",
          name: this.file.name,
          kind: answer.getResponseHeader("Media-Kind") ?? "",
        };
      }
      if (offset >= this.file.size) throw new Error("The answer names no file.");
    }
  }

  async #create(): Promise<void> {
    const metadata = [`filename ${base64(this.file.name)}`];
    if (this.replaces) metadata.push(`replaces ${base64(this.replaces)}`);
    const response = await fetch(this.base, {
      method: "POST",
      headers: {
        ...this.#headers(),
        "Upload-Length": String(this.file.size),
        "Upload-Metadata": metadata.join(","),
      },
    });
    const location = response.headers.get("Location");
    if (response.status !== 201 || !location) this.#refuse(response.status, await response.text());
    this.#target = location ?? "";
    sessionStorage.setItem(this.#key, this.#target);
  }

  /** How far the server has it; an upload that is gone there begins anew. */
  async #offset(): Promise<number> {
    const response = await fetch(this.#target, { method: "HEAD", headers: this.#headers() });
    if (response.ok) return Number(response.headers.get("Upload-Offset") ?? 0);
    if (response.status === 404) {
      this.#target = "";
      return 0;
    }
    throw new Error(`status ${response.status}`);
  }

  #piece(offset: number): Promise<XMLHttpRequest> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open("PATCH", this.#target);
      for (const [name, value] of Object.entries(this.#headers())) request.setRequestHeader(name, value);
      request.setRequestHeader("Content-Type", "application/offset+octet-stream");
      request.setRequestHeader("Upload-Offset", String(offset));
      request.upload.onprogress = (event) => this.onprogress(offset + event.loaded);
      request.onerror = request.onabort = () => reject(new Error("The connection broke."));
      request.onload = () => {
        if (request.status === 204) resolve(request);
        else if (request.status === 409 || request.status >= 500)
          reject(new Error(`status ${request.status}`));
        else {
          try {
            this.#refuse(request.status, request.responseText);
          } catch (error) {
            reject(error);
          }
        }
      };
      request.send(this.file.slice(offset, offset + pieceSize));
    });
  }

  #refuse(status: number, text: string): never {
    if (status >= 500 || status === 0) throw new Error(`status ${status}`);
    const fallback =
      status === 401
        ? "You’re signed out. Sign in again, then choose the file once more."
        : "The server did not take this file.";
    throw new Refused(reason(text, fallback));
  }
}
