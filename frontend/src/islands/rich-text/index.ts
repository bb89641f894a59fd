import { Editor, Extension } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import { closeHistory } from "@tiptap/pm/history";
import { DOMSerializer, type Node, Slice } from "@tiptap/pm/model";
import "../../styles/editor.css";
import { element, uniqueId } from "../../lib/element";
import { toast } from "../../lib/toast";
import type { Question } from "./actions";
import { Context } from "./context";
import { pace } from "./count";
import { parse } from "./parse";
import { cleanPasted, looksLikeMarkdown } from "./paste";
import { Players } from "./players";
import { documentExtensions } from "./schema";
import { Originals, serialize } from "./serialize";
import { SlashMenu } from "./slash";
import { Toolbar } from "./toolbar";
import { Uploads, uploadAll } from "./upload";

const quietFor = 120;
/**
 * Turns the textarea inside into an editor for text with headings, lists, tables, pictures and callouts. The textarea keeps
 * the Markdown and is what the form sends; it changes, with an `input` event, only when somebody changed something, and
 * then only the blocks they touched.
 *
 * `data-upload`: where files go, by tus (`/admin/media/uploads`). A page with the element `<media-picker>` gets it among the ways to a picture.
 * `data-questions`, here or around: this is a lesson with so many questions, so its minutes are shown; its action items are
 * counted in the form.
 */
class RichText extends HTMLElement {
  #textarea: HTMLTextAreaElement | null = null;
  #editor: Editor | undefined;
  #toolbar: Toolbar | undefined;
  #context: Context | undefined;
  #originals: Originals | undefined;
  /** The Markdown that the editor's document stands for. */
  #known = "";
  #timer = 0;
  #frame: HTMLElement | undefined;
  #count = element("p", { class: "rt-count" });
  #status = element("p", { class: "sr-only", role: "status" });
  #writing = false;
  #passTab = false;

  get value(): string {
    this.#flush();
    return this.#textarea?.value ?? "";
  }

