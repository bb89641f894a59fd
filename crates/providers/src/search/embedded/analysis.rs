//! From text to words: where they begin and end, in lower case, without accents, and their stems.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{AsciiFoldingFilter, RawTokenizer, TextAnalyzer, TokenStream};

/// Longer ones are no words.
const LONGEST: usize = 60;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Word<'a> {
    /// As it stands there.
    pub(in crate::search) text: &'a str,
    /// Its first byte.
    pub(in crate::search) from: usize,
}

impl Word<'_> {
    /// In lower case; apostrophes are left out.
    pub(in crate::search) fn lower(&self) -> String {
        self.text.chars().filter(|c| !is_apostrophe(*c)).flat_map(char::to_lowercase).collect()
    }

    /// The first byte after it.
    pub(in crate::search) fn to(&self) -> usize {
        self.from + self.text.len()
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Scripts that write without spaces: each letter is a word.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

/// Marks that stand after a letter and belong to it.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// The words of a text, in their order.
pub(in crate::search) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + start(text.get(at..)?)?;
            let rest = text.get(start..)?;
            let length = length(rest);
            at = start + length;
            if length <= LONGEST * 4 {
                return Some(Word { text: rest.get(..length)?, from: start });
            }
        }
    })
}

/// Where the first word of `rest` begins. Most of most texts is ASCII, which is quick to look through.
fn start(rest: &str) -> Option<usize> {
    let at = rest.bytes().position(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())?;
    if rest.as_bytes()[at].is_ascii() {
        return Some(at);
    }
    rest.get(at..)?.find(char::is_alphanumeric).map(|further| at + further)
}

/// How many bytes the word at the beginning of `rest` has. `C++`, `C#` and `F#` are words.
fn length(rest: &str) -> usize {
    let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let next = rest.as_bytes().get(plain);
    if plain > 0 && next.is_none_or(|next| next.is_ascii() && !matches!(next, b'\'' | b'+' | b'#')) {
        return plain;
    }
    length_by_letters(rest)
}

fn length_by_letters(rest: &str) -> usize {
    let mut letters = rest.char_indices().peekable();
    let mut end = 0;
    while let Some((at, c)) = letters.next() {
        if stands_alone(c) {
            return if at == 0 { c.len_utf8() } else { at };
        }
        let joins = is_apostrophe(c) && letters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if c.is_alphanumeric() || is_mark(c) || joins {
            end = at + c.len_utf8();
            continue;
        }
        let sign = if rest[at..].starts_with("++") { 2 } else { usize::from(c == '#') };
        let followed = rest[at + sign..].starts_with(char::is_alphanumeric);
        if at == 1 && sign > 0 && !followed {
            end = at + sign;
        }
        break;
    }
    end
}

/// Without accents: `für` is `fur`, `Straße` is `strasse`.
pub(in crate::search) fn fold(lower: &str) -> Cow<'_, str> {
    if lower.is_ascii() {
        return Cow::Borrowed(lower);
    }
    let mut analyzer = TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).build();
    let mut stream = analyzer.token_stream(lower);
    let folded = if stream.advance() { stream.token().text.clone() } else { lower.to_owned() };
    Cow::Owned(folded.chars().filter(|c| !is_mark(*c)).collect())
}

/// The spelling without umlauts that some keyboards force: `ueber` may be `über`, which is folded to `uber`.
pub(in crate::search) fn without_digraphs(folded: &str) -> String {
    folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// Who knows how words of a language change.
#[derive(Clone, Copy)]
pub(in crate::search) struct Language(Stemmer);

impl Language {
    /// By its BCP 47 tag; nothing for languages whose words we can't reduce.
    pub(in crate::search) fn of(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let algorithm = match primary.as_str() {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "nl" => Algorithm::Dutch,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return None,
        };
        Some(Self(Stemmer::new(algorithm)))
    }

    /// Whether every stem begins as its words do. (Dutch words may lose `ge`.)
    pub(in crate::search) fn keeps_beginnings(self) -> bool {
        !matches!(self.0.algorithm(), Algorithm::Dutch | Algorithm::Arabic)
    }

    /// The stem of a word in lower case, without accents.
    pub(in crate::search) fn stem(self, lower: &str) -> String {
        let stem = self.0.stem(lower);
        fold(&stem).into_owned()
    }
}

/// The words of a text as the index takes them: without accents, between spaces.
pub(in crate::search) fn folded_text(text: &str) -> String {
    joined(text, |lower| fold(lower).into_owned())
}

/// The stems of a text's words, between spaces. Of a language without stems: its words.
pub(in crate::search) fn stemmed_text(text: &str, language: Option<Language>) -> String {
    joined(text, |lower| match language {
        Some(language) => language.stem(lower),
        None => fold(lower).into_owned(),
    })
}

/// The words of a text in lower case as they are spelled, between spaces.
pub(in crate::search) fn spelled_text(text: &str) -> String {
    joined(text, str::to_owned)
}

fn joined(text: &str, form: impl Fn(&str) -> String) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in words(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&form(&word.lower()));
    }
    joined
}

