/** The same as the server counts them. */
export function wordsOf(markdown: string): number {
  return markdown.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Minutes for words at the pace of studying, action items and questions: the server's formula. */
export function minutesFor(words: number, actionItems: number, questions: number): number {
  return Math.ceil((Math.ceil(words / 20) + actionItems * 20 + questions * 5) / 10);
}

export interface Pace {
  text: string;
  /** How a lesson stands against the goal of 15 to 20 minutes. */
  state: "short" | "good" | "long" | null;
}

/** What is said below a text: its words, and for a lesson the minutes of a day. */
export function pace(markdown: string, lesson: { actionItems: number; questions: number } | null): Pace {
  const words = wordsOf(markdown);
  const count = `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"}`;
  if (!lesson) return { text: count, state: null };
  const minutes = minutesFor(words, lesson.actionItems, lesson.questions);
  const state = minutes < 15 ? "short" : minutes > 20 ? "long" : "good";
  const goal = state === "good" ? "on goal" : "goal: 15 to 20";
  const about = `about ${minutes} ${minutes === 1 ? "minute" : "minutes"} with action items and quiz`;
  return { text: `${count} · ${about} (${goal})`, state };
}
