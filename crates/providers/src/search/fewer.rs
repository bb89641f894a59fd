//! A text of which no course has all words that are needed is looked for with fewer of them.

/// How to look for fewer words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fewer {
    /// Places of the words that some course has.
    pub kept: Vec<usize>,
    /// Whether one of them is enough.
    pub any: bool,
}

/// One try after the other: without the words that no course has, then any of the others. `known` says of each word whether some
/// course has it.
pub(super) fn fewer(known: &[bool]) -> Vec<Fewer> {
    let kept: Vec<usize> = (0..known.len()).filter(|word| known[*word]).collect();
    let mut tries = Vec::new();
    if !kept.is_empty() && kept.len() < known.len() {
        tries.push(Fewer { kept: kept.clone(), any: false });
    }
    if kept.len() > 1 {
        tries.push(Fewer { kept, any: true });
    }
    tries
}

/// The words that aren't kept, each once.
pub(super) fn left_out<'a>(words: impl Iterator<Item = &'a str>, kept: &[usize]) -> Vec<String> {
    let mut left_out: Vec<String> = Vec::new();
    for (place, word) in words.enumerate() {
        if !kept.contains(&place) && !left_out.iter().any(|other| other == word) {
            left_out.push(word.to_owned());
        }
    }
    left_out
}

/// A corrected text, unless it has a word that was left out: it would be left out again.
pub(super) fn worth_offering(corrected: Option<String>, left_out: &[String]) -> Option<String> {
    let again = |word: &str| left_out.iter().any(|other| *other == word.to_lowercase());
    corrected.filter(|text| !text.split_whitespace().any(again))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_go_first_and_then_any_is_enough() {
        let with = |kept: &[usize], any| Fewer { kept: kept.to_vec(), any };
        assert_eq!(fewer(&[true, false, true]), [with(&[0, 2], false), with(&[0, 2], true)]);
        assert_eq!(fewer(&[true, true]), [with(&[0, 1], true)]);
        assert_eq!(fewer(&[false, true]), [with(&[1], false)]);
        assert!(fewer(&[false, false]).is_empty() && fewer(&[true]).is_empty());
        assert_eq!(left_out(["a", "sql", "a", "b"].into_iter(), &[1]), ["a", "b"]);
        let offered = |text: &str| worth_offering(Some(text.to_owned()), &["zebra".to_owned()]);
        assert_eq!((offered("sql union").as_deref(), offered("Zebra union")), (Some("sql union"), None));
    }
}
