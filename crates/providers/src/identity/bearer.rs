//! Tokens of other issuers that API clients carry.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use openidconnect::core::CoreJsonWebKeySet;
use serde_json::Value;

/// Public keys only.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// What a token that was checked says.
pub(super) struct TokenClaims {
    pub subject: String,
    pub expires_at: DateTime<Utc>,
    pub all: Value,
}

/// Why a token is not good.
#[derive(Debug)]
pub(super) enum Fault {
    /// Signed with a key that the issuer doesn't publish, or not yet when we asked.
    UnknownKey,
    Bad(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownKey => f.write_str("the issuer has no such key"),
            Self::Bad(why) => f.write_str(why),
        }
    }
}

fn bad(why: impl ToString) -> Fault {
    Fault::Bad(why.to_string())
}

/// Checks signature, issuer, audience and times.
pub(super) fn check(
    token: &str,
    keys: &CoreJsonWebKeySet,
    issuer: &str,
    audiences: &[String],
    now: DateTime<Utc>,
) -> Result<TokenClaims, Fault> {
    let header = jsonwebtoken::decode_header(token).map_err(bad)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(bad("its algorithm is not allowed"));
    }
    // The same keys in the form that the library for tokens reads.
    let keys: JwkSet = serde_json::to_value(keys).and_then(serde_json::from_value).map_err(bad)?;
    let key = match &header.kid {
        Some(id) => keys.find(id).ok_or(Fault::UnknownKey)?,
        None => return Err(bad("it doesn't name its key")),
    };
    let key = DecodingKey::from_jwk(key).map_err(bad)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["iss", "exp", "sub"]);
    // Audience and times are checked below: Amazon names the client elsewhere, and time is the services' clock.
    validation.validate_aud = false;
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).map_err(bad)?.claims;
    if !is_for(&claims, audiences) {
        return Err(bad("it is made for another audience"));
    }
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    let expires_at =
        seconds("exp").and_then(|exp| DateTime::from_timestamp(exp, 0)).ok_or_else(|| bad("no exp"))?;
    if expires_at <= now || seconds("nbf").is_some_and(|from| from > now.timestamp()) {
        return Err(bad("it is too old or too young"));
    }
    let subject = claims.get("sub").and_then(Value::as_str).ok_or_else(|| bad("no sub"))?.to_owned();
    Ok(TokenClaims { subject, expires_at, all: claims })
}

/// Whether `aud` names us; Amazon Cognito's access tokens have `client_id` instead.
fn is_for(claims: &Value, audiences: &[String]) -> bool {
    let ours = |value: &Value| value.as_str().is_some_and(|text| audiences.iter().any(|known| known == text));
    match claims.get("aud") {
        Some(Value::Array(list)) => list.iter().any(ours),
        Some(value) => ours(value),
        None => claims.get("client_id").is_some_and(ours),
    }
}

/// The claims in a token, unchecked.
pub(super) fn payload(token: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}
