//! How long a lesson takes.

/// Whole minutes for reading at 200 words a minute, two minutes for each action item and half a minute for each question,
/// rounded up. (Adults read 238 words of English nonfiction a minute on average, says Brysbaert 2019, 10.1016/j.jml.2019.104047;
/// those who want to remember read slower.)
#[must_use]
pub fn minutes(words: usize, action_items: usize, questions: usize) -> usize {
    (words.div_ceil(20) + action_items * 20 + questions * 5).div_ceil(10)
}

/// Words in a Markdown text: what stands between spaces and has a letter or a digit.
#[must_use]
pub fn words(markdown: &str) -> usize {
    markdown.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_takes_as_long_as_its_parts() {
        assert_eq!(minutes(0, 0, 0), 0);
        assert_eq!(minutes(800, 4, 5), 15);
        assert_eq!(words("## A *big* — idea\n\n- [ ] two"), 4);
    }
}
