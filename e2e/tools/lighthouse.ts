import { chromium, expect, test } from "@playwright/test";
import lighthouse, { type Result } from "lighthouse";
import { makePeople } from "../support/people.ts";
import { freePort } from "../support/port.ts";
import { sql } from "../support/site.ts";

const categories = ["performance", "accessibility", "best-practices", "seo"] as const;
const reach = 95;

// Pages behind the sign-in ask search engines to stay away, which Lighthouse counts against them: their SEO score is
// shown and not judged.
const pages = [
  { name: "home", path: "/" },
  { name: "catalog", path: "/courses" },
  { name: "course", path: `/courses/${sql.slug}` },
  { name: "preview lesson", path: `/courses/${sql.slug}/days/1` },
  { name: "lesson, signed in", path: `/courses/${sql.slug}/days/3`, signedIn: true },
  { name: "dashboard, signed in", path: "/dashboard", signedIn: true },
];

/** One run. A run that Lighthouse itself could not record has no score: it is said and made again, twice at most. */
async function measure(url: string, port: number, extraHeaders?: Record<string, string>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const result = await lighthouse(url, {
      port,
      logLevel: "error",
      output: "json",
      onlyCategories: [...categories],
      ...(extraHeaders ? { extraHeaders } : {}),
    });
    const report = result?.lhr;
    if (report && !report.runtimeError) return report;
    const reason = report?.runtimeError?.message ?? "no result";
    if (attempt === 3) throw new Error(`${url}: ${reason}`);
    console.log(`${url} could not be recorded, again: ${reason}`);
  }
}

/** Lighthouse with its mobile profile (a slow phone on a slow network). Each page has the median of three runs. */
test("lighthouse", async ({ launchOptions, baseURL }) => {
  test.setTimeout(900_000);
  const port = await freePort();
  const args = [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`];
  const browser = await chromium.launch({ ...launchOptions, args });
  const { learner } = await makePeople(browser, baseURL ?? "");
  const cookie = learner.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");

  const rows: string[] = [];
  const below: string[] = [];
  for (const { name, path, signedIn } of pages) {
    const runs: Record<string, number>[] = [];
    const remarks = new Map<string, number>();
    for (let run = 0; run < 3; run++) {
      const report = await measure(`${baseURL}${path}`, port, signedIn ? { Cookie: cookie } : undefined);
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
      if (median(id) < reach && !(signedIn && id === "seo"))
        below.push(`${name}: ${id} ${runs.map((run) => run[id]).join(", ")}`);
    for (const remark of remarks.keys()) rows.push(`    ${remark}`);
  }
  await browser.close();
  console.log([`${"".padEnd(22)} ${categories.join("  ")}`, ...rows].join("\n"));
  expect(below, `at least ${reach} everywhere`).toEqual([]);
});
