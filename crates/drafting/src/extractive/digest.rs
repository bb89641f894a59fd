//! A day's text taken apart: its sentences with their ranks, and its terms.

use std::collections::BTreeMap;

use super::{
    Part, imperatives,
    rank::{self, Candidate, Stems},
    sections::Piece,
    standalone,
    terms::{Found, Index, Term, find},
    verbs,
    words::{Language, words},
};
use crate::{document::BlockKind, sentence::sentences};

/// A sentence of a day.
#[derive(Debug, Clone)]
pub(super) struct Sentence<'a> {
    pub(super) text: &'a str,
    /// The places of its source, of its part and of its piece within the day.
    pub(super) source: usize,
    pub(super) part: usize,
    pub(super) page: Option<u32>,
    pub(super) stems: Vec<u32>,
    /// The terms in it.
    pub(super) terms: Vec<Found<'a>>,
    /// How telling it is: its rank, more at the beginning of a paragraph, less if it points to others.
    pub(super) score: f64,
    /// Whether it is understood alone.
    pub(super) alone: bool,
    /// Whether it tells someone to do something.
    pub(super) imperative: bool,
}

/// A day's text taken apart.
pub(super) struct Digest<'a> {
    pub(super) sentences: Vec<Sentence<'a>>,
    /// The terms that stand there, those first that are more of this day than of others.
    pub(super) terms: Vec<(&'a Term, u32)>,
    /// The numbers of its stems.
    pub(super) stems: Stems,
}

impl<'a> Digest<'a> {
    pub(super) fn new(
        parts: &[Part],
        pieces: &[Vec<Piece<'a>>],
        terms: &Index<'a>,
        language: &Language,
    ) -> Self {
        let mut stems = Stems::default();
        let mut all: Vec<Sentence> = Vec::new();
        let mut bonuses = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let source = pieces.get(part.source).map_or(&[][..], Vec::as_slice);
            let mut shown = standalone::Shown::default();
            for (order, piece) in part.pieces.iter().filter_map(|place| source.get(*place)).enumerate() {
                if matches!(piece.kind, BlockKind::Code | BlockKind::Table | BlockKind::Heading(_)) {
                    continue;
                }
                let shown = shown.next(piece);
                for (place, text) in sentences(piece.text).into_iter().enumerate() {
                    let recent: Vec<&str> = all
                        .iter()
                        .rev()
                        .take_while(|before| before.part == at)
                        .take(3)
                        .map(|s| s.text)
                        .collect();
                    let opens = piece.kind == BlockKind::Paragraph && place == 0;
                    bonuses.push(if opens && order == 0 {
                        1.3
                    } else if opens {
                        1.15
                    } else {
                        1.0
                    });
                    let first = words(text).first().map(|word| word.lower()).unwrap_or_default();
                    all.push(Sentence {
                        text,
                        source: part.source,
                        part: at,
                        page: piece.page,
                        stems: stems.set(language.stems(text)),
                        terms: find(text, terms, language),
                        score: 0.0,
                        alone: standalone::stands_alone(text, language)
                            && !shown
                            && !standalone::is_quoted(piece.text, text)
                            && !standalone::recalls(text, &recent, language),
                        imperative: if language.is_english() {
                            verbs::is_imperative(&first)
                                || matches!(
                                    first.as_str(),
                                    "never" | "don't" | "do" | "always" | "if" | "when"
                                )
                        } else {
                            imperatives::instruction(text, &language.code).is_some()
                        },
                    });
                }
            }
        }
        let sets: Vec<&[u32]> = all.iter().map(|sentence| sentence.stems.as_slice()).collect();
        let ranks = rank::textrank(&sets);
        for ((sentence, rank), bonus) in all.iter_mut().zip(ranks).zip(bonuses) {
            let pointers = standalone::pointers(sentence.text).min(4);
            sentence.score = rank * bonus * [1.0, 0.85, 0.65, 0.5, 0.4].get(pointers).unwrap_or(&0.4);
        }
        let mut counts: BTreeMap<&str, (&Term, u32)> = BTreeMap::new();
        for sentence in &all {
            for found in &sentence.terms {
                counts.entry(&found.term.stems).or_insert((found.term, 0)).1 += 1;
            }
        }
        let mut counted: Vec<(&Term, u32)> = counts.into_values().collect();
        let weight = |(term, count): &(&Term, u32)| {
            let several_words = if term.text.contains(' ') { 2.0 } else { 1.0 };
            f64::from(*count) * (f64::from(*count) / f64::from(term.count.max(1))).sqrt() * several_words
        };
        counted.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.0.text.cmp(&b.0.text)));
        Self { sentences: all, terms: counted, stems }
    }

    /// The places of up to `count` sentences that say most and repeat least, in the order of the text, out of those that stand
    /// alone and pass.
    pub(super) fn key_sentences(&self, count: usize, pass: impl Fn(&Sentence) -> bool) -> Vec<usize> {
        let candidates: Vec<Candidate> = self
            .sentences
            .iter()
            .enumerate()
            .filter(|(_, sentence)| sentence.alone && pass(sentence))
            .map(|(key, sentence)| Candidate { key, score: sentence.score, stems: &sentence.stems })
            .collect();
        let mut chosen = rank::choose(&candidates, count);
        chosen.sort_unstable();
        chosen
    }

    /// The best terms of the day that are not parts of one another.
    pub(super) fn key_terms(&self, count: usize, language: &Language) -> Vec<&'a str> {
        let mut chosen: Vec<&'a Term> = Vec::new();
        for (term, _) in self.terms.iter().filter(|(term, count)| *count >= 2 && term.is_noun(language)) {
            let apart =
                |other: &&Term| !term.stems.split(' ').any(|stem| other.stems.split(' ').any(|o| o == stem));
            if chosen.len() < count && chosen.iter().all(apart) {
                chosen.push(term);
            }
        }
        chosen.into_iter().map(|term| term.text.as_str()).collect()
    }
}
