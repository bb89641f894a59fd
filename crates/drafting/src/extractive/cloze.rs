//! Sentences with a gap, and what else could stand in it.

use std::{collections::HashSet, ops::Range};

use super::{
    digest::{Digest, Sentence},
    front::capitalize,
    numbers::{self, Number},
    rank,
    terms::{Shape, Term},
    words::{Language, Word, seed, words},
};

/// The gap in a sentence.
pub(super) const GAP: &str = "_____";

/// Something in a sentence that can be asked for.
pub(super) enum Gap<'a> {
    Number(Number),
    Term {
        term: &'a Term,
        at: Range<usize>,
    },
    /// A word that is no known term.
    Word {
        at: Range<usize>,
    },
}

impl Gap<'_> {
    pub(super) fn at(&self) -> &Range<usize> {
        match self {
            Self::Number(number) => &number.at,
            Self::Term { at, .. } | Self::Word { at } => at,
        }
    }

    /// What stands there.
    pub(super) fn text<'s>(&self, sentence: &'s str) -> &'s str {
        sentence.get(self.at().clone()).unwrap_or_default()
    }
}

/// What could stand in a gap and is wrong there.
pub(super) struct Distractor {
    pub(super) text: String,
    /// Whether it reads as well as what stands there.
    pub(super) close: bool,
}

/// The gaps of a sentence, the best first: numbers, then the terms of the day.
pub(super) fn gaps<'a>(sentence: &Sentence<'a>, digest: &Digest<'a>, language: &Language) -> Vec<Gap<'a>> {
    let text = sentence.text;
    let mut gaps: Vec<Gap> = numbers::find(text).into_iter().map(Gap::Number).collect();
    let stems = language.stems(text);
    let mut usable: Vec<(usize, Gap)> = sentence
        .terms
        .iter()
        // A word that stands there twice gives itself away.
        .filter(|found| {
            found.term.stems.split(' ').all(|stem| stems.iter().filter(|other| *other == stem).count() == 1)
        })
        .filter(|found| !hangs_together(text, &found.at))
        .map(|found| {
            let place = digest.terms.iter().position(|(term, _)| term.stems == found.term.stems);
            // Phrases and words of this day before what the whole course is about.
            let several = if found.term.text.contains(' ') { 0 } else { 12 };
            (place.unwrap_or(usize::MAX / 2) + several, Gap::Term { term: found.term, at: found.at.clone() })
        })
        .collect();
    usable.sort_by_key(|(place, _)| *place);
    gaps.extend(usable.into_iter().map(|(_, gap)| gap));
    gaps
}

/// Whether a hyphen, a slash or a possessive ties a place to its neighbors.
fn hangs_together(sentence: &str, at: &Range<usize>) -> bool {
    let before = sentence.get(..at.start).unwrap_or_default();
    let after = sentence.get(at.end..).unwrap_or_default();
    before.ends_with(['-', '/', '.', '@', '#'])
        || after.starts_with(['-', '/', '’', '\'', '@'])
        || sentence.get(at.clone()).is_some_and(|text| text.contains('\''))
}

/// The longest words of a sentence that stand there once: where no terms are known.
pub(super) fn word_gaps<'a>(sentence: &str, language: &Language) -> Vec<Gap<'a>> {
    let all = words(sentence);
    let mut usable: Vec<_> = all
        .iter()
        .filter(|word| {
            language.is_content(&word.lower()) && word.text.chars().count() >= 5 && !word.is_number()
        })
        .filter(|word| all.iter().filter(|other| other.lower() == word.lower()).count() == 1)
        .filter(|word| !hangs_together(sentence, &(word.from..word.to())))
        .collect();
    usable.sort_by_key(|word| (std::cmp::Reverse(word.text.chars().count()), word.from));
    usable.into_iter().map(|word| Gap::Word { at: word.from..word.to() }).collect()
}

/// A sentence with something else in a place of it.
pub(super) fn replaced(sentence: &str, at: &Range<usize>, with: &str) -> String {
    let before = sentence.get(..at.start).unwrap_or_default();
    let after = sentence.get(at.end..).unwrap_or_default();
    let with = if at.start == 0 && with != GAP { capitalize(with) } else { with.to_owned() };
    format!("{before}{with}{after}")
}

