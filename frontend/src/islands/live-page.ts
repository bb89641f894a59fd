import { Idiomorph } from "idiomorph";
import { onEvent, onReturn } from "../lib/events";
import { fetchThisPage } from "../lib/http";

let isFetching = false;
let isOld = false;

/**
 * Keeps `[data-live-page]` as the server would show it now, when this person has learned something elsewhere: on the phone, in another
 * tab. Only what is different changes, so nothing is lost from under a finger, and the focus stays where it is.
 */
async function refresh(): Promise<void> {
  isOld = true;
  if (isFetching) return;
  isFetching = true;
  while (isOld) {
    isOld = false;
    // Without a network or a session the page stays as it is; following a link says why.
    const page = await fetchThisPage().catch(() => undefined);
    const fresh = page?.querySelector("[data-live-page]");
    const here = document.querySelector("[data-live-page]");
    if (fresh && here && fresh.innerHTML !== here.innerHTML) show(here, fresh);
  }
  isFetching = false;
}

function show(here: Element, fresh: Element): void {
  Idiomorph.morph(here, fresh, {
    callbacks: {
      // What was opened stays open.
      beforeAttributeUpdated: (name, node) => name !== "open" || !(node instanceof HTMLDetailsElement),
    },
  });
  const said = document.querySelector("[data-live-said]");
  if (said) said.textContent = "Your progress was updated.";
}

onEvent("progress", () => void refresh());
onReturn(() => void refresh());
