//! Random secrets and the hashes under which they are stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{Error, Result};

/// A random token of 256 bits, for URLs, cookies and headers.
///
/// # Errors
/// [`Error::Internal`] when the system has no randomness.
pub fn random_token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

/// Random bytes from the system.
///
/// # Errors
/// [`Error::Internal`] when the system has none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// What is stored of a token. Tokens are random, so a fast hash is enough.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Whether two secrets are equal, in a time that doesn't tell where they differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// The instance's key for signing what it gives to browsers and wants back unchanged.
#[derive(Clone)]
pub struct SecretKey(Vec<u8>);

impl SecretKey {
    /// At least 32 bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// A token for forms, bound to `binding` (the session). It is different each time, so that compression
    /// can't leak it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the system has no randomness.
    pub fn form_token(&self, binding: &str) -> Result<String> {
        let nonce = random_bytes::<12>()?;
        let mut token = nonce.to_vec();
        token.extend_from_slice(&self.mac(&nonce, binding)?);
        Ok(URL_SAFE_NO_PAD.encode(token))
    }

    /// Whether `token` was made by [`SecretKey::form_token`] for the same `binding`.
    #[must_use]
    pub fn verify_form_token(&self, token: &str, binding: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Some((nonce, mac)) = bytes.split_at_checked(12) else { return false };
        self.mac(nonce, binding).is_ok_and(|expected| bool::from(expected.as_slice().ct_eq(mac)))
    }

    /// HMAC-SHA-256 of some parts for a `purpose` that is used for nothing else.
    ///
    /// # Errors
    /// [`Error::Internal`] when the key can't be used.
    pub(crate) fn keyed_hash(&self, purpose: &str, parts: &[&[u8]]) -> Result<Vec<u8>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(Error::internal)?;
        for part in [&[purpose.as_bytes()], parts].concat() {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Ok(mac.finalize().into_bytes().to_vec())
    }

    fn mac(&self, nonce: &[u8], binding: &str) -> Result<Vec<u8>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(Error::internal)?;
        mac.update(b"form-token");
        mac.update(nonce);
        mac.update(binding.as_bytes());
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_session() {
        let key = SecretKey::new(&[7; 32]);
        let token = key.form_token("session-a").unwrap();
        assert!(key.verify_form_token(&token, "session-a"));
        assert!(!key.verify_form_token(&token, "session-b"));
        assert!(!SecretKey::new(&[8; 32]).verify_form_token(&token, "session-a"));
        assert_ne!(token, key.form_token("session-a").unwrap());
        for broken in ["", "AAAA", "not base64!", &token[1..]] {
            assert!(!key.verify_form_token(broken, "session-a"), "{broken}");
        }
    }
}
