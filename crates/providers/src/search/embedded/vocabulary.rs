//! The words that stand in published courses: to mend what is misspelled and to complete what is begun.

use std::{cmp::Reverse, collections::HashSet};

use super::analysis::{Language, fold};

/// A word with the number of courses it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Without accents.
    pub(super) folded: String,
    /// As it is spelled most often.
    pub(super) spelled: String,
    pub(super) courses: u32,
    /// It stands in what a course is about: a title, a subtitle, a tag.
    pub(super) names: bool,
}

/// All words, sorted.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(Vec<Entry>);

/// A word that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Correction {
    pub(super) entry: Entry,
    /// Letters that were changed, added, left out, exchanged or moved.
    pub(super) distance: usize,
}

impl Vocabulary {
    /// Of spelled words with the number of courses, and of those words without accents that say what courses are about.
    pub(super) fn new(words: impl IntoIterator<Item = (String, u32)>, names: &HashSet<String>) -> Self {
        let mut entries: Vec<Entry> = words
            .into_iter()
            .map(|(spelled, courses)| {
                let folded = fold(&spelled).into_owned();
                Entry { names: names.contains(&folded), folded, spelled, courses }
            })
            .collect();
        entries.sort_unstable_by(|a, b| a.folded.cmp(&b.folded).then(b.courses.cmp(&a.courses)));
        entries.dedup_by(|next, kept| {
            let same = next.folded == kept.folded;
            if same {
                kept.courses += next.courses;
            }
            same
        });
        Self(entries)
    }

    /// Words that begin so, the most frequent first.
    pub(super) fn completions(&self, folded: &str, most: usize) -> Vec<&Entry> {
        let from = self.0.partition_point(|entry| entry.folded.as_str() < folded);
        let mut found: Vec<&Entry> =
            self.0[from..].iter().take_while(|entry| entry.folded.starts_with(folded)).collect();
        found.sort_by_key(|entry| Reverse(entry.courses));
        found.truncate(most);
        found
    }

    /// Words that may be meant by one that doesn't occur, the most probable first.
    pub(super) fn corrections(&self, folded: &str, most: usize) -> Vec<Correction> {
        let word: Vec<char> = folded.chars().collect();
        let allowed = allowed_distance(word.len());
        if allowed == 0 {
            return Vec::new();
        }
        let mut other = Vec::new();
        let mut found: Vec<Correction> = self
            .0
            .iter()
            .filter_map(|entry| {
                other.clear();
                other.extend(entry.folded.chars());
                if other.len() < 3 || other.len().abs_diff(word.len()) > allowed {
                    return None;
                }
                let distance = distance(&word, &other, allowed)?;
                Some(Correction { entry: entry.clone(), distance })
            })
            .collect();
        found.sort_by_cached_key(|correction| {
            let entry = &correction.entry;
            let doubt = doubt(folded, &entry.folded, entry.names);
            (correction.distance, doubt, Reverse(entry.courses))
        });
        found.truncate(most);
        found
    }

    /// Beginnings of words that may be meant by one that was begun with a mistake, the most probable first: `pyth` by `phyt`.
    pub(super) fn mended_beginnings(&self, folded: &str, most: usize) -> Vec<String> {
        let begun: Vec<char> = folded.chars().collect();
        let Some((second, _)) = folded.char_indices().nth(1) else { return Vec::new() };
        if allowed_distance(begun.len()) == 0 {
            return Vec::new();
        }
        let first = &folded[..second];
        let from = self.0.partition_point(|entry| entry.folded.as_str() < first);
        let mut found: Vec<(String, &Entry)> = self.0[from..]
            .iter()
            .take_while(|entry| entry.folded.starts_with(first))
            .filter_map(|entry| {
                let beginning: Vec<char> = entry.folded.chars().take(begun.len()).collect();
                let is_near = beginning.len() == begun.len() && distance(&begun, &beginning, 1) == Some(1);
                is_near.then(|| (beginning.into_iter().collect(), entry))
            })
            .collect();
        found.sort_by_cached_key(|(beginning, entry)| {
            (doubt(folded, beginning, entry.names), Reverse(entry.courses))
        });
        let mut tried = HashSet::new();
        found
            .into_iter()
            .map(|(beginning, _)| beginning)
            .filter(|beginning| tried.insert(beginning.clone()))
            .take(most)
            .collect()
    }

