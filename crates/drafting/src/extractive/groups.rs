//! The sections of a lesson.

use std::collections::HashSet;

use super::{Day, Part, front::capitalize, phrases::Phrases, plan::piece_of, sections::Piece, titles};

/// Sections of a lesson: as many key concepts as one can keep in mind.
const FEWEST: usize = 3;
const MOST: usize = 5;
/// Words from which a section explains something.
const ENOUGH: f64 = 120.0;

/// A section of a lesson: parts of references under one heading.
pub(super) struct Group<'a> {
    pub(super) title: String,
    /// With the heading of each, where it has one of its own.
    pub(super) parts: Vec<(Option<String>, &'a Part)>,
}

impl Group<'_> {
    /// Whether a part of the day, by its place, stands in it.
    pub(super) fn holds(&self, day: &Day, part: usize) -> bool {
        day.parts.get(part).is_some_and(|part| self.parts.iter().any(|(_, other)| std::ptr::eq(*other, part)))
    }
}

/// The sections of a day: its parts in their order, parted into three to five runs so that none is too short and those stay
/// together that stand under one heading.
pub(super) fn groups<'a>(day: &'a Day, pieces: &[Vec<Piece>], phrases: &'static Phrases) -> Vec<Group<'a>> {
    let words: Vec<f64> = day
        .parts
        .iter()
        .map(|part| {
            let all = part.pieces.iter().filter_map(|place| piece_of(pieces, part.source, *place));
            all.map(Piece::words).sum::<usize>() as f64
        })
        .collect();
    let mut taken = HashSet::new();
    let above = common(&day.parts);
    let runs = runs(&day.parts, &words).into_iter().filter_map(|range| day.parts.get(range));
    runs.map(|run| group(run, day, above, &mut taken, phrases)).collect()
}

/// The best division of parts into runs. Cutting costs the more the closer two parts are, joining the more they are apart, and a
/// run that is short or much longer than the others costs as well.
fn runs(parts: &[Part], words: &[f64]) -> Vec<std::ops::Range<usize>> {
    let count = parts.len();
    let near: Vec<f64> = parts.windows(2).map(|pair| closeness(pair.first(), pair.last())).collect();
    let mean = words.iter().sum::<f64>() / words.len().clamp(1, FEWEST) as f64;
    let cost = |from: usize, to: usize| {
        let length: f64 = words.get(from..to).unwrap_or_default().iter().sum();
        let short = (1.0 - length / ENOUGH).max(0.0);
        let long = (length / mean.max(1.0) - 1.2).max(0.0);
        let cut = from.checked_sub(1).and_then(|at| near.get(at)).copied().unwrap_or(0.0);
        let apart: f64 = (from + 1..to).filter_map(|at| near.get(at - 1)).map(|near| 1.0 - near).sum();
        3.0 * short * short + long + 0.5 * (cut + apart)
    };
    // The least cost of the parts before each place in so many runs, and where the last of these begins.
    let mut best: Vec<f64> = (0..=count).map(|to| if to == 0 { 0.0 } else { f64::INFINITY }).collect();
    let mut begins: Vec<Vec<usize>> = Vec::new();
    let mut chosen = (f64::INFINITY, 0);
    for number in 1..=MOST.min(count) {
        let mut next = vec![f64::INFINITY; count + 1];
        let mut from_of = vec![0; count + 1];
        for to in number..=count {
            for from in number - 1..to {
                let sum = best.get(from).copied().unwrap_or(f64::INFINITY) + cost(from, to);
                if let (Some(next), Some(from_of)) = (next.get_mut(to), from_of.get_mut(to))
                    && sum < *next
                {
                    (*next, *from_of) = (sum, from);
                }
            }
        }
        let few = 1.5 * FEWEST.saturating_sub(number) as f64;
        let whole = next.last().copied().unwrap_or(f64::INFINITY) + few;
        if whole < chosen.0 {
            chosen = (whole, number);
        }
        best = next;
        begins.push(from_of);
    }
    let (mut to, mut runs) = (count, Vec::new());
    for begins in begins.iter().take(chosen.1).rev() {
        let from = begins.get(to).copied().unwrap_or_default();
        runs.push(from..to);
        to = from;
    }
    runs.reverse();
    runs
}

