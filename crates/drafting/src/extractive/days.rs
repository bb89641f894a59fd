//! From sections to days: pieces that hold together, parted so that each day takes about as long as the others.

use super::{
    rank::{self, Stems},
    sections::{Piece, Section},
    standalone,
    words::Language,
};
use crate::{document::BlockKind, sentence::sentences};

/// Words that a day has at least; with what is composed around them and five action items that is a quarter of an hour.
pub(super) const SHORTEST: usize = 500;
/// Words of references that fit into a lesson of 20 minutes.
pub(super) const LONGEST: usize = 1_550;
/// A list of more words may be parted.
const LONG_LIST: usize = 250;

/// Pieces that only make sense together: a list with the sentence before it, a table with what introduces it.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    /// The place of its section.
    pub(super) section: usize,
    pub(super) pieces: Vec<usize>,
    pub(super) words: usize,
    /// What it costs to begin a day with it.
    cut: f64,
    /// Whether it begins within the list that the chunk before ends with.
    goes_on: bool,
}

/// The chunks of sections, given with the pieces of their sources.
pub(super) fn chunks(sections: &[Section], pieces: &[Vec<Piece>], language: &Language) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        let all = pieces.get(section.source).map_or(&[][..], Vec::as_slice);
        let mut before: Option<&Piece> = None;
        // Words of the list that is open.
        let mut listed = 0;
        for place in &section.pieces {
            let Some(piece) = all.get(*place) else { continue };
            let words = piece.words();
            listed = if piece.kind == BlockKind::ListItem { listed + words } else { 0 };
            match chunks.last_mut().filter(|chunk| chunk.section == at) {
                Some(chunk)
                    if before.is_some_and(|before| belongs(before, piece, chunk.words, listed, language)) =>
                {
                    chunk.pieces.push(*place);
                    chunk.words += words;
                }
                same => {
                    let cut = if same.is_some() { 0.15 } else { depth_cost(sections, at) };
                    let is_item = |piece: &Piece| piece.kind == BlockKind::ListItem;
                    let goes_on = is_item(piece) && before.is_some_and(is_item);
                    chunks.push(Chunk { section: at, pieces: vec![*place], words, cut, goes_on });
                }
            }
            before = Some(piece);
        }
    }
    chunks
}

/// Beginning a day with a chapter is free; the deeper a heading, the more a day that begins with it tears apart.
fn depth_cost(sections: &[Section], at: usize) -> f64 {
    let path = |at: usize| sections.get(at).map_or(&[][..], |section| section.path.as_slice());
    let here = path(at);
    let before = at.checked_sub(1).map_or(&[][..], path);
    let common = here.iter().zip(before).take_while(|(a, b)| a == b).count();
    (common.min(4) as f64) * 0.03
}

/// Whether a piece belongs to the one before it, in a chunk of `words`; `listed` are those of its list so far.
fn belongs(before: &Piece, piece: &Piece, words: usize, listed: usize, language: &Language) -> bool {
    use BlockKind::{Code, ListItem, Paragraph, Quote, Table};
    if before.text.ends_with(':') {
        return true;
    }
    match (before.kind, piece.kind) {
        (ListItem, ListItem) => listed < LONG_LIST,
        (_, Code | Table | Quote) => words < LONG_LIST * 2,
        (Paragraph | ListItem, Paragraph) => {
            // What ends as no sentence is a row of a table or a line of a form.
            let is_row =
                before.kind == Paragraph && !before.text.ends_with(['.', '!', '?', '”', '"', ')', '»']);
            words < LONG_LIST * 2
                && (is_row
                    || sentences(piece.text).first().is_some_and(|first| standalone::leans(first, language)))
        }
        _ => false,
    }
}

/// Where each of `days` days begins and ends among the chunks: the division with the least sum of squared deviations from the
/// mean, with what it costs to cut there. `None` if there are fewer chunks than days.
pub(super) fn divide(chunks: &[Chunk], days: usize) -> Option<Vec<std::ops::Range<usize>>> {
    let units = units(chunks, days);
    let count = units.len();
    if days == 0 || count < days {
        return None;
    }
    // The words before each unit.
    let mut sums = vec![0_usize];
    for unit in &units {
        sums.push(sums.last().unwrap_or(&0) + unit.iter().map(|chunk| chunk.words).sum::<usize>());
    }
    let words = |from: usize, to: usize| {
        sums.get(to).unwrap_or(&0).saturating_sub(*sums.get(from).unwrap_or(&0)) as f64
    };
    let mean = words(0, count) / days as f64;
    // The least cost for the units before `to` in the days so far, and where the last of these days begins.
    let mut best: Vec<f64> = (0..=count).map(|to| if to == 0 { 0.0 } else { f64::INFINITY }).collect();
    let mut begins: Vec<Vec<usize>> = Vec::with_capacity(days);
    for day in 1..=days {
        let mut next = vec![f64::INFINITY; count + 1];
        let mut from_of = vec![0; count + 1];
        // Each day before and after has a unit of its own.
        for to in day..=count - (days - day) {
            for from in (day - 1..to).rev() {
                let length = words(from, to);
                if length > mean * 3.0 && from + 1 < to {
                    break;
                }
                let Some(before) = best.get(from).filter(|cost| cost.is_finite()) else { continue };
                let cut = units.get(from).and_then(|unit| unit.first()).map_or(0.0, |chunk| chunk.cut);
                let off = length / mean - 1.0;
                let short = (1.0 - length / (SHORTEST as f64 * 0.8)).max(0.0);
                let cost = before + off * off + if from == 0 { 0.0 } else { cut } + 4.0 * short;
                if let (Some(next), Some(from_of)) = (next.get_mut(to), from_of.get_mut(to))
                    && cost < *next
                {
                    (*next, *from_of) = (cost, from);
                }
            }
        }
        best = next;
        begins.push(from_of);
    }
    if !best.last()?.is_finite() {
        return None;
    }
    let firsts: Vec<usize> = units
        .iter()
        .scan(0, |first, unit| {
            let here = *first;
            *first += unit.len();
            Some(here)
        })
        .chain([chunks.len()])
        .collect();
    let mut to = count;
    let mut ranges = Vec::with_capacity(days);
    for begins in begins.iter().rev() {
        let from = *begins.get(to)?;
        ranges.push(*firsts.get(from)?..*firsts.get(to)?);
        to = from;
    }
    ranges.reverse();
    Some(ranges)
}