    /// Words of the same family as a misspelled one, if no word is spelled like it: those that begin with the same letters and whose
    /// stem is hardly another one. `negotating` is nearest to `negotiating`, but perhaps courses have `negotiate` alone.
    pub(super) fn relatives(&self, lower: &str, languages: &[Language], most: usize) -> Vec<Correction> {
        let folded = fold(lower);
        let Some((end, _)) = folded.char_indices().nth(SAME_LETTERS) else { return Vec::new() };
        let same = &folded[..end];
        let stems: Vec<(Language, Vec<char>)> = languages
            .iter()
            .map(|language| (*language, language.stem(lower).chars().collect::<Vec<_>>()))
            .filter(|(_, stem)| stem.len() >= LEAST_STEM)
            .collect();
        let is_relative = |entry: &&Entry| {
            stems.iter().any(|(language, stem)| {
                let other: Vec<char> = language.stem(&entry.spelled).chars().collect();
                distance(stem, &other, 1).is_some()
            })
        };
        let from = self.0.partition_point(|entry| entry.folded.as_str() < same);
        let near = self.0[from..].iter().take_while(|entry| entry.folded.starts_with(same));
        // As far away as a word may be.
        let correction = |entry: &Entry| Correction { entry: entry.clone(), distance: 2 };
        let mut found: Vec<Correction> = near.filter(is_relative).map(correction).collect();
        let alike = |entry: &Entry| {
            folded.chars().zip(entry.folded.chars()).take_while(|(one, other)| one == other).count()
        };
        found.sort_by_cached_key(|correction| {
            let entry = &correction.entry;
            (Reverse(alike(entry)), !entry.names, Reverse(entry.courses))
        });
        found.truncate(most);
        found
    }
}

/// Letters at the beginning that the words of a family share.
const SAME_LETTERS: usize = 3;

/// Letters of a stem that may have a mistake.
const LEAST_STEM: usize = 5;

/// How little a word seems to be meant, compared with others that are as near; less is better. Hardly anybody mistypes the
/// first letter, what courses are about is looked for more than what they mention, and a finger slips more often than it
/// takes another letter.
pub(in crate::search) fn doubt(typed: &str, meant: &str, names: bool) -> (bool, bool, bool) {
    (typed.chars().next() != meant.chars().next(), !names, !is_slip(typed, meant))
}

/// Whether one letter was left out, typed twice or typed in the wrong place.
fn is_slip(typed: &str, meant: &str) -> bool {
    let (typed, meant): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    let alike = typed.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let (left, right) = (&typed[alike..], &meant[alike..]);
    match (left, right) {
        // What follows the letter that is missing, or typed twice, is the same.
        (_, [_, rest @ ..]) if typed.len() + 1 == meant.len() => left == rest,
        ([letter, rest @ ..], _) if typed.len() == meant.len() + 1 => {
            rest == right && alike > 0 && typed[alike - 1] == *letter
        }
        _ => is_moved(left, right),
    }
}