  set value(markdown: string) {
    if (!this.#textarea) return;
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#textarea.value = markdown;
    this.#load();
  }

  override focus(): void {
    if (this.dataset.mode === "rich") this.#editor?.commands.focus();
    else this.#textarea?.focus();
  }

  connectedCallback(): void {
    const textarea = this.querySelector("textarea");
    if (!textarea || this.#editor) return;
    this.#textarea = textarea;
    const focused = document.activeElement === textarea;
    this.#build(textarea);
    textarea.addEventListener("input", this.#onTextarea);
    textarea.form?.addEventListener("submit", this.#flush, { capture: true });
    textarea.form?.addEventListener("reset", this.#onReset);
    textarea.form?.addEventListener("input", this.#onForm);
    window.addEventListener("pagehide", this.#flush);
    this.#showMode("rich");
    this.#load();
    if (focused) this.focus();
  }

  disconnectedCallback(): void {
    this.#flush();
    const textarea = this.#textarea;
    textarea?.removeEventListener("input", this.#onTextarea);
    textarea?.form?.removeEventListener("submit", this.#flush, { capture: true });
    textarea?.form?.removeEventListener("reset", this.#onReset);
    textarea?.form?.removeEventListener("input", this.#onForm);
    window.removeEventListener("pagehide", this.#flush);
    this.#editor?.destroy();
    this.#editor = undefined;
    this.#originals = undefined;
    if (textarea) {
      textarea.hidden = false;
      this.append(textarea);
    }
    this.#frame?.remove();
  }

  #build(textarea: HTMLTextAreaElement): void {
    const id = uniqueId("rt");
    const page = element("div", { class: "rt-page" });
    this.#frame = element("div", { class: "rt-frame" });
    this.append(this.#frame);
    const label = textarea.labels?.[0];
    if (label && !label.id) label.id = `${id}-label`;
    label?.addEventListener("click", (event) => {
      event.preventDefault();
      this.focus();
    });
    const attributes: Record<string, string> = {
      id,
      class: "rt-text prose",
      role: "textbox",
      "aria-multiline": "true",
      spellcheck: "true",
      ...(label
        ? { "aria-labelledby": label.id }
        : { "aria-label": textarea.getAttribute("aria-label") ?? "Text" }),
    };
    for (const name of ["aria-describedby", "aria-invalid", "lang"]) {
      const value = textarea.getAttribute(name);
      if (value) attributes[name] = value;
    }
    // A hidden field can't show that it is missing; the server says so.
    if (textarea.required) {
      textarea.required = false;
      attributes["aria-required"] = "true";
    }
    const ask = (question: Question) => this.#context?.ask(question);
    this.#editor = new Editor({
      element: page,
      injectCSS: false,
      extensions: [
        ...documentExtensions(),
        Placeholder.configure({
          placeholder: textarea.placeholder || "Write, or press / to insert something",
        }),
        Uploads,
        Players,
        SlashMenu.configure({ ask, host: this.#frame }),
        Extension.create({
          name: "lessonKeys",
          addKeyboardShortcuts: () => ({
            "Mod-k": () => {
              ask("link");
              return true;
            },
            "Alt-F10": () => {
              // The browser tells of the last change of the selection a moment later.
              window.setTimeout(() => this.#toolbar?.focus(), 20);
              return true;
            },
          }),
        }),
      ],
      editorProps: {
        attributes,
        // The cursor never hides behind the bars above and below.
        scrollThreshold: { top: 160, bottom: 110, left: 0, right: 0 },
        scrollMargin: { top: 170, bottom: 120, left: 0, right: 0 },
        transformPastedHTML: (html) => {
          const { html: clean, lost } = cleanPasted(html);
          if (lost) {
            toast(
              lost === 1
                ? "A picture can’t be pasted from there. Insert it as a file."
                : `${lost} pictures can’t be pasted from there. Insert them as files.`,
              "error",
            );
          }
          return clean;
        },
        clipboardTextParser: (text, _, plain) => this.#parsePlain(text, plain),
        clipboardTextSerializer: (slice) => this.#asMarkdown(slice),
        handlePaste: (_, event) => this.#takeFiles(event.clipboardData),
        handleDrop: (view, event, __, moved) => {
          if (moved) return false;
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
          const taken = this.#takeFiles(event.dataTransfer, at);
          if (taken) event.preventDefault();
          return taken;
        },
        handleDOMEvents: { keydown: (_, event) => this.#letTabOut(event) },
      },
      onUpdate: () => {
        window.clearTimeout(this.#timer);
        this.#timer = window.setTimeout(this.#flush, quietFor);
      },
      onTransaction: () => {
        this.#toolbar?.update();
        this.#context?.update();
      },
      onBlur: () => this.#flush(),
    });
    this.#toolbar = new Toolbar(this.#editor, {
      controls: id,
      ask,
      toggleSource: () => this.#toggleSource(),
      leave: () => this.focus(),
    });
    this.#context = new Context(this.#editor, {
      upload: (files) => this.#upload(files),
    });
    const foot = element("div", { class: "rt-foot" }, this.#context.element, this.#count);
    this.#frame.append(this.#toolbar.element, page, textarea, foot, this.#status);
  }

  /** Takes the textarea's Markdown into the editor. */
  #load(): void {
    const editor = this.#editor;
    const textarea = this.#textarea;
    if (!editor || !textarea) return;
    const markdown = textarea.value;
    try {
      const parsed = parse(markdown);
      editor.schema.nodeFromJSON(parsed.content).check();
      this.#writing = true;
      // What was written in the Markdown view can be undone here, in one step of its own.
      const undoable = this.#originals !== undefined;
      editor.view.dispatch(closeHistory(editor.state.tr));
      editor
        .chain()
        .setMeta("addToHistory", undoable)
        .setContent(parsed.content, { emitUpdate: false })
        .run();
      editor.view.dispatch(closeHistory(editor.state.tr));
      this.#originals = new Originals(editor.state.doc, parsed);
      this.#known = markdown;
    } catch (error) {
      // Rather no editor than a lost word.
      console.error(error);
      this.#showMode("source");
      toast("This text can only be changed as Markdown.", "error");
    } finally {
      this.#writing = false;
    }
    this.#showCount();
  }

  /** Brings the textarea up to date. */
  #flush = (): void => {
    window.clearTimeout(this.#timer);
    const pending = this.#timer !== 0;
    this.#timer = 0;
    const editor = this.#editor;
    const textarea = this.#textarea;
    if (!pending || !editor || !textarea || !this.#originals || this.dataset.mode !== "rich") return;
    const markdown = this.#originals.serialize(editor.state.doc);
    if (markdown === this.#known) return;
    this.#known = markdown;
    this.#writing = true;
    textarea.value = markdown;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    this.#writing = false;
    this.#showCount();
  };

  /** Somebody else wrote into the textarea: the source view, or a draft that is brought back. */
  #onTextarea = (): void => {
    if (this.#writing) return;
    if (this.dataset.mode === "rich" && this.#textarea?.value !== this.#known) this.#load();
    else this.#showCount();
  };

  /** Action items take time too. */
  #onForm = (event: Event): void => {
    if (event.target instanceof HTMLInputElement && event.target.name === "action_item") this.#showCount();
  };

  #onReset = (): void => {
    window.setTimeout(() => this.#load(), 0);
  };

  #toggleSource(): void {
    this.#flush();
    const source = this.dataset.mode === "rich";
    this.#showMode(source ? "source" : "rich");
    if (!source && this.#textarea?.value !== this.#known) this.#load();
    this.#status.textContent = source ? "Markdown view" : "Text view";
    this.focus();
  }

  #showMode(mode: "rich" | "source"): void {
    this.dataset.mode = mode;
    if (this.#textarea) this.#textarea.hidden = mode === "rich";
    this.#toolbar?.showSource(mode === "source");
  }

  #showCount(): void {
    const questions = this.closest<HTMLElement>("[data-questions]")?.dataset.questions;
    const items = [
      ...(this.#textarea?.form?.querySelectorAll<HTMLInputElement>('input[name="action_item"]') ?? []),
    ].filter((item) => item.value.trim());
    const { text, state } = pace(
      this.#textarea?.value ?? "",
      questions === undefined ? null : { actionItems: items.length, questions: Number(questions) || 0 },
    );
    this.#count.textContent = text;
    this.#count.dataset.state = state ?? "";
  }

  #parsePlain(text: string, plain: boolean): Slice {
    const { schema } = this.#editor as Editor;
    if (!plain && looksLikeMarkdown(text)) {
      const doc = schema.nodeFromJSON(parse(text).content);
      return new Slice(doc.content, 0, doc.childCount === 1 && doc.firstChild?.isTextblock ? 1 : 0);
    }
    const paragraphs = text.split(/\n{2,}/).map((block) => {
      const content: Node[] = block.split("\n").flatMap((line, index) => {
        const breaks = index > 0 && schema.nodes.hardBreak ? [schema.nodes.hardBreak.create()] : [];
        return line ? [...breaks, schema.text(line)] : breaks;
      });
      return schema.node("paragraph", null, content);
    });
    return new Slice(schema.node("doc", null, paragraphs).content, 1, 1);
  }

  #asMarkdown(slice: Slice): string {
    const { schema } = this.#editor as Editor;
    const fragment = DOMSerializer.fromSchema(schema).serializeFragment(slice.content);
    try {
      const first = slice.content.firstChild;
      const doc = schema.node(
        "doc",
        null,
        first?.isInline ? [schema.node("paragraph", null, slice.content)] : slice.content,
      );
      doc.check();
      return doc.childCount === 1 && doc.firstChild?.isTextblock ? doc.textContent : serialize(doc);
    } catch {
      return fragment.textContent ?? "";
    }
  }

  #takeFiles(data: DataTransfer | null, at?: number): boolean {
    const files = [...(data?.files ?? [])];
    // Word and browsers add a picture of the text; the text itself is better.
    if (!files.length || data?.types.includes("text/html")) return false;
    this.#upload(files, at);
    return true;
  }

  #upload(files: File[], at?: number): void {
    const editor = this.#editor;
    if (editor) void uploadAll(editor, files, this.dataset.upload || "/admin/media/uploads", at);
  }

  /** Tab moves items and cells; after Escape it leaves the editor, so that nobody is caught in it. */
  #letTabOut(event: KeyboardEvent): boolean {
    if (event.key === "Escape") this.#passTab = true;
    else if (event.key === "Tab" && this.#passTab) return true;
    else if (event.key !== "Shift") this.#passTab = false;
    return false;
  }
}

customElements.define("rich-text", RichText);
