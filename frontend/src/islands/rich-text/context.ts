import type { Editor } from "@tiptap/core";
import { NodeSelection } from "@tiptap/pm/state";
import { element } from "../../lib/element";
import type { Question } from "./actions";
import { languages } from "./code";
import { playerSite, playerSites } from "./players";
import { calloutKinds } from "./schema";
import type { TableCommand } from "./tables";
import { insertMedia, type Media } from "./upload";

type Place = Question | "linked" | "image" | "table" | "code" | "callout" | "none";

/** The row below the text: what can be said about the thing that the cursor is in, and questions before insertions. */
export class Context {
  readonly element = element("div", { class: "rt-context" });
  #place: Place | undefined;
  #asking: Question | undefined;
  #refresh: () => void = () => undefined;

  constructor(
    readonly editor: Editor,
    readonly options: { upload: (files: File[]) => void },
  ) {
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        this.#done();
      } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
        // Enter in a field of this row isn't meant for the form around the editor.
        event.preventDefault();
        event.target.dispatchEvent(new Event("answer"));
      }
    });
    this.update();
  }

  ask(question: Question): void {
    this.#asking = question;
    this.#place = undefined;
    this.update();
    this.element.querySelector<HTMLElement>("input:not([type=file]), button")?.focus();
  }

  update(): void {
    const place = this.#asking ?? this.#where();
    // While somebody writes in a field of this row, the row stays.
    if (place === this.#place) {
      if (!this.element.contains(document.activeElement)) this.#refresh();
      return;
    }
    if (place === "none" && this.#place !== undefined && this.element.contains(document.activeElement))
      return;
    this.#place = place;
    this.#refresh = () => undefined;
    this.element.replaceChildren(...this.#parts(place));
    this.#refresh();
  }

  #where(): Place {
    const { editor } = this;
    const { selection } = editor.state;
    if (selection instanceof NodeSelection && selection.node.type.name === "image") return "image";
    if (editor.isActive("link")) return "linked";
    if (editor.isActive("table")) return "table";
    if (editor.isActive("codeBlock")) return "code";
    if (editor.isActive("callout")) return "callout";
    return "none";
  }

  #parts(place: Place): (HTMLElement | string)[] {
    switch (place) {
      case "link":
        return this.#question("Link to", "https://", "Add the link", (address) => this.#link(address));
      case "linked":
        return this.#linked();
      case "player": {
        const hint = `A link to ${playerSites.slice(0, -1).join(", ")} or published ${playerSites.at(-1)}`;
        return this.#question(
          "Video or slides",
          "https://",
          "Insert",
          (address) => this.#player(address),
          hint,
        );
      }
      case "picture":
        return this.#picture();
      case "image":
        return this.#image();
      case "table":
        return this.#table();
      case "code":
        return this.#code();
      case "callout":
        return this.#callout();
      default:
        return [
          element("p", { class: "rt-hint" }, "Press / to insert something. Alt+F10 goes to the toolbar."),
        ];
    }
  }

  #done(): void {
    this.#asking = undefined;
    this.editor.commands.focus();
    this.#place = undefined;
    this.update();
  }

  #button(text: string, run: () => void, label = text): HTMLButtonElement {
    return element(
      "button",
      {
        type: "button",
        ...(label === text ? {} : { title: label }),
        mousedown: (event) => event.preventDefault(),
        click: run,
      },
      text,
    );
  }

  #field(label: string, attributes: Record<string, string | boolean>): [HTMLLabelElement, HTMLInputElement] {
    const input = element("input", { type: "text", autocomplete: "off", ...attributes });
    return [element("label", {}, element("span", {}, label), input), input];
  }

  #question(
    label: string,
    placeholder: string,
    button: string,
    answer: (value: string) => string | undefined,
    hint = "",
  ): HTMLElement[] {
    const [box, input] = this.#field(label, { placeholder, inputmode: "url", spellcheck: "false" });
    const problem = element("p", { class: "rt-problem", role: "alert" });
    const take = () => {
      const wrong = answer(input.value.trim());
      problem.textContent = wrong ?? "";
      if (wrong) {
        input.setAttribute("aria-invalid", "true");
        input.focus();
      } else this.#done();
    };
    input.addEventListener("answer", take);
    const parts: HTMLElement[] = [
      box,
      this.#button(button, take),
      this.#button("Cancel", () => this.#done()),
      problem,
    ];
    if (hint) parts.push(element("p", { class: "rt-hint" }, hint));
    return parts;
  }

  #link(typed: string): string | undefined {
    const href = address(typed);
    if (!href) return "That is no address. It begins with https://, mailto: or /.";
    const chain = this.editor.chain().focus();
    if (this.editor.state.selection.empty && !this.editor.isActive("link")) {
      chain.insertContent({ type: "text", text: typed, marks: [{ type: "link", attrs: { href } }] }).run();
    } else chain.extendMarkRange("link").setLink({ href }).run();
    return undefined;
  }

  #player(typed: string): string | undefined {
    const href = address(typed);
    if (!href || !playerSite(href)) return "That isn’t a link to one of these sites.";
    const link = { type: "text", text: href, marks: [{ type: "link", attrs: { href } }] };
    // The link stays alone in its paragraph: what is typed next goes into another.
    this.editor
      .chain()
      .focus()
      .insertContent([{ type: "paragraph", content: [link] }, { type: "paragraph" }])
      .run();
    return undefined;
  }

  #linked(): HTMLElement[] {
    const [box, input] = this.#field("Link to", { inputmode: "url", spellcheck: "false" });
    const { editor } = this;
    this.#refresh = () => {
      input.value = editor.getAttributes("link").href ?? "";
    };
    const change = () => {
      const href = address(input.value.trim());
      input.setAttribute("aria-invalid", String(!href));
      if (href) editor.chain().extendMarkRange("link").updateAttributes("link", { href }).run();
    };
    input.addEventListener("change", change);
    input.addEventListener("answer", () => {
      change();
      if (input.getAttribute("aria-invalid") !== "true") this.#done();
    });
    const remove = () => editor.chain().focus().extendMarkRange("link").unsetLink().run();
    return [box, this.#button("Remove link", remove)];
  }

  #picture(): HTMLElement[] {
    const files = element("input", { type: "file", accept: "image/*", multiple: true, hidden: true });
    files.addEventListener("change", () => {
      const chosen = [...(files.files ?? [])];
      this.#done();
      if (chosen.length) this.options.upload(chosen);
    });
    const parts = this.#question("Picture at", "https:// or /media/…", "Insert", (typed) => {
      const src = address(typed);
      if (!src || !/^(https?:|\/)/i.test(src)) return "That is no address of a picture.";
      insertMedia(this.editor, { url: src, kind: "image" });
      return undefined;
    });
    const upload = this.#button("Upload…", () => files.click(), "Upload pictures");
    const extra: HTMLElement[] = [files, upload];
    if (customElements.get("media-picker")) {
      const picker = document.createElement("media-picker");
      picker.setAttribute("kind", "image");
      picker.addEventListener("media-picked", (event) => {
        event.stopPropagation();
        const media = (event as CustomEvent<Media>).detail;
        this.#done();
        if (media?.url) insertMedia(this.editor, media);
      });
      extra.push(picker);
    }
    return [...extra, ...parts];
  }

  #image(): HTMLElement[] {
    const { editor } = this;
    const [box, input] = this.#field("Description", {
      placeholder: "What the picture shows, for people who can’t see it",
      maxlength: "500",
    });
    box.classList.add("rt-wide");
    let at = editor.state.selection.from;
    this.#refresh = () => {
      at = editor.state.selection.from;
      input.value = editor.getAttributes("image").alt ?? "";
    };
    input.addEventListener("input", () => {
      if (editor.state.doc.nodeAt(at)?.type.name !== "image") return;
      editor.view.dispatch(editor.state.tr.setNodeAttribute(at, "alt", input.value));
    });
    input.addEventListener("answer", () => this.#done());
    return [
      box,
      this.#button("Remove", () => editor.chain().focus().deleteSelection().run(), "Remove the picture"),
    ];
  }

  #table(): HTMLElement[] {
    const command = (text: string, name: TableCommand, label: string) =>
      this.#button(text, () => this.editor.chain().focus().tableCommand(name).run(), label);
    const align = (text: string, to: "left" | "center" | "right" | null) =>
      this.#button(
        text,
        () => this.editor.chain().focus().alignColumn(to).run(),
        `Align the column: ${text.toLowerCase()}`,
      );
    return [
      command("+ Row", "addRowAfter", "Add a row below"),
      command("+ Column", "addColumnAfter", "Add a column to the right"),
      command("− Row", "deleteRow", "Delete this row"),
      command("− Column", "deleteColumn", "Delete this column"),
      align("Left", null),
      align("Center", "center"),
      align("Right", "right"),
      command("Delete table", "deleteTable", "Delete the table"),
    ];
  }

  #code(): HTMLElement[] {
    const { editor } = this;
    const select = element("select", {});
    const fill = (language: string | null) => {
      const known = language === null || language in languages;
      select.replaceChildren(
        new Option("Plain text", ""),
        ...Object.entries(languages).map(([value, name]) => new Option(name, value)),
        ...(known ? [] : [new Option(language, language)]),
      );
      select.value = language ?? "";
    };
    select.addEventListener("change", () => {
      editor
        .chain()
        .focus()
        .updateAttributes("codeBlock", { language: select.value || null })
        .run();
    });
    this.#refresh = () => fill(editor.getAttributes("codeBlock").language ?? null);
    return [element("label", {}, element("span", {}, "Language"), select)];
  }

  #callout(): HTMLElement[] {
    const { editor } = this;
    const kind = element(
      "select",
      {},
      ...Object.entries(calloutKinds).map(([value, name]) => new Option(name, value)),
    );
    kind.addEventListener("change", () => editor.commands.updateAttributes("callout", { kind: kind.value }));
    const [title, input] = this.#field("Title", { maxlength: "120" });
    input.addEventListener("input", () =>
      editor.commands.updateAttributes("callout", { title: input.value }),
    );
    input.addEventListener("answer", () => this.#done());
    this.#refresh = () => {
      const attrs = editor.getAttributes("callout");
      kind.value = attrs.kind ?? "note";
      input.value = attrs.title ?? "";
      input.placeholder = calloutKinds[kind.value as keyof typeof calloutKinds] ?? "";
    };
    const remove = () => editor.chain().focus().lift("callout").run();
    return [
      element("label", {}, element("span", {}, "Kind"), kind),
      title,
      this.#button("Remove callout", remove, "Remove the callout, keep its text"),
    ];
  }
}

/** What somebody typed as an address, completed; undefined when it is none or one that runs something. */
export function address(typed: string): string | undefined {
  if (!typed || /[\s<>"]/.test(typed)) return undefined;
  if (/^(https?:\/\/[^/]+|mailto:.+@|tel:\+?\d|\/(?!\/)|#)/i.test(typed)) return typed;
  if (/^[\w.+-]+@[\w-]+\.[\w.-]+$/.test(typed)) return `mailto:${typed}`;
  return /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}([/?#]|$)/i.test(typed) ? `https://${typed}` : undefined;
}
