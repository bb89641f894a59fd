const timeout = 15_000;

/** The token of this page's session, sent with every request that changes something. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** The server sent us to the sign-in page: the session has ended. */
export class SignedOut extends Error {}

/** True when an answer is in truth the sign-in page. */
export function isSignIn(response: Response): boolean {
  return response.status === 401 || (response.redirected && new URL(response.url).pathname === "/sign-in");
}

/** Posts and answers with the response, whatever its status; throws `SignedOut` or on a network failure. */
export async function post(
  url: string,
  body: URLSearchParams | string,
  options: { keepalive?: boolean } = {},
): Promise<Response> {
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
}

/** The fields of a form, ready to be posted. */
export function formBody(form: HTMLFormElement): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  return body;
}
