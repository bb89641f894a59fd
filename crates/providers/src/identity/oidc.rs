//! Any OpenID Connect provider: discovery, authorization code with PKCE, signed answers.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use momentum_core::ports::{Attempt, ExternalProfile, IdentityProvider, ProviderError, ProviderInfo};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse,
    core::{
        CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreResponseType, CoreTokenResponse,
    },
};
use serde_json::Value;

use super::{apple::AppleSecret, bearer, claims::ClaimNames, metadata::Metadata};
use crate::web::Web;

/// With which algorithms an answer may be signed: with public keys only, whatever the provider offers.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// How the client proves to the provider who it is.
pub(super) enum Secret {
    None,
    Fixed(String),
    Apple(AppleSecret),
}

/// What is known of a provider.
pub(super) struct OidcOptions {
    pub info: ProviderInfo,
    pub issuer: String,
    pub client_id: String,
    pub secret: Secret,
    /// Besides `openid`.
    pub scopes: Vec<String>,
    pub claims: ClaimNames,
    pub trust_email: bool,
    /// The browser comes back with a form instead of an address (Apple).
    pub form_post: bool,
    pub api_audiences: Vec<String>,
}

pub(super) struct Oidc {
    options: OidcOptions,
    metadata: Metadata,
    web: Web,
}

impl Oidc {
    pub(super) fn new(options: OidcOptions, web: Web) -> Result<Self, String> {
        let issuer = IssuerUrl::new(options.issuer.clone()).map_err(|error| format!("issuer: {error}"))?;
        Ok(Self { metadata: Metadata::new(issuer, web.clone()), options, web })
    }

    async fn authorize(&self, attempt: Attempt<'_>) -> Result<String, ProviderError> {
        let metadata = self.metadata.get().await?;
        let client = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            ClientId::new(self.options.client_id.clone()),
            None,
        )
        .set_redirect_uri(redirect(attempt)?);
        let (state, nonce) = (attempt.state.to_owned(), attempt.nonce.to_owned());
        let verifier = PkceCodeVerifier::new(attempt.pkce_verifier.to_owned());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(self.options.scopes.iter().cloned().map(Scope::new));
        if self.options.form_post {
            request = request.add_extra_param("response_mode", "form_post");
        }
        Ok(request.url().0.into())
    }

    async fn exchange(
        &self,
        code: &str,
        attempt: Attempt<'_>,
        now: DateTime<Utc>,
    ) -> Result<ExternalProfile, ProviderError> {
        let metadata = self.metadata.get().await?;
        let tokens = self.tokens(&metadata, code, attempt, now).await?;
        let id_token = tokens.id_token().ok_or_else(|| refused("there is no ID token in the answer"))?;
        let nonce = Nonce::new(attempt.nonce.to_owned());
        match self.check(&metadata, id_token, &nonce, now) {
            // Perhaps signed with a key that the provider has had for a short time only.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let fresh = self.metadata.refresh().await?;
                self.check(&fresh, id_token, &nonce, now).map_err(refused)?;
            }
            other => other.map_err(refused)?,
        }
        let mut claims = payload(id_token)?;
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !self.options.claims.tell_email(&claims)
            && let Some(url) = metadata.userinfo_endpoint()
        {
            let more = self.web.get_json(url.as_str(), Some(tokens.access_token().secret())).await?;
            add_user_info(&mut claims, &subject, more)?;
        }
        Ok(self.profile(&subject, &claims))
    }

    fn profile(&self, subject: &str, claims: &Value) -> ExternalProfile {
        let OidcOptions { issuer, claims: names, trust_email, .. } = &self.options;
        names.profile(issuer, subject, claims, *trust_email)
    }

    async fn tokens(
        &self,
        metadata: &CoreProviderMetadata,
        code: &str,
        attempt: Attempt<'_>,
        now: DateTime<Utc>,
    ) -> Result<CoreTokenResponse, ProviderError> {
        let secret = match &self.options.secret {
            Secret::None => None,
            Secret::Fixed(secret) => Some(ClientSecret::new(secret.clone())),
            Secret::Apple(apple) => Some(ClientSecret::new(apple.at(now)?)),
        };
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.options.client_id.clone()),
            secret,
        )
        .set_redirect_uri(redirect(attempt)?)
        .set_auth_type(auth_type(metadata));
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(refused)?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.pkce_verifier.to_owned()));
        request.request_async(&self.web).await.map_err(|error| match error {
            RequestTokenError::Request(error) => ProviderError::Unavailable(error.to_string()),
            other => refused(other),
        })
    }

    fn check(
        &self,
        metadata: &CoreProviderMetadata,
        id_token: &CoreIdToken,
        nonce: &Nonce,
        now: DateTime<Utc>,
    ) -> Result<(), ClaimsVerificationError> {
        let verifier = CoreIdTokenVerifier::new_public_client(
            ClientId::new(self.options.client_id.clone()),
            metadata.issuer().clone(),
            metadata.jwks().clone(),
        )
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now);
        id_token.claims(&verifier, nonce).map(|_| ())
    }
}