/// How much two parts have in common of the titles above them, from 0 to 1.
fn closeness(a: Option<&Part>, b: Option<&Part>) -> f64 {
    let Some((a, b)) = a.zip(b).filter(|(a, b)| a.source == b.source) else { return 0.0 };
    let same = a.path.iter().zip(&b.path).take_while(|(a, b)| a == b).count();
    same as f64 / a.path.len().max(b.path.len()).max(1) as f64
}

/// The titles above all of some parts.
fn common(parts: &[Part]) -> &[String] {
    let Some((first, rest)) = parts.split_first() else { return &[] };
    let same = |part: &Part| {
        if part.source == first.source {
            first.path.iter().zip(&part.path).take_while(|(a, b)| a == b).count()
        } else {
            0
        }
    };
    let depth = rest.iter().map(same).min().unwrap_or(first.path.len());
    first.path.get(..depth).unwrap_or_default()
}

/// A run of parts under one title. `above` are the titles above the whole day: they name one section at most.
fn group<'a>(
    run: &'a [Part],
    day: &Day,
    above: &[String],
    taken: &mut HashSet<String>,
    phrases: &'static Phrases,
) -> Group<'a> {
    let path = common(run);
    let opens = run.first().is_some_and(|first| first.path == path);
    let own = |part: &Part| title_of(part, day, phrases);
    // Another section of the day may have more of the same.
    let whole = day.parts.iter().filter(|part| part.path.starts_with(path)).count() <= run.len();
    let shared = path.last().filter(|title| {
        (opens || whole && path.len() > above.len()) && !title.is_empty() && !taken.contains(title.as_str())
    });
    let title = match (run, shared) {
        ([part], _) => own(part),
        (_, Some(title)) => title.clone(),
        _ => {
            let mut names: Vec<(String, usize)> = Vec::new();
            for part in run {
                // The highest title that tells the parts of the run apart.
                let name = part.path.get(path.len()).filter(|name| !taken.contains(name.as_str()));
                let name = name.cloned().unwrap_or_else(|| own(part));
                match names.last_mut().filter(|(last, _)| *last == name) {
                    Some((_, count)) => *count += part.pieces.len(),
                    None => names.push((name, part.pieces.len())),
                }
            }
            let names: Vec<(&str, usize)> =
                names.iter().map(|(name, count)| (name.as_str(), *count)).collect();
            titles::joined(&names, phrases)
        }
    };
    taken.insert(title.clone());
    let below = |(at, part): (usize, &'a Part)| {
        let own = own(part);
        let heads = run.len() > 1 && part.topic.is_none() && !(at == 0 && own == title);
        (heads.then_some(own), part)
    };
    Group { parts: run.iter().enumerate().map(below).collect(), title }
}

/// What a part is called.
pub(super) fn title_of(part: &Part, day: &Day, phrases: &Phrases) -> String {
    let title = part.topic.as_ref().or(part.path.last()).cloned().unwrap_or_default();
    if title.is_empty() {
        capitalize(&phrases.list(&day.focus.iter().take(2).cloned().collect::<Vec<_>>()))
    } else {
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_short_joins_its_neighbor() {
        let part = |path: &[&str]| Part {
            source: 0,
            path: path.iter().map(|title| (*title).to_owned()).collect(),
            topic: None,
            pieces: vec![0],
        };
        let parts = [
            part(&["Plain"]),
            part(&["Plain", "Words"]),
            part(&["Plain", "Terms"]),
            part(&["Users"]),
            part(&["Lists"]),
            part(&["Lists", "Order"]),
            part(&["Lists", "Marks"]),
        ];
        assert_eq!(runs(&parts, &[200.0, 250.0, 30.0, 150.0, 40.0, 180.0, 150.0]), [0..1, 1..3, 3..4, 4..7]);
        assert_eq!(runs(&parts[..3], &[300.0, 200.0, 300.0]), [0..1, 1..2, 2..3]);
        assert_eq!(runs(&parts[..3], &[300.0, 10.0, 300.0]).len(), 2);
        assert_eq!(runs(&[], &[]), []);
    }
}
