import { expect, type Page } from "@playwright/test";

/** The mailbox as an administrator reads it. */
export class Mailbox {
  constructor(private readonly page: Page) {}

  /** Opens the latest mail to somebody, once it has this subject. */
  async open(email: string, subject: string): Promise<void> {
    const latest = this.page.getByRole("main").getByRole("heading", { level: 2 }).getByRole("link").first();
    await expect(async () => {
      await this.page.goto(`/admin/mail?q=${encodeURIComponent(email)}`);
      await expect(latest).toHaveText(subject, { timeout: 500 });
    }).toPass();
    await latest.click();
    await expect(this.page.getByRole("heading", { level: 1, name: subject })).toBeVisible();
  }

  /** The link that the opened mail asks to follow, as a path of the site. */
  async link(): Promise<string> {
    await this.page.getByRole("link", { name: "Text", exact: true }).click();
    const text = (await this.page.locator("pre").textContent()) ?? "";
    const address = /^https?:\S+$/m.exec(text)?.[0];
    if (!address) throw new Error(`no link in: ${text}`);
    const { pathname, search } = new URL(address);
    return pathname + search;
  }
}