/// Whether one of these words begins so. Both are in lower case without accents.
pub(in crate::search) fn begins_a_word(folded: &str, word: &str) -> bool {
    folded.split(' ').any(|other| other.starts_with(word))
}

/// Words that stand in every sentence and say nothing about what somebody looks for.
pub(in crate::search) fn says_nothing(lower: &str) -> bool {
    const WORDS: &[&str] = &[
        // English
        "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "course", "courses", "do", "does",
        "for", "from", "how", "i", "if", "in", "into", "is", "it", "learn", "my", "of", "on", "or", "our",
        "should", "that", "the", "their", "then", "there", "these", "they", "this", "to", "want", "was",
        "we", "what", "when", "which", "why", "will", "with", "you", "your", // German
        "auf", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einen", "für", "ich", "im", "ist",
        "kurs", "mit", "oder", "und", "von", "wie", "zu", "zum", "zur", // Spanish, French
        "con", "de", "del", "el", "en", "et", "la", "las", "le", "les", "los", "para", "pour", "que", "un",
        "una", "une", "y",
    ];
    WORDS.contains(&lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        words(text).map(|word| word.lower()).collect()
    }

    #[test]
    fn words_are_found_where_they_stand() {
        assert_eq!(all("Don’t panic: C++, C# and F#!"), ["dont", "panic", "c++", "c#", "and", "f#"]);
        assert_eq!(all("e-mail a+b x#y don' t"), ["e", "mail", "a", "b", "x", "y", "don", "t"]);
        assert_eq!(all("学習する2日"), ["学", "習", "す", "る", "2", "日"]);
        assert_eq!(all(" \u{0}\u{FFFD}…"), [""; 0]);
        let text = "Über Äpfel";
        let found: Vec<_> = words(text).collect();
        assert_eq!(&text[found[1].from..found[1].to()], "Äpfel");
        assert_eq!(all(&"x".repeat(5_000)), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn stems_begin_as_their_words_do(word in "[a-z]{1,12}") {
            let tags = ["da", "de", "en", "es", "fi", "fr", "hu", "it", "no", "pt", "ro", "ru", "sv", "ta", "tr", "el"];
            for language in tags.map(|tag| Language::of(tag).unwrap()) {
                proptest::prop_assert!(language.keeps_beginnings());
                proptest::prop_assert_eq!(language.stem(&word).bytes().next(), word.bytes().next());
            }
        }

        #[test]
        fn the_quick_way_finds_the_same_words(text in "[a-cA-C1 '’+#.,äß\u{301}学-]{0,40}") {
            let slow: Vec<&str> = slow_words(&text);
            proptest::prop_assert_eq!(words(&text).map(|word| word.text).collect::<Vec<_>>(), slow);
        }
    }

    /// As [`words`], letter by letter.
    fn slow_words(text: &str) -> Vec<&str> {
        let (mut found, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(char::is_alphanumeric) {
            let length = length_by_letters(&rest[at..]);
            found.push(&rest[at..at + length]);
            rest = &rest[at + length..];
        }
        found
    }

    #[test]
    fn accents_and_endings_do_not_matter() {
        assert_eq!(fold("straße"), "strasse");
        assert_eq!(fold("fu\u{308}r"), "fur");
        assert_eq!(folded_text("Crème brûlée"), "creme brulee");
        let stem = |tag: &str, word: &str| Language::of(tag).unwrap().stem(word);
        assert_eq!(stem("en", "budgeting"), stem("en", "budgets"));
        assert_eq!(stem("de-CH", "häuser"), stem("de", "haus"));
        assert_eq!(stem("es", "libros"), stem("es", "libro"));
        assert!(Language::of("xx").is_none() && Language::of("").is_none());
        assert_eq!(without_digraphs("ueber"), "uber");
    }
}
