//! Plain text: paragraphs between blank lines, headings by underlines, numbers or capitals.

use std::borrow::Cow;

use super::{
    BlockKind, Document, ReadError,
    hints::{self, Lines},
};

/// A longer line is a paragraph: its program breaks lines on the screen only.
const LONGEST_LINE: usize = 160;

/// The text of a file: UTF-8, UTF-16 with a byte order mark, or Windows-1252 where that is plausible.
pub(super) fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(std::str::from_utf8(rest).ok()?),
        [0xFF, 0xFE, rest @ ..] => {
            Cow::Owned(encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned())
        }
        [0xFE, 0xFF, rest @ ..] => {
            Cow::Owned(encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned())
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => windows_1252(bytes)?,
        },
    };
    (!text.contains('\0') && !text.contains(char::REPLACEMENT_CHARACTER)).then_some(text)
}

/// Western European text has few letters beyond ASCII, and control characters are in no text.
fn windows_1252(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let controls = bytes.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    let undefined = bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
    let plausible = !undefined && controls == 0 && beyond * 4 <= bytes.len();
    plausible.then(|| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let text = decoded(bytes).ok_or(ReadError::NotText)?;
    let mut reading = Reading { document: Document::default(), words: Lines::of(text.lines()), page: None };
    let mut pages = text.split('\u{C}').peekable();
    let mut number = 0;
    while let Some(page) = pages.next() {
        number += 1;
        // Many programs end the last page with a form feed, too.
        if number > 1 && pages.peek().is_none() && page.trim().is_empty() {
            number -= 1;
            break;
        }
        reading.page = text.contains('\u{C}').then_some(number);
        let lines: Vec<&str> = page.lines().map(str::trim_end).collect();
        for paragraph in lines.split(|line| line.trim().is_empty()).filter(|paragraph| !paragraph.is_empty())
        {
            reading.paragraph(paragraph);
        }
    }
    let Reading { mut document, page, .. } = reading;
    document.pages = page.map(|_| number);
    document.title = document
        .blocks
        .first()
        .filter(|block| matches!(block.kind, BlockKind::Heading(_)))
        .map(|block| block.text.clone());
    Ok(document)
}

struct Reading {
    document: Document,
    words: Lines,
    page: Option<u32>,
}

impl Reading {
    /// Lines without blank ones between them.
    fn paragraph(&mut self, mut lines: &[&str]) {
        while let [line, rest @ ..] = lines {
            if let Some(level) = rest.first().and_then(|next| underlines(line, next)) {
                self.document.push(BlockKind::Heading(level), line, self.page);
                lines = &rest[1..];
                continue;
            }
            if is_rule(line) || hints::leads_to_page(line) {
                lines = rest;
                continue;
            }
            if rest.is_empty()
                && let Some(level) = stands_as_heading(line)
            {
                self.document.push(BlockKind::Heading(level), line, self.page);
                return;
            }
            let (kind, first) = kind_of(line);
            let mut text = first.trim().to_owned();
            let more = if line.len() > LONGEST_LINE { 0 } else { continued(rest) };
            for next in &rest[..more] {
                self.words.join(&mut text, next.trim_start().trim_start_matches('>'));
            }
            self.document.push(kind, &text, self.page);
            lines = &rest[more..];
        }
    }
}

/// How many lines belong to the paragraph or the item before them.
fn continued(rest: &[&str]) -> usize {
    let ends = rest.iter().enumerate().position(|(at, line)| {
        let is_item = hints::bulleted(line).is_some() || hints::enumerated(line).is_some();
        let is_heading = rest.get(at + 1).is_some_and(|next| underlines(line, next).is_some());
        is_item || is_heading || is_rule(line) || line.len() > LONGEST_LINE
    });
    ends.unwrap_or(rest.len())
}

fn kind_of(line: &str) -> (BlockKind, &str) {
    if let Some(item) = hints::bulleted(line).or_else(|| hints::enumerated(line).map(|(_, item)| item)) {
        return (BlockKind::ListItem, item);
    }
    match line.trim_start().strip_prefix('>') {
        Some(quoted) => (BlockKind::Quote, quoted),
        None => (BlockKind::Paragraph, line),
    }
}

/// The level of a heading that stands over a line of `=` or `-`.
fn underlines(line: &str, under: &str) -> Option<u8> {
    let under = under.trim();
    let length = under.chars().count();
    let fits =
        length >= 3 && length * 2 >= line.trim().chars().count() && line.chars().any(char::is_alphanumeric);
    match under.chars().next().filter(|sign| fits && under.chars().all(|c| c == *sign))? {
        '=' => Some(1),
        '-' | '~' => Some(2),
        _ => None,
    }
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '~' | '#' | ' '))
}

/// The level of a line between blank ones that looks like a heading.
fn stands_as_heading(line: &str) -> Option<u8> {
    if line.starts_with(char::is_whitespace) && line.trim_start().starts_with(['-', '*', '•']) {
        return None;
    }
    hints::numbered_heading(line).or_else(|| hints::is_shouted(line).then_some(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Heading, ListItem, Paragraph, Quote};

    fn blocks(text: &str) -> Vec<(BlockKind, String, Option<u32>)> {
        let document = read(text.as_bytes()).unwrap();
        document.blocks.into_iter().map(|block| (block.kind, block.text, block.page)).collect()
    }

    #[test]
    fn structure_is_seen_in_plain_text() {
        let text = "The Garden\n==========\nWater it rare-\nly and deeply.\n\nTOOLS\n\n- a fork\n- a spade with\n  a handle\n\n\
            1. Dig.\n2. Sow.\n\n2.1 Soil and Water\n\nSoil ....... 3\n\n> Patience is\n> water.\n\nNotes\n-----\nDone.\n";
        let expected = [
            (Heading(1), "The Garden"),
            (Paragraph, "Water it rarely and deeply."),
            (Heading(1), "TOOLS"),
            (ListItem, "a fork"),
            (ListItem, "a spade with a handle"),
            (ListItem, "Dig."),
            (ListItem, "Sow."),
            (Heading(2), "2.1 Soil and Water"),
            (Quote, "Patience is water."),
            (Heading(2), "Notes"),
            (Paragraph, "Done."),
        ];
        assert_eq!(blocks(text), expected.map(|(kind, text)| (kind, text.to_owned(), None)));
        assert_eq!(read(text.as_bytes()).unwrap().title.as_deref(), Some("The Garden"));
    }

    #[test]
    fn form_feeds_are_pages() {
        let text = "One.\n\u{C}Two.\n\u{C}";
        let pages = [(Paragraph, "One.".to_owned(), Some(1)), (Paragraph, "Two.".to_owned(), Some(2))];
        assert_eq!(blocks(text), pages);
        assert_eq!(read(text.as_bytes()).unwrap().pages, Some(2));
    }

    #[test]
    fn characters_are_known() {
        assert_eq!(decoded(b"\xEF\xBB\xBFhi").as_deref(), Some("hi"));
        assert_eq!(decoded(b"\xFF\xFEh\0i\0").as_deref(), Some("hi"));
        assert_eq!(decoded(b"\xFE\xFF\0h\0i").as_deref(), Some("hi"));
        assert_eq!(decoded(b"\x93smart\x94 caf\xE9s").as_deref(), Some("“smart” cafés"));
        assert_eq!(decoded(b"\xE9\xE8\xEA\xEB"), None);
        assert_eq!(decoded(b"h\0i\0"), None);
        let long = format!("{}\n{}", "Word ".repeat(40), "Word ".repeat(40));
        assert_eq!(blocks(&long).len(), 2);
    }
}
