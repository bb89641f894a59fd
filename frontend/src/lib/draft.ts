/** Text that the server may not have yet, with the version of the saved text that it was based on. */
export interface Draft {
  text: string;
  version: string;
}

/** Under what the text of a lesson's notes is kept; at sign-out all that begin so are forgotten. */
export function draftKey(owner: string): string {
  return `notes:${owner}`;
}

/** Keeps a draft in this browser, or forgets it when it says what is saved. */
export function writeDraft(key: string, draft: Draft, saved: string): void {
  try {
    if (draft.text === saved) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is off: the text lives on the page only.
  }
}

function parsed(stored: string): Draft | undefined {
  const draft: unknown = JSON.parse(stored);
  if (!(draft instanceof Object) || !("text" in draft) || !("version" in draft)) return undefined;
  return { text: String(draft.text), version: String(draft.version) };
}

/** The draft, if there is one that says something else than what is saved; any other is forgotten. */
export function readDraft(key: string, saved: string): Draft | undefined {
  try {
    const stored = localStorage.getItem(key);
    if (stored === null) return undefined;
    // What can't be read is of no more use.
    localStorage.removeItem(key);
    const draft = parsed(stored);
    if (!draft || draft.text === saved) return undefined;
    localStorage.setItem(key, stored);
    return draft;
  } catch {
    return undefined;
  }
}
