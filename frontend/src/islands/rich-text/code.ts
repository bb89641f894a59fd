import { CodeBlockLowlight } from "@tiptap/extension-code-block-lowlight";
import bash from "highlight.js/lib/languages/bash";
import css from "highlight.js/lib/languages/css";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import html from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";

/** Languages that are offered; others can be typed in Markdown and stay. */
export const languages: Record<string, string> = {
  bash: "Shell",
  css: "CSS",
  html: "HTML",
  java: "Java",
  javascript: "JavaScript",
  json: "JSON",
  markdown: "Markdown",
  python: "Python",
  rust: "Rust",
  sql: "SQL",
  yaml: "YAML",
};

const lowlight = createLowlight({
  bash,
  css,
  html,
  java,
  javascript,
  json,
  markdown,
  python,
  rust,
  sql,
  yaml,
});

export const CodeBlock = CodeBlockLowlight.extend({
  addAttributes() {
    return { ...this.parent?.(), meta: { default: null, rendered: false } };
  },
}).configure({
  lowlight: {
    ...lowlight,
    // A guess would color plain text.
    highlightAuto: (value: string) => ({ type: "root", children: [{ type: "text", value }] }),
  },
});
