//! Words that people use for the same thing in courses. Short on purpose: a wrong synonym costs more than a missing one.

/// Each line's words find each other. A line's word may be a phrase.
const GROUPS: &[&[&str]] = &[
    &["js", "javascript"],
    &["ts", "typescript"],
    &["py", "python"],
    &["k8s", "kubernetes"],
    &["postgres", "postgresql"],
    &["db", "database"],
    &["ai", "artificial intelligence"],
    &["ml", "machine learning"],
    &["ux", "usability"],
    &["ui", "interface"],
    &["a11y", "accessibility"],
    &["seo", "search engine optimization"],
    &["hr", "human resources"],
    &["pm", "project management"],
    &["money", "finance"],
    &["stocks", "investing"],
    &["etf", "index fund"],
    &["concentration", "focus", "attention"],
    &["mail", "email", "newsletter"],
    &["font", "typography", "typeface"],
    &["coding", "programming", "code"],
    &["excel", "spreadsheet"],
    &["colour", "color"],
];

/// What else `word` may be called. In lower case, without accents.
pub(super) fn of(word: &str) -> impl Iterator<Item = &'static str> {
    GROUPS
        .iter()
        .filter(move |group| group.contains(&word))
        .flat_map(|group| group.iter().copied())
        .filter(move |other| *other != word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_find_each_other() {
        assert_eq!(of("js").collect::<Vec<_>>(), ["javascript"]);
        assert_eq!(of("attention").collect::<Vec<_>>(), ["concentration", "focus"]);
        assert_eq!(of("zebra").count(), 0);
        let words: Vec<_> = GROUPS.iter().flat_map(|group| group.iter()).collect();
        let different: std::collections::BTreeSet<_> = words.iter().collect();
        assert_eq!(words.len(), different.len(), "no word stands twice");
    }
}
