//! Key sentences: `TextRank` (Mihalcea and Tarau, "TextRank: Bringing Order into Text", EMNLP 2004, <https://aclanthology.org/W04-3252>)
//! with a choice that avoids saying the same twice (Carbonell and Goldstein, "The Use of MMR", SIGIR 1998,
//! 10.1145/290941.291025).
//!
//! Sentences are the nodes of a graph. Its edges weigh as much as two sentences share, for the sets of stems `A` and `B`:
//!
//! ```text
//! w(A, B) = |A ∩ B| / (ln |A| + ln |B|)
//! ```
//!
//! A sentence ranks as high as those rank that share much with it, with `d` = 0.85:
//!
//! ```text
//! rank(A) = (1 − d) + d · Σ over B of  w(A, B) / (Σ over C of w(B, C)) · rank(B)
//! ```

use std::collections::HashMap;

/// The chance of going on to a neighbor, as in the paper.
const DAMPING: f64 = 0.85;
const ROUNDS: usize = 40;
const CLOSE_ENOUGH: f64 = 1e-4;
/// Sentences of a graph: its edges grow with the square. Longer texts are ranked window by window; ranks have the mean 1 in
/// each, so that they compare.
const WINDOW: usize = 300;
/// What relevance counts against difference.
const RELEVANCE: f64 = 0.7;

/// Numbers for stems, so that they compare fast.
#[derive(Default)]
pub(super) struct Stems(HashMap<String, u32>);

impl Stems {
    /// The numbers of stems in ascending order, each once.
    pub(super) fn set(&mut self, stems: Vec<String>) -> Vec<u32> {
        let mut set: Vec<u32> = stems
            .into_iter()
            .map(|stem| {
                let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
                *self.0.entry(stem).or_insert(next)
            })
            .collect();
        set.sort_unstable();
        set.dedup();
        set
    }

    /// The number of a stem that was seen.
    pub(super) fn get(&self, stem: &str) -> Option<u32> {
        self.0.get(stem).copied()
    }
}

/// How many two ascending lists share.
fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        count += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    count
}

/// How alike two sentences are, by their sets of stems: the weight of the edge between them.
pub(super) fn similarity(a: &[u32], b: &[u32]) -> f64 {
    let together = shared(a, b) as f64;
    let lengths = (a.len().max(1) as f64).ln() + (b.len().max(1) as f64).ln();
    // Two sentences of one word each have no length to divide by.
    if together == 0.0 { 0.0 } else { together / lengths.max(1.0) }
}

/// What part of the shorter one's stems both have, from 0 to 1.
pub(super) fn overlap(a: &[u32], b: &[u32]) -> f64 {
    let shorter = a.len().min(b.len());
    if shorter == 0 { 0.0 } else { shared(a, b) as f64 / shorter as f64 }
}

/// The ranks of sentences, given by their sets of stems. Their mean is about 1.
pub(super) fn textrank<S: AsRef<[u32]>>(sentences: &[S]) -> Vec<f64> {
    sentences.chunks(WINDOW).flat_map(rank_window).collect()
}

fn rank_window<S: AsRef<[u32]>>(sentences: &[S]) -> Vec<f64> {
    let count = sentences.len();
    let mut edges: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count];
    for (a, first) in sentences.iter().enumerate() {
        for (b, second) in sentences.iter().enumerate().skip(a + 1) {
            let weight = similarity(first.as_ref(), second.as_ref());
            if weight > 0.0 {
                if let Some(edges) = edges.get_mut(a) {
                    edges.push((b, weight));
                }
                if let Some(edges) = edges.get_mut(b) {
                    edges.push((a, weight));
                }
            }
        }
    }
    for edges in &mut edges {
        let sum: f64 = edges.iter().map(|(_, weight)| weight).sum();
        edges.iter_mut().for_each(|(_, weight)| *weight /= sum);
    }
    let mut ranks = vec![1.0; count];
    for _ in 0..ROUNDS {
        let mut next = vec![1.0 - DAMPING; count];
        for (edges, rank) in edges.iter().zip(&ranks) {
            for (to, part) in edges {
                if let Some(next) = next.get_mut(*to) {
                    *next += DAMPING * part * rank;
                }
            }
        }
        let change = ranks.iter().zip(&next).map(|(old, new)| (old - new).abs()).fold(0.0, f64::max);
        ranks = next;
        if change < CLOSE_ENOUGH {
            break;
        }
    }
    ranks
}

/// A sentence that may be chosen.
pub(super) struct Candidate<'a> {
    /// Comes back when it is chosen.
    pub(super) key: usize,
    pub(super) score: f64,
    pub(super) stems: &'a [u32],
}

/// The keys of the best candidates, best first: at each step the one whose score is highest less what it repeats of those before.
pub(super) fn choose(candidates: &[Candidate], count: usize) -> Vec<usize> {
    let highest = candidates.iter().map(|candidate| candidate.score).fold(f64::MIN_POSITIVE, f64::max);
    let mut chosen: Vec<&Candidate> = Vec::new();
    while chosen.len() < count {
        let gain = |candidate: &Candidate| {
            let repeats =
                chosen.iter().map(|other| overlap(candidate.stems, other.stems)).fold(0.0, f64::max);
            RELEVANCE * candidate.score / highest - (1.0 - RELEVANCE) * repeats
        };
        let left = candidates.iter().filter(|c| !chosen.iter().any(|other| other.key == c.key));
        // The first of equal ones, so that a draft is the same every time.
        let best = left.map(|c| (c, gain(c))).reduce(|best, next| if next.1 > best.1 { next } else { best });
        let Some((best, _)) = best else { break };
        chosen.push(best);
    }
    chosen.into_iter().map(|candidate| candidate.key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extractive::words::Language;

    #[test]
    fn what_shares_most_ranks_highest() {
        let language = Language::new("en");
        let mut stems = Stems::default();
        let sets: Vec<_> = [
            "A starter is a culture of flour, water and wild yeast.",
            "Feed the starter with flour and water every day.",
            "The door of the shop opens at seven.",
            "Wild yeast in the starter raises the dough.",
        ]
        .iter()
        .map(|text| stems.set(language.stems(text)))
        .collect();
        let ranks = textrank(&sets);
        assert!(ranks[0] > ranks[1] && ranks[1] > ranks[2] && ranks[3] > ranks[2], "{ranks:?}");
        let all: Vec<_> = (0..4).map(|key| Candidate { key, score: ranks[key], stems: &sets[key] }).collect();
        assert_eq!(choose(&all, 9).len(), 4);
        assert_eq!(choose(&all, 1), [0]);
        assert!(textrank::<Vec<u32>>(&[]).is_empty());
    }
}