/// Ways of writing what stands in a gap that are right.
pub(super) fn accepted(sentence: &str, gap: &Gap, language: &Language) -> Vec<String> {
    let text = gap.text(sentence);
    let mut answers = match gap {
        Gap::Number(number) => number.answers(),
        Gap::Term { term, .. } => vec![text.to_owned(), term.text.clone()],
        Gap::Word { .. } => vec![text.to_owned()],
    };
    if !matches!(gap, Gap::Number(_)) {
        if text.contains('-') {
            answers.push(text.replace('-', " "));
        }
        // One and many are the same thing to know.
        if language.is_english() && text.chars().count() > 3 && text.is_ascii() {
            match text.strip_suffix('s') {
                Some(one) if !one.ends_with(['s', 'u', 'i']) => answers.push(one.to_owned()),
                None if !text.ends_with(['y', 'x', 'h', 'z', 'o']) && !text.ends_with("ing") => {
                    answers.push(format!("{text}s"))
                }
                _ => {}
            }
        }
    }
    let mut seen = HashSet::new();
    answers.retain(|answer| seen.insert(answer.to_lowercase()));
    answers
}

/// The terms of the course, with what is asked of them again and again.
pub(super) struct Pool<'a>(Vec<(&'a Term, Shape, Vec<u32>)>);

impl<'a> Pool<'a> {
    pub(super) fn new(terms: &'a [Term], digest: &Digest) -> Self {
        let numbers = |term: &Term| term.stems.split(' ').filter_map(|stem| digest.stems.get(stem)).collect();
        Self(terms.iter().map(|term| (term, term.shape(), numbers(term))).collect())
    }
}

/// Terms that could stand in a gap and are wrong there, best first: of the same kind, with the same neighbors, about as long and
/// as frequent. None is part of the sentence or of the answer, and none stands in a sentence that says much the same. Only those
/// are `close` that stand beside the gap's own neighbors elsewhere.
pub(super) fn distractors(sentence: &Sentence, gap: &Gap, pool: &Pool, digest: &Digest) -> Vec<Distractor> {
    let Gap::Term { term, at } = gap else { return Vec::new() };
    let asked = gap.text(sentence.text);
    let asked =
        Term { text: if at.start == 0 { term.text.clone() } else { asked.to_owned() }, ..(*term).clone() };
    let (shape, asked_lower) = (asked.shape(), asked.text.to_lowercase());
    let mut taken: HashSet<u32> = sentence.stems.iter().copied().collect();
    // What other sentences of the day say much the same of.
    for other in &digest.sentences {
        if other.text != sentence.text && rank::overlap(&other.stems, &sentence.stems) >= 0.5 {
            taken.extend(&other.stems);
        }
    }
    let neighbor =
        |word: Option<&Word>, adjacent: bool| word.filter(|_| adjacent).map(Word::lower).unwrap_or_default();
    let (left, right) =
        (sentence.text.get(..at.start).unwrap_or_default(), sentence.text.get(at.end..).unwrap_or_default());
    let before = neighbor(words(left).last(), left.ends_with(' '));
    let after = neighbor(words(right).first(), right.starts_with(' '));
    let starts_with_vowel = |text: &str| text.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    let mut scored: Vec<(f64, bool, &Term)> = pool
        .0
        .iter()
        .filter(|(_, other, _)| *other == shape)
        .filter(|(other, _, stems)| {
            !stems.iter().any(|stem| taken.contains(stem)) && other.text.to_lowercase() != asked_lower
        })
        .map(|(other, ..)| *other)
        .filter(|other| {
            !matches!(before.as_str(), "a" | "an")
                || starts_with_vowel(&other.text) == starts_with_vowel(&asked.text)
        })
        .map(|other| {
            let length = (other.text.chars().count() as f64 - asked.text.chars().count() as f64).abs() / 8.0;
            let frequency = (f64::from(other.count.max(1)) / f64::from(term.count.max(1))).ln().abs() / 2.0;
            let fits_left = other.before.contains(&before);
            let fits_right = other.after.contains(&after);
            // `the` stands before everything.
            let left = if !fits_left {
                1.5
            } else if before == "the" {
                0.5
            } else {
                0.0
            };
            let right = if fits_right || after.is_empty() { 0.0 } else { 1.0 };
            (length + frequency + left + right, fits_left && (fits_right || after.is_empty()), other)
        })
        .collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.2.text.cmp(&b.2.text)));
    let mut chosen: Vec<(bool, &Term)> = Vec::new();
    for (_, close, other) in scored {
        // No two that are nearly the same.
        let apart = |(_, chosen): &(bool, &Term)| {
            !other.stems.split(' ').any(|stem| chosen.stems.split(' ').any(|c| c == stem))
        };
        if chosen.len() < 5 && chosen.iter().all(apart) {
            chosen.push((close, other));
        }
    }
    // Not always the same three for the same term.
    chosen.sort_by_key(|(close, term)| (!close, seed(&format!("{}{}", term.text, sentence.text))));
    chosen.into_iter().map(|(close, term)| Distractor { text: term.text.clone(), close }).collect()
}
