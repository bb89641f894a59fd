//! When a card comes again: FSRS 6, the Free Spaced Repetition Scheduler (J. Ye and others; open-spaced-repetition on GitHub), as the
//! crate `fsrs` computes it, with its default parameters, which were fitted to the reviews of many people.
//!
//! A memory is two numbers: its stability, the days until recall is 90 % likely, and its difficulty, 1 to 10. A card
//! comes again when recall has sunk to [`RETENTION`], which is after as many days as it is stable.

use fsrs::{DEFAULT_PARAMETERS, FSRS, ItemState, MemoryState};
use serde::Serialize;
use utoipa::ToSchema;

use super::Grade;
use crate::{Error, Result};

/// How likely somebody remembers a card when it comes again.
const RETENTION: f32 = 0.9;

/// What wasn't remembered comes again after this time, at the end of the session or later that day.
const AGAIN_MINUTES: i64 = 10;

/// The longest wait: what somebody has learned is worth a look once a year.
const MOST_DAYS: i64 = 365;

/// What somebody remembers of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Memory {
    pub stability: f64,
    pub difficulty: f64,
}

/// How long it takes until a card comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    Minutes(i64),
    /// Until the beginning of the learner's day so many days later.
    Days(i64),
}

/// How long it takes by grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Waits {
    /// A card that was not remembered comes again after so many minutes.
    pub again_minutes: i64,
    pub hard_days: i64,
    pub good_days: i64,
    pub easy_days: i64,
}

impl Waits {
    /// After this grade.
    #[must_use]
    pub fn after(&self, grade: Grade) -> Wait {
        match grade {
            Grade::Again => Wait::Minutes(self.again_minutes),
            Grade::Hard => Wait::Days(self.hard_days),
            Grade::Good => Wait::Days(self.good_days),
            Grade::Easy => Wait::Days(self.easy_days),
        }
    }
}

/// What a review leads to, by grade.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    memories: [Memory; 4],
    waits: Waits,
}

impl Steps {
    pub(super) fn waits(&self) -> Waits {
        self.waits
    }

    /// What is remembered after this grade.
    pub(super) fn memory(&self, grade: Grade) -> Memory {
        let [again, hard, good, easy] = self.memories;
        match grade {
            Grade::Again => again,
            Grade::Hard => hard,
            Grade::Good => good,
            Grade::Easy => easy,
        }
    }
}

/// What each grade leads to, `elapsed` days after the last review. A better grade never comes again sooner.
pub(super) fn steps(memory: Option<Memory>, elapsed: i64) -> Result<Steps> {
    let state = memory.map(|memory| MemoryState {
        stability: memory.stability as f32,
        difficulty: memory.difficulty as f32,
    });
    let elapsed = u32::try_from(elapsed.max(0)).unwrap_or(u32::MAX);
    let model = FSRS::new(&DEFAULT_PARAMETERS).map_err(Error::internal)?;
    let next = model.next_states(state, RETENTION, elapsed).map_err(Error::internal)?;
    let days = |state: &ItemState| (state.interval.round() as i64).clamp(1, MOST_DAYS);
    let hard_days = days(&next.hard);
    let good_days = days(&next.good).max(hard_days);
    let easy_days = days(&next.easy).max(good_days);
    let memory = |state: &ItemState| Memory {
        stability: f64::from(state.memory.stability),
        difficulty: f64::from(state.memory.difficulty),
    };
    Ok(Steps {
        memories: [&next.again, &next.hard, &next.good, &next.easy].map(memory),
        waits: Waits { again_minutes: AGAIN_MINUTES, hard_days, good_days, easy_days },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_card_comes_again_as_fsrs_says() {
        let steps = steps(None, 0).unwrap();
        let waits = Waits { again_minutes: 10, hard_days: 1, good_days: 2, easy_days: 8 };
        assert_eq!(steps.waits(), waits);
        let good = steps.memory(Grade::Good);
        assert!(
            (good.stability - 2.3065).abs() < 1e-4 && (good.difficulty - 2.1181).abs() < 1e-4,
            "{good:?}"
        );
    }

    #[test]
    fn what_is_remembered_comes_ever_later_and_what_is_not_soon() {
        let (mut memory, mut wait, mut waits) = (None, 0, Vec::new());
        for _ in 0..8 {
            let steps = steps(memory, wait).unwrap();
            memory = Some(steps.memory(Grade::Good));
            wait = steps.waits().good_days;
            waits.push(wait);
        }
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1] || pair[1] == MOST_DAYS), "{waits:?}");
        assert!(waits[3] > 30, "{waits:?}");
        let forgotten = steps(memory, wait).unwrap().memory(Grade::Again);
        let anew = steps(Some(forgotten), 1).unwrap().waits();
        assert!(anew.good_days < wait / 4, "{anew:?} after {waits:?}");
    }

    proptest! {
        #[test]
        fn a_better_grade_never_comes_again_sooner(
            history in prop::collection::vec((0_usize..4, 0_i64..400), 0..30),
            elapsed in -3_i64..5_000,
        ) {
            let mut memory = None;
            for (grade, elapsed) in history {
                memory = Some(steps(memory, elapsed).unwrap().memory(Grade::ALL[grade]));
            }
            let waits = steps(memory, elapsed).unwrap().waits();
            let [again, hard, good, easy] = Grade::ALL.map(|grade| waits.after(grade));
            prop_assert!(again < hard && hard <= good && good <= easy, "{:?}", waits);
            prop_assert!(waits.easy_days <= MOST_DAYS);
        }
    }
}
