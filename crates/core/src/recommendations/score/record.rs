//! What somebody's courses say about how long their next one should be.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Taken, float};

/// Somebody who has come to the end of fewer courses has no record to speak of.
const ENOUGH_ENDED: i64 = 2;

/// How far somebody gets in courses of each length.
///
/// A course counts when it is finished or its last day has passed. The rate over all of them is (finished + 1) ÷ (ended + 2),
/// Laplace's rule of succession; it is taken as the chance of holding out a week, so that a course of *w* weeks is expected to be
/// finished with its *w*-th power. What the person did with courses of that length moves the expectation as if it stood for two
/// courses: (finished + 2·expected) ÷ (ended + 2). The length that suits best is 1.
#[derive(Debug, Clone)]
pub struct Record {
    ended: i64,
    overall: f64,
    rates: [(i64, f64); 3],
}

/// How long courses are.
pub(super) const LENGTHS: [i64; 3] = [7, 14, 21];

impl Record {
    /// Of the courses that somebody takes or took.
    #[must_use]
    pub fn of(taken: &[Taken<'_>], now: DateTime<Utc>) -> Self {
        let is_over = |taken: &Taken<'_>| {
            let last =
                TimeDelta::try_days(taken.days).and_then(|days| taken.joined_at.checked_add_signed(days));
            taken.finished_at.is_some() || last.is_some_and(|last| last <= now)
        };
        let count = |of: &dyn Fn(&Taken<'_>) -> bool| {
            i64::try_from(taken.iter().filter(|taken| is_over(taken) && of(taken)).count())
                .unwrap_or(i64::MAX)
        };
        let ended = count(&|_| true);
        let finished = count(&|taken| taken.finished_at.is_some());
        let overall = float(finished + 1) / float(ended + 2);
        let rates = LENGTHS.map(|days| {
            let expected = overall.powf(float(days) / 7.0);
            let ended = count(&|taken| taken.days == days);
            let finished = count(&|taken| taken.days == days && taken.finished_at.is_some());
            (days, (float(finished) + 2.0 * expected) / (float(ended) + 2.0))
        });
        Self { ended, overall, rates }
    }

    /// How well a length suits, 0 to 1.
    #[must_use]
    pub fn fit(&self, days: i64) -> f64 {
        let best = self.rates.iter().map(|(_, rate)| *rate).fold(f64::MIN_POSITIVE, f64::max);
        let own = self.rates.iter().find(|(length, _)| *length >= days).or(self.rates.last());
        own.map_or(0.0, |(_, rate)| rate / best)
    }

    /// Whether this person has begun several courses and finished less than half of them.
    #[must_use]
    pub fn rarely_finishes(&self) -> bool {
        self.ended >= ENOUGH_ENDED && self.overall < 0.5
    }
}
