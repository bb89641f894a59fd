//! Password policy and Argon2id hashing.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{Error, FieldErrors, Result, settings::Security};

/// Longer input is refused, so that hashing can't be made a burden.
const MAX_LENGTH: usize = 256;

/// Below this `zxcvbn` score (0 to 4) a password counts as known-weak.
const MIN_SCORE: u8 = 2;

/// Notes each rule of the policy that `password` breaks, under the field's name.
/// `about` are words that must not carry it: the person's name and address.
pub fn check_policy(
    errors: &mut FieldErrors,
    policy: &Security,
    field: &'static str,
    password: &str,
    about: &[&str],
) {
    let before = errors.as_slice().len();
    let shortest = policy.password_min_length;
    errors.check(
        u32::try_from(password.chars().count()).unwrap_or(u32::MAX) >= shortest,
        field,
        "too-short",
        format!("Use at least {shortest} characters."),
    );
    errors.check(password.len() <= MAX_LENGTH, field, "too-long", "Use at most 256 characters.");
    let symbol = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    for (class, met, code, message) in [
        ("upper", password.chars().any(char::is_uppercase), "no-upper", "Add an upper-case letter."),
        ("lower", password.chars().any(char::is_lowercase), "no-lower", "Add a lower-case letter."),
        ("digit", password.chars().any(|c| c.is_ascii_digit()), "no-digit", "Add a digit."),
        ("symbol", password.chars().any(symbol), "no-symbol", "Add a symbol, such as ! or %."),
    ] {
        errors.check(met || !policy.password_needs(class), field, code, message);
    }
    let sound = errors.as_slice().len() == before;
    if sound && u8::from(zxcvbn::zxcvbn(password, about).score()) < MIN_SCORE {
        errors.add(
            field,
            "too-common",
            "This password is easy to guess. Add a word or two that have nothing to do with each other.",
        );
    }
}

/// Hashes and verifies. Work runs on blocking threads, a few at a time, so that a crowd signing in can't take
/// the memory or the processors of everybody else.
#[derive(Clone)]
pub struct PasswordKeeper {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    /// Verified when there is no such account, so that the answer takes as long.
    decoy: Arc<str>,
}

impl PasswordKeeper {
    /// Argon2id with OWASP's recommended cost: 19 MiB, 2 passes, 1 lane
    /// (OWASP Password Storage Cheat Sheet).
    ///
    /// # Errors
    /// [`Error::Internal`] when the parameters are refused.
    pub fn new() -> Result<Self> {
        Self::with_cost(19 * 1024, 2)
    }

    /// As [`PasswordKeeper::new`] with another cost: `memory` in KiB.
    ///
    /// # Errors
    /// [`Error::Internal`] when the parameters are refused.
    pub fn with_cost(memory: u32, passes: u32) -> Result<Self> {
        let params = Params::new(memory, passes, 1, None).map_err(Error::internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = argon2.hash_password(b"decoy").map_err(Error::internal)?.to_string();
        let parallel = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Ok(Self { argon2, slots: Arc::new(Semaphore::new(parallel)), decoy: decoy.into() })
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// [`Error::Internal`] when hashing fails.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let argon2 = self.argon2.clone();
        let password = password.to_owned();
        self.work(move || {
            argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::internal)
        })
        .await?
    }

    /// Whether `password` belongs to `hash`; without a hash always false, after the same time.
    ///
    /// # Errors
    /// [`Error::Internal`] when the work can't be done.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        if password.len() > MAX_LENGTH {
            return Ok(false);
        }
        let known = hash.is_some();
        let argon2 = self.argon2.clone();
        let password = password.to_owned();
        let hash = hash.map_or_else(|| self.decoy.to_string(), ToOwned::to_owned);
        let matches = self
            .work(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _slot = self.slots.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(password: &str) -> Vec<&'static str> {
        let mut errors = FieldErrors::default();
        let about = ["ada@example.com", "Ada Lovelace"];
        check_policy(&mut errors, &Security::default(), "password", password, &about);
        errors.as_slice().iter().map(|e| e.code).collect()
    }

    #[test]
    fn each_rule_is_named() {
        assert_eq!(broken("Aa1!"), ["too-short"]);
        assert_eq!(broken("alllower1!"), ["no-upper"]);
        assert_eq!(broken("ALLUPPER1!"), ["no-lower"]);
        assert_eq!(broken("NoDigits!!"), ["no-digit"]);
        assert_eq!(broken("NoSymbols11"), ["no-symbol"]);
        assert_eq!(broken(""), ["too-short", "no-upper", "no-lower", "no-digit", "no-symbol"]);
        assert_eq!(broken(&format!("Aa1!{}", "x".repeat(300))), ["too-long"]);
    }

    #[test]
    fn weak_passwords_are_refused_and_good_ones_accepted() {
        for weak in ["Password1!", "P@ssw0rd1", "Qwerty123!", "Abcd1234!", "Aaaaaa1!"] {
            assert_eq!(broken(weak), ["too-common"], "{weak}");
        }
        for good in ["Momentum1!", "Str0ng!Passw0rd", "correct-Horse7", "Tr0ub4dor&3", "Secret-Lesson-42!"] {
            assert!(broken(good).is_empty(), "{good}: {:?}", broken(good));
        }
    }

    #[tokio::test]
    async fn verifies_only_the_right_password() {
        let keeper = PasswordKeeper::with_cost(64, 1).unwrap();
        let hash = keeper.hash("Momentum1!").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(keeper.verify("Momentum1!", Some(&hash)).await.unwrap());
        assert!(!keeper.verify("momentum1!", Some(&hash)).await.unwrap());
        assert!(!keeper.verify("decoy", None).await.unwrap(), "the decoy opens nothing");
    }
}
