import play from "lucide-static/icons/circle-play.svg?raw";
import { element } from "../lib/element";
import { icon } from "../lib/icon";

/** Cards of videos and slides become their players when they are pressed; nothing is loaded from other sites before. */
for (const card of document.querySelectorAll<HTMLElement>(".embed[data-player]")) {
  const link = card.querySelector("a");
  const { player, provider = "", action = "Play the video" } = card.dataset;
  if (!link || !player) continue;
  const title = link.textContent?.trim() ?? provider;
  const button = element(
    "button",
    { type: "button", class: "embed-open" },
    icon(play),
    element("span", { class: "embed-title" }, title),
    element("span", { class: "embed-action" }, `${action} from ${provider}`),
  );
  button.addEventListener("click", () => {
    const address = new URL(player);
    if (action === "Play the video") address.searchParams.set("autoplay", "1");
    const frame = element("iframe", {
      src: address.href,
      title,
      allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
      sandbox:
        "allow-scripts allow-same-origin allow-presentation allow-popups allow-popups-to-escape-sandbox",
      referrerpolicy: "strict-origin-when-cross-origin",
      tabindex: "0",
    });
    button.replaceWith(frame);
    frame.focus();
  });
  link.textContent = `Open on ${provider}`;
  if (title !== provider) link.setAttribute("aria-label", `Open on ${provider}: ${title}`);
  const note = element(
    "p",
    { class: "embed-note" },
    `${provider} learns of your visit when you press. `,
    link,
  );
  card.replaceChildren(button, note);
}
