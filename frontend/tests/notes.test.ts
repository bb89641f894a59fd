// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageTooOld, post } from "../src/lib/http.ts";

const key = "notes:ada/lesson";
const sent: { url: string; token: string | undefined; body: string }[] = [];
let answers: (() => Response)[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  sent.length = 0;
  localStorage.clear();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push({
      url,
      token: (init.headers as Record<string, string> | undefined)?.["X-CSRF-Token"],
      body: String(init.body ?? ""),
    });
    return answers.shift()?.() ?? new Response(null, { status: 500 });
  });
  await import("../src/islands/notes.ts");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answers = [];
});

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });

/** The page of a lesson as the server sends it. */
function page(text: string, version: number): { text: HTMLTextAreaElement; status: HTMLElement } {
  document.head.innerHTML = '<meta name="csrf-token" content="old"><meta name="viewer" content="ada">';
  document.body.innerHTML = `<lesson-notes data-key="ada/lesson"><form method="post" action="/notes">
    <input type="hidden" name="csrf" value="old"><input type="hidden" name="version" value="${version}">
    <textarea name="text">${text}</textarea><p data-status></p></form></lesson-notes>`;
  const [field, status] = [document.querySelector("textarea"), document.querySelector("p")];
  if (!field || !status) throw new Error("no form");
  return { text: field, status };
}

const asked = () => document.querySelector(".notes-conflict")?.textContent ?? "";

test("a draft that is older than what is saved is never saved over it unasked", async () => {
  localStorage.setItem(key, JSON.stringify({ text: "From the laptop", version: "1" }));
  answers = [json(409, { version: 3, text: "From the phone" })];
  const { text } = page("From the phone", 3);
  expect(text.value).toBe("From the laptop");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(new URLSearchParams(sent[0]?.body).get("version")).toBe("1");
  expect(asked()).toContain("Which version do you want to keep?");
  expect(localStorage.getItem(key), "it is kept until somebody has decided").toContain("From the laptop");
});

test("a draft that was saved after all is forgotten, and one that can't be read, too", () => {
  for (const draft of [JSON.stringify({ text: "Done", version: "1" }), "Done"]) {
    localStorage.setItem(key, draft);
    page("Done", 2);
    expect(localStorage.getItem(key)).toBeNull();
  }
});

test("what is too long is said once, and kept", async () => {
  const { text, status } = page("", 0);
  answers = [json(422, { errors: [{ field: "body", message: "A note has at most 50,000 characters." }] })];
  text.value = "long";
  text.dispatchEvent(new Event("input"));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(status.textContent).toBe("A note has at most 50,000 characters.");
  expect(sent).toHaveLength(1);
  expect(localStorage.getItem(key)).toContain("long");
});

const expired = json(403, { type: "urn:momentum:problem:form-expired" });
const pageOf = (viewer: string) => () =>
  new Response(`<meta name="csrf-token" content="new"><meta name="viewer" content="${viewer}">`);

test("after signing in again in another tab the open page goes on", async () => {
  const { text, status } = page("", 0);
  answers = [expired, pageOf("ada"), json(200, { version: 1 })];
  text.value = "Still here";
  text.dispatchEvent(new Event("input"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent.map((request) => request.token)).toEqual(["old", undefined, "new"]);
  expect(status.textContent).toBe("Saved");
  expect(document.querySelector<HTMLInputElement>("[name=csrf]")?.value).toBe("new");
});

test("what somebody wrote never ends in the account of another", async () => {
  page("", 0);
  answers = [expired, pageOf("grace")];
  await expect(post("/notes", "{}")).rejects.toBeInstanceOf(PageTooOld);
  expect(sent).toHaveLength(2);
});
