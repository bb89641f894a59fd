import type { Browser, BrowserContextOptions } from "@playwright/test";
import { demo, Shortcut } from "./account.ts";
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
  /** The demo's administrator. */
  admin: Session;
}

export async function makePeople(browser: Browser, baseURL: string): Promise<People> {
  const make = async (begin: (shortcut: Shortcut) => Promise<unknown>): Promise<Session> => {
    const context = await browser.newContext({ baseURL });
    await begin(new Shortcut(context));
    const session = await context.storageState();
    await context.close();
    return session;
  };
  let graduateProfile = "";
  const people = {
    newcomer: await make((shortcut) => shortcut.signUp("Nia Brook")),
    learner: await make(async (shortcut) => {
      await shortcut.signUp("Bartholomew Featherstonehaugh");
      await shortcut.enroll(sql.slug);
      await shortcut.complete(sql.slug, 1, 2);
      await shortcut.writeNotes(
        sql.slug,
        1,
        "A table is the answer to every SELECT.\n\n- NULL is not zero\n- check by eye",
      );
      await shortcut.writeNotes(sql.slug, 3, `A word that never ends: ${"na".repeat(90)}`);
    }),
    graduate: await make(async (shortcut) => {
      await shortcut.signUp("Ada Winter");
      await shortcut.enroll(sql.slug);
      await shortcut.complete(sql.slug, 1, 2, 3, 4, 5, 6, 7);
      await shortcut.enroll("clear-writing-at-work");
      await shortcut.complete("clear-writing-at-work", 1);
      graduateProfile = await shortcut.publishProfile("Ada Winter", "Product analyst in Lyon");
    }),
    admin: await make((shortcut) => shortcut.signIn(demo.admin)),
  };
  return { ...people, graduateProfile };
}
