//! The words of a text as they are compared: in lower case, by their stems.

use frostem::Stemmer;
use unicode_segmentation::UnicodeSegmentation;

use crate::language;

/// Reduces the words of a language to their stems.
pub(super) struct Words(Option<Stemmer>);

impl Words {
    /// By a BCP 47 tag. Words of languages that aren't known stay as they are.
    pub(super) fn of(tag: &str) -> Self {
        Self(language::stemmer(&language::primary(tag)))
    }

    /// The stems of a text, in its order.
    pub(super) fn stems<'a>(&'a self, text: &'a str) -> impl Iterator<Item = String> + 'a {
        text.unicode_words().map(|word| {
            let lower = word.to_lowercase().replace(['\'', '’'], "");
            self.0.as_ref().map_or_else(|| lower.clone(), |stemmer| stemmer.stem(&lower).into_owned())
        })
    }
}

/// How many words a text has; in scripts without spaces, a sign is a word.
pub(super) fn count(text: &str) -> usize {
    text.unicode_words().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_reduced_to_their_stems() {
        let stems = |language, text| Words::of(language).stems(text).collect::<Vec<_>>();
        assert_eq!(stems("en-US", "Watering plants"), stems("en", "watered PLANT"));
        assert_eq!(stems("de", "die Häuser"), stems("de", "die Häusern"));
        assert_eq!(stems("xx", "Plants don’t"), ["plants", "dont"]);
        assert_eq!(count("two words, and 3.5 more"), 5);
    }
}
