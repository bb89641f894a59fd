//! Sentences with a gap, and what else could stand in it.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use super::{
    digest::{Digest, Sentence},
    front::capitalize,
    numbers::{self, Number},
    rank,
    terms::{Shape, Term},
    words::{Language, Word, plain, seed, words},
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
    // A number that stands there twice, in digits or as a word, gives itself away.
    let gives_away = |number: &Number| {
        let rest = format!(" {} ", plain(&replaced(text, &number.at, "")));
        number.answers().iter().any(|answer| rest.contains(&format!(" {answer} ")))
    };
    let numbers = numbers::find(text).into_iter().filter(|number| !gives_away(number));
    let mut gaps: Vec<Gap> = numbers.map(Gap::Number).collect();
    let stems = language.stems(text);
    let mut usable: Vec<(usize, Gap)> = sentence
        .terms
        .iter()
        // A word that stands there twice gives itself away.
        .filter(|found| {
            found.term.stems.split(' ').all(|stem| stems.iter().filter(|other| *other == stem).count() == 1)
        })
        .filter(|found| !hangs_together(text, &found.at) && !is_part_of_name(text, &found.at, language))
        .filter(|found| has_form(found.term, text.get(found.at.clone()).unwrap_or_default(), language))
        .filter(|found| found.term.is_noun(language) && stands_as_noun(text, &found.at, language))
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

/// Whether a capitalized word stands beside others, as in `National Center`, or before a letter, as in `class A`.
fn is_part_of_name(sentence: &str, at: &Range<usize>, language: &Language) -> bool {
    let before = sentence.get(..at.start).unwrap_or_default();
    let after = sentence.get(at.end..).unwrap_or_default();
    let next = words(after).first().copied().filter(|word| word.from == 1);
    let last = words(before).last().copied().filter(|word| word.to() + 1 == before.len());
    if next.is_some_and(|next| next.is_capitalized() && next.text.chars().count() == 1 && next.text != "I") {
        return true;
    }
    let is_capital = sentence.get(at.clone()).is_some_and(|text| text.starts_with(char::is_uppercase));
    let beside = next.is_some_and(|next| next.is_capitalized())
        || last.is_some_and(|last| last.is_capitalized() && last.from > 0);
    language.code != "de" && is_capital && beside
}

/// Whether a term stands there as it is known, one or many: `disabled` has the stem of `disability`.
fn has_form(term: &Term, text: &str, language: &Language) -> bool {
    let base = |text: &str| {
        let lower = text.to_lowercase();
        let one = lower.strip_suffix("ies").map(|one| format!("{one}y"));
        one.or_else(|| lower.strip_suffix('s').map(str::to_owned)).unwrap_or(lower)
    };
    !language.is_english() || base(&term.text) == base(text)
}

/// Whether a place is that of a noun, as far as the words around it tell: after `to`, `can` or a comma stands a verb as well, and
/// what another word follows that carries meaning may be its attribute.
fn stands_as_noun(sentence: &str, at: &Range<usize>, language: &Language) -> bool {
    const BEFORE_VERBS: &[&str] = &[
        "to",
        "can",
        "cannot",
        "can't",
        "could",
        "should",
        "shouldn't",
        "would",
        "will",
        "won't",
        "must",
        "may",
        "might",
        "not",
        "don't",
        "doesn't",
        "didn't",
        "never",
        "always",
        "please",
        "they",
        "we",
        "you",
        "i",
        "who",
        "let's",
        "also",
    ];
    let text = sentence.get(at.clone()).unwrap_or_default();
    if !language.is_english() || text.contains(' ') {
        return true;
    }
    let after = sentence.get(at.end..).unwrap_or_default();
    let next = words(after).first().copied().filter(|next| next.from == 1 && after.starts_with(' '));
    if text.ends_with("ing") || next.is_some_and(|next| language.is_content(&next.lower())) {
        return false;
    }
    if at.start == 0 {
        return !after.starts_with(',');
    }
    let before = sentence.get(..at.start).unwrap_or_default();
    let last = words(before).last().copied();
    let adjacent = last.filter(|last| last.to() + 1 == before.len() && before.ends_with(' '));
    adjacent.is_some_and(|last| !BEFORE_VERBS.contains(&last.lower().as_str()))
}

/// English words that may stand for the same thing: where one is right, another is not plainly wrong.
const ALIKE: &[&str] = &[
    "audience author citizen client coworker colleague customer editor employee guest learner manager member owner participant \
     partner patient people person public reader staff stakeholder student team user visitor worker writer",
    "article content copy document guidance guide handbook information manual material message page paragraph passage piece \
     post section text writing",
    "address domain link page path site url web website",
    "heading headline label name phrase term title word",
    "approach convention method practice procedure process style system technique way",
    "aim goal objective purpose target",
    "challenge difficulty error issue mistake problem risk trouble",
    "agency business company department firm institution office organization program service",
    "guideline policy principle regulation requirement rule standard",
    "change edit improvement revision update",
    "component element feature item part piece section",
    "call conversation discussion meeting talk",
    "budget cost expense money price",
    "activity duty job project task work",
    "advice answer comment feedback question response suggestion",
    "data detail fact figure information statistic",
];

/// The groups of [`ALIKE`] by the stems of their words.
static GROUPS: LazyLock<HashMap<String, Vec<usize>>> = LazyLock::new(|| {
    let english = Language::new("en");
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, words) in ALIKE.iter().enumerate() {
        for word in words.split_ascii_whitespace() {
            groups.entry(english.stem(word).into_owned()).or_default().push(at);
        }
    }
    groups
});

