import type { Page } from "@playwright/test";
import { expectGood } from "../support/accessibility.ts";
import { freshEmail, password } from "../support/account.ts";
import type { People } from "../support/people.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

type Person = "visitor" | "newcomer" | "learner" | "graduate" | "admin";

/** A page of the site in one of its states. */
interface State {
  name: string;
  who: Person;
  path: string | ((people: People) => string);
  status?: number;
  /** What a script is answered on the way there and shows in its own words. */
  refused?: RegExp;
  /** What brings the page into its state. */
  arrive?: (page: Page) => Promise<unknown>;
}

const lesson = (day: number) => `/courses/${sql.slug}/days/${day}`;
const main = (page: Page, button: string) =>
  page.getByRole("main").getByRole("button", { name: button, exact: true }).click();

const states: State[] = [
  { name: "home", who: "visitor", path: "/" },
  { name: "catalog", who: "visitor", path: "/courses" },
  {
    name: "catalog, filtered",
    who: "visitor",
    path: "/courses?q=sql&category=technology&access=free&level=beginner",
  },
  { name: "catalog, nothing found", who: "visitor", path: "/courses?q=zebra" },
  { name: "search", who: "visitor", path: "/search?q=sql" },
  { name: "search, misspelled and filtered", who: "visitor", path: "/search?q=bugdet&access=paid" },
  { name: "search, nothing found", who: "visitor", path: "/search?q=zebra" },
  {
    name: "search, suggestions open",
    who: "visitor",
    path: "/search",
    arrive: async (page) => {
      await page.getByRole("combobox", { name: "Search courses" }).pressSequentially("pyt");
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
  { name: "free course", who: "visitor", path: `/courses/${sql.slug}` },
  { name: "premium course", who: "visitor", path: "/courses/a-calmer-attention" },
  { name: "paid course", who: "visitor", path: "/courses/a-budget-that-lasts" },
  { name: "preview lesson", who: "visitor", path: lesson(1) },
  { name: "sign-in", who: "visitor", path: `/sign-in?return_to=${lesson(2)}` },
  {
    name: "sign-in, refused",
    who: "visitor",
    path: "/sign-in",
    arrive: async (page) => {
      await page.getByLabel("Email").fill(freshEmail());
      await page.getByRole("textbox", { name: "Password", exact: true }).fill("Not-it-1!");
      await main(page, "Sign in");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "sign-up", who: "visitor", path: "/sign-up" },
  {
    name: "sign-up, with errors",
    who: "visitor",
    path: "/sign-up",
    arrive: async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Ada");
      await page.getByLabel("Email", { exact: true }).fill("free@example.com");
      await page.getByRole("textbox", { name: "Password", exact: true }).fill("momentum");
      await main(page, "Create account");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "forgot password", who: "visitor", path: "/forgot-password" },
  { name: "link that is no good", who: "visitor", path: "/reset-password?token=guessed", status: 409 },
  { name: "unlock the account", who: "visitor", path: "/unlock?token=guessed" },
  { name: "confirm the address", who: "visitor", path: "/verify-email?token=guessed" },
  { name: "public profile", who: "visitor", path: (people) => people.graduateProfile },
  { name: "not found", who: "visitor", path: "/nothing/here", status: 404 },
  {
    name: "form too old",
    who: "visitor",
    path: "/sign-in",
    arrive: async (page) => {
      // The page's own question about passkeys is answered before.
      await page.waitForLoadState("networkidle");
      await page.context().clearCookies();
      await page.getByLabel("Email").fill(freshEmail());
      await page.getByRole("textbox", { name: "Password", exact: true }).fill("whatever");
      await main(page, "Sign in");
      await expect(page.getByText(/This form was open for too long/)).toBeVisible();
    },
  },

  { name: "dashboard, empty", who: "newcomer", path: "/dashboard" },
  { name: "notes, empty", who: "newcomer", path: "/notes" },
  { name: "course to join", who: "newcomer", path: `/courses/${sql.slug}` },
  { name: "premium course, not a member", who: "newcomer", path: "/courses/a-calmer-attention" },
  { name: "paid course, not bought", who: "newcomer", path: "/courses/a-budget-that-lasts" },
  { name: "preview lesson, signed in", who: "newcomer", path: lesson(1) },
  { name: "profile", who: "newcomer", path: "/settings/profile" },
  {
    name: "profile, with an error",
    who: "newcomer",
    path: "/settings/profile",
    arrive: async (page) => {
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("  ");
      await main(page, "Save profile");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "account settings", who: "newcomer", path: "/settings/account" },
  { name: "password", who: "newcomer", path: "/settings/password" },
  {
    name: "password, with errors",
    who: "newcomer",
    path: "/settings/password",
    arrive: async (page) => {
      await page.getByRole("textbox", { name: "Current password" }).fill("Not-it-1!");
      await page.getByRole("textbox", { name: "New password" }).fill("weak");
      await main(page, "Change password");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "security", who: "newcomer", path: "/settings/security" },
  { name: "confirm who you are", who: "newcomer", path: "/settings/confirm?return_to=/settings/security" },
  { name: "devices", who: "newcomer", path: "/settings/devices" },
  { name: "not found, signed in", who: "newcomer", path: "/nothing/here", status: 404 },

  { name: "home, signed in", who: "learner", path: "/" },
  { name: "joined", who: "learner", path: `/courses/${sql.slug}/enrolled` },
  { name: "course under way", who: "learner", path: `/courses/${sql.slug}` },
  { name: "lesson done, with notes", who: "learner", path: lesson(1) },
  { name: "lesson open, with notes", who: "learner", path: lesson(3) },
  { name: "lesson with tables", who: "learner", path: lesson(7) },
  {
    name: "lesson ticked and completed",
    who: "learner",
    path: lesson(4),
    arrive: async (page) => {
      const item = page.getByRole("checkbox").first();
      if (!(await item.isChecked())) await item.click();
      await expect(item).toBeChecked();
      const complete = page.getByRole("button", { name: "Mark complete" });
      if (await complete.isVisible()) await complete.click();
      await expect(page.getByText("Day 4 is done")).toBeVisible();
    },
  },
  { name: "dashboard", who: "learner", path: "/dashboard" },
  { name: "notes", who: "learner", path: "/notes" },
  { name: "notes, found", who: "learner", path: "/notes?q=null" },
  { name: "notes, nothing found", who: "learner", path: "/notes?q=zebra" },
  {
    name: "account menu open",
    who: "learner",
    path: "/courses",
    arrive: async (page) => {
      await page.getByRole("banner").locator("summary").click();
      await expect(page.getByRole("button", { name: "Sign out", exact: true })).toBeVisible();
    },
  },

  { name: "course finished", who: "graduate", path: `/courses/${sql.slug}/completed` },
  { name: "course to look back at", who: "graduate", path: `/courses/${sql.slug}` },
  { name: "dashboard of somebody who finished", who: "graduate", path: "/dashboard" },
  { name: "own public profile", who: "graduate", path: (people) => people.graduateProfile },
  {
    name: "a message after saving",
    who: "graduate",
    path: "/settings/profile",
    arrive: async (page) => {
      await main(page, "Save profile");
      await expect(page.getByText("Your profile is saved.")).toBeVisible();
    },
  },

  { name: "account", who: "learner", path: "/settings/account" },
  { name: "connected services, none", who: "learner", path: "/settings/connections" },
  {
    name: "picture, refused",
    who: "learner",
    path: "/settings/profile",
    refused: /status 422: POST .*\/settings\/avatar/,
    arrive: async (page) => {
      const file = { name: "me.png", mimeType: "image/png", buffer: Buffer.from("not a picture") };
      await page.getByLabel("Picture file").setInputFiles(file);
      await main(page, "Upload");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },

  { name: "reviews of a course", who: "visitor", path: `/courses/${sql.slug}/reviews` },
  {
    name: "quiz under way",
    who: "learner",
    path: `${lesson(2)}/quiz`,
    arrive: async (page) => {
      const start = page.getByRole("button", { name: "Start the quiz" });
      if (await start.isVisible()) await start.click();
      await expect(page.getByRole("button", { name: "Hand in", exact: true })).toBeVisible();
    },
  },
  { name: "badges", who: "visitor", path: "/badges" },
  { name: "badges, none earned", who: "newcomer", path: "/badges" },
  { name: "badges, some earned", who: "graduate", path: "/badges" },
  {
    name: "shared badge",
    who: "visitor",
    path: (people) => `${people.graduateProfile}/badges/first-course-completed`,
  },
  {
    name: "own shared badge",
    who: "graduate",
    path: (people) => `${people.graduateProfile}/badges/first-lesson-completed`,
  },
  { name: "leaderboard", who: "learner", path: "/leaderboard" },
  {
    name: "leaderboard of a category, without points",
    who: "newcomer",
    path: "/leaderboard?period=all&category=finance",
  },
  { name: "daily review, nothing yet", who: "newcomer", path: "/review" },
  { name: "daily review, a card", who: "learner", path: "/review" },
  {
    name: "daily review, its answer",
    who: "learner",
    path: "/review",
    arrive: async (page) => {
      await main(page, "Show answer");
      await expect(page.getByText("How well did you remember?")).toBeVisible();
    },
  },
  { name: "streak", who: "graduate", path: "/streak" },
  { name: "streak, none", who: "newcomer", path: "/streak" },
  { name: "schedule", who: "learner", path: "/schedule" },
  { name: "schedule, no courses", who: "newcomer", path: "/schedule" },
  { name: "plan of a course", who: "learner", path: `/courses/${sql.slug}/schedule` },
  {
    name: "plan by weekdays",
    who: "learner",
    path: `/courses/${sql.slug}/schedule?by=weekdays&weekday=monday&weekday=friday`,
  },
  { name: "points", who: "graduate", path: "/points" },
  { name: "points, none", who: "newcomer", path: "/points" },
  { name: "badges, administration", who: "admin", path: "/admin/badges" },
  { name: "new badge", who: "admin", path: "/admin/badges/new" },
  { name: "learning settings", who: "admin", path: "/admin/settings/learning" },
  { name: "reviews, moderation", who: "admin", path: "/admin/reviews" },
  { name: "results of recommendations", who: "admin", path: "/admin/recommendations" },
  {
    name: "results of recommendations, none",
    who: "admin",
    path: "/admin/recommendations?from=2020-01-01&to=2020-01-02",
  },
  { name: "users", who: "admin", path: "/admin/users" },
  { name: "users, nothing found", who: "admin", path: "/admin/users?q=zebra" },
  { name: "new account", who: "admin", path: "/admin/users/new" },
  { name: "import of accounts", who: "admin", path: "/admin/users/import" },
  { name: "media", who: "admin", path: "/admin/media" },
  { name: "media, nothing found", who: "admin", path: "/admin/media?q=zebra" },
  { name: "AI generation, empty", who: "admin", path: "/admin/ai" },
  { name: "AI generation, nothing found", who: "admin", path: "/admin/ai?state=failed" },
  { name: "new course by a program", who: "admin", path: "/admin/ai/new" },
  {
    name: "new course by a program, with errors",
    who: "admin",
    path: "/admin/ai/new",
    arrive: async (page) => {
      await page.getByLabel("Topic", { exact: true }).fill("  x ");
      await page.getByLabel("Category").selectOption("Business");
      await main(page, "Start writing");
      await expect(page.getByRole("alert").first()).toBeVisible();
    },
  },
  { name: "documents, none", who: "admin", path: "/admin/ai/references" },
  { name: "AI usage, none", who: "admin", path: "/admin/ai/usage" },
  { name: "report on prompts, none", who: "admin", path: "/admin/ai/prompts" },
  { name: "AI settings", who: "admin", path: "/admin/settings/ai" },
  { name: "searches", who: "admin", path: "/admin/searches" },
  { name: "searches, nothing found", who: "admin", path: "/admin/searches?q=nobody" },
  { name: "mailbox", who: "admin", path: "/admin/mail" },
  { name: "mailbox, nothing found", who: "admin", path: "/admin/mail?q=zebra" },
  { name: "general settings", who: "admin", path: "/admin/settings/general" },
  { name: "branding", who: "admin", path: "/admin/settings/branding" },
  { name: "security settings", who: "admin", path: "/admin/settings/security" },
  { name: "notification settings", who: "admin", path: "/admin/settings/notifications" },
  { name: "system settings", who: "admin", path: "/admin/settings/system" },
  { name: "categories", who: "admin", path: "/admin/categories" },
  { name: "new category", who: "admin", path: "/admin/categories/new" },
  { name: "announcements, none", who: "admin", path: "/admin/announcements" },
  { name: "new announcement", who: "admin", path: "/admin/announcements/new" },
  { name: "news, none", who: "visitor", path: "/announcements" },
  { name: "audit log", who: "admin", path: "/admin/audit" },
  { name: "audit log, nothing found", who: "admin", path: "/admin/audit?q=zebra" },
  {
    name: "audit log, checked",
    who: "admin",
    path: "/admin/audit",
    arrive: async (page) => {
      await page.getByRole("link", { name: "Check the chain" }).click();
      await expect(page.getByText(/entries are as they were written/)).toBeVisible();
    },
  },
];

for (const state of states) {
  test(`${state.name} (${state.who})`, async ({ elsewhere, people }) => {
    const storageState = state.who === "visitor" ? undefined : people[state.who];
    const { site, watch } = await elsewhere(storageState ? { storageState } : {});
    if (state.refused) watch.allow(state.refused);
    const { page } = site;
    const path = typeof state.path === "string" ? state.path : state.path(people);
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(state.status ?? 200);
    if (page.url().includes("/settings/confirm?") && !path.includes("/settings/confirm")) {
      // Whoever was signed in longer ago than a proof lasts gives it anew.
      await page.getByRole("textbox", { name: "Password", exact: true }).fill(password);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.waitForURL(`**${path}`);
    }
    await state.arrive?.(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expectGood(page, state.name);
  });
}
