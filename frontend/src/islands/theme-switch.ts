const sun =
  '<svg class="i" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="12" r="4"/><path d="M12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M6.300 17.700l-1.400 1.400M19.100 4.900l-1.400 1.400"/></svg>';
const moon =
  '<svg class="i" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M21 13A9 9 0 1 1 11 3a7 7 0 0 0 10 10z"/></svg>';

const system = window.matchMedia("(prefers-color-scheme: dark)");

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : system.matches;
}

/** Remembers a choice; a choice that equals the system's is none. */
function choose(dark: boolean): void {
  const root = document.documentElement;
  try {
    if (dark === system.matches) {
      delete root.dataset.theme;
      localStorage.removeItem("theme");
    } else {
      root.dataset.theme = dark ? "dark" : "light";
      localStorage.setItem("theme", root.dataset.theme);
    }
  } catch {
    // Storage is off: the choice holds for this page.
  }
}

/** A button that changes between the light and the dark theme. */
class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "icon-button";
    const show = () => {
      button.innerHTML = isDark() ? sun : moon;
      button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
    };
    button.addEventListener("click", () => {
      choose(!isDark());
      show();
    });
    system.addEventListener("change", show);
    show();
    this.replaceChildren(button);
  }
}
customElements.define("theme-switch", ThemeSwitch);
