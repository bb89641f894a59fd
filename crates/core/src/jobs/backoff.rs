use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// How long a failed job waits: doubling from `base` up to `cap`, then a random part of the upper half of that
/// ("equal jitter" in M. Brooker, *Exponential Backoff And Jitter*, AWS Architecture Blog, 2015), so that jobs that
/// failed together don't come back together.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The longest wait after the first failure.
    pub base: Duration,
    /// The longest wait of all.
    pub cap: Duration,
}

impl Default for Backoff {
    /// From 10 seconds to 6 hours: ten attempts take an hour and a half at most.
    fn default() -> Self {
        Self { base: Duration::from_secs(10), cap: Duration::from_secs(6 * 3600) }
    }
}

impl Backoff {
    /// The wait after failed attempt number `attempt` (from 1), in whole milliseconds. `fraction`, from 0 up to 1,
    /// is the chance in it.
    #[must_use]
    pub fn delay(&self, attempt: u32, fraction: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        let half = longest / 2;
        let wait = half + half.mul_f64(fraction.clamp(0.0, 1.0));
        Duration::from_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The chance in back-off: `SplitMix64` (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014).
/// Not for secrets.
#[derive(Debug)]
pub struct Jitter(AtomicU64);

impl Jitter {
    /// The same seed gives the same numbers.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Seeded by the system.
    #[must_use]
    pub fn from_system() -> Self {
        // Without the system's randomness (very early in a boot) every worker waits alike, which is no fault.
        Self::seeded(getrandom::u64().unwrap_or(0))
    }

    /// The next number, from 0 up to but not 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    pub fn next(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doubles_until_the_cap() {
        let backoff = Backoff { base: Duration::from_secs(10), cap: Duration::from_secs(60) };
        let longest: Vec<u64> = (1..=5).map(|attempt| backoff.delay(attempt, 1.0).as_secs()).collect();
        assert_eq!(longest, [10, 20, 40, 60, 60]);
        assert_eq!(backoff.delay(1, 0.0), Duration::from_secs(5));
    }

    #[test]
    fn a_seed_repeats_and_seeds_differ() {
        let draw = |seed| {
            let jitter = Jitter::seeded(seed);
            (0..8).map(|_| jitter.next().to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    proptest! {
        #[test]
        fn stays_between_half_and_whole(attempt in 0u32.., fraction in 0.0..1.0f64, base in 1u64..100_000, cap in 1u64..100_000_000) {
            let backoff = Backoff { base: Duration::from_millis(base), cap: Duration::from_millis(cap) };
            let longest = backoff.delay(attempt, 1.0);
            let wait = backoff.delay(attempt, fraction);
            prop_assert!(wait <= longest && longest <= backoff.cap);
            prop_assert!(wait + Duration::from_millis(1) >= longest / 2);
        }

        #[test]
        fn never_shrinks_with_attempts(attempt in 1u32..1_000, fraction in 0.0..1.0f64) {
            let backoff = Backoff::default();
            prop_assert!(backoff.delay(attempt, fraction) <= backoff.delay(attempt + 1, fraction));
        }

        #[test]
        fn jitter_is_a_fraction(seed: u64) {
            let jitter = Jitter::seeded(seed);
            for _ in 0..100 {
                let fraction = jitter.next();
                prop_assert!((0.0..1.0).contains(&fraction));
            }
        }
    }
}
