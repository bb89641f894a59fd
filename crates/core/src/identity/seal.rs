//! Secrets of which a hash is not enough, because they are needed again, and hashes of secrets that are short enough to be
//! guessed: both under keys made from the instance's secret key, so that the database alone gives nothing away.

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead, KeyInit, Payload},
};

use super::secret::{SecretKey, random_bytes};
use crate::{Error, Result};

const NONCE_BYTES: usize = 12;

impl SecretKey {
    /// Encrypts with AES-256-GCM. It opens only for the same `purpose` and `owner`.
    pub(super) fn seal(&self, purpose: &str, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
        let nonce = random_bytes::<NONCE_BYTES>()?;
        let sealed = self
            .cipher(purpose)?
            .encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: owner })
            .map_err(Error::internal)?;
        Ok([&nonce, sealed.as_slice()].concat())
    }

    /// What [`SecretKey::seal`] was given. Fails when the secret key is another one by now.
    pub(super) fn open(&self, purpose: &str, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal(format!("{purpose}: sealed under another secret key, or damaged"));
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(broken)?;
        self.cipher(purpose)?
            .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: owner })
            .map_err(|_| broken())
    }

    fn cipher(&self, purpose: &str) -> Result<Aes256Gcm> {
        Aes256Gcm::new_from_slice(&self.keyed_hash("seal", &[purpose.as_bytes()])?).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_for_the_same_purpose_owner_and_key_only() {
        let key = SecretKey::new(&[7; 32]);
        let sealed = key.seal("totp", b"ada", b"secret").unwrap();
        assert_eq!(key.open("totp", b"ada", &sealed).unwrap(), b"secret");
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, key.seal("totp", b"ada", b"secret").unwrap(), "never the same nonce");
        assert!(key.open("totp", b"eve", &sealed).is_err());
        assert!(key.open("other", b"ada", &sealed).is_err());
        assert!(SecretKey::new(&[8; 32]).open("totp", b"ada", &sealed).is_err());
        let mut damaged = sealed.clone();
        damaged[15] ^= 1;
        assert!(key.open("totp", b"ada", &damaged).is_err());
        assert!(key.open("totp", b"ada", &sealed[..8]).is_err());
    }
}
