//! Which lines are headings, and of which level: by the document's bookmarks, by their size, by numbers, by being bold.

use std::collections::HashMap;

use super::{lines::Line, outline};
use crate::document::hints;

/// In parts of the size of the running text.
const LARGER: f64 = 1.12;
/// In parts of the distance between lines: what stands apart from the line above.
const APART: f64 = 1.17;
/// Lines of a heading.
const MOST_LINES: usize = 3;
/// Sizes that differ by less, in points, are one.
const SAME_SIZE: f64 = 0.6;

/// A line of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: u8,
    /// Whether it belongs to the heading in the line before.
    pub(super) goes_on: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    /// A bookmark of this level.
    Marked(u8),
    Large,
    /// So many numbers.
    Numbered(u8),
    Bold,
    Capitals,
}

/// For each line, whether it is a heading. `body` is the size of the running text, `leading` the distance between its lines.
pub(super) fn find(
    lines: &[Line],
    body: f64,
    leading: f64,
    marks: &HashMap<String, u8>,
) -> Vec<Option<Heading>> {
    let is_mostly_bold = lines.iter().filter(|line| line.bold).count() * 3 > lines.len();
    let seen = Seen { lines, body, leading, is_mostly_bold };
    let mut looks: Vec<Option<Look>> = (0..lines.len()).map(|at| seen.look(at)).collect();
    let mut begins: Vec<bool> = (0..lines.len()).map(|at| !seen.goes_on(&looks, at)).collect();
    mark(lines, marks, &mut looks, &mut begins);
    // Next to other headings, capitals are emphasis.
    if looks.iter().flatten().filter(|look| **look != Look::Capitals).count() > 2 {
        looks.iter_mut().filter(|look| **look == Some(Look::Capitals)).for_each(|look| *look = None);
    }
    let levels = Levels::of(lines, &looks, body);
    let level = |at: usize, look| Heading { level: levels.level(&lines[at], look), goes_on: !begins[at] };
    looks.iter().enumerate().map(|(at, look)| look.map(|look| level(at, look))).collect()
}

/// Finds the bookmarks' titles among the lines; a title may take several.
fn mark(lines: &[Line], marks: &HashMap<String, u8>, looks: &mut [Option<Look>], begins: &mut [bool]) {
    let mut at = 0;
    while !marks.is_empty() && at < lines.len() {
        // `• Soil` is an item, not the chapter of that name.
        if hints::bulleted(&lines[at].text).is_some() {
            at += 1;
            continue;
        }
        let mut title = String::new();
        let found = lines[at..].iter().take(MOST_LINES).enumerate().find_map(|(more, line)| {
            title.push_str(&outline::key(&line.text));
            let with_number = || title.trim_start_matches(|c: char| c.is_ascii_digit());
            let level = marks.get(&title).or_else(|| marks.get(with_number()))?;
            (line.page == lines[at].page).then_some((more + 1, *level))
        });
        let Some((count, level)) = found else {
            at += 1;
            continue;
        };
        for line in at..at + count {
            looks[line] = Some(Look::Marked(level));
            begins[line] = line == at;
        }
        at += count;
    }
}

struct Seen<'a> {
    lines: &'a [Line],
    body: f64,
    leading: f64,
    is_mostly_bold: bool,
}

