import type { BrowserContext, Response } from "@playwright/test";

/** Listens to everything that goes wrong in a browser context, whether or not the story looks there. */
export class Watch {
  readonly problems: string[] = [];
  readonly #allowed: RegExp[] = [];

  constructor(
    context: BrowserContext,
    private readonly origin: string,
  ) {
    context.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      // The browser's own line about a request: those are judged below.
      if (message.text().startsWith("Failed to load resource")) return;
      this.#report(`console ${message.type()} on ${message.location().url}: ${message.text()}`);
    });
    context.on("weberror", (thrown) => this.#report(`script error: ${thrown.error().message}`));
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.origin && !["data:", "blob:", "about:"].includes(url.protocol))
        this.#report(`request to elsewhere: ${request.url()}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "unknown";
      // What the browser itself drops when somebody moves on.
      if (reason === "net::ERR_ABORTED") return;
      this.#report(`failed request (${reason}): ${request.method()} ${request.url()}`);
    });
    context.on("response", (response) => this.#judge(response));
  }

  /** This story makes these problems happen on purpose. */
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  #judge(response: Response): void {
    const status = response.status();
    // A page that explains a refusal (a form with errors, a 404) is read by the story itself.
    const explains = response.request().isNavigationRequest() && status < 500;
    if (status >= 400 && !explains)
      this.#report(`status ${status}: ${response.request().method()} ${response.url()}`);
  }

  #report(problem: string): void {
    if (!this.#allowed.some((pattern) => pattern.test(problem))) this.problems.push(problem);
  }
}
