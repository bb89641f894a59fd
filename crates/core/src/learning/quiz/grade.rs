//! Which answers are right. A question is right as a whole or not at all: there are no points for a part of it.

use super::{Answer, Dealt};
use crate::catalog::Question;

/// The longest text that is taken as a short answer, in characters.
const MAX_TEXT: usize = 500;

/// Whether this answers the question. Choices have to be all the right ones and no others, an order and all pairs have to be
/// as the author made them; in short answers neither capitals nor spaces matter, nor quotation
/// marks around them and a full stop at their end, nor which forms of apostrophes, quotation marks and dashes a keyboard makes.
#[must_use]
pub fn is_right(dealt: &Dealt, answer: Option<&Answer>) -> bool {
    let Some(answer) = answer else { return false };
    match (&dealt.question, answer) {
        (Question::Single { options, .. }, Answer::Single { choice }) => {
            dealt.order.get(*choice).and_then(|at| options.get(*at)).is_some_and(|option| option.correct)
        }
        (Question::Multiple { options, .. }, Answer::Multiple { choices }) => {
            dealt.order.iter().enumerate().all(|(shown, at)| {
                options.get(*at).is_some_and(|option| option.correct == choices.contains(&shown))
            })
        }
        (Question::TrueFalse { answer: right, .. }, Answer::TrueFalse { answer }) => right == answer,
        (Question::ShortAnswer { answers, .. }, Answer::ShortAnswer { text }) => {
            // A keyboard may have made one dash of two.
            let given = [folded(text), folded(&text.replace('—', "--"))];
            !given[0].is_empty() && answers.iter().any(|accepted| given.contains(&folded(accepted)))
        }
        (Question::Ordering { items, .. }, Answer::Ordering { places }) => {
            // By what they say: two items that say the same may change places.
            let mut placed: Vec<Option<&String>> = vec![None; items.len()];
            for (shown, place) in places.iter().enumerate() {
                let item = dealt.order.get(shown).and_then(|at| items.get(*at));
                match place.and_then(|place| placed.get_mut(place)) {
                    Some(free @ None) => *free = item,
                    _ => return false,
                }
            }
            places.len() == items.len()
                && placed.iter().zip(items).all(|(placed, item)| *placed == Some(item))
        }
        (Question::Matching { pairs, .. }, Answer::Matching { matches }) => {
            matches.len() == pairs.len()
                && matches.iter().zip(pairs).all(|(shown, pair)| {
                    shown
                        .and_then(|shown| dealt.order.get(shown))
                        .and_then(|at| pairs.get(*at))
                        .is_some_and(|chosen| chosen.right == pair.right)
                })
        }
        _ => false,
    }
}

/// The plain form of a sign that keyboards of phones put in its place.
fn plain(sign: char) -> char {
    match sign {
        '‘' | '’' | 'ʼ' => '\'',
        '“' | '”' | '„' => '"',
        '–' | '—' => '-',
        other => other,
    }
}

/// Without capitals and spaces that don't matter, and with plain signs.
fn folded(text: &str) -> String {
    let text: String = text.chars().map(plain).collect();
    let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let quote = |c: char| matches!(c, '"' | '\'' | '`' | '«' | '»');
    let bare = text.trim_matches(quote).trim_end_matches(['.', '!']).trim_matches(quote).trim();
    // An answer may be nothing but such a sign.
    if bare.is_empty() { text } else { bare.to_owned() }
}

