//! How much of a takeaway is shown before the answer.

/// Words that a text needs for its beginning to say something and its end to be something to remember.
const FEWEST_WORDS: usize = 6;

/// The beginning of a takeaway, from which to remember the rest: up to the first comma, semicolon, colon or dash in its first
/// half, or else a third of its words. None for short texts and for scripts without spaces: there the beginning
/// tells everything or nothing.
pub(super) fn cue(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let ends_clause = |word: &&str| word.ends_with([',', ';', ':']) || matches!(*word, "–" | "—" | "-");
    let clause = words.iter().take(words.len() / 2).position(ends_clause).map(|at| at + 1);
    let shown = clause.filter(|shown| *shown > 1).unwrap_or(words.len() / 3);
    Some(format!("{} …", words[..shown].join(" ")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_ends_where_a_thought_does() {
        let shown = |text: &str| cue(text).unwrap();
        assert_eq!(
            shown("An output is what you make; an outcome is what people can do because of it"),
            "An output is what you make; …"
        );
        assert_eq!(
            shown("A trigger turns worrying into watching: when it's seen, the prepared response begins"),
            "A trigger turns worrying into watching: …"
        );
        assert_eq!(
            shown("Keep safety in one visible buffer at the end instead of hiding a little in each task"),
            "Keep safety in one visible …"
        );
        // A mark near the end would tell nearly all.
        assert_eq!(shown("Say what is out of scope as well, too"), "Say what is …");
        assert_eq!(cue("Remember this"), None);
        assert_eq!(cue("記憶は間隔をあけた復習で強くなる"), None);
    }

    proptest! {
        #[test]
        fn it_never_tells_more_than_half(words in prop::collection::vec("[a-zé]{1,8}[,;:]?", 0..40)) {
            let text = words.join(" ");
            if let Some(cue) = cue(&text) {
                let shown = cue.strip_suffix(" …").unwrap();
                prop_assert!(text.starts_with(shown));
                let count = shown.split(' ').count();
                prop_assert!(count >= 2 && count * 2 <= words.len(), "{count} of {}", words.len());
            }
        }
    }
}
