import type { Browser, BrowserContextOptions } from "@playwright/test";
import { Shortcut } from "./account.ts";
import { sql } from "./site.ts";

export type Session = Exclude<BrowserContextOptions["storageState"], string | undefined>;

/** People at different points of their way, made once for each worker. */
export interface People {
  /** Has an account and nothing else. */
  newcomer: Session;
  /** In the middle of one course, with notes. */
  learner: Session;
  /** Finished one course, is in another, and has a public profile. */
  graduate: Session;
  graduateProfile: string;
}

export async function makePeople(browser: Browser, baseURL: string): Promise<People> {
  const make = async (name: string, live: (shortcut: Shortcut) => Promise<void>): Promise<Session> => {
    const context = await browser.newContext({ baseURL });
    const shortcut = new Shortcut(context);
    await shortcut.signUp(name);
    await live(shortcut);
    const session = await context.storageState();
    await context.close();
    return session;
  };
  let graduateProfile = "";
  const people = {
    newcomer: await make("Nia Brook", async () => {}),
    learner: await make("Bartholomew Featherstonehaugh", async (shortcut) => {
      await shortcut.enroll(sql.slug);
      await shortcut.complete(sql.slug, 1, 2);
      await shortcut.writeNotes(
        sql.slug,
        1,
        "A table is the answer to every SELECT.\n\n- NULL is not zero\n- check by eye",
      );
      await shortcut.writeNotes(sql.slug, 3, `A word that never ends: ${"na".repeat(90)}`);
    }),
    graduate: await make("Ada Winter", async (shortcut) => {
      await shortcut.enroll(sql.slug);
      await shortcut.complete(sql.slug, 1, 2, 3, 4, 5, 6, 7);
      await shortcut.enroll("clear-writing-at-work");
      await shortcut.complete("clear-writing-at-work", 1);
      graduateProfile = await shortcut.publishProfile("Ada Winter", "Product analyst in Lyon");
    }),
  };
  return { ...people, graduateProfile };
}
