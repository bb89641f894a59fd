//! Brakes on guessing passwords and on mass sign-up.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};

use crate::{Error, Result};

/// Demo instances are shared by many people behind few addresses.
const GENEROUS: u32 = 1_000;

/// Limits by account and by address; a burst, then a steady trickle.
pub struct Limits {
    sign_in_by_account: DefaultKeyedRateLimiter<String>,
    sign_in_by_address: DefaultKeyedRateLimiter<String>,
    sign_up_by_address: DefaultKeyedRateLimiter<String>,
    clock: governor::clock::DefaultClock,
}

impl Limits {
    /// Usual limits, or generous ones for a demo.
    #[must_use]
    pub fn new(generous: bool) -> Self {
        let quota = |burst: u32, per_minute: u32| {
            let factor = if generous { GENEROUS } else { 1 };
            let count = |n: u32| NonZeroU32::new(n.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN);
            DefaultKeyedRateLimiter::keyed(Quota::per_minute(count(per_minute)).allow_burst(count(burst)))
        };
        Self {
            sign_in_by_account: quota(20, 10),
            sign_in_by_address: quota(100, 60),
            sign_up_by_address: quota(30, 10),
            clock: governor::clock::DefaultClock::default(),
        }
    }

    /// Counts one try to sign in.
    pub(super) fn sign_in(&self, account: &str, address: &str) -> Result<()> {
        self.take(&self.sign_in_by_address, address)?;
        self.take(&self.sign_in_by_account, account)
    }

    /// Counts one question to an authenticator. Whose passkey it will be is not known yet.
    pub(super) fn passkey(&self, address: &str) -> Result<()> {
        self.take(&self.sign_in_by_address, address)
    }

    /// Counts one try to sign up.
    pub(super) fn sign_up(&self, address: &str) -> Result<()> {
        self.take(&self.sign_up_by_address, address)
    }

    /// Forgets those who have been quiet, so that memory stays bounded.
    pub(super) fn forget_quiet(&self) {
        for limiter in [&self.sign_in_by_account, &self.sign_in_by_address, &self.sign_up_by_address] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    fn take(&self, limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<()> {
        limiter.check_key(&key.to_owned()).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Error::TooManyRequests { retry_after_seconds: wait.as_secs() + 1 }
        })
    }
}
