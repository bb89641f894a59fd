// @vitest-environment jsdom
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

let answers: (() => Promise<Response>)[] = [];
let fetched = 0;
let isVisible = true;

/** What the server sends as it happens. */
class Stream extends EventTarget {
  static last: Stream | undefined;
  static opened: string[] = [];
  closed = false;
  constructor(url: string) {
    super();
    Stream.last = this;
    Stream.opened.push(url);
  }
  close(): void {
    this.closed = true;
  }
  send(name: string, data: unknown, lastEventId = ""): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }));
  }
}

const meta = (viewer: string) => `<meta name="viewer" content="${viewer}">`;
const part = (text: string) => `<div data-live-page>${text}</div><p data-live-said></p>`;
const page =
  (text: string, viewer = "ada") =>
  async () =>
    new Response(meta(viewer) + part(text));
const shown = () => document.querySelector("[data-live-page]")?.innerHTML;
const said = () => document.querySelector("[data-live-said]")?.textContent;
const settle = () => vi.waitFor(() => expect(answers).toHaveLength(0));

beforeAll(async () => {
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", async () => {
    fetched += 1;
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return answer();
  });
  Object.defineProperty(document, "visibilityState", { get: () => (isVisible ? "visible" : "hidden") });
  document.body.innerHTML = '<div id="toasts" data-events="/events"></div>';
  await import("../src/islands/live-page.ts");
  Stream.last?.send("ready", {}, "1");
});

beforeEach(() => {
  fetched = 0;
  document.head.innerHTML = meta("ada");
  document.body.innerHTML = part('<a id="next" href="/day-1">Day 1</a><details><p>More</p></details>');
});

afterEach(() => {
  answers = [];
});

function look(visible: boolean): void {
  isVisible = visible;
  document.dispatchEvent(new Event("visibilitychange"));
}

test("a page that was just loaded is not loaded again", () => {
  expect(Stream.opened).toEqual(["/events"]);
  expect(fetched).toBe(0);
});

test("progress elsewhere changes what is different, and nothing else", async () => {
  const [link, details] = [document.querySelector("a"), document.querySelector("details")];
  link?.focus();
  if (details) details.open = true;
  answers = [page('<a id="next" href="/day-2">Day 2</a><details><p>More</p></details>')];
  Stream.last?.send("progress", {});
  await vi.waitFor(() => expect(link?.textContent).toBe("Day 2"));
  expect(document.querySelector("a"), "the link that may be under a finger is the same").toBe(link);
  expect(link?.getAttribute("href")).toBe("/day-2");
  expect(document.activeElement).toBe(link);
  expect(details?.open).toBe(true);
  expect(said()).toBe("Your progress was updated.");
});

test("nothing is said when nothing is different", async () => {
  answers = [page(shown() ?? "")];
  Stream.last?.send("progress", {});
  await settle();
  await new Promise((resolve) => setTimeout(resolve));
  expect(said()).toBe("");
});

test("what happens while the page is on its way is fetched, too, and once", async () => {
  let arrive = (_: Response) => {};
  answers = [() => new Promise((resolve) => (arrive = resolve)), page("Day 4")];
  for (let step = 0; step < 3; step += 1) Stream.last?.send("progress", {});
  arrive(await page("Day 2")());
  await vi.waitFor(() => expect(shown()).toBe("Day 4"));
  expect(fetched).toBe(2);
});

test("a page that is looked at again is as it is now, and hears of badges that it has missed", async () => {
  Stream.last?.send("badge", {}, "42");
  const before = Stream.last;
  look(false);
  expect(before?.closed).toBe(true);
  look(true);
  expect(Stream.opened.at(-1)).toBe("/events?since=42");
  answers = [page("Day 5")];
  Stream.last?.send("ready", {}, "42");
  await vi.waitFor(() => expect(shown()).toBe("Day 5"));
});

test("the page stays when there is no network, no session, or somebody else's", async () => {
  const before = shown();
  const elsewhere = new Response("Sign in");
  Object.defineProperties(elsewhere, { redirected: { value: true }, url: { value: "http://here/sign-in" } });
  for (const answer of [
    () => Promise.reject(new TypeError("offline")),
    async () => elsewhere,
    page("Ben’s", "ben"),
  ]) {
    answers = [answer];
    Stream.last?.send("progress", {});
    await settle();
    await new Promise((resolve) => setTimeout(resolve));
    expect(shown()).toBe(before);
  }
  answers = [page("Day 6")];
  Stream.last?.send("progress", {});
  await vi.waitFor(() => expect(shown()).toBe("Day 6"));
});
