//! Marking the words of a text that were looked for, and choosing the place to quote.

use std::collections::HashSet;

use momentum_core::search::{Excerpt, Piece};

use super::analysis::{Language, Word, fold, words};

/// Letters of a quotation, about.
const WIDTH: usize = 180;

/// Bytes of a text that are looked through.
const LOOKED_THROUGH: usize = 20_000;

/// The words that were looked for.
#[derive(Debug, Default, Clone)]
pub(super) struct Wanted {
    /// Without accents.
    pub(super) folded: HashSet<String>,
    pub(super) stems: HashSet<String>,
}

impl Wanted {
    pub(super) fn is_empty(&self) -> bool {
        self.folded.is_empty() && self.stems.is_empty()
    }

    /// Those words of a text that were looked for.
    fn words_in<'a>(&self, text: &'a str, language: Option<Language>) -> Vec<Word<'a>> {
        // Stems are dear, and most words don't even begin like one that was looked for.
        let mut beginnings = [false; 128];
        for word in self.folded.iter().chain(&self.stems) {
            if let Some(first) = word.bytes().next().and_then(|first| beginnings.get_mut(usize::from(first)))
            {
                *first = true;
            }
        }
        let all_count = language.is_some_and(|language| !language.keeps_beginnings());
        let may_be = |word: &Word<'_>| {
            let first = word.text.bytes().next().unwrap_or_default().to_ascii_lowercase();
            all_count || beginnings.get(usize::from(first)).is_none_or(|known| *known)
        };
        words(text).filter(|word| may_be(word) && self.has(word, language)).collect()
    }

    fn has(&self, word: &Word<'_>, language: Option<Language>) -> bool {
        let lower = word.lower();
        self.folded.contains(&*fold(&lower))
            || language.is_some_and(|language| self.stems.contains(&language.stem(&lower)))
    }

    /// The whole text with its marks.
    pub(super) fn mark(&self, text: &str, language: Option<Language>) -> Excerpt {
        let marks = self.words_in(text, language);
        cut(text, 0, text.len(), &marks)
    }

    /// The place of a text where most of the words stand, or nothing when none does.
    pub(super) fn quote(&self, text: &str, language: Option<Language>) -> Option<Excerpt> {
        let end = floor(text, LOOKED_THROUGH);
        let text = text.get(..end)?;
        let marks = self.words_in(text, language);
        let (first, _) = marks
            .iter()
            .enumerate()
            .map(|(number, mark)| {
                let near: HashSet<String> = marks[number..]
                    .iter()
                    .take_while(|other| other.to() <= mark.from + WIDTH)
                    .map(Word::lower)
                    .collect();
                (mark, near.len())
            })
            // Of equally good places the first.
            .rev()
            .max_by_key(|(_, different)| *different)?;
        let from = sentence_before(text, first.from);
        let to = word_end(text, from + WIDTH);
        let mut excerpt = cut(text, from, to, &marks);
        if from > 0 {
            excerpt.0.insert(0, Piece { text: "… ".into(), marked: false });
        }
        if to < text.len() {
            excerpt.0.push(Piece { text: " …".into(), marked: false });
        }
        Some(excerpt)
    }
}

/// A beginning of a sentence shortly before, or of a word.
fn sentence_before(text: &str, at: usize) -> usize {
    let earliest = floor(text, at.saturating_sub(WIDTH / 2));
    let Some(before) = text.get(earliest..at) else { return at };
    if earliest == 0 {
        return 0;
    }
    if let Some(end) = before.rfind(['.', '!', '?', ':', ';']) {
        let start = earliest + end + 1;
        return start + text[start..].len() - text[start..].trim_start().len();
    }
    before.find(' ').map_or(at, |space| earliest + space + 1)
}

fn word_end(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let at = floor(text, at);
    text[at..].find(char::is_whitespace).map_or(text.len(), |space| at + space)
}

/// The nearest border of letters before.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

fn cut(text: &str, from: usize, to: usize, marks: &[Word<'_>]) -> Excerpt {
    let mut pieces = Vec::new();
    let mut at = from;
    let mut push = |text: &str, marked| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), marked });
        }
    };
    for mark in marks.iter().filter(|mark| mark.from >= from && mark.to() <= to) {
        push(&text[at..mark.from], false);
        push(mark.text, true);
        at = mark.to();
    }
    push(&text[at..to.max(at)], false);
    Excerpt(pieces)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(words: &[&str]) -> Wanted {
        let english = Language::of("en").unwrap();
        Wanted {
            folded: words.iter().map(|word| (*word).to_owned()).collect(),
            stems: words.iter().map(|word| english.stem(word)).collect(),
        }
    }

    #[test]
    fn the_best_place_is_quoted() {
        let english = Language::of("en");
        let text = format!(
            "A budget. {} Now budgets and saving meet! {}",
            "Filler words. ".repeat(40),
            "More. ".repeat(90)
        );
        let quote = wanted(&["budget", "saving"]).quote(&text, english).unwrap();
        assert!(quote.text().starts_with("… Now budgets and saving meet!"), "{}", quote.text());
        assert!(quote.to_html().contains("Now <mark>budgets</mark> and <mark>saving</mark> meet!"));
        assert!(quote.text().ends_with('…') && quote.text().len() < 260);
        assert!(wanted(&["zebra"]).quote(&text, english).is_none());
        assert_eq!(
            wanted(&["budget"]).mark("<Budgeting>", english).to_html(),
            "&lt;<mark>Budgeting</mark>&gt;"
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_quoted(text in "\\PC{0,400}", word in "[a-zäß]{1,3}") {
            let wanted = wanted(&[&word]);
            prop_assert_eq!(wanted.mark(&text, Language::of("de")).text(), text.clone());
            let _ = wanted.quote(&text, None);
        }
    }
}