impl Seen<'_> {
    fn look(&self, at: usize) -> Option<Look> {
        let line = &self.lines[at];
        let letters = line.text.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2 || hints::bulleted(&line.text).is_some() || hints::leads_to_page(&line.text) {
            return None;
        }
        let is_sentence =
            line.text.ends_with(['.', ',', ';', ':']) && line.text.split_whitespace().count() > 3;
        if line.size >= self.body * LARGER && line.text.chars().count() <= 200 && !is_sentence {
            return Some(Look::Large);
        }
        let (above, below) = (self.is_apart(at), at + 1 >= self.lines.len() || self.is_apart(at + 1));
        if !above || !line.cells.is_empty() || !hints::is_short(&line.text) || line.size < self.body * 0.95 {
            return None;
        }
        if line.bold && !self.is_mostly_bold {
            return Some(Look::Bold);
        }
        // The first line of a paragraph is full.
        let is_free = line.right - line.x1 > 0.2 * (line.right - line.left);
        let stands = |depth: &u8| (below || *depth > 1 && is_free) && !self.is_in_list(at, *depth);
        match hints::numbered_heading(&line.text).filter(stands) {
            Some(depth) => Some(Look::Numbered(depth)),
            None => (below && hints::is_shouted(&line.text)).then_some(Look::Capitals),
        }
    }

    /// Whether a line stands apart from the one above, or is the first one of its column.
    fn is_apart(&self, at: usize) -> bool {
        let Some(above) = at.checked_sub(1).map(|above| &self.lines[above]) else { return true };
        let line = &self.lines[at];
        let scale = (line.size.max(above.size) / self.body).max(1.0);
        !beside(above, line) || line.y - above.y > self.leading * scale * APART
    }

    /// `1. Dig` above `2. Sow` is a list.
    fn is_in_list(&self, at: usize, depth: u8) -> bool {
        let numbered =
            |at: usize| self.lines.get(at).is_some_and(|line| hints::numbered_heading(&line.text) == Some(1));
        depth == 1 && (numbered(at + 1) || at > 0 && numbered(at - 1))
    }

    /// Whether a line belongs to the heading in the line before.
    fn goes_on(&self, looks: &[Option<Look>], at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let (above, line) = (&self.lines[before], &self.lines[at]);
        looks[at].is_some()
            && looks[at] == looks[before]
            && beside(above, line)
            && (above.size - line.size).abs() < SAME_SIZE
            && above.bold == line.bold
            && line.y - above.y < 1.45 * line.size
            && hints::numbered_heading(&line.text).is_none()
    }
}

/// Whether one line stands under the other in a column.
pub(super) fn beside(above: &Line, line: &Line) -> bool {
    above.page == line.page && above.left == line.left && above.y < line.y
}

/// What the looks of headings say about their levels.
struct Levels {
    /// Sizes of large headings, descending, and their levels.
    sizes: Vec<(f64, u8)>,
    bold: u8,
    /// What is added to the count of numbers.
    numbered: u8,
}

impl Levels {
    fn of(lines: &[Line], looks: &[Option<Look>], body: f64) -> Self {
        let all = || lines.iter().zip(looks).filter_map(|(line, look)| Some((line, (*look)?)));
        let is_large = |line: &Line| line.size >= body * LARGER;
        let large = || all().map(|(line, _)| line).filter(|line| is_large(line));
        // Lines that look like a bookmarked heading have its level.
        let marked = |alike: &dyn Fn(&Line) -> bool| {
            all().find_map(|(line, look)| match look {
                Look::Marked(level) if alike(line) => Some(level),
                _ => None,
            })
        };
        let mut found: Vec<f64> = large().map(|line| line.size).collect();
        found.sort_by(|a, b| b.total_cmp(a));
        found.dedup_by(|b, a| *a - *b < SAME_SIZE);
        let mut sizes = Vec::new();
        for (size, rank) in found.into_iter().zip(1_u8..=250) {
            let level = marked(&|line| (line.size - size).abs() < SAME_SIZE).unwrap_or(rank.min(6));
            sizes.push((size, level));
        }
        let below = sizes.iter().map(|(_, level)| *level).max().unwrap_or(0);
        let bold = marked(&|line| line.bold && !is_large(line)).unwrap_or(below + 1);
        let mut levels = Self { sizes, bold, numbered: below };
        let first = large().find_map(|line| Some((line, hints::numbered_heading(&line.text)?)));
        if let Some((line, depth)) = first {
            levels.numbered = levels.of_size(line.size).saturating_sub(depth);
        }
        levels
    }

    fn of_size(&self, size: f64) -> u8 {
        let fits = |(known, _): &&(f64, u8)| size > known - SAME_SIZE;
        self.sizes.iter().find(fits).map_or(1, |(_, level)| *level)
    }

    fn level(&self, line: &Line, look: Look) -> u8 {
        let level = match look {
            Look::Marked(level) => level,
            Look::Large => self.of_size(line.size),
            Look::Numbered(depth) => self.numbered + depth,
            Look::Bold => {
                hints::numbered_heading(&line.text).map_or(self.bold, |depth| self.numbered + depth)
            }
            Look::Capitals => self.bold,
        };
        level.clamp(1, 6)
    }
}