impl IdentityProvider for Oidc {
    fn info(&self) -> &ProviderInfo {
        &self.options.info
    }

    fn authorization_url<'a>(&'a self, attempt: Attempt<'a>) -> BoxFuture<'a, Result<String, ProviderError>> {
        Box::pin(self.authorize(attempt))
    }

    fn redeem<'a>(
        &'a self,
        code: &'a str,
        attempt: Attempt<'a>,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<ExternalProfile, ProviderError>> {
        Box::pin(self.exchange(code, attempt, now))
    }

    fn token_issuer(&self) -> Option<&str> {
        (!self.options.api_audiences.is_empty()).then_some(self.options.issuer.as_str())
    }

    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(ExternalProfile, DateTime<Utc>), ProviderError>> {
        Box::pin(async move {
            let (issuer, audiences) = (&self.options.issuer, &self.options.api_audiences);
            let metadata = self.metadata.get().await?;
            let checked = match bearer::check(token, metadata.jwks(), issuer, audiences, now) {
                Err(bearer::Fault::UnknownKey) => {
                    let fresh = self.metadata.refresh().await?;
                    bearer::check(token, fresh.jwks(), issuer, audiences, now)
                }
                other => other,
            };
            let mut token_claims = checked.map_err(|fault| refused(fault.to_string()))?;
            if !self.options.claims.tell_email(&token_claims.all)
                && let Some(url) = metadata.userinfo_endpoint()
                // An access token for an API alone may not open this; then it has to be somebody whom we know.
                && let Ok(more) = self.web.get_json(url.as_str(), Some(token)).await
            {
                add_user_info(&mut token_claims.all, &token_claims.subject, more)?;
            }
            Ok((self.profile(&token_claims.subject, &token_claims.all), token_claims.expires_at))
        })
    }
}

/// `S256` of RFC 7636.
pub(super) fn pkce_challenge(verifier: &str) -> String {
    PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_owned()))
        .as_str()
        .to_owned()
}

fn redirect(attempt: Attempt<'_>) -> Result<RedirectUrl, ProviderError> {
    RedirectUrl::new(attempt.redirect_uri.to_owned()).map_err(refused)
}

/// The secret goes into the header, where the provider takes it there.
fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    match metadata.token_endpoint_auth_methods_supported() {
        Some(methods) if !methods.contains(&CoreClientAuthMethod::ClientSecretBasic) => AuthType::RequestBody,
        _ => AuthType::BasicAuth,
    }
}

/// The claims of a token that was checked, also those that only this provider has.
fn payload(id_token: &CoreIdToken) -> Result<Value, ProviderError> {
    bearer::payload(&id_token.to_string()).ok_or_else(|| refused("the ID token can't be read"))
}

/// Adds what the user-info endpoint says, if it speaks of the same person (OpenID Connect Core 1.0, section 5.3.2).
fn add_user_info(claims: &mut Value, subject: &str, more: Value) -> Result<(), ProviderError> {
    if more.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(refused("the user info speaks of somebody else"));
    }
    if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
    }
    Ok(())
}

fn refused(why: impl ToString) -> ProviderError {
    ProviderError::Refused(why.to_string())
}
