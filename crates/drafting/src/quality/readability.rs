//! Whether its audience can read a lesson.

use super::{
    Read, Verdict, number, quote, share,
    syllables::{english, german},
    words::{self, Language},
};
use crate::{Level, sentence::sentences};

/// Formulas say nothing about a few words.
const FEWEST_WORDS: usize = 100;
/// Sentences with more words are named.
const LONG_SENTENCE: usize = 28;

/// How a language's readability is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// Flesch–Kincaid grade: 0.39 words/sentences + 11.8 syllables/words − 15.59. Kincaid, Fishburne, Rogers and Chissom 1975,
    /// Derivation of New Readability Formulas, Research Branch Report 8-75.
    FleschKincaid,
    /// First Wiener Sachtextformel: 0.1935 MS + 0.1672 SL + 0.1297 IW − 0.0327 ES − 0.875, where MS, IW and ES are percentages of
    /// words with three or more syllables, with more than six letters, and with one syllable, and SL is words/sentences.
    /// Bamberger and Vanecek 1984, Lesen – Verstehen – Lernen – Schreiben. A school grade, 4 to 15.
    WienerSachtext,
    /// words/sentences + percentage of words with more than six letters. Björnsson 1968, Läsbarhet. 40 to 50 is a newspaper.
    Lix,
}

impl Formula {
    /// The one for a language, by its BCP 47 tag; none where the formulas' targets are unknown: without an alphabet, and where
    /// words are built so long (Finnish, Hungarian, Turkish) or short (Vietnamese) that counting letters says little.
    #[must_use]
    pub fn of(language: &str) -> Option<Self> {
        match Language::of(language).code.as_str() {
            "en" => Some(Self::FleschKincaid),
            "de" => Some(Self::WienerSachtext),
            "bg" | "ca" | "cs" | "da" | "el" | "es" | "fr" | "gl" | "hr" | "it" | "nb" | "nl" | "nn"
            | "no" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "uk" => Some(Self::Lix),
            _ => None,
        }
    }

    /// The highest value that a level should have.
    #[must_use]
    pub const fn target(self, level: Level) -> f64 {
        match (self, level) {
            (Self::FleschKincaid | Self::WienerSachtext, Level::Beginner) => 9.0,
            (Self::FleschKincaid | Self::WienerSachtext, Level::Intermediate) => 12.0,
            (Self::FleschKincaid | Self::WienerSachtext, Level::Advanced) => 15.0,
            (Self::Lix, Level::Beginner) => 45.0,
            (Self::Lix, Level::Intermediate) => 52.0,
            (Self::Lix, Level::Advanced) => 60.0,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::FleschKincaid => "grade",
            Self::WienerSachtext => "Wiener Sachtextformel",
            Self::Lix => "LIX",
        }
    }

    /// Points for each whole unit above the target.
    const fn slope(self) -> f64 {
        match self {
            Self::FleschKincaid | Self::WienerSachtext => 15.0,
            Self::Lix => 4.0,
        }
    }
}

/// What formulas count.
#[derive(Debug, Default)]
struct Counts {
    sentences: usize,
    words: usize,
    syllables: usize,
    /// Of three syllables and more.
    many_syllables: usize,
    one_syllable: usize,
    /// Of more than six letters.
    long: usize,
}

impl Counts {
    /// Counts a sentence; how many words it has.
    fn sentence(&mut self, sentence: &str, formula: Formula) -> usize {
        let before = self.words;
        for word in words::words(sentence) {
            let syllables = match formula {
                Formula::FleschKincaid => english(word),
                Formula::WienerSachtext => german(word),
                Formula::Lix => 1,
            };
            self.words += 1;
            self.syllables += syllables;
            self.many_syllables += usize::from(syllables >= 3);
            self.one_syllable += usize::from(syllables == 1);
            self.long += usize::from(word.chars().filter(|c| c.is_alphabetic()).nth(6).is_some());
        }
        let length = self.words - before;
        self.sentences += usize::from(length > 0);
        length
    }

    fn value(&self, formula: Formula) -> f64 {
        let length = share(self.words, self.sentences);
        match formula {
            Formula::FleschKincaid => 0.39 * length + 11.8 * share(self.syllables, self.words) - 15.59,
            Formula::WienerSachtext => {
                0.1935 * 100.0 * share(self.many_syllables, self.words)
                    + 0.1672 * length
                    + 0.1297 * 100.0 * share(self.long, self.words)
                    - 0.0327 * 100.0 * share(self.one_syllable, self.words)
                    - 0.875
            }
            Formula::Lix => length + 100.0 * share(self.long, self.words),
        }
    }
}

