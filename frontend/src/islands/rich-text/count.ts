/** The same as the server counts them. */
export function wordsOf(markdown: string): number {
  return markdown.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Minutes for words at the pace of studying, action items and questions: the server's formula. */
export function minutesFor(words: number, actionItems: number, questions: number): number {
  return Math.ceil((Math.ceil(words / 20) + actionItems * 20 + questions * 5) / 10);
}

export interface Pace {
  words: number;
  text: string;
  /** How it stands against the goal of 15 to 20 minutes. */
  state: "short" | "good" | "long";
}

export function pace(markdown: string, actionItems: number | null, questions: number | null): Pace {
  const words = wordsOf(markdown);
  const minutes = minutesFor(words, actionItems ?? 0, questions ?? 0);
  const state = minutes < 15 ? "short" : minutes > 20 ? "long" : "good";
  const goal = { short: "goal: 15 to 20", good: "on goal", long: "goal: 15 to 20" }[state];
  const extra = actionItems === null && questions === null ? "" : " with action items and quiz";
  const count = `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"}`;
  return {
    words,
    state,
    text: `${count} · about ${minutes} ${minutes === 1 ? "minute" : "minutes"}${extra} (${goal})`,
  };
}
