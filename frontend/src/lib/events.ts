/** What happens to this person, as it happens. Only a page that is looked at listens, and all its parts share one connection. */

type Handler = (event: MessageEvent<string>) => void;

const url = document.getElementById("toasts")?.dataset.events;
const handlers: [string, Handler][] = [];
const returns: (() => void)[] = [];
let source: EventSource | undefined;
let lastSeen = "";
/** A page that was opened in the background may be old when it is first looked at. */
let mayBeOld = document.visibilityState === "hidden";

/** Calls `handler` for each event of this name. */
export function onEvent(name: string, handler: Handler): void {
  handlers.push([name, handler]);
  source?.addEventListener(name, handler);
}

/** Calls `handler` whenever this page listens again: it was hidden, kept for going back, without a network, or open for long. */
export function onReturn(handler: () => void): void {
  returns.push(handler);
}

function listen(from: string): void {
  source = new EventSource(lastSeen ? `${from}?since=${lastSeen}` : from);
  source.addEventListener("ready", () => {
    if (mayBeOld) for (const handler of returns) handler();
    mayBeOld = true;
  });
  for (const [name, handler] of handlers) source.addEventListener(name, handler);
  for (const name of ["ready", "badge"]) {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      lastSeen = event.lastEventId;
    });
  }
}

function hush(): void {
  source?.close();
  source = undefined;
}

if (url) {
  const follow = () => {
    if (document.visibilityState === "hidden") hush();
    else if (!source) listen(url);
  };
  follow();
  document.addEventListener("visibilitychange", follow);
  // A page that is kept for going back must not hold a connection.
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", follow);
}
