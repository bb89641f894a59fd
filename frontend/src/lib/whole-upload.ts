import { csrfToken } from "./http";
import { Refused, reason, type Stored } from "./upload";

/** Sends a file at once, as a form would. It can't be paused; what was refused can be tried again. */
export class WholeUpload {
  onprogress: (sent: number) => void = () => {};
  #request: XMLHttpRequest | null = null;
  #stopped = false;

  constructor(
    readonly file: File,
    readonly url: string,
  ) {}

  /** The stored file; `null` when it was broken off. Throws with what to tell the person. */
  start(): Promise<Stored | null> {
    this.#stopped = false;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open("POST", this.url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRF-Token", csrfToken());
      request.upload.onprogress = (event) => this.onprogress(Math.min(event.loaded, this.file.size));
      request.onabort = () => resolve(null);
      request.onerror = () => reject(new Error("The connection is gone. Check it, then try again."));
      request.onload = () => {
        if (request.status === 201) resolve(JSON.parse(request.responseText) as Stored);
        else if (request.status === 401)
          reject(new Refused("You’re signed out. Sign in again, then choose the file once more."));
        else reject(new Refused(reason(request.responseText, "The server did not take this file.")));
      };
      const body = new FormData();
      // The token first: it is read before the file.
      body.append("csrf", csrfToken());
      body.append("file", this.file);
      if (this.#stopped) resolve(null);
      else request.send(body);
    });
  }

  pause(): void {
    this.#stopped = true;
    this.#request?.abort();
  }

  async abandon(): Promise<void> {
    this.pause();
  }
}
