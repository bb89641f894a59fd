import { expect, type Locator, type Page } from "@playwright/test";
import { password } from "./account.ts";

export const sql = { slug: "sql-in-seven-days", title: "SQL in seven days", days: 7 } as const;

/** What people do on the site, in their words. Everything is found as they find it: by role and name. */
export class Site {
  constructor(readonly page: Page) {}

  // --- Account ------------------------------------------------------------------------------------------------

  async openSignUp(): Promise<void> {
    await this.page.goto("/sign-up");
    await expect(this.heading("Create your account")).toBeVisible();
  }

  async fillSignUp(who: { name?: string; email?: string; password?: string }): Promise<void> {
    if (who.name !== undefined) await this.page.getByLabel("Name", { exact: true }).fill(who.name);
    if (who.email !== undefined) await this.page.getByLabel("Email", { exact: true }).fill(who.email);
    if (who.password !== undefined) await this.passwordField.fill(who.password);
  }

  get passwordField(): Locator {
    return this.page.getByRole("textbox", { name: "Password", exact: true });
  }

  async submitSignUp(): Promise<void> {
    await this.page.getByRole("main").getByRole("button", { name: "Create account" }).click();
  }

  /** From the sign-in page, wherever that was reached from. */
  async signIn(email: string, secret = password): Promise<void> {
    await expect(this.heading("Welcome back")).toBeVisible();
    await this.page.getByLabel("Email").fill(email);
    await this.passwordField.fill(secret);
    await this.page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
  }

  async signOut(): Promise<void> {
    await this.openAccountMenu();
    await this.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(this.page.getByText("You are signed out.")).toBeVisible();
  }

  get accountMenu(): Locator {
    return this.page.getByRole("banner").locator("summary");
  }

  async openAccountMenu(): Promise<void> {
    await this.accountMenu.click();
  }

  // --- Catalog ------------------------------------------------------------------------------------------------

  async openCatalog(): Promise<void> {
    await this.page.goto("/courses");
    await expect(this.heading("Courses")).toBeVisible();
  }

  get results(): Locator {
    return this.page.getByRole("region", { name: "Results" });
  }

  async expectResults(...titles: string[]): Promise<void> {
    await expect(this.results.getByRole("heading", { level: 3 })).toHaveText(titles);
    const label = titles.length === 1 ? "1 course" : `${titles.length} courses`;
    await expect(this.results.getByRole("status")).toContainText(label);
  }

  /** Chooses in one of the filters, by the labels that people read. */
  async filter(name: string, choice: string): Promise<void> {
    await this.page.getByLabel(name, { exact: true }).selectOption({ label: choice });
  }

  // --- Course and lessons -------------------------------------------------------------------------------------

  async openCourse(slug: string): Promise<void> {
    await this.page.goto(`/courses/${slug}`);
  }

  async openLesson(slug: string, day: number): Promise<void> {
    await this.page.goto(`/courses/${slug}/days/${day}`);
    await expect(this.page.getByText(new RegExp(`^Day ${day} of \\d+$`))).toBeVisible();
  }

  async enroll(): Promise<void> {
    await this.page.getByRole("button", { name: "Start this course" }).click();
    await expect(this.heading("You’re in")).toBeVisible();
  }

  get actionItems(): Locator {
    return this.page.getByRole("region", { name: "Do it today" }).getByRole("checkbox");
  }

  /** Ticks an action item and waits until the server has it. */
  async tick(item: Locator): Promise<void> {
    const saved = this.page.waitForResponse((r) => r.url().endsWith("/checklist") && r.status() === 204);
    await item.click();
    await expect(item).toBeChecked();
    await saved;
  }

  get notes(): Locator {
    return this.page.getByRole("textbox", { name: "Notes on this lesson" });
  }

  get notesStatus(): Locator {
    return this.page.getByRole("region", { name: "Your notes" }).getByRole("status");
  }

  /** Writes notes and lets them save themselves. */
  async writeNotes(text: string): Promise<void> {
    // That an earlier text was saved is said in the same words.
    const answered = this.page.waitForResponse(
      (answer) => answer.request().method() === "POST" && new URL(answer.url()).pathname.endsWith("/notes"),
    );
    await this.notes.fill(text);
    await answered;
    await expect(this.notesStatus).toHaveText("Saved");
  }

  get completion(): Locator {
    return this.page.getByRole("region", { name: "Finish this lesson" });
  }

  async markComplete(): Promise<void> {
    await this.completion.getByRole("button", { name: "Mark complete" }).click();
  }

  // --- Anywhere -----------------------------------------------------------------------------------------------

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  /** A number of the dashboard or of a finished course, such as `lessons completed`. */
  async expectStatistic(label: string | RegExp, value: string): Promise<void> {
    const item = this.page.locator("main li").filter({ has: this.page.getByText(label, { exact: true }) });
    await expect(item.locator("b")).toHaveText(value);
  }

  /** Dates are shown relative and carry the exact moment. */
  async momentOf(container: Locator): Promise<string> {
    return (await container.locator("time").first().getAttribute("datetime")) ?? "";
  }
}
