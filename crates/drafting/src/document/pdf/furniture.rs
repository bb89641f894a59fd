//! What a page carries besides its text: running heads, feet, page numbers.

use std::collections::HashMap;

use super::lines::Line;

/// In parts of the height of a page, from either end.
const ZONE: f64 = 0.12;
/// Lines at either end of a page that are looked at.
const LINES: usize = 3;
/// In points: how far the same line may stand from page to page.
const DRIFT: f64 = 3.0;

/// Leaves out what repeats at the top or at the foot of pages, and page numbers. `heights` are those of the pages; `body` is the
/// size of the running text: chapter titles are larger and stay.
pub(super) fn without(pages: Vec<Vec<Line>>, heights: &[f64], body: f64) -> Vec<Vec<Line>> {
    let few = if pages.len() <= 4 { 2 } else { 3 };
    let mut seen: HashMap<Mark, Vec<f64>> = HashMap::new();
    for (page, height) in pages.iter().zip(heights) {
        for line in at_ends(page, *height, body) {
            for mark in marks(&page[line]) {
                seen.entry(mark).or_default().push(page[line].y);
            }
        }
    }
    let repeats = |line: &Line| {
        let places = marks(line).filter_map(|mark| seen.get(&mark));
        places.into_iter().any(|places| places.iter().filter(|y| (*y - line.y).abs() < DRIFT).count() >= few)
    };
    let mut kept = Vec::with_capacity(pages.len());
    for (page, height) in pages.into_iter().zip(heights) {
        let mut dropped = at_ends(&page, *height, body);
        dropped.retain(|line| is_page_number(&page[*line].text) || repeats(&page[*line]));
        let lines = page.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at));
        kept.push(lines.map(|(_, line)| line).collect());
    }
    kept
}

/// The lines that may be furniture, by where they stand, not by their order.
fn at_ends(page: &[Line], height: f64, body: f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    order.sort_by(|a, b| page[*a].y.total_cmp(&page[*b].y));
    let small = |line: &usize| page[*line].size <= body + 0.5;
    let top = order.iter().copied().take(LINES).filter(|line| page[*line].y < ZONE * height);
    let foot = order.iter().rev().copied().take(LINES).filter(|line| page[*line].y > (1.0 - ZONE) * height);
    let mut ends: Vec<usize> = top.chain(foot).filter(small).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// What shows that lines on several pages are the same one.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Mark {
    /// The text, with its numbers left open.
    Pattern(String),
    /// How far the number at an end of the line is from the count of pages: `Roots 7`, `8 The Garden`.
    Number(i64),
}

fn marks(line: &Line) -> impl Iterator<Item = Mark> {
    let mut words = line.text.split_whitespace();
    let ends = [words.next(), words.next_back()];
    let numbers = ends.into_iter().flatten().filter_map(|word| word.parse::<u16>().ok());
    let page = i64::from(line.page);
    let numbers: Vec<Mark> = numbers.map(|number| Mark::Number(page - i64::from(number))).collect();
    numbers.into_iter().chain([Mark::Pattern(pattern(&line.text))])
}

/// A line with its numbers left open.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let c = if c.is_numeric() { '#' } else { c };
        if c != '#' || !pattern.ends_with('#') {
            pattern.push(c);
        }
    }
    pattern
}

/// `7`, `– 7 –`, `Page 7 of 12`, `vii`.
fn is_page_number(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let is_number = |word: &String| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_roman =
        |word: &String| words.len() == 1 && word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'l'));
    let names = ["page", "of", "seite", "von", "p", "s", "página", "pagina", "de", "sur"];
    words.len() <= 4
        && words.iter().any(|word| is_number(word) || is_roman(word))
        && words.iter().all(|word| is_number(word) || is_roman(word) || names.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_known() {
        for number in ["7", "– 12 –", "Page 7 of 12", "vii", "3/14", "Seite 4"] {
            assert!(is_page_number(number), "{number}");
        }
        for other in ["7 days", "2 of the 4 beds", "mix", "", "Page"] {
            assert!(!is_page_number(other), "{other}");
        }
        assert_eq!(pattern("Page 12 of 240"), "page # of #");
    }
}
