//! JWT access tokens (ES256) and the keys that sign them.

use std::{fs, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use serde::{Deserialize, Serialize};

use super::{Role, lifecycle, secret};
use crate::{
    Error, Result,
    cache::Cache,
    ids::{SessionId, UserId},
};

/// How long an access token is good for.
pub const ACCESS_TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

/// How many tokens are remembered as genuine, about 200 bytes each.
const REMEMBERED: usize = 8_192;

/// Whom the tokens are for.
const AUDIENCE: &str = "momentum-api";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: the instance's base URL.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// Subject: the user's id.
    pub sub: UserId,
    /// The same, under the name that clients of the platform expect.
    pub user_id: UserId,
    /// The role at the time of issue.
    pub role: Role,
    /// Session: ends with it, however young the token is.
    pub sid: SessionId,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
}

struct SigningKey {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
}

/// All keys of the instance, oldest first; the newest signs, all verify.
pub struct SigningKeys {
    keys: Vec<SigningKey>,
    issuer: String,
    /// The sessions of genuine tokens and when these expire, by their hashes. A client sends the same token for a quarter of an
    /// hour, and its signature is the dearest part of a small request.
    genuine: Cache<Vec<u8>, (SessionId, i64)>,
}

impl SigningKeys {
    /// Reads `jwt-*.pem` (PKCS #8, P-256) in `folder`, making the first when there is none.
    ///
    /// # Errors
    /// [`Error::Internal`] when the folder can't be used or a file is no such key.
    pub fn load(folder: &Path, issuer: &str) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::internal)?;
        if key_files(folder)?.is_empty() {
            Self::add_key(folder)?;
        }
        let keys = key_files(folder)?
            .iter()
            .map(|path| read_key(path).map_err(|e| Error::internal(format!("{}: {e}", path.display()))))
            .collect::<Result<Vec<_>>>()?;
        let genuine =
            Cache::of_entries(REMEMBERED).for_at_most(ACCESS_TOKEN_LIFE.to_std().map_err(Error::internal)?);
        Ok(Self { keys, issuer: issuer.to_owned(), genuine })
    }

    /// Writes a new key that signs from the next start on; earlier ones go on verifying.
    ///
    /// # Errors
    /// [`Error::Internal`] when the file can't be written.
    pub fn add_key(folder: &Path) -> Result<()> {
        let secret = p256::SecretKey::from_slice(&secret::random_bytes::<32>()?).map_err(Error::internal)?;
        let pem = secret.to_pkcs8_pem(LineEnding::LF).map_err(Error::internal)?;
        // A v7 id: files sort by age.
        let path = folder.join(format!("jwt-{}.pem", uuid::Uuid::now_v7()));
        super::write_private(&path, pem.as_bytes())
    }

    /// A token for this session.
    ///
    /// # Errors
    /// [`Error::Internal`] when signing fails.
    pub fn issue(&self, user: UserId, role: Role, session: SessionId, now: DateTime<Utc>) -> Result<String> {
        let key = self.keys.last().ok_or_else(|| Error::internal("no signing key"))?;
        let lifecycle::TokenClaims { user_id, role } = lifecycle::pre_token(user, role);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: user,
            user_id,
            role,
            sid: session,
            iat: now.timestamp(),
            exp: (now + ACCESS_TOKEN_LIFE).timestamp(),
        };
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(key.id.clone());
        jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(Error::internal)
    }

    /// The session of a token that this instance issued and that is still good at `now`. Only ES256 with a known
    /// key is accepted, whatever the token's header asks for.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`].
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<SessionId> {
        let hash = secret::token_hash(token);
        let (session, expires) = match self.genuine.get(&hash) {
            Some(known) => known,
            None => {
                let claims = self.read(token).ok_or_else(|| {
                    Error::unauthenticated("invalid-token", "The access token is not valid.")
                })?;
                self.genuine.insert(hash, (claims.sid, claims.exp));
                (claims.sid, claims.exp)
            }
        };
        if expires <= now.timestamp() {
            return Err(Error::unauthenticated("token-expired", "The access token has expired."));
        }
        Ok(session)
    }

    /// What a genuine token says, whether its time is over or not.
    fn read(&self, token: &str) -> Option<Claims> {
        let id = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.id == id)?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time is for `verify`, by the clock that the services use.
        validation.validate_exp = false;
        Some(jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation).ok()?.claims)
    }

    /// The public keys, for `/.well-known/jwks.json`.
    #[must_use]
    pub fn public(&self) -> JwkSet {
        JwkSet { keys: self.keys.iter().map(|key| key.jwk.clone()).collect() }
    }
}

fn key_files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::internal)? {
        let path = entry.map_err(Error::internal)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("jwt-") && name.ends_with(".pem") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_key(path: &Path) -> Result<SigningKey> {
    use p256::pkcs8::DecodePrivateKey;
    let id = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .and_then(|stem| stem.strip_prefix("jwt-"))
        .unwrap_or_default()
        .to_owned();
    let pem = fs::read_to_string(path).map_err(Error::internal)?;
    let secret = p256::SecretKey::from_pkcs8_pem(&pem).map_err(Error::internal)?;
    let public = secret.public_key().to_public_key_pem(LineEnding::LF).map_err(Error::internal)?;
    let encoding = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(Error::internal)?;
    let decoding = DecodingKey::from_ec_pem(public.as_bytes()).map_err(Error::internal)?;
    let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::ES256).map_err(Error::internal)?;
    jwk.common.key_id = Some(id.clone());
    jwk.common.key_algorithm = Some(KeyAlgorithm::ES256);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(SigningKey { id, encoding, decoding, jwk })
}
