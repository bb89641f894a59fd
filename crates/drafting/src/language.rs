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

/// Words that only join others, in lower case; none for languages that aren't known.
pub(crate) fn stop_words(primary: &str) -> &'static [&'static str] {
    stop_words::lookup(primary).unwrap_or_default()
}
