import { type Editor, Extension } from "@tiptap/core";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { element } from "../../lib/element";
import { csrfToken, isSignIn } from "../../lib/http";
import { toast } from "../../lib/toast";
import { Refused, reason } from "../../lib/upload";

/** What the server answers to an upload, and what the library of media picks. */
export interface Media {
  url: string;
  name?: string;
  kind?: string;
  alt?: string;
}

type Step = { add: { id: object; at: number; name: string } } | { remove: { id: object } };
const key = new PluginKey<DecorationSet>("uploads");

/** Shows where a file will be while it is on its way. */
export const Uploads = Extension.create({
  name: "uploads",
  addProseMirrorPlugins() {
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply(tr, set) {
            const mapped = set.map(tr.mapping, tr.doc);
            const step: Step | undefined = tr.getMeta(key);
            if (!step) return mapped;
            if ("add" in step) {
              const { id, at, name } = step.add;
              const note = () => element("span", { class: "rt-uploading" }, `Uploading ${name}…`);
              return mapped.add(tr.doc, [Decoration.widget(at, note, { id })]);
            }
            return mapped.remove(mapped.find(undefined, undefined, (spec) => spec.id === step.remove.id));
          },
        },
        props: { decorations: (state) => key.getState(state) },
      }),
    ];
  },
});

/** Uploads files one after the other and puts each where it was dropped, wherever that is by then. */
export async function uploadAll(editor: Editor, files: File[], address: string, at?: number): Promise<void> {
  for (const file of files) {
    const id = {};
    const place = at ?? editor.state.selection.from;
    editor.view.dispatch(editor.state.tr.setMeta(key, { add: { id, at: place, name: file.name } }));
    try {
      const media = await upload(file, address);
      const found = key.getState(editor.state)?.find(undefined, undefined, (spec) => spec.id === id)[0];
      if (found) insertMedia(editor, media, found.from);
    } catch (error) {
      const why = error instanceof Refused ? error.message : "Check your connection and try again.";
      toast(`${file.name} wasn’t uploaded. ${why}`, "error");
    } finally {
      if (!editor.isDestroyed) editor.view.dispatch(editor.state.tr.setMeta(key, { remove: { id } }));
    }
  }
}

/** A picture as a picture, everything else as a link. */
export function insertMedia(editor: Editor, media: Media, at?: number): void {
  const place = at ?? editor.state.selection.from;
  const picture = !media.kind || media.kind.startsWith("image");
  if (picture) {
    const attrs = { src: media.url, alt: media.alt ?? "" };
    // Selected, so that its description can be written at once.
    editor.chain().focus().insertContentAt(place, { type: "image", attrs }).setNodeSelection(place).run();
    const selected = editor.state.selection.$from.nodeAfter;
    if (selected?.type.name === "image") return;
    editor.state.doc.descendants((node, pos) => {
      if (node.type.name === "image" && node.attrs.src === media.url) editor.commands.setNodeSelection(pos);
    });
    return;
  }
  const marks = [{ type: "link", attrs: { href: media.url } }];
  const text = media.alt || media.name || media.url;
  editor.chain().focus().insertContentAt(place, { type: "text", text, marks }).run();
}

const pieceSize = 4 * 1024 * 1024;

/** Sends a file in pieces, as tus 1.0 has it; the answer to the last piece names the file. */
async function upload(file: File, address: string): Promise<Media> {
  const created = await send(address, "POST", {
    "Upload-Length": String(file.size),
    "Upload-Metadata": `filename ${base64(file.name)}`,
  });
  const place = created.headers.get("Location");
  if (!place) throw new Refused("The server didn’t say where to send it.");
  for (let offset = 0; ; ) {
    const piece = file.slice(offset, offset + pieceSize);
    const answer = await send(
      place,
      "PATCH",
      { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      piece,
    );
    const url = answer.headers.get("Media-Url");
    if (url) return { url, name: file.name, kind: answer.headers.get("Media-Kind") ?? "" };
    offset += piece.size;
    if (offset >= file.size) throw new Refused("The server didn’t say where it is.");
  }
}

async function send(
  address: string,
  method: "POST" | "PATCH",
  headers: Record<string, string>,
  body: Blob | null = null,
): Promise<Response> {
  const response = await fetch(address, {
    method,
    body,
    headers: {
      "Tus-Resumable": "1.0.0",
      Accept: "application/json",
      "X-CSRF-Token": csrfToken(),
      ...headers,
    },
    credentials: "same-origin",
  });
  if (isSignIn(response)) {
    throw new Refused("You’re signed out. Sign in again in another tab, then try again.");
  }
  if (response.status === 404 || response.status === 405) {
    throw new Refused("Uploads aren’t available here. Put the file on the web and insert its address.");
  }
  if (!response.ok) {
    const fallback = response.status === 413 ? "The file is too large." : "The server didn’t take it.";
    throw new Refused(reason(await response.text(), fallback));
  }
  return response;
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
