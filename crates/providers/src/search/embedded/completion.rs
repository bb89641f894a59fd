//! Suggestions while somebody types: titles, categories and tags in which words begin so.

use std::{collections::HashSet, sync::Arc};

use momentum_core::search::{Suggestion, SuggestionKind};

use super::analysis::{begins_a_word, folded_text, says_nothing};

/// Places that are looked at; a single letter begins thousands.
const LOOKED_AT: usize = 4_000;

/// Something that can be suggested.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) suggestion: Suggestion,
    /// Higher is earlier, among those of a kind.
    pub(super) weight: i64,
}

/// Candidates with every place at which a word of them begins, sorted by what follows.
#[derive(Debug, Default)]
pub(super) struct Completions {
    candidates: Vec<Candidate>,
    folded: Vec<Arc<str>>,
    /// Candidate, and where the word begins in its folded text.
    places: Vec<(u32, u32)>,
}

impl Completions {
    pub(super) fn new(candidates: Vec<Candidate>) -> Self {
        let folded: Vec<Arc<str>> =
            candidates.iter().map(|candidate| folded_text(&candidate.suggestion.text).into()).collect();
        let mut places = Vec::new();
        for (number, text) in folded.iter().enumerate() {
            let Ok(number) = u32::try_from(number) else { break };
            let begins = std::iter::once(0).chain(text.match_indices(' ').map(|(at, _)| at + 1));
            places.extend(begins.filter_map(|at| Some((number, u32::try_from(at).ok()?))));
        }
        let after = |(number, at): &(u32, u32)| &folded[*number as usize][*at as usize..];
        places.sort_unstable_by(|a, b| after(a).cmp(after(b)));
        Self { candidates, folded, places }
    }

    fn after(&self, (number, at): (u32, u32)) -> &str {
        &self.folded[number as usize][at as usize..]
    }

    /// What begins so, the best first: where the text itself begins so before where a later word does, then courses
    /// before categories, tags and lessons. Then what has all the words, but not in this order.
    pub(super) fn find(&self, text: &str, most: usize) -> Vec<Suggestion> {
        let wanted = folded_text(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found = self.sorted(self.places_of(&wanted));
        found.extend(self.sorted(self.scattered(&wanted)));
        let mut seen = HashSet::new();
        found
            .into_iter()
            .filter(|(number, _)| seen.insert(*number))
            .map(|(number, _)| self.candidates[number as usize].suggestion.clone())
            .take(most)
            .collect()
    }

    /// Where it goes on like this.
    fn places_of<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = (u32, u32)> + 'a {
        let from = self.places.partition_point(|place| self.after(*place) < wanted);
        self.places[from..]
            .iter()
            .copied()
            .take_while(move |place| self.after(*place).starts_with(wanted))
            .take(LOOKED_AT)
    }

    /// Where the longest of several words begins a word, in what has the others too. The last word may be the beginning of another
    /// one, so it always counts.
    fn scattered<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = (u32, u32)> + 'a {
        let all: Vec<&str> = match wanted.rsplit_once(' ') {
            Some((before, last)) => {
                before.split(' ').filter(|word| !says_nothing(word)).chain([last]).collect()
            }
            None => Vec::new(),
        };
        let longest = all.iter().copied().max_by_key(|word| word.len());
        longest.into_iter().flat_map(move |longest| self.places_of(longest)).filter(move |(number, _)| {
            all.iter().all(|word| begins_a_word(&self.folded[*number as usize], word))
        })
    }

    fn sorted(&self, places: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
        let mut found: Vec<(u32, u32)> = places.collect();
        found.sort_by_key(|(number, at)| {
            let candidate = &self.candidates[*number as usize];
            (
                candidate.suggestion.kind == SuggestionKind::Lesson,
                *at > 0,
                candidate.suggestion.kind,
                std::cmp::Reverse(candidate.weight),
                *number,
            )
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_the_middle_are_found_and_the_beginning_wins() {
        let candidate = |text: &str, kind, weight| Candidate {
            suggestion: Suggestion { text: text.into(), kind, slug: None, day: None },
            weight,
        };
        let completions = Completions::new(vec![
            candidate("Write SQL", SuggestionKind::Lesson, 0),
            candidate("Learn SQL and Python", SuggestionKind::Course, 50),
            candidate("SQL in seven days", SuggestionKind::Course, 1),
            candidate("sql", SuggestionKind::Tag, 9),
            candidate("Über Geld", SuggestionKind::Course, 9),
        ]);
        let found = |text: &str| -> Vec<String> {
            completions.find(text, 9).into_iter().map(|suggestion| suggestion.text).collect()
        };
        assert_eq!(found("sq"), ["SQL in seven days", "sql", "Learn SQL and Python", "Write SQL"]);
        assert_eq!(found("ub"), ["Über Geld"]);
        assert_eq!(found("sql in"), ["SQL in seven days"]);
        assert_eq!(found("python sql"), ["Learn SQL and Python"], "in another order");
        assert_eq!(found("learn pyt"), ["Learn SQL and Python"], "with a word between");
        assert_eq!(found("the days sql"), ["SQL in seven days"], "\"the\" says nothing");
        assert!(found("zebra").is_empty() && found(" ? ").is_empty());
        assert!(found("sql zebra").is_empty());
    }
}
