//! From lines to paragraphs, list items, tables and code.

use std::collections::HashMap;

use super::{
    super::{
        BlockKind, Document,
        hints::{self, Lines},
    },
    headings::{self, Heading},
    lines::Line,
    tables,
};
use crate::sentence;

/// In parts of the distance between lines: a new paragraph.
const GAP: f64 = 1.25;
/// In parts of the size of the letters: the first line of a paragraph.
const INDENT: f64 = 0.8;
/// In parts of the width of a column: what a line leaves free at its end when its paragraph ends.
const FREE: f64 = 0.15;

/// The size of the running text: the one of most letters.
pub(super) fn body_size<'a>(lines: impl Iterator<Item = &'a Line>) -> f64 {
    most(lines.map(|line| (line.size, line.text.len()))).unwrap_or(10.0)
}

/// The value that most stand for, to half a point.
fn most(values: impl Iterator<Item = (f64, usize)>) -> Option<f64> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for (value, count) in values {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the conversion saturates"
        )]
        let halves = (value * 2.0).round() as u64;
        *counts.entry(halves).or_default() += count;
    }
    let (halves, _) = counts.into_iter().max_by_key(|(halves, count)| (*count, *halves))?;
    #[expect(clippy::cast_precision_loss, reason = "small")]
    Some(halves as f64 / 2.0)
}

/// The distance between the lines of the running text.
fn leading(lines: &[Line], body: f64) -> f64 {
    let gaps = lines.windows(2).filter_map(|pair| {
        let [above, line] = pair else { return None };
        let is_body = (above.size - body).abs() < 0.6 && (line.size - body).abs() < 0.6;
        let gap = line.y - above.y;
        (is_body && headings::beside(above, line) && (0.8..3.0).contains(&(gap / body))).then_some((gap, 1))
    });
    most(gaps).unwrap_or(body * 1.2)
}

/// What is left of the lines of a document when they are blocks.
pub(super) fn document(lines: &[Line], body: f64, marks: &HashMap<String, u8>) -> Document {
    let leading = leading(lines, body);
    let headings = headings::find(lines, body, leading, marks);
    let mut reading = Reading {
        lines,
        leading: leading.max(1.0) / body.max(1.0),
        words: Lines::of(lines.iter().map(|line| line.text.as_str())),
        document: Document::default(),
        open: None,
        number: None,
    };
    let is_mostly_mono = lines.iter().filter(|line| line.mono).count() * 2 > lines.len();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some(heading) = headings[at] {
            reading.heading(line, heading);
            at += 1;
            continue;
        }
        if hints::leads_to_page(&line.text) {
            reading.close();
            at += 1;
            continue;
        }
        if line.mono && !is_mostly_mono {
            let ends = |(line, heading): &(&Line, &Option<Heading>)| line.mono && heading.is_none();
            let count = lines[at..].iter().zip(&headings[at..]).take_while(ends).count();
            reading.code(&lines[at..at + count]);
            at += count;
        } else if let Some(table) =
            tables::first(&lines[at..], leading, |next| headings[at + next].is_some(), &reading.words)
        {
            reading.table(&table.rows, line.page);
            at += table.lines;
        } else {
            reading.text(at);
            at += 1;
        }
    }
    reading.close();
    reading.document
}

struct Reading<'a> {
    lines: &'a [Line],
    /// In parts of the size of the letters.
    leading: f64,
    words: Lines,
    document: Document,
    open: Option<Open>,
    /// The number of the last item of a numbered list.
    number: Option<String>,
}

/// A block that may go on.
struct Open {
    kind: BlockKind,
    text: String,
    page: u32,
    /// Its first line and its last one so far.
    first: usize,
    last: usize,
}

