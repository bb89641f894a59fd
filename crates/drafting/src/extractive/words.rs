//! Words of a language: where they stand, which of them carry meaning, and their stems.

use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use frostem::Stemmer;

use crate::language;

/// Stop words of English that the usual list lacks: they join or hedge, and name nothing.
const MORE_ENGLISH: &str = "across actually almost along already also although always among another anyone anything around \
    away back became become becomes bit came cannot come comes could done either else end enough especially etc even ever every \
    everyone everything far first gets get getting give given gives go goes going good got however i.e e.g instead keep kept \
    kind last later least less let like likely little long look lot made make makes making many matter may maybe might much must \
    near need needs neither never next nobody none nothing often one ones others otherwise per perhaps please quite rather \
    really said say says second see seem seems several shall since someone something sometimes soon still sure take taken takes \
    thing things think though three thus together took toward towards try two unless upon us use used uses using usually via \
    want way ways well went whatever whenever whether within without would yes yet you'll third new own whose four five six \
    seven eight nine ten able best better certain different easy find known large mean means part possible put right several \
    simply small start starts thought time times turn useful twice deep tight wide loose whole previous current general overall main entire full common recent";

/// A word where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// Its first byte.
    pub(super) from: usize,
}

impl Word<'_> {
    /// The first byte after it.
    pub(super) fn to(&self) -> usize {
        self.from + self.text.len()
    }

    pub(super) fn lower(&self) -> String {
        self.text.to_lowercase().replace('’', "'")
    }

    pub(super) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    pub(super) fn is_capitalized(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }
}

/// The words of a text in their order: letters and digits with the apostrophes, hyphens and decimal points between them.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let inside = c.is_alphanumeric()
            || is_mark(c)
            || start.is_some() && matches!(c, '\'' | '’' | '-' | '‑') && next.is_alphanumeric()
            || start.is_some() && matches!(c, '.' | ',') && before.is_ascii_digit() && next.is_ascii_digit();
        match (inside, start) {
            (true, None) if !is_mark(c) => start = Some(at),
            (false, Some(from)) => {
                words.push(Word { text: text.get(from..at).unwrap_or_default(), from });
                start = None;
            }
            _ => {}
        }
        before = c;
    }
    if let Some(from) = start {
        words.push(Word { text: text.get(from..).unwrap_or_default(), from });
    }
    words
}

/// Marks that stand above or below the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// What is known of a language.
pub(super) struct Language {
    /// The first part of its tag: `en`.
    pub(super) code: String,
    stemmer: Option<Stemmer>,
    stop: HashSet<&'static str>,
}

impl Language {
    /// Of a BCP 47 tag. What isn't known is read without stems and stop words.
    pub(super) fn new(tag: &str) -> Self {
        let code = language::primary(tag);
        let mut stop: HashSet<&str> = language::stop_words(&code).iter().copied().collect();
        if code == "en" {
            stop.extend(MORE_ENGLISH.split_whitespace());
        }
        Self { stemmer: language::stemmer(&code), code, stop }
    }

    pub(super) fn is_english(&self) -> bool {
        self.code == "en"
    }

    /// Whether a word, in lower case, only joins others.
    pub(super) fn is_stop(&self, lower: &str) -> bool {
        self.stop.contains(lower)
            || lower.split_once('\'').is_some_and(|(first, _)| first.len() <= 1 || self.stop.contains(first))
    }

    /// Whether a word, in lower case, carries meaning.
    pub(super) fn is_content(&self, lower: &str) -> bool {
        lower.chars().count() > 2 && lower.contains(char::is_alphabetic) && !self.is_stop(lower)
    }

    /// The stem of a word in lower case.
    pub(super) fn stem<'a>(&self, lower: &'a str) -> Cow<'a, str> {
        let lower = lower.strip_suffix("'s").unwrap_or(lower);
        self.stemmer.map_or(Cow::Borrowed(lower), |stemmer| stemmer.stem(lower))
    }

    /// The stems of the words of a text that carry meaning, in their order.
    pub(super) fn stems(&self, text: &str) -> Vec<String> {
        let lower = words(text).into_iter().map(|word| word.lower());
        lower.filter(|word| self.is_content(word)).map(|word| self.stem(&word).into_owned()).collect()
    }
}

/// A list of words, to look them up in.
pub(super) type List = LazyLock<HashSet<&'static str>>;

/// The words of a text that are parted by spaces.
pub(super) fn list(words: &'static str) -> HashSet<&'static str> {
    words.split_ascii_whitespace().collect()
}

/// A number that a text always has: FNV-1a.
pub(super) fn seed(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Text in which only words count: lower case, one space between them.
pub(super) fn plain(text: &str) -> String {
    words(text).iter().map(Word::lower).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_what_belongs_to_them() {
        let texts = |text| words(text).iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(
            texts("Don’t add 1,200.5 g of well-aged rye — yet."),
            ["Don’t", "add", "1,200.5", "g", "of", "well-aged", "rye", "yet"]
        );
        assert_eq!(texts("’ - ."), [""; 0]);
        assert_eq!(words("a bé").last().map(Word::to), Some(5));
    }

    #[test]
    fn stems_leave_out_what_joins() {
        let english = Language::new("en-GB");
        assert_eq!(
            english.stems("The bakers don't use their ovens before baking."),
            ["baker", "oven", "bake"]
        );
        assert_eq!(Language::new("ja").stems("パンを焼く"), ["パンを焼く"]);
    }
}