/// Which of [`ALIKE`] a term belongs to, by its last word.
fn alike(term: &Term, language: &Language) -> &'static [usize] {
    let last = term.stems.rsplit(' ').next().filter(|_| language.is_english());
    last.and_then(|last| GROUPS.get(last)).map_or(&[], Vec::as_slice)
}

impl Gap<'_> {
    /// Whether other words could stand there that nobody would call wrong.
    pub(super) fn is_open(&self, language: &Language) -> bool {
        matches!(self, Self::Term { term, .. } if !term.text.contains(' ') && !alike(term, language).is_empty())
    }
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
pub(super) fn accepted(sentence: &str, gap: &Gap, digest: &Digest, language: &Language) -> Vec<String> {
    let text = gap.text(sentence);
    let mut answers = match gap {
        Gap::Number(number) => number.answers(),
        // `documentation` and `document` have one stem, and are two things in English.
        Gap::Term { term, .. } if !language.is_english() => vec![text.to_owned(), term.text.clone()],
        Gap::Term { .. } => vec![text.to_owned()],
        Gap::Word { .. } => vec![text.to_owned()],
    };
    if !matches!(gap, Gap::Number(_)) {
        if text.contains('-') {
            answers.push(text.replace('-', " "));
        }
        // One and many are the same thing to know, where the text has both.
        let known = |answer: &String| {
            let answer = format!(" {} ", plain(answer));
            digest.sentences.iter().any(|other| format!(" {} ", plain(other.text)).contains(&answer))
        };
        if language.is_english() && text.chars().count() > 3 && text.is_ascii() {
            let other = text.strip_suffix('s').map_or_else(|| format!("{text}s"), str::to_owned);
            answers.extend(Some(other).filter(known));
        }
    }
    let mut seen = HashSet::new();
    answers.retain(|answer| seen.insert(answer.to_lowercase()));
    answers
}

/// The terms of the course, with what is asked of them again and again.
pub(super) struct Pool<'a>(Vec<Other<'a>>);

/// A term that could stand in another's place.
struct Other<'a> {
    term: &'a Term,
    shape: Shape,
    stems: Vec<u32>,
    alike: &'static [usize],
}

impl<'a> Pool<'a> {
    pub(super) fn new(terms: &'a [Term], digest: &Digest, language: &Language) -> Self {
        let numbers = |term: &Term| term.stems.split(' ').filter_map(|stem| digest.stems.get(stem)).collect();
        let usable = terms.iter().filter(|term| term.is_noun(language) && !term.is_code());
        let other =
            |term| Other { term, shape: term.shape(), stems: numbers(term), alike: alike(term, language) };
        Self(usable.map(other).collect())
    }
}

/// Terms that could stand in a gap and are wrong there, best first: of the same kind, with the same neighbors, about as long and
/// as frequent. None is part of the sentence or of the answer, none may stand for the answer ([`ALIKE`]), and none stands in a
/// sentence that says much the same. Only those
/// are `close` that stand beside the gap's own neighbors elsewhere.
pub(super) fn distractors(
    sentence: &Sentence,
    gap: &Gap,
    pool: &Pool,
    digest: &Digest,
    language: &Language,
) -> Vec<Distractor> {
    let Gap::Term { term, at } = gap else { return Vec::new() };
    let asked = gap.text(sentence.text);
    let asked =
        Term { text: if at.start == 0 { term.text.clone() } else { asked.to_owned() }, ..(*term).clone() };
    let groups = alike(term, language);
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
        .filter(|other| other.shape == shape && !other.alike.iter().any(|group| groups.contains(group)))
        .filter(|other| {
            !other.stems.iter().any(|stem| taken.contains(stem))
                && other.term.text.to_lowercase() != asked_lower
        })
        .map(|other| other.term)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(sentence: &str, word: &str) -> Range<usize> {
        let from = sentence.find(word).unwrap_or_default();
        from..from + word.len()
    }

    #[test]
    fn gaps_are_nouns_that_stand_alone() {
        let english = Language::new("en");
        let noun = |sentence: &str, word: &str| stands_as_noun(sentence, &at(sentence, word), &english);
        assert!(noun("Duplicate content confuses the user, and harms us.", "user"));
        assert!(!noun("You may need to archive or delete it.", "archive"));
        assert!(!noun("Share the draft, gather feedback, revise, and repeat.", "revise"));
        assert!(!noun("They share their thoughtful observations.", "thoughtful"));
        let named = |sentence: &str, word: &str| is_part_of_name(sentence, &at(sentence, word), &english);
        assert!(
            named("See the National Center on Bread.", "Center") && named("Use a class A loaf.", "class")
        );
        assert!(!named("Ask the Center on Monday.", "Center"));
    }

    #[test]
    fn what_may_stand_for_the_answer_is_no_wrong_option() {
        let english = Language::new("en");
        let term = |text: &str| Term {
            text: text.to_owned(),
            stems: english.stem(text).into_owned(),
            count: 3,
            before: vec!["the".to_owned()],
            after: Vec::new(),
        };
        assert_eq!(alike(&term("users"), &english), alike(&term("reader"), &english));
        assert!(alike(&term("oven"), &english).is_empty());
        let other = term("gselect");
        assert!(!other.is_code() && term("g-select").is_code() && term("mySelect").is_code());
        assert!(
            has_form(&term("disabilities"), "disability", &english)
                && !has_form(&term("disability"), "disabled", &english)
        );
    }
}