impl Reading<'_> {
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.document.push(open.kind, &open.text, Some(open.page));
        }
    }

    fn heading(&mut self, line: &Line, heading: Heading) {
        match &mut self.open {
            Some(Open { kind: BlockKind::Heading(_), text, .. }) if heading.goes_on => {
                self.words.join(text, &line.text)
            }
            _ => {
                self.close();
                let kind = BlockKind::Heading(heading.level);
                self.open = Some(Open { kind, text: line.text.clone(), page: line.page, first: 0, last: 0 });
                self.number = None;
            }
        }
    }

    fn table(&mut self, rows: &[Vec<String>], page: u32) {
        self.close();
        let text = rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n");
        self.document.push(BlockKind::Table, &text, Some(page));
    }

    /// Indents are those of the page; a letter of such a font is 0.6 times as wide as it is high.
    fn code(&mut self, lines: &[Line]) {
        self.close();
        let left = lines.iter().map(|line| line.x0).fold(f64::INFINITY, f64::min);
        let mut text = String::new();
        for line in lines {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the conversion saturates"
            )]
            let indent = (((line.x0 - left) / (0.6 * line.size)).round() as usize).min(60);
            text.extend(std::iter::repeat_n(' ', indent));
            text.push_str(&line.text);
            text.push('\n');
        }
        self.document.push(BlockKind::Code, &text, lines.first().map(|line| line.page));
    }

    fn text(&mut self, at: usize) {
        let line = &self.lines[at];
        if let Some(item) = self.item(at).filter(|_| !self.is_dash(line)) {
            self.close();
            self.open =
                Some(Open { kind: BlockKind::ListItem, text: item, page: line.page, first: at, last: at });
            return;
        }
        match &mut self.open {
            Some(open) if goes_on(self.lines, self.leading, open, at) => {
                self.words.join(&mut open.text, &line.text);
                open.last = at;
            }
            _ => {
                self.close();
                let kind = BlockKind::Paragraph;
                self.open =
                    Some(Open { kind, text: line.text.clone(), page: line.page, first: at, last: at });
            }
        }
    }

    /// Whether a line begins with a dash of the sentence in the line before.
    fn is_dash(&self, line: &Line) -> bool {
        self.open.as_ref().filter(|open| open.kind == BlockKind::Paragraph).is_some_and(|open| {
            let last = &self.lines[open.last];
            let is_full = last.right - last.x1 < FREE * (last.right - last.left);
            let has_ended = last.text.ends_with(['.', '!', '?', ':', ';', '”', '"', '»', '。']);
            line.text.starts_with(['-', '–', '—'])
                && headings::beside(last, line)
                && is_full
                && !has_ended
                && (line.x0 - last.x0).abs() < 0.3 * line.size
        })
    }

    /// Whether a number without a full stop is one of a list: soon below stands the next one, or right above the one before.
    fn is_in_list(&self, at: usize) -> bool {
        /// Lines of an item.
        const LINES: usize = 4;
        let line = &self.lines[at];
        let number = |line: &Line| hints::numbered(&line.text)?.0.parse::<u32>().ok();
        let Some(own) = number(line) else { return false };
        let lines_up = |above: &Line, below: &Line| {
            headings::beside(above, below) && (above.x0 - below.x0).abs() < 0.3 * line.size
        };
        if own == 1 {
            let mut below = self.lines[at + 1..].iter().take(LINES);
            return below.any(|below| number(below) == Some(2) && lines_up(line, below));
        }
        let item = self.open.as_ref().filter(|open| open.kind == BlockKind::ListItem);
        item.map(|open| &self.lines[open.first])
            .is_some_and(|above| number(above).is_some_and(|last| last + 1 == own) && lines_up(above, line))
    }

    /// The text of a list item, if a line begins one. A number begins one if it is the first or the next one.
    fn item(&mut self, at: usize) -> Option<String> {
        let text = &self.lines[at].text;
        if let Some(item) = hints::bulleted(text) {
            return Some(item.to_owned());
        }
        let (number, item) =
            hints::enumerated(text).or_else(|| hints::numbered(text).filter(|_| self.is_in_list(at)))?;
        let next = |last: &String| match (last.parse::<u32>(), number.parse::<u32>()) {
            (Ok(last), Ok(number)) => number == last + 1,
            (Err(_), Err(_)) => last.bytes().next().map(|last| last + 1) == number.bytes().next(),
            _ => false,
        };
        let begins = matches!(number, "1" | "a" | "A") || self.number.as_ref().is_some_and(next);
        begins.then(|| {
            self.number = Some(number.to_owned());
            item.to_owned()
        })
    }
}

