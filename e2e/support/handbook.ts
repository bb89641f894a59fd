import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const lessons = join(import.meta.dirname, "../../content/projects-that-finish/lessons");

/** The title that a lesson's front matter names, and its text with headings one level deeper. */
function chapter(file: string): string {
  const [, front = "", body = ""] =
    /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(join(lessons, file), "utf8")) ?? [];
  const title = /^title: "(.*)"$/m.exec(front)?.[1] ?? file;
  return `## ${title}\n\n${body.trim().replace(/^(#{2,5}) /gm, "#$1 ")}`;
}

/** A handbook of some twelve thousand words on running projects, as somebody might have written it for their team. */
export function handbook(): Buffer {
  const chapters = readdirSync(lessons).sort().map(chapter);
  return Buffer.from(
    `# Running projects\n\nWhat we do, in the order in which we do it.\n\n${chapters.join("\n\n")}\n`,
  );
}
