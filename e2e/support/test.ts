import { type BrowserContext, type BrowserContextOptions, test as base, expect } from "@playwright/test";
import { Shortcut } from "./account.ts";
import { makePeople, type People } from "./people.ts";
import { type OwnSite, startSite } from "./programs.ts";
import { Site } from "./site.ts";
import { Watch } from "./watch.ts";

interface Fixtures {
  watch: Watch;
  site: Site;
  shortcut: Shortcut;
  /** A site of the test's own with the demo's content, for what everybody on it would see. */
  own: OwnSite;
  /** Another browser: another person, or the same person on another device. */
  elsewhere: (options?: BrowserContextOptions) => Promise<{ site: Site; shortcut: Shortcut; watch: Watch }>;
}

export { expect };

/** A test in which nothing may go wrong unseen: console, content security policy, requests. */
export const test = base.extend<Fixtures, { people: People }>({
  people: [
    async ({ browser }, use, worker) => use(await makePeople(browser, worker.project.use.baseURL ?? "")),
    { scope: "worker" },
  ],
  watch: [
    async ({ context, baseURL }, use) => {
      const watch = new Watch(context, new URL(baseURL ?? "").origin);
      await use(watch);
      expect(watch.problems, "nothing goes wrong unseen").toEqual([]);
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern.
  own: async ({}, use) => {
    const site = await startSite({ args: ["--demo"] });
    await use(site);
    await site.stop();
  },
  site: async ({ page }, use) => use(new Site(page)),
  shortcut: async ({ context }, use) => use(new Shortcut(context)),
  elsewhere: async ({ browser, contextOptions, baseURL, locale, timezoneId }, use) => {
    const opened: { context: BrowserContext; watch: Watch }[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({
        ...contextOptions,
        ...(baseURL ? { baseURL } : {}),
        ...(locale ? { locale } : {}),
        ...(timezoneId ? { timezoneId } : {}),
        ...options,
      });
      context.setDefaultTimeout(15_000);
      const watch = new Watch(context, new URL(options.baseURL ?? baseURL ?? "").origin);
      opened.push({ context, watch });
      return { site: new Site(await context.newPage()), shortcut: new Shortcut(context), watch };
    });
    for (const { context, watch } of opened) {
      await context.close();
      expect(watch.problems, "nothing goes wrong unseen elsewhere").toEqual([]);
    }
  },
});
