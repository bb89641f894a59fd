//! A text of which no course has all words that are needed is looked for with fewer of them.

/// Which words to keep, by their places; one choice after the other: without those that no course has, then without the weakest one
/// more each time. `best` says how well the best course for each word has it: 0 if none does.
pub(super) fn fewer(best: &[f64]) -> Vec<Vec<usize>> {
    let mut kept: Vec<usize> = (0..best.len()).filter(|word| best[*word] > 0.0).collect();
    let mut choices = Vec::new();
    while !kept.is_empty() {
        if kept.len() < best.len() {
            choices.push(kept.clone());
        }
        // Of equally weak ones the last.
        let weakest = (0..kept.len()).rev().min_by(|a, b| best[kept[*a]].total_cmp(&best[kept[*b]]));
        kept.remove(weakest.unwrap_or_default());
    }
    choices
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_words_go_first() {
        assert_eq!(fewer(&[3.0, 0.0, 2.0, 0.0]), [vec![0, 2], vec![0]]);
        assert_eq!(fewer(&[1.0, 4.0, 1.0]), [vec![0, 1], vec![1]]);
        assert!(fewer(&[0.0, 0.0]).is_empty() && fewer(&[1.0]).is_empty());
        assert_eq!(left_out(["a", "sql", "a", "b"].into_iter(), &[1]), ["a", "b"]);
    }
}
