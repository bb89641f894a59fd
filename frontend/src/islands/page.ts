/** Small helps that every page has. Each works on what is there and does nothing otherwise. */

/** A menu closes with Escape, with a click elsewhere, and when focus leaves it. */
export function closeMenus(): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu")) {
    document.addEventListener("click", (event) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
  }
}

/** A banner goes at once when it is put away; the server remembers. */
export function dismissBanners(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-dismiss]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      const away = fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      away.then(
        (answer) => {
          if (!answer.ok) return form.submit();
          const banner = form.closest(".banner");
          const others = banner?.parentElement;
          banner?.remove();
          if (others && !others.querySelector(".banner")) others.remove();
          document.getElementById("main")?.focus({ preventScroll: true });
        },
        () => form.submit(),
      );
    });
  }
}

/** After a form came back with errors, focus is on the first field to fix. */
export function focusFirstError(): void {
  if (window.location.hash) return;
  const field = document.querySelector<HTMLElement>('form [aria-invalid="true"]');
  (field ?? document.getElementById("form-errors"))?.focus();
}

/** Tells the server the time zone of a new account. */
export function fillTimeZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-time-zone]"))
    input.value = zone;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-time-zone]")) {
    const url = new URL(link.href);
    url.searchParams.set("time_zone", zone);
    link.href = url.href;
  }
}

/** Code and tables wider than the page can be scrolled with the keyboard. */
export function focusableScrollers(): void {
  for (const element of document.querySelectorAll<HTMLElement>(".prose pre, .prose table")) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
  }
}

/** A form is sent once: its button shows that work goes on, and further presses do nothing. */
export function guardForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    }
  });
}

/** Unsaved notes leave this device with the person who wrote them. */
export function forgetDraftsAtSignOut(): void {
  document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("notes:")) localStorage.removeItem(key);
    } catch {
      // Storage is off: there is nothing to forget.
    }
  });
}

/** On a phone the menus of settings and of the panel are wider than the page: their current entry is shown. */
export function showCurrentSetting(): void {
  const entry = document.querySelector<HTMLElement>(":is(.settings-nav, .panel-nav) [aria-current]");
  const list = entry?.closest<HTMLElement>(".panel-nav") ?? entry?.closest("ul");
  if (entry && list) list.scrollLeft = entry.offsetLeft - list.offsetLeft - 16;
}
