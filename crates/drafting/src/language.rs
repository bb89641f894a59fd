//! What is known about languages: how their words change, and which of them only join others.

use frostem::{Algorithm, Stemmer};

/// A BCP 47 tag without region and script, in lower case.
pub(crate) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Who knows how words of a language change; `None` for languages that aren't known.
pub(crate) fn stemmer(primary: &str) -> Option<Stemmer> {
    let algorithm = match primary {
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
    Some(Stemmer::new(algorithm))
}

/// Whether a text is mostly written in a script that doesn't part words by spaces: Chinese, Japanese, Thai and its neighbors.
pub(crate) fn is_unspaced<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let is_of_such = |c: &char| {
        matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
    };
    let (mut letters, mut such) = (0_usize, 0_usize);
    for c in texts.flat_map(str::chars).filter(|c| c.is_alphabetic()) {
        letters += 1;
        such += usize::from(is_of_such(&c));
    }
    such * 2 > letters
}

/// Words that only join others, in lower case; none for languages that aren't known.
pub(crate) fn stop_words(primary: &str) -> &'static [&'static str] {
    stop_words::lookup(primary).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_without_spaces_are_seen() {
        let is = |text: &'static str| is_unspaced([text].into_iter());
        assert!(is("会議室を予約する前に、PDFを確認してください。") && is("ก่อนจองห้องประชุม"));
        assert!(!is("The word 会議室 is Japanese.") && !is("회의실을 예약하기 전에") && !is("") && !is("12"));
    }
}
