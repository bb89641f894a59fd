import { badgeToast } from "../lib/toast";

/** A page that shows the badge by itself has it by then. */
const pageFirst = 1_500;

interface BadgeEvent {
  badge: { id: string; name: string; image_url: string };
}

let source: EventSource | undefined;
let lastSeen = "";

/** Tells of badges that were earned elsewhere: in another tab, in an app, by a new rule. Only a page that is looked at listens. */
function listen(url: string): void {
  source = new EventSource(lastSeen ? `${url}?since=${lastSeen}` : url);
  source.addEventListener("ready", (event) => {
    lastSeen = event.lastEventId;
  });
  source.addEventListener("badge", (event) => {
    lastSeen = event.lastEventId;
    const { badge } = JSON.parse(event.data) as BadgeEvent;
    window.setTimeout(() => {
      if (!document.querySelector(`.earned [data-badge="${badge.id}"]`)) badgeToast(badge);
    }, pageFirst);
  });
}

function hush(): void {
  source?.close();
  source = undefined;
}

const url = document.getElementById("toasts")?.dataset.events;
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
