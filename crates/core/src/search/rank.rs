//! How a match of the text, popularity and rating make one order.

use std::cmp::Ordering;

use super::Signals;
use crate::{catalog::Sort, ids::CourseId};

/// How much a course with [`MANY`] learners gains over one without.
const POPULARITY_WEIGHT: f64 = 0.25;

/// How much the best rating gains, and the worst loses.
const RATING_WEIGHT: f64 = 0.20;

/// More learners than this add nothing.
const MANY: f64 = 10_000.0;

/// The rating that a course without ratings is taken to have, and how many ratings that assumption is worth.
const PRIOR_RATING: f64 = 3.5;
const PRIOR_COUNT: f64 = 5.0;

/// A course in the running.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    pub course: CourseId,
    /// Of [`blend`].
    pub score: f64,
    pub signals: Signals,
    /// Seconds since 1970.
    pub published_at: i64,
}

/// How well a course answers: `text · (1 + 0.25·p + 0.20·q)`.
///
/// `p`, between 0 and 1, is `ln(1 + learners) / ln(1 + 10,000)`: the tenth learner says as much as the hundredth after
/// ten. `q`, between −1 and 1, is the Bayesian average of the ratings (five ratings of 3.5 are assumed), so that one
/// rating of five stars doesn't beat a hundred of 4.8. Both only shift what the text says: a course that doesn't match
/// is not lifted above one that does.
#[must_use]
pub fn blend(text: f64, signals: Signals) -> f64 {
    text * (1.0 + POPULARITY_WEIGHT * popularity(signals) + RATING_WEIGHT * quality(signals))
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn popularity(signals: Signals) -> f64 {
    ((signals.enrollments.max(0) as f64).ln_1p() / MANY.ln_1p()).min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn quality(signals: Signals) -> f64 {
    let count = signals.rating_count.max(0) as f64;
    let average = signals.rating_average.unwrap_or(PRIOR_RATING).clamp(1.0, 5.0);
    let expected = (PRIOR_COUNT * PRIOR_RATING + count * average) / (PRIOR_COUNT + count);
    ((expected - PRIOR_RATING) / (5.0 - PRIOR_RATING)).clamp(-1.0, 1.0)
}

/// Which of two courses comes first. What stays equal is decided by learners, then by the id, so that pages of a list
/// never overlap.
#[must_use]
pub fn order(sort: Sort, a: &Standing, b: &Standing) -> Ordering {
    let down = |a: f64, b: f64| b.total_cmp(&a);
    let first = match sort {
        Sort::Relevance => down(a.score, b.score),
        Sort::Newest => b.published_at.cmp(&a.published_at),
        Sort::Popular => Ordering::Equal,
        Sort::Rating => {
            down(a.signals.rating_average.unwrap_or_default(), b.signals.rating_average.unwrap_or_default())
                .then_with(|| b.signals.rating_count.cmp(&a.signals.rating_count))
        }
    };
    first
        .then_with(|| b.signals.enrollments.cmp(&a.signals.enrollments))
        .then_with(|| b.course.cmp(&a.course))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signals(enrollments: i64, rating: Option<f64>, count: i64) -> Signals {
        Signals { enrollments, rating_average: rating, rating_count: count }
    }

    #[test]
    fn learners_and_stars_shift_and_never_decide_alone() {
        let plain = blend(1.0, Signals::default());
        assert!((plain - 1.0).abs() < 1e-9);
        assert!(blend(1.0, signals(500, None, 0)) > plain);
        assert!(blend(1.0, signals(0, Some(4.9), 80)) > plain);
        assert!(blend(1.0, signals(0, Some(1.5), 80)) < plain);
        // A match twice as good wins against everything else.
        assert!(
            blend(2.0, signals(0, Some(1.0), 10_000)) > blend(1.0, signals(1_000_000, Some(5.0), 10_000))
        );
        // One rating is no proof.
        assert!(blend(1.0, signals(0, Some(5.0), 1)) < blend(1.0, signals(0, Some(4.8), 100)));
    }

    proptest! {
        #[test]
        fn more_learners_never_harm(a in 0i64..2_000_000, more in 0i64..2_000_000, text in 0.01f64..100.0) {
            prop_assert!(blend(text, signals(a + more, None, 0)) >= blend(text, signals(a, None, 0)));
        }

        #[test]
        fn the_order_is_total(
            a in (0.0f64..5.0, 0i64..3, 0i64..3),
            b in (0.0f64..5.0, 0i64..3, 0i64..3),
        ) {
            let standing = |(score, learners, at): (f64, i64, i64)| Standing {
                course: CourseId::new(), score, signals: signals(learners, None, 0), published_at: at,
            };
            let (a, b) = (standing(a), standing(b));
            for sort in Sort::ALL {
                prop_assert_eq!(order(*sort, &a, &b), order(*sort, &b, &a).reverse());
                prop_assert_ne!(order(*sort, &a, &b), Ordering::Equal);
            }
        }
    }
}
