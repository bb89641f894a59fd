//! Which passages answer a question best.

use std::collections::HashMap;

use super::{Passage, words::Words};

/// How fast further occurrences of a word count less.
const K1: f64 = 1.2;
/// How much long passages are held back, from 0 to 1.
const B: f64 = 0.75;
/// A word of a heading counts like so many in the text.
const HEADING: f64 = 2.0;

/// Passages by their words.
///
/// The score of a passage `d` for a query is BM25 (Robertson and Zaragoza 2009, *The Probabilistic Relevance Framework: BM25 and
/// Beyond*, 10.1561/1500000019, equation 3.15), the sum over the query's words `t` of
///
/// `idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / mean))`
///
/// with `k1` = 1.2 and `b` = 0.75; `tf` is how often `t` stands in `d`. `idf(t)` is `ln(1 + (N - n + 0.5) / (n + 0.5))`, for `n`
/// of `N` passages that have `t`, which is never negative, as in Lucene.
pub struct PassageIndex {
    words: Words,
    /// Where each word stands, and how often.
    places: HashMap<String, Vec<(usize, f64)>>,
    /// Of each passage, in words.
    lengths: Vec<f64>,
    mean: f64,
}

impl PassageIndex {
    /// Indexes passages whose words are of a language, given as its BCP 47 tag.
    #[must_use]
    pub fn new(passages: &[Passage], language: &str) -> Self {
        let words = Words::of(language);
        let mut places: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(passages.len());
        for (at, passage) in passages.iter().enumerate() {
            let mut counts: HashMap<String, f64> = HashMap::new();
            for (text, weight) in [(&passage.text, 1.0), (&passage.heading, HEADING)] {
                for stem in words.stems(text) {
                    *counts.entry(stem).or_default() += weight;
                }
            }
            lengths.push(counts.values().sum());
            for (stem, count) in counts {
                places.entry(stem).or_default().push((at, count));
            }
        }
        let mean = lengths.iter().sum::<f64>() / number(lengths.len()).max(1.0);
        Self { words, places, lengths, mean }
    }

    /// The best passages for a query by their positions, with their scores, best first; of the same score, the earlier one first.
    /// Those without any of its words are left out.
    #[must_use]
    pub fn best(&self, query: &str, limit: usize) -> Vec<(usize, f64)> {
        let mut best: Vec<(usize, f64)> =
            self.scores(query).into_iter().enumerate().filter(|(_, score)| *score > 0.0).collect();
        best.sort_by(|(a, score), (b, other)| other.total_cmp(score).then(a.cmp(b)));
        best.truncate(limit);
        best
    }

    /// The score of each passage.
    pub(super) fn scores(&self, query: &str) -> Vec<f64> {
        let mut scores = vec![0.0; self.lengths.len()];
        let mut stems: Vec<String> = self.words.stems(query).collect();
        // A word that is asked for twice is not asked for more.
        stems.sort_unstable();
        stems.dedup();
        for places in stems.iter().filter_map(|stem| self.places.get(stem)) {
            let having = number(places.len());
            let idf = (1.0 + (number(self.lengths.len()) - having + 0.5) / (having + 0.5)).ln();
            for &(at, count) in places {
                let length = 1.0 - B + B * self.lengths[at] / self.mean;
                scores[at] += idf * count * (K1 + 1.0) / (count + K1 * length);
            }
        }
        scores
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer passages than 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(number: u32, heading: &str, text: &str) -> Passage {
        let (heading, text) = (heading.to_owned(), text.to_owned());
        Passage { number, reference: 0, heading, first_page: None, last_page: None, text }
    }

    #[test]
    fn the_best_passage_is_found() {
        let passages = [
            passage(1, "Compost", "Worms digest what the kitchen leaves."),
            passage(2, "Watering", "A timer waters the beds; watering is rare and deep."),
            passage(3, "Tools", "A fork, a spade and a can for water."),
        ];
        let index = PassageIndex::new(&passages, "en");
        let found = |query: &str| index.best(query, 9).into_iter().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(found("how to water"), [1, 2]);
        assert_eq!(found("compost worms"), [0]);
        assert_eq!(found("submarine"), [0; 0]);
        assert_eq!(index.best("the water and a fork", 1).len(), 1);
    }

    #[test]
    fn scores_are_those_of_the_formula() {
        let passages = [passage(1, "", "red red blue"), passage(2, "", "green")];
        let scores = PassageIndex::new(&passages, "xx").scores("red");
        let expected = (1.0_f64 + 1.5 / 1.5).ln() * 2.0 * 2.2 / (2.0 + 1.2 * (0.25 + 0.75 * 3.0 / 2.0));
        assert!((scores[0] - expected).abs() < 1e-12 && scores[1] == 0.0, "{scores:?}");
        assert_eq!(PassageIndex::new(&[], "en").best("red", 3), []);
    }
}
