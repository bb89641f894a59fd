//! Words, their stems, and which of them carry meaning.

use std::collections::BTreeSet;

use frostem::Stemmer;

use unicode_segmentation::UnicodeSegmentation;

use crate::language;

/// The words of a text in its order, without punctuation. Scripts without spaces: mostly single characters.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
}

/// On one line, with single spaces.
pub(super) fn squeezed(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// In lower case, with plain apostrophes.
pub(super) fn lower(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let lower = word.to_lowercase();
    if lower.contains('’') { lower.replace('’', "'") } else { lower }
}

/// What is known about a language.
pub(super) struct Language {
    /// Its tag without region and script, in lower case.
    pub(super) code: String,
    stemmer: Option<Stemmer>,
    silent: &'static [&'static str],
}

impl Language {
    pub(super) fn of(tag: &str) -> Self {
        let code = language::primary(tag);
        let silent = language::stop_words(&code);
        Self { stemmer: language::stemmer(&code), silent, code }
    }

    /// Whether its words have spaces between them.
    pub(super) fn has_spaces(&self) -> bool {
        !matches!(self.code.as_str(), "ja" | "zh" | "yue" | "th" | "lo" | "km" | "my" | "bo")
    }

    /// The stem of a word in lower case.
    pub(super) fn stem(&self, lower: &str) -> String {
        let word = lower.strip_suffix("'s").unwrap_or(lower);
        self.stemmer.map_or_else(|| word.to_owned(), |stemmer| stemmer.stem(word).into_owned())
    }

    /// Whether a word in lower case says something: no article, pronoun or the like.
    pub(super) fn carries_meaning(&self, lower: &str) -> bool {
        let long_enough = lower.chars().nth(2).is_some()
            || !lower.is_ascii()
            || lower.starts_with(|c: char| c.is_ascii_digit());
        long_enough && !self.silent.contains(&lower)
    }

    /// The words of a text that carry meaning, in lower case, each once, in its order.
    pub(super) fn content_words(&self, text: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        words(text)
            .map(lower)
            .filter(|word| self.carries_meaning(word) && seen.insert(word.clone()))
            .collect()
    }

    /// The stems of all words of some texts.
    pub(super) fn stems<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Stems {
        let mut distinct = std::collections::HashSet::new();
        texts.for_each(|text| distinct.extend(words(text)));
        Stems(distinct.into_iter().map(|word| self.stem(&lower(word))).collect())
    }
}

/// The stems of a text.
pub(super) struct Stems(BTreeSet<String>);

impl Stems {
    /// All that are in any of some texts.
    pub(super) fn union(texts: &[Self]) -> Self {
        Self(texts.iter().flat_map(|stems| stems.0.iter().cloned()).collect())
    }

    /// Whether a stem is there, or a word that it begins, or one that begins it: `decision` has `decis`, German
    /// `Datenbank` is in `Datenbankabfrage`. The shorter one has five letters at least.
    pub(super) fn has(&self, stem: &str) -> bool {
        const SHORTEST: usize = 5;
        if self.0.contains(stem) {
            return true;
        }
        let letters = stem.chars().count();
        if letters < SHORTEST || stem.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        if self.0.range(stem.to_owned()..).next().is_some_and(|next| next.starts_with(stem)) {
            return true;
        }
        stem.char_indices().skip(SHORTEST).any(|(end, _)| self.0.contains(&stem[..end]))
    }

    /// Whether any of some stems is there exactly.
    pub(super) fn has_any(&self, stems: &[String]) -> bool {
        stems.iter().any(|stem| self.0.contains(stem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_do_not_matter() {
        let english = Language::of("en-GB");
        let stems = english.stems(["Budgets decided the company’s spending"].into_iter());
        for word in ["budget", "budgeting", "companies", "company's", "spend", "decide"] {
            assert!(stems.has(&english.stem(word)), "{word}");
        }
        assert!(!stems.has(&english.stem("budge")));
        assert!(!stems.has("10"));
        let german = Language::of("de_AT");
        assert!(german.stems(["Datenbankabfragen"].into_iter()).has(&german.stem("datenbank")));
    }

    #[test]
    fn small_words_carry_no_meaning() {
        let words =
            Language::of("en").content_words("What is the Price of a TV in 3 of the Prices? It’s $5.");
        assert_eq!(words, ["price", "3", "prices", "5"]);
        assert_eq!(Language::of("ja").content_words("雨が"), ["雨", "が"]);
    }
}
