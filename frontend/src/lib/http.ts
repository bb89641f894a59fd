const timeout = 15_000;

/** The token of this page's session, sent with every request that changes something. */
export function csrfToken(): string {
  return meta("csrf-token")?.content ?? "";
}

/** The server sent us to the sign-in page: the session has ended. */
export class SignedOut extends Error {}

/** This page is too old to send anything: it is somebody else's session now, or the page can't be fetched again. */
export class PageTooOld extends Error {}

/** True when an answer is in truth the sign-in page. */
export function isSignIn(response: Response): boolean {
  return response.status === 401 || (response.redirected && new URL(response.url).pathname === "/sign-in");
}

/** True when a form was refused because the session has changed since the page was loaded. */
async function isExpired(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return problem instanceof Object && "type" in problem && String(problem.type).endsWith(":form-expired");
}

function meta(name: string, page: Document = document): HTMLMetaElement | null {
  return page.querySelector<HTMLMetaElement>(`meta[name="${name}"]`);
}

/**
 * This page as it would be shown now. Nothing when it can't be had, or when it is not the same person's: what stands here must not
 * end in another account, nor the other way round. Throws `SignedOut` or on a network failure.
 */
export async function fetchThisPage(): Promise<Document | undefined> {
  const response = await fetch(`${window.location.pathname}${window.location.search}`, {
    credentials: "same-origin",
    // Messages wait for a page that is looked at, and nothing counts as seen.
    headers: { Purpose: "prefetch" },
    signal: AbortSignal.timeout(timeout),
  });
  if (isSignIn(response)) throw new SignedOut();
  if (!response.ok || response.redirected) return undefined;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return meta("viewer", page)?.content === meta("viewer")?.content ? page : undefined;
}

/**
 * Takes the token of the session that there is now into this page: somebody signed in again in another tab. False when the
 * page can't be had, or is somebody else's by now.
 */
export async function renewToken(): Promise<boolean> {
  const page = await fetchThisPage();
  const [fresh, here] = [page && meta("csrf-token", page), meta("csrf-token")];
  if (!fresh?.content || !here) return false;
  for (const field of document.querySelectorAll<HTMLInputElement>('input[type="hidden"][name="csrf"]')) {
    field.value = fresh.content;
  }
  here.content = fresh.content;
  return true;
}

/**
 * Posts and answers with the response, whatever its status; throws `SignedOut`, `PageTooOld` or on a network failure. When the
 * session has changed meanwhile, the page gets its token and it is posted once more.
 */
export async function post(
  url: string,
  body: URLSearchParams | string,
  options: { keepalive?: boolean } = {},
): Promise<Response> {
  const send = async () => {
    const headers: Record<string, string> = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
    if (typeof body === "string") headers["Content-Type"] = "application/json";
    const response = await fetch(url, {
      method: "POST",
      body,
      headers,
      credentials: "same-origin",
      keepalive: options.keepalive ?? false,
      signal: AbortSignal.timeout(timeout),
    });
    if (isSignIn(response)) throw new SignedOut();
    return response;
  };
  const response = await send();
  if (!(await isExpired(response))) return response;
  if (!(await renewToken())) throw new PageTooOld();
  const again = await send();
  if (await isExpired(again)) throw new PageTooOld();
  return again;
}

/** The fields of a form, ready to be posted. */
export function formBody(form: HTMLFormElement): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  return body;
}