/// The right answer, or one of them.
#[must_use]
pub fn right_answer(dealt: &Dealt) -> Answer {
    let order = &dealt.order;
    let shown_at = |index: usize| order.iter().position(|at| *at == index);
    match &dealt.question {
        Question::Single { options, .. } => Answer::Single {
            choice: options.iter().position(|option| option.correct).and_then(shown_at).unwrap_or(0),
        },
        Question::Multiple { options, .. } => Answer::Multiple {
            choices: (0..order.len())
                .filter(|shown| options.get(order[*shown]).is_some_and(|option| option.correct))
                .collect(),
        },
        Question::TrueFalse { answer, .. } => Answer::TrueFalse { answer: *answer },
        Question::ShortAnswer { answers, .. } => {
            Answer::ShortAnswer { text: answers.first().cloned().unwrap_or_default() }
        }
        Question::Ordering { .. } => Answer::Ordering { places: order.iter().map(|at| Some(*at)).collect() },
        Question::Matching { pairs, .. } => {
            Answer::Matching { matches: (0..pairs.len()).map(shown_at).collect() }
        }
    }
}

/// What keeps an answer from being taken, if anything. One that isn't finished is taken.
#[must_use]
pub fn fault(dealt: &Dealt, answer: &Answer) -> Option<&'static str> {
    let shown = dealt.order.len();
    let there = |place: &usize| *place < shown;
    let list = |places: &[Option<usize>]| places.len() == shown && places.iter().flatten().all(there);
    let fits = match (&dealt.question, answer) {
        (Question::Single { .. }, Answer::Single { choice }) => there(choice),
        (Question::Multiple { .. }, Answer::Multiple { choices }) => {
            choices.len() <= shown && choices.iter().all(there)
        }
        (Question::TrueFalse { .. }, Answer::TrueFalse { .. }) => true,
        (Question::ShortAnswer { .. }, Answer::ShortAnswer { text }) => {
            if text.chars().count() > MAX_TEXT {
                return Some("An answer has at most 500 characters.");
            }
            true
        }
        (Question::Ordering { .. }, Answer::Ordering { places }) => list(places),
        (Question::Matching { .. }, Answer::Matching { matches }) => list(matches),
        _ => return Some("This is no answer to a question of its kind."),
    };
    (!fits).then_some("The question has no such choice.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        catalog::{AnswerOption, Pair},
        learning::quiz::deal,
    };

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("Text {n}")).collect()
    }

    fn question() -> impl Strategy<Value = Question> {
        let words = || ("Ask".to_owned(), "Because".to_owned());
        let options = |correct: Vec<bool>| -> Vec<AnswerOption> {
            texts(correct.len())
                .into_iter()
                .zip(correct)
                .map(|(text, correct)| AnswerOption { text, correct })
                .collect()
        };
        prop_oneof![
            (2_usize..8, any::<prop::sample::Index>()).prop_map(move |(count, right)| {
                let (question, explanation) = words();
                let right = right.index(count);
                Question::Single {
                    question,
                    options: options((0..count).map(|n| n == right).collect()),
                    explanation,
                }
            }),
            (prop::collection::vec(any::<bool>(), 2..8), 0_usize..2).prop_map(move |(mut correct, at)| {
                let (question, explanation) = words();
                correct[at] = true;
                Question::Multiple { question, options: options(correct), explanation }
            }),
            any::<bool>().prop_map(move |answer| {
                let (question, explanation) = words();
                Question::TrueFalse { question, answer, explanation }
            }),
            prop::collection::vec("[A-Za-zäÖß]{1,6}( [a-z]{1,4})?", 1..4).prop_map(move |answers| {
                let (question, explanation) = words();
                Question::ShortAnswer { question, answers, explanation }
            }),
            (2_usize..8).prop_map(move |count| {
                let (question, explanation) = words();
                Question::Ordering { question, items: texts(count), explanation }
            }),
            (2_usize..8).prop_map(move |count| {
                let (question, explanation) = words();
                let pairs = texts(count)
                    .into_iter()
                    .map(|left| Pair { right: format!("{left}’s other half"), left })
                    .collect();
                Question::Matching { question, pairs, explanation }
            }),
        ]
    }

    proptest! {
        #[test]
        fn the_right_answer_is_right_however_it_is_dealt(
            questions in prop::collection::vec(question(), 1..6), seed: u64
        ) {
            let dealt = deal(questions.clone(), seed);
            prop_assert_eq!(dealt.len(), questions.len());
            for one in &dealt {
                prop_assert!(questions.contains(&one.question));
                prop_assert!(one.question.problem().is_none());
                let right = right_answer(one);
                prop_assert_eq!(fault(one, &right), None);
                prop_assert!(is_right(one, Some(&right)), "{:?} {:?}", one, right);
                prop_assert!(!is_right(one, None));
            }
            prop_assert_eq!(&dealt, &deal(questions, seed), "the same seed deals the same");
        }

        #[test]
        fn exactly_one_choice_one_set_and_one_order_is_right(one in question(), seed: u64) {
            let dealt = &deal(vec![one], seed)[0];
            let count = dealt.order.len();
            match &dealt.question {
                Question::Single { .. } => {
                    let right = (0..count).filter(|n| is_right(dealt, Some(&Answer::Single { choice: *n })));
                    prop_assert_eq!(right.count(), 1);
                }
                Question::Multiple { .. } => {
                    let right = (0..1_usize << count).filter(|set| {
                        let choices = (0..count).filter(|n| set >> n & 1 == 1).collect();
                        is_right(dealt, Some(&Answer::Multiple { choices }))
                    });
                    prop_assert_eq!(right.count(), 1);
                }
                Question::Ordering { .. } => {
                    let as_shown = (0..count).map(Some).collect();
                    let as_shown = is_right(dealt, Some(&Answer::Ordering { places: as_shown }));
                    let all_first = vec![Some(0); count];
                    let all_first = is_right(dealt, Some(&Answer::Ordering { places: all_first }));
                    prop_assert!(!as_shown && !all_first);
                }
                _ => {}
            }
        }

        #[test]
        fn what_is_no_answer_is_never_right(
            one in question(), seed: u64, numbers in prop::collection::vec(0_usize..20, 0..12)
        ) {
            let dealt = &deal(vec![one], seed)[0];
            let places: Vec<_> = numbers.iter().copied().map(Some).collect();
            for answer in [
                Answer::Single { choice: numbers.len() },
                Answer::Multiple { choices: numbers.clone() },
                Answer::Ordering { places: places.clone() },
                Answer::Matching { matches: places.clone() },
            ] {
                // Numbers of choices that aren't there change nothing about those that are.
                let set = matches!(answer, Answer::Multiple { .. });
                let wrong = fault(dealt, &answer).is_none() || set || !is_right(dealt, Some(&answer));
                prop_assert!(wrong, "{:?} {:?}", dealt, answer);
            }
        }
    }

    #[test]
    fn capitals_and_spaces_dont_matter_in_a_short_answer() {
        let dealt = Dealt {
            question: Question::ShortAnswer {
                question: "Where?".into(),
                answers: vec!["New York".into(), "NYC".into()],
                explanation: String::new(),
            },
            order: Vec::new(),
        };
        let right = |text: &str| is_right(&dealt, Some(&Answer::ShortAnswer { text: text.into() }));
        assert!(right("  new   YORK\n") && right("nyc"));
        assert!(right("“New York”.") && right("NYC!") && !right("."));
        assert!(!right("newyork") && !right("") && !right("  "));
    }

    #[test]
    fn what_a_keyboard_makes_of_plain_signs_is_as_right() {
        let right = |accepted: &str, text: &str| {
            let question = Question::ShortAnswer {
                question: "How?".into(),
                answers: vec![accepted.into()],
                explanation: String::new(),
            };
            let dealt = Dealt { question, order: Vec::new() };
            is_right(&dealt, Some(&Answer::ShortAnswer { text: text.into() }))
        };
        assert!(right("don't", "Don’t") && right("rock ’n’ roll", "rock 'n' roll"));
        assert!(right("say \"hi\" now", "Say “hi” now") && right("say “hi” now", "say \"hi\" now"));
        assert!(
            right("well-known", "well–known")
                && right("1—2", "1-2")
                && right("git --version", "git —version")
        );
        assert!(!right("--version", "-version") && !right("don't", "dont"));
    }
}