/// Chunks in groups that are small against a day, so that dividing a thick book takes no longer than a thin one.
fn units(chunks: &[Chunk], days: usize) -> Vec<&[Chunk]> {
    let total: usize = chunks.iter().map(|chunk| chunk.words).sum();
    let (fine, finest) = (total / (days.max(1) * 40), total / (days.max(1) * 80));
    let mut units = Vec::new();
    let (mut from, mut words) = (0, 0);
    for (at, chunk) in chunks.iter().enumerate() {
        let begins = at > from && (words > fine || chunk.cut < 0.15 && words > finest);
        if begins {
            units.extend(chunks.get(from..at));
            (from, words) = (at, 0);
        }
        words += chunk.words;
    }
    if from < chunks.len() {
        units.extend(chunks.get(from..));
    }
    units
}

/// The chunks of a day that fit into `budget` words, in their order: those whose sentences rank highest, and before others those
/// that open a section.
pub(super) fn select<'a>(
    day: &'a [Chunk],
    text_of: impl Fn(&Chunk) -> Vec<&'a str>,
    language: &Language,
    budget: usize,
) -> Vec<&'a Chunk> {
    if day.iter().map(|chunk| chunk.words).sum::<usize>() <= budget {
        return day.iter().collect();
    }
    let mut stems = Stems::default();
    let mut sets = Vec::new();
    let mut owners = Vec::new();
    for (at, chunk) in day.iter().enumerate() {
        for sentence in text_of(chunk).into_iter().flat_map(sentences) {
            sets.push(stems.set(language.stems(sentence)));
            owners.push(at);
        }
    }
    let mut scores = vec![(0.0, 0.0); day.len()];
    for (rank, owner) in rank::textrank(&sets).into_iter().zip(owners) {
        if let Some((sum, count)) = scores.get_mut(owner) {
            *sum += rank;
            *count += 1.0;
        }
    }
    let mut order: Vec<(std::ops::Range<usize>, f64)> = whole(day, budget)
        .into_iter()
        .map(|run| {
            let section = day.get(run.start).map(|chunk| chunk.section);
            let opens = run.start == 0 || day.get(run.start - 1).map(|chunk| chunk.section) != section;
            let own = scores.get(run.clone()).unwrap_or_default();
            let (sum, count) = own.iter().fold((0.0, 0.0), |(sum, count), (s, c)| (sum + s, count + c));
            let mean: f64 = if count > 0.0 { sum / count } else { 0.0 };
            (run, mean * if opens { 1.5 } else { 1.0 })
        })
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.start.cmp(&b.0.start)));
    let (mut chosen, mut words): (Vec<usize>, usize) = (Vec::new(), 0);
    for (run, _) in order {
        let length = length(day, &run);
        if chosen.is_empty() || words + length <= budget {
            words += length;
            chosen.extend(run);
        }
    }
    chosen.sort_unstable();
    chosen.into_iter().filter_map(|at| day.get(at)).collect()
}

fn length(day: &[Chunk], run: &std::ops::Range<usize>) -> usize {
    day.get(run.clone()).unwrap_or_default().iter().map(|chunk| chunk.words).sum()
}

/// Runs of chunks that are taken or left as one: a list in several chunks, unless it fills half a day.
fn whole(day: &[Chunk], budget: usize) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, chunk) in day.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if chunk.goes_on && length(day, run) + chunk.words <= budget / 2 => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_stays_with_what_announces_it() {
        let long = format!("{}. You need:", "word ".repeat(240).trim());
        let texts = [
            "An opening paragraph of a few words.",
            long.as_str(),
            "flour",
            "water and salt",
            "yeast",
            "time",
        ];
        let kind = |at| if at < 2 { BlockKind::Paragraph } else { BlockKind::ListItem };
        let pieces: Vec<Piece> =
            (0..).zip(texts).map(|(at, text)| Piece { kind: kind(at), text, page: None }).collect();
        let section =
            Section { source: 0, path: vec!["Bread".to_owned()], pieces: (0..texts.len()).collect() };
        let chunks = chunks(&[section], &[pieces], &Language::new("en"));
        let parted: Vec<&[usize]> = chunks.iter().map(|chunk| chunk.pieces.as_slice()).collect();
        assert_eq!(parted, [&[0][..], &[1, 2, 3, 4, 5]]);
    }

    #[test]
    fn a_list_is_taken_whole_or_not_at_all() {
        let chunk = |words, goes_on| Chunk { section: 0, pieces: Vec::new(), words, cut: 0.0, goes_on };
        let day = [chunk(300, false), chunk(200, false), chunk(20, true), chunk(400, false)];
        assert_eq!(whole(&day, 800), [0..1, 1..3, 3..4]);
        let parted = |chunk: &Chunk| chunk.words == 20 || chunk.words == 200;
        for budget in [520, 720, 800] {
            let taken = select(&day, |_| vec!["Some words of the text."], &Language::new("en"), budget);
            assert_ne!(taken.iter().filter(|chunk| parted(chunk)).count(), 1, "{budget}");
        }
    }
}
