/**
 * Not pages. Nor what counts as seen or followed once it is fetched. Nor pages with a form for visitors: each answer of theirs may set the cookie that its form is bound to, and one that
 * comes late would make the form on the screen worthless.
 */
const never =
  /^\/(api|sign-(in|up|out)|forgot-password|notes\/export|announcements|search\/go|assets|covers)(\/|$)/;
const seen = new Set<string>();

function worthFetching(link: HTMLAnchorElement): boolean {
  const url = new URL(link.href, window.location.href);
  return (
    url.origin === window.location.origin &&
    url.pathname + url.search !== window.location.pathname + window.location.search &&
    !link.hasAttribute("download") &&
    // Says where it was followed, and that is counted.
    !url.searchParams.has("from") &&
    !never.test(url.pathname) &&
    !seen.has(url.pathname + url.search)
  );
}

function prefetch(link: HTMLAnchorElement): void {
  if (!worthFetching(link)) return;
  const url = new URL(link.href, window.location.href);
  seen.add(url.pathname + url.search);
  const hint = document.createElement("link");
  hint.rel = "prefetch";
  hint.href = url.pathname + url.search;
  document.head.append(hint);
}

/** Loads a page of this site when somebody is about to open it: after 80 ms of hovering, or at a touch. */
export function prefetchOnHover(): void {
  const connection: unknown = Reflect.get(navigator, "connection");
  if (connection instanceof Object && Reflect.get(connection, "saveData") === true) return;
  let timer = 0;
  const linkOf = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  document.addEventListener("pointerover", (event) => {
    window.clearTimeout(timer);
    const link = linkOf(event);
    if (link) timer = window.setTimeout(() => prefetch(link), 80);
  });
  document.addEventListener(
    "touchstart",
    (event) => {
      const link = linkOf(event);
      if (link) prefetch(link);
    },
    { passive: true },
  );
}
