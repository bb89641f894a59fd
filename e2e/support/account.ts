import { randomUUID } from "node:crypto";
import { type APIResponse, type BrowserContext, expect } from "@playwright/test";

/** The password of the demo accounts, good enough for ours on a site with the demo. */
export const password = "Momentum1!";

/** A password for sites without the demo: they don't take that of its accounts. */
export const ownPassword = "Kettle-Harbor-42!";

export const demo = {
  free: "free@example.com",
  premium: "premium@example.com",
  admin: "admin@example.com",
} as const;

/** An address that nobody has used. */
export function freshEmail(): string {
  return `learner-${randomUUID()}@example.com`;
}

/**
 * What a person could do by hand, done with the site's own forms but without looking: for the stories in which it is
 * only the beginning.
 */
export class Shortcut {
  constructor(private readonly context: BrowserContext) {}

  /** A new account, signed in. */
  async signUp(name = "Robin Vale", email = freshEmail()): Promise<string> {
    const csrf = await this.#token("/sign-up");
    const answer = await this.#post("/sign-up", { csrf, name, email, password });
    expect(answer.url(), "signed up").toContain("/dashboard");
    return email;
  }

  async signIn(email: string): Promise<void> {
    const csrf = await this.#token("/sign-in");
    const answer = await this.#post("/sign-in", { csrf, email, password });
    expect(answer.url(), `signed in as ${email}`).toContain("/dashboard");
  }

  async enroll(slug: string): Promise<void> {
    const csrf = await this.#token("/dashboard");
    const answer = await this.#post(`/courses/${slug}/enroll`, { csrf });
    expect(answer.url()).toContain(`/courses/${slug}/enrolled`);
  }

  async complete(slug: string, ...days: number[]): Promise<void> {
    const csrf = await this.#token("/dashboard");
    for (const day of days)
      expect((await this.#post(`/courses/${slug}/days/${day}/complete`, { csrf })).ok()).toBe(true);
  }

  async writeNotes(slug: string, day: number, text: string): Promise<void> {
    const csrf = await this.#token("/dashboard");
    expect((await this.#post(`/courses/${slug}/days/${day}/notes`, { csrf, text })).ok()).toBe(true);
  }

  /** Makes the profile public; answers its address. */
  async publishProfile(name: string, headline: string): Promise<string> {
    const csrf = await this.#token("/settings/profile");
    const fields = { name, headline, bio: "I count things.", time_zone: "America/New_York", locale: "en" };
    const answer = await this.#post("/settings/profile", { csrf, ...fields, is_public: "true" });
    const address = /href="(\/people\/[^"]+)"/.exec(await answer.text())?.[1];
    if (!address) throw new Error("the profile did not become public");
    return address;
  }

  async #token(path: string): Promise<string> {
    const html = await (await this.context.request.get(path)).text();
    const token = /<meta name="csrf-token" content="([^"]+)">/.exec(html)?.[1];
    if (!token) throw new Error(`${path} has no form token`);
    return token;
  }

  #post(path: string, form: Record<string, string>): Promise<APIResponse> {
    return this.context.request.post(path, { form });
  }
}
