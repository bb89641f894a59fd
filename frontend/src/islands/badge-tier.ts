/** The drawings of a badge are shown in the tier that is chosen for it. */
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-tiers]")) {
  const tier = form.querySelector<HTMLSelectElement>('select[name="tier"]');
  const show = () => {
    for (const picture of form.querySelectorAll<HTMLImageElement>(".emblem img")) {
      picture.src = picture.src.replace(/-[a-z]+\.svg/, `-${tier?.value}.svg`);
    }
  };
  tier?.addEventListener("change", show);
  // A browser that goes back keeps what was chosen.
  show();
}

export {};
