import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { minutesFor, pace, wordsOf } from "../src/islands/rich-text/count.ts";
import { playerSite } from "../src/islands/rich-text/players.ts";

test("words and minutes are the server's", () => {
  expect(wordsOf("## A *big* — idea\n\n- [ ] two")).toBe(4);
  expect(minutesFor(2000, 3, 5)).toBe(19);
  expect(pace("word ".repeat(2000), { actionItems: 3, questions: 5 })).toEqual({
    state: "good",
    text: "2,000 words · about 19 minutes with action items and quiz (on goal)",
  });
  expect(pace("one", null)).toEqual({ text: "1 word", state: null });
  expect(pace("", { actionItems: 0, questions: 0 }).text).toContain("about 0 minutes");
  expect(pace("word ".repeat(5000), { actionItems: 0, questions: 0 }).state).toBe("long");
});

test("the editor marks exactly the links that the server makes players of", () => {
  const cases: Record<string, string | null> = JSON.parse(
    readFileSync(join(import.meta.dirname, "fixtures/embeds.json"), "utf8"),
  );
  for (const [link, player] of Object.entries(cases)) {
    expect(playerSite(link) !== undefined, link).toBe(player !== null);
  }
});
