import { setTimeout } from "node:timers/promises";
import { chromium, expect, type LaunchOptions, test } from "@playwright/test";
import lighthouse, { type Result } from "lighthouse";
import { makePeople } from "../support/people.ts";
import { freePort } from "../support/port.ts";
import { sql } from "../support/site.ts";

const categories = ["performance", "accessibility", "best-practices", "seo"] as const;
const reach = 95;

const pages = [
  { name: "home", path: "/" },
  { name: "catalog", path: "/courses" },
  { name: "course", path: `/courses/${sql.slug}` },
  { name: "preview lesson", path: `/courses/${sql.slug}/days/1` },
  { name: "lesson, signed in", path: `/courses/${sql.slug}/days/3`, signedIn: true },
  { name: "dashboard, signed in", path: "/dashboard", signedIn: true },
];

/** One run, in a browser of its own. */
async function run(
  options: LaunchOptions,
  url: string,
  extraHeaders?: Record<string, string>,
): Promise<Result> {
  const port = await freePort();
  const browser = await chromium.launch({
    ...options,
    args: [...(options.args ?? []), `--remote-debugging-port=${port}`],
  });
  try {
    const result = await Promise.race([
      lighthouse(url, {
        port,
        logLevel: "error",
        output: "json",
        onlyCategories: [...categories],
        ...(extraHeaders ? { extraHeaders } : {}),
      }),
      setTimeout(90_000, undefined, { ref: false }),
    ]);
    const report = result?.lhr;
    if (!report || report.runtimeError) throw new Error(report?.runtimeError?.message ?? "no answer in time");
    return report;
  } finally {
    await browser.close();
  }
}

/** A run that Lighthouse itself could not record has no score: it is said and made again, twice at most. */
async function measure(...what: Parameters<typeof run>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(...what);
    } catch (error) {
      if (attempt === 3) throw error;
      console.log(`${what[1]} could not be recorded, again: ${error}`);
    }
  }
}

/** Lighthouse with its mobile profile (a slow phone on a slow network). Each page has the median of three runs. */
test("lighthouse", async ({ browser, launchOptions, baseURL }) => {
  test.setTimeout(900_000);
  const { learner } = await makePeople(browser, baseURL ?? "");
  await browser.close();
  const cookie = learner.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");

  const rows: string[] = [];
  const below: string[] = [];
  for (const { name, path, signedIn } of pages) {
    const runs: Record<string, number>[] = [];
    const remarks = new Map<string, number>();
    for (let run = 0; run < 3; run++) {
      const report = await measure(
        launchOptions,
        `${baseURL}${path}`,
        signedIn ? { Cookie: cookie } : undefined,
      );
      // Not the sign-in page in its place.
      expect(report.finalDisplayedUrl).toBe(`${baseURL}${path}`);
      runs.push(
        Object.fromEntries(
          categories.map((id) => [id, Math.round((report.categories[id]?.score ?? 0) * 100)]),
        ),
      );
      for (const audit of Object.values(report.audits))
        if (audit.score !== null && audit.score < 0.9)
          remarks.set(`${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ""}`, audit.score);
    }
    const median = (id: string) => runs.map((run) => run[id] ?? 0).sort((a, b) => a - b)[1] ?? 0;
    rows.push(
      `${name.padEnd(22)} ${categories.map((id) => String(median(id)).padStart(id.length)).join("  ")}`,
    );
    for (const id of categories)
      if (median(id) < reach) below.push(`${name}: ${id} ${runs.map((run) => run[id]).join(", ")}`);
    for (const remark of remarks.keys()) rows.push(`    ${remark}`);
  }
  console.log([`${"".padEnd(22)} ${categories.join("  ")}`, ...rows].join("\n"));
  expect(below, `at least ${reach} everywhere`).toEqual([]);
});