/// How many mistakes a word of this many letters may have.
pub(super) fn allowed_distance(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// Optimal string alignment distance (Damerau–Levenshtein in which no part is changed twice), or nothing when it is
/// larger than `most`. One letter in the wrong place is one mistake, however far it went.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if most > 0 && is_moved(a, b) {
        return Some(1);
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, other) in b.iter().enumerate() {
            let mut least = (last[j] + usize::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// Whether the words differ in the place of one letter alone, as `phyton` and `python`.
fn is_moved(a: &[char], b: &[char]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(one, other)| one == other).count();
    let (a, b) = (&a[same..], &b[same..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(one, other)| one == other).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([first, rest @ ..], [others @ .., last]) if first == last && rest == others => true,
        ([others @ .., last], [first, rest @ ..]) => first == last && rest == others,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measured(a: &str, b: &str) -> Option<usize> {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2)
    }

    #[test]
    fn mistakes_are_counted() {
        assert_eq!(measured("python", "python"), Some(0));
        assert_eq!(measured("pyhton", "python"), Some(1));
        assert_eq!(measured("pythn", "python"), Some(1));
        assert_eq!(measured("pithom", "python"), Some(2));
        assert_eq!(measured("phyton", "python"), Some(1), "a letter in the wrong place");
        assert_eq!(measured("thpyon", "python"), None, "but two letters are two");
        assert_eq!(measured("zebra", "python"), None);
    }

    #[test]
    fn the_probable_word_is_first() {
        let words = [("budget", 3), ("budgets", 1), ("gadget", 9), ("sql", 4), ("größe", 2), ("grosse", 1)];
        let words = words.map(|(word, courses)| (word.to_owned(), courses));
        let vocabulary = Vocabulary::new(words, &HashSet::new());
        let first =
            |word: &str| vocabulary.corrections(word, 3).first().map(|found| found.entry.spelled.clone());
        assert_eq!(first("budgt").as_deref(), Some("budget"));
        assert_eq!(first("sqk"), None, "too short to guess");
        let completed = vocabulary.completions("bud", 5);
        assert_eq!(
            completed.iter().map(|entry| entry.spelled.as_str()).collect::<Vec<_>>(),
            ["budget", "budgets"]
        );
    }

    #[test]
    fn a_word_is_begun_with_a_mistake() {
        let words = [("python", 1), ("pythons", 1), ("physics", 4), ("budget", 2)];
        let words = words.map(|(word, courses)| (word.to_owned(), courses));
        let vocabulary = Vocabulary::new(words, &HashSet::new());
        assert_eq!(vocabulary.mended_beginnings("phyt", 9), ["pyth", "phys"]);
        assert_eq!(vocabulary.mended_beginnings("budj", 9), ["budg"]);
        assert!(
            vocabulary.mended_beginnings("xyth", 9).is_empty(),
            "hardly anybody mistypes the first letter"
        );
        assert!(vocabulary.mended_beginnings("pyx", 9).is_empty(), "too short to guess");
        assert_eq!(vocabulary.corrections("phyton", 1)[0].entry.spelled, "python");
    }

    #[test]
    fn a_misspelled_word_finds_its_family() {
        let words = [("negative", 8), ("negotiate", 2), ("negotiation", 5), ("neglect", 9), ("python", 3)];
        let vocabulary =
            Vocabulary::new(words.map(|(word, courses)| (word.to_owned(), courses)), &HashSet::new());
        let english: Vec<Language> = Language::of("en").into_iter().collect();
        assert!(vocabulary.corrections("negotating", 3).is_empty());
        let found = vocabulary.relatives("negotating", &english, 3);
        let spelled: Vec<&str> = found.iter().map(|found| found.entry.spelled.as_str()).collect();
        assert_eq!(
            spelled,
            ["negotiation", "negotiate", "negative"],
            "the longer they are the same, the better"
        );
        assert!(vocabulary.relatives("zebra", &english, 3).is_empty());
        assert!(vocabulary.relatives("né", &english, 3).is_empty());
    }

    #[test]
    fn what_is_looked_for_comes_before_what_is_frequent() {
        let first = |typed: &str, words: &[(&str, u32)], names: &[&str]| {
            let words = words.iter().map(|(word, courses)| ((*word).to_owned(), *courses));
            let names = names.iter().map(|word| (*word).to_owned()).collect();
            Vocabulary::new(words, &names).corrections(typed, 9)[0].entry.spelled.clone()
        };
        let words = [("many", 90), ("money", 5), ("honey", 70), ("mono", 99)];
        assert_eq!(first("mony", &words, &[]), "money", "a letter is left out more often than exchanged");
        assert_eq!(first("mony", &words, &["mono"]), "mono", "a title says what is looked for");
        let near = [("interest", 1), ("invest", 50)];
        assert_eq!(first("intrest", &near, &["invest"]), "interest", "one mistake is nearer than two");
    }

    #[test]
    fn a_finger_slips() {
        for (typed, meant) in
            [("mony", "money"), ("wrting", "writing"), ("pyhton", "python"), ("budgget", "budget")]
        {
            assert!(is_slip(typed, meant), "{typed}");
        }
        for (typed, meant) in [("mony", "many"), ("budgeta", "budget"), ("xbudget", "budget"), ("tea", "tea")]
        {
            assert!(!is_slip(typed, meant), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn the_distance_is_the_same_both_ways(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            prop_assert_eq!(measured(&a, &b), measured(&b, &a));
            prop_assert_eq!(measured(&a, &a), Some(0));
        }
    }
}
