import { onEvent } from "../lib/events";
import { badgeToast } from "../lib/toast";

/** A page that shows the badge by itself has it by then. */
const pageFirst = 1_500;

interface BadgeEvent {
  badge: { id: string; name: string; image_url: string };
}

/** Tells of badges that were earned elsewhere: in another tab, in an app, by a new rule. */
onEvent("badge", (event) => {
  const { badge } = JSON.parse(event.data) as BadgeEvent;
  window.setTimeout(() => {
    if (!document.querySelector(`.earned [data-badge="${badge.id}"]`)) badgeToast(badge);
  }, pageFirst);
});
