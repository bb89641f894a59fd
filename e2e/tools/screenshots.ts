import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "@playwright/test";
import { makePeople, type People } from "../support/people.ts";
import { sql } from "../support/site.ts";
import { expect, test } from "../support/test.ts";

/** The pictures of the documentation: `npm run screenshots`. LOOK=folder writes all pages there instead, whole. */
const look = process.env.LOOK;
const folder = look ?? join(import.meta.dirname, "../../docs/screenshots");

interface Picture {
  name: string;
  who?: "newcomer" | "learner" | "graduate" | "admin";
  path: string | ((people: People) => string);
}

const documented: Picture[] = [
  { name: "home", path: "/" },
  { name: "catalog", path: "/courses" },
  { name: "course", path: `/courses/${sql.slug}` },
  { name: "lesson", who: "learner", path: `/courses/${sql.slug}/days/3` },
  { name: "dashboard", who: "learner", path: "/dashboard" },
];

const others: Picture[] = [
  { name: "catalog-empty", path: "/courses?q=zebra&category=technology" },
  { name: "sign-in", path: "/sign-in" },
  { name: "sign-up", path: "/sign-up" },
  { name: "not-found", path: "/nothing/here" },
  { name: "course-premium", who: "newcomer", path: "/courses/a-calmer-attention" },
  { name: "course-paid", who: "newcomer", path: "/courses/a-budget-that-lasts" },
  { name: "course-progress", who: "learner", path: `/courses/${sql.slug}` },
  { name: "lesson-preview", path: `/courses/${sql.slug}/days/1` },
  { name: "lesson-last", who: "graduate", path: `/courses/${sql.slug}/days/7` },
  { name: "enrolled", who: "learner", path: `/courses/${sql.slug}/enrolled` },
  { name: "completed", who: "graduate", path: `/courses/${sql.slug}/completed` },
  { name: "dashboard-empty", who: "newcomer", path: "/dashboard" },
  { name: "dashboard-graduate", who: "graduate", path: "/dashboard" },
  { name: "home-member", who: "learner", path: "/" },
  { name: "analytics", who: "graduate", path: "/dashboard/analytics" },
  { name: "schedule", who: "learner", path: "/schedule" },
  { name: "plan", who: "learner", path: `/courses/${sql.slug}/schedule` },
  { name: "review", who: "graduate", path: "/review" },
  { name: "badges", who: "graduate", path: "/badges" },
  { name: "leaderboard", who: "graduate", path: "/leaderboard" },
  { name: "streak", who: "graduate", path: "/streak" },
  { name: "search", path: "/search?q=writing" },
  { name: "notes", who: "learner", path: "/notes" },
  { name: "notes-empty", who: "newcomer", path: "/notes" },
  { name: "profile", who: "learner", path: "/settings/profile" },
  { name: "password", who: "learner", path: "/settings/password" },
  { name: "security", who: "learner", path: "/settings/security" },
  { name: "confirm", who: "learner", path: "/settings/confirm" },
  { name: "devices", who: "learner", path: "/settings/devices" },
  { name: "account", who: "learner", path: "/settings/account" },
  { name: "connections", who: "learner", path: "/settings/connections" },
  { name: "forgot-password", path: "/forgot-password" },
  { name: "link-no-good", path: "/unlock?token=nothing" },
  { name: "admin", who: "admin", path: "/admin" },
  { name: "admin-mail", who: "admin", path: "/admin/mail" },
  { name: "admin-audit", who: "admin", path: "/admin/audit" },
  { name: "admin-audit-empty", who: "admin", path: "/admin/audit?q=zebra" },
  { name: "admin-ai", who: "admin", path: "/admin/ai" },
  { name: "admin-ai-new", who: "admin", path: "/admin/ai/new" },
  { name: "admin-security", who: "admin", path: "/admin/settings/security" },
  { name: "person", path: (people) => people.graduateProfile },
];

const devices: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

async function take(browser: Browser, baseURL: string, people: People, picture: Picture): Promise<void> {
  for (const [device, size] of Object.entries(devices)) {
    const storageState = picture.who ? people[picture.who] : undefined;
    const context = await browser.newContext({
      ...size,
      baseURL,
      deviceScaleFactor: 1,
      reducedMotion: "reduce",
      ...(storageState ? { storageState } : {}),
    });
    const page = await context.newPage();
    await page.goto(typeof picture.path === "string" ? picture.path : picture.path(people));
    await page.evaluate(() => document.fonts.ready);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const path = join(folder, `${picture.name}-${device}-${colorScheme}.png`);
      const image = await page.screenshot({ path, fullPage: look !== undefined });
      if (!look) expect(image.length, `${path} is small enough`).toBeLessThan(300_000);
    }
    await context.close();
  }
}

test("screenshots", async ({ browser, baseURL }) => {
  test.setTimeout(300_000);
  const people = await makePeople(browser, baseURL ?? "");
  for (const picture of look ? [...documented, ...others] : documented)
    await test.step(picture.name, () => take(browser, baseURL ?? "", people, picture));
});