/// The readability of plain text by a formula; nothing for a text without words.
#[must_use]
pub fn grade(text: &str, formula: Formula) -> Option<f64> {
    let mut counts = Counts::default();
    for sentence in sentences(text) {
        counts.sentence(sentence, formula);
    }
    (counts.words > 0).then(|| counts.value(formula))
}

/// 100 up to the level's target; less by the formula's slope above it. Headings, code, tables and addresses don't count.
pub(super) fn judge(read: &Read<'_>, language: &Language, level: Level) -> Verdict {
    let Some(formula) = Formula::of(&language.code) else {
        return Verdict::not_judged(&format!("there is no formula for “{}”", language.code));
    };
    let mut counts = Counts::default();
    let mut long = Vec::new();
    for (section, block) in read.text.prose() {
        for sentence in sentences(&block.prose) {
            let words = counts.sentence(sentence, formula);
            if words >= LONG_SENTENCE {
                long.push((words, section, sentence));
            }
        }
    }
    if counts.words < FEWEST_WORDS {
        return Verdict::not_judged("the text is too short");
    }
    let (value, target) = (counts.value(formula), formula.target(level));
    let over = (value - target).max(0.0);
    let mut findings = Vec::new();
    if over > 0.0 {
        let advice = if share(counts.words, counts.sentences) > 20.0 {
            "Split long sentences"
        } else {
            "Use shorter and more common words"
        };
        findings.push(format!(
            "The text reads at {} {value:.1}; for this level it should be {target} at most. {advice}: its sentences have {:.0} words on average.",
            formula.name(),
            share(counts.words, counts.sentences)
        ));
        long.sort_by_key(|(words, ..)| std::cmp::Reverse(*words));
        findings.extend(long.iter().take(3).map(|(words, section, sentence)| {
            format!("A sentence {} has {words} words: “{}” Split it.", section.place(), quote(sentence))
        }));
    }
    Verdict::new(
        100.0 - formula.slope() * over,
        findings,
        format!(
            "{} {value:.1}, {:.1} words a sentence",
            formula.name(),
            number(counts.words) / number(counts.sentences.max(1))
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads_at(text: &str, formula: Formula, expected: f64) {
        let value = grade(text, formula).unwrap();
        assert!((value - expected).abs() < 0.005, "{value} instead of {expected}");
    }

    /// Counted by hand; the formulas' own sources give no texts with counts.
    #[test]
    fn formulas_give_what_they_give_by_hand() {
        // 6 words, 1 sentence, 6 syllables: the lowest usual grade, as in Wikipedia's article on the formula (−1.45 by rounding).
        reads_at("The cat sat on the mat.", Formula::FleschKincaid, 0.39 * 6.0 + 11.8 - 15.59);
        // 13 words and 24 syllables: 0.39 · 13 + 11.8 · 24/13 − 15.59 = 11.26; Wikipedia's example for the reading ease.
        reads_at(
            "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
            Formula::FleschKincaid,
            11.26,
        );
        // 8 words in 2 sentences; Au-to-bahn has three syllables; geschlossen (11 letters) and Autobahn (8) are long;
        // Die ist Wir ist zu spät have one.
        reads_at(
            "Die Autobahn ist geschlossen. Wir kommen zu spät.",
            Formula::WienerSachtext,
            0.1935 * 25.0 + 0.1672 * 4.0 + 0.1297 * 25.0 - 0.0327 * 62.5 - 0.875,
        );
        // 10 words, 2 sentences, 2 long ones (bibliothèque, aujourd'hui): 5 + 20.
        reads_at("La bibliothèque est fermée ce soir. Elle ouvre tard aujourd’hui.", Formula::Lix, 25.0);
        assert_eq!(grade("… 。", Formula::Lix), None);
    }

    #[test]
    fn each_language_has_its_formula() {
        assert_eq!(Formula::of("en-US"), Some(Formula::FleschKincaid));
        assert_eq!(Formula::of("de-CH"), Some(Formula::WienerSachtext));
        assert_eq!(Formula::of("sv"), Some(Formula::Lix));
        assert_eq!(Formula::of("ja"), None);
    }
}
