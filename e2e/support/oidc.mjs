// An OpenID Connect provider that other people wrote: node oidc.mjs <port> <redirect address>
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);

/** Whoever signs in exists; those whose name begins so have an address that was never confirmed. */
function account(id) {
  const claims = {
    sub: id,
    email: `${id}@elsewhere.example`,
    email_verified: !id.startsWith("unconfirmed"),
    name: "Robin Elsewhere",
  };
  return { accountId: id, claims: () => claims };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "momentum",
      client_secret: "a-secret-for-this-test-only",
      redirect_uris: [redirect],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["for this test only"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => account(id),
  pkce: { required: () => true },
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
