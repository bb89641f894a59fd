//! Shuffling: authors tend to put the right answer in the same place.

use serde::{Deserialize, Serialize};

use super::ShownQuestion;
use crate::catalog::Question;

/// A question with the order in which its options, items or right sides are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dealt {
    pub question: Question,
    /// At each place, which one of the author's list is shown. Empty where there is nothing to shuffle.
    pub order: Vec<usize>,
}

/// Shuffles the questions and what is in them.
#[must_use]
pub fn deal(questions: Vec<Question>, seed: u64) -> Vec<Dealt> {
    let mut chance = Chance(seed);
    let mut dealt: Vec<Dealt> =
        questions.into_iter().map(|question| Dealt { order: chance.order(&question), question }).collect();
    chance.shuffle(&mut dealt);
    dealt
}

/// One question, with what is in it shuffled.
#[must_use]
pub(crate) fn deal_one(question: Question, seed: u64) -> Dealt {
    Dealt { order: Chance(seed).order(&question), question }
}

impl Dealt {
    /// The question without what tells the answer.
    #[must_use]
    pub fn shown(&self) -> ShownQuestion {
        let question = self.question.text().to_owned();
        match &self.question {
            Question::Single { options, .. } => ShownQuestion::Single {
                question,
                options: self.in_order(options, |option| option.text.clone()),
            },
            Question::Multiple { options, .. } => ShownQuestion::Multiple {
                question,
                options: self.in_order(options, |option| option.text.clone()),
            },
            Question::TrueFalse { .. } => ShownQuestion::TrueFalse { question },
            Question::ShortAnswer { .. } => ShownQuestion::ShortAnswer { question },
            Question::Ordering { items, .. } => {
                ShownQuestion::Ordering { question, items: self.in_order(items, Clone::clone) }
            }
            Question::Matching { pairs, .. } => ShownQuestion::Matching {
                question,
                left: pairs.iter().map(|pair| pair.left.clone()).collect(),
                right: self.in_order(pairs, |pair| pair.right.clone()),
            },
        }
    }

    fn in_order<T>(&self, list: &[T], text: impl Fn(&T) -> String) -> Vec<String> {
        self.order.iter().filter_map(|at| list.get(*at)).map(text).collect()
    }
}

/// Numbers that look random, the same ones for the same seed: SplitMix64 (Steele, Lea and Flood, 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let among = u64::try_from(last + 1).unwrap_or(1);
            let other = usize::try_from(self.next() % among).unwrap_or(0);
            list.swap(last, other);
        }
    }

    fn order(&mut self, question: &Question) -> Vec<usize> {
        let parts = match question {
            Question::Single { options, .. } | Question::Multiple { options, .. } => options.len(),
            Question::Ordering { items, .. } => items.len(),
            Question::Matching { pairs, .. } => pairs.len(),
            Question::TrueFalse { .. } | Question::ShortAnswer { .. } => 0,
        };
        let mut order: Vec<usize> = (0..parts).collect();
        self.shuffle(&mut order);
        // What is to be put in order doesn't lie there in order.
        if matches!(question, Question::Ordering { .. }) && order.is_sorted() && parts > 1 {
            order.rotate_left(1);
        }
        order
    }
}
