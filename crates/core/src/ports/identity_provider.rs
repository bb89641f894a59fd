use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

/// A place where people have an account already and that vouches for who they are: Google, a company's Keycloak…
pub trait IdentityProvider: Send + Sync {
    /// How it is named and shown.
    fn info(&self) -> &ProviderInfo;

    /// Where to send the browser. It comes back to `redirect_uri` with `state` and a code.
    fn authorization_url<'a>(&'a self, attempt: Attempt<'a>) -> BoxFuture<'a, Result<String, ProviderError>>;

    /// Exchanges the code that came back for who it is. Everything that the provider signs has been checked then:
    /// signature, issuer, audience, times, nonce.
    fn redeem<'a>(
        &'a self,
        code: &'a str,
        attempt: Attempt<'a>,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<ExternalProfile, ProviderError>>;

    /// The issuer whose tokens API clients may carry here; none when they may not.
    fn token_issuer(&self) -> Option<&str> {
        None
    }

    /// Who carries this token, and until when it is good. Asked only for tokens that name [`Self::token_issuer`].
    fn verify_token<'a>(
        &'a self,
        _token: &'a str,
        _now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(ExternalProfile, DateTime<Utc>), ProviderError>> {
        Box::pin(async { Err(ProviderError::Refused("its tokens are not accepted".into())) })
    }
}

/// How a provider is named and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    /// In addresses: lower-case letters, digits and hyphens.
    pub id: String,
    /// For people, such as `Google`.
    pub name: String,
}

/// One attempt to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Where the provider sends the browser back to.
    pub redirect_uri: &'a str,
    /// Comes back unchanged, so that nobody else's answer is taken for this attempt's.
    pub state: &'a str,
    /// Comes back inside the signed answer, so that it can't be another attempt's.
    pub nonce: &'a str,
    /// Proves at the exchange that who redeems the code is who asked for it (RFC 7636).
    pub pkce_verifier: &'a str,
}

/// What a provider says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalProfile {
    /// Who says it.
    pub issuer: String,
    /// The person's id there; never given to another person.
    pub subject: String,
    pub email: Option<String>,
    /// Whether the provider has made sure that the address is theirs.
    pub email_verified: bool,
    pub name: Option<String>,
    /// Address of a picture.
    pub picture: Option<String>,
}

/// Why a provider's answer can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It can't be reached, or fails; later may be better.
    #[error("the identity provider does not answer: {0}")]
    Unavailable(String),
    /// The answer is not one to be trusted.
    #[error("the identity provider's answer is refused: {0}")]
    Refused(String),
}
