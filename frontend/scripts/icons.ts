import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const templates = join(root, "../crates/web/templates");

/** Names of icons that templates ask for with a literal name. */
function usedInTemplates(): Set<string> {
  const files = readdirSync(templates, { recursive: true, encoding: "utf8" });
  const used = new Set<string>();
  for (const file of files.filter((name) => name.endsWith(".html"))) {
    const text = readFileSync(join(templates, file), "utf8");
    for (const [, name] of text.matchAll(/icon\("([a-z0-9-]+)"\)/g)) if (name) used.add(name);
  }
  return used;
}

/**
 * One sprite with the Lucide icons named in icons.json.
 * Fails when a template uses an icon that is not on the list, so that no icon is ever missing on a page.
 */
export function sprite(): string {
  const names: string[] = JSON.parse(readFileSync(join(root, "icons.json"), "utf8"));
  const missing = [...usedInTemplates()].filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`Add to icons.json: ${missing.join(", ")}`);
  const symbols = names.map((name) => {
    const svg = readFileSync(join(root, `node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const paths = svg.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)?.[1] ?? "";
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