/// Whether a line belongs to the block before it.
fn goes_on(lines: &[Line], leading: f64, open: &Open, at: usize) -> bool {
    let (first, last, line) = (&lines[open.first], &lines[open.last], &lines[at]);
    if matches!(open.kind, BlockKind::Heading(_)) || (last.size - line.size).abs() > 0.12 * last.size {
        return false;
    }
    let ended = last.text.ends_with(['.', '!', '?', ':', '”', '"', '»', '。'])
        && !sentence::goes_on_in(&last.text, &line.text);
    let is_full = last.right - last.x1 < FREE * (last.right - last.left);
    if !headings::beside(last, line) {
        let begins_small = line.text.starts_with(char::is_lowercase);
        return begins_small || !ended && (is_full || last.text.ends_with('-'));
    }
    if line.y - last.y > leading * GAP * last.size.max(line.size)
        || last.bold != line.bold && (ended || !is_full)
    {
        return false;
    }
    let indent = INDENT * line.size;
    if open.kind == BlockKind::ListItem {
        // Back at the bullet's place: the text after the list.
        let is_under_bullet = line.x0 < first.x0 + 0.3 * line.size;
        let item_hangs = open.last > open.first && last.x0 > first.x0 + 0.3 * line.size;
        return !(is_under_bullet && item_hangs || ended && !is_full);
    }
    let is_first_indented = first.x0 > first.left + indent;
    let begins = if open.last > open.first {
        line.x0 > last.x0 + indent || is_first_indented && (line.x0 - first.x0).abs() < 0.3 * line.size
    } else {
        !is_first_indented && line.x0 > line.left + indent
    };
    !ended || is_full && !begins
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of one column under each other, none of which fills it.
    fn blocks(texts: &[&str]) -> Vec<(BlockKind, String)> {
        let line = |(at, text): (u32, &&str)| Line {
            text: (*text).to_owned(),
            x0: 50.0,
            x1: 300.0,
            y: 100.0 + 12.0 * f64::from(at),
            size: 10.0,
            bold: false,
            mono: false,
            page: 1,
            left: 50.0,
            right: 550.0,
            cells: Vec::new(),
        };
        let lines: Vec<Line> = (0..).zip(texts).map(line).collect();
        let document = document(&lines, 10.0, &HashMap::new());
        document.blocks.into_iter().map(|block| (block.kind, block.text)).collect()
    }

    #[test]
    fn a_list_may_have_bare_numbers() {
        let read = blocks(&[
            "This is how the day begins.",
            "1 Open the cold store.",
            "2 Compare it.",
            "3 Sign the sheet.",
        ]);
        let items = ["Open the cold store.", "Compare it.", "Sign the sheet."];
        assert_eq!(read.iter().skip(1).map(|(_, text)| text.as_str()).collect::<Vec<_>>(), items);
        assert!(read.iter().skip(1).all(|(kind, _)| *kind == BlockKind::ListItem), "{read:?}");
        let read = blocks(&["In this house we count", "1 Adult and no child.", "Nobody else counts."]);
        assert!(read.iter().all(|(kind, _)| *kind == BlockKind::Paragraph), "{read:?}");
    }

    #[test]
    fn an_abbreviation_at_the_end_of_a_line_ends_no_paragraph() {
        let read = blocks(&[
            "New colleagues learn it in the course that is held each quarter by Dr.",
            "Meyer-Lüdenscheid, who knows.",
        ]);
        assert_eq!(read.len(), 1, "{read:?}");
    }
}
