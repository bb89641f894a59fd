//! Apple's client secret: a JWT that we sign ourselves, anew for each exchange.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use momentum_core::ports::ProviderError;
use serde::Serialize;

/// What signs the secret.
pub(super) struct AppleSecret {
    team_id: String,
    key_id: String,
    client_id: String,
    key: EncodingKey,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    aud: &'static str,
    sub: &'a str,
}

impl AppleSecret {
    /// `pem` is the `.p8` file that Apple gave: PKCS #8, P-256.
    pub(super) fn new(team_id: &str, key_id: &str, client_id: &str, pem: &[u8]) -> Result<Self, String> {
        let key = EncodingKey::from_ec_pem(pem).map_err(|error| format!("private_key_file: {error}"))?;
        Ok(Self { team_id: team_id.into(), key_id: key_id.into(), client_id: client_id.into(), key })
    }

    /// A secret for the next minutes.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Result<String, ProviderError> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let claims = Claims {
            iss: &self.team_id,
            iat: now.timestamp(),
            exp: (now + TimeDelta::minutes(5)).timestamp(),
            aud: "https://appleid.apple.com",
            sub: &self.client_id,
        };
        jsonwebtoken::encode(&header, &claims, &self.key)
            .map_err(|error| ProviderError::Refused(error.to_string()))
    }
}
