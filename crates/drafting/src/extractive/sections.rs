//! From documents to sections: the pieces of text under each heading, without what teaches nothing.

use std::collections::HashSet;

use super::{
    Source,
    front::{clean_title, is_apart, is_entry, is_noise},
    markdown, standalone,
    words::plain,
};
use crate::{
    document::{BlockKind, Document},
    reading,
    sentence::sentences,
};

/// Paragraphs of more words are parted at the ends of sentences.
const LONGEST: usize = 180;
/// Tables and code of more words are for looking up, not for a lesson.
const LONGEST_TABLE: usize = 600;

/// A block of a document, or a part of a long one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) kind: BlockKind,
    pub(super) text: &'a str,
    pub(super) page: Option<u32>,
}

impl Piece<'_> {
    pub(super) fn words(&self) -> usize {
        reading::words(self.text)
    }
}

/// The pieces of a document in their order. The same document always has the same ones: a plan names them by their places.
pub(super) fn pieces(document: &Document) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for block in &document.blocks {
        let prose = matches!(block.kind, BlockKind::Paragraph | BlockKind::Quote | BlockKind::ListItem);
        // No word is shorter than two bytes with its space.
        // What is quoted in a letter, or in a document that was Markdown once.
        let quoted = block.text.strip_prefix("> ").filter(|_| block.kind == BlockKind::Paragraph);
        if let Some(text) = quoted {
            pieces.push(Piece { kind: BlockKind::Quote, text: text.trim(), page: block.page });
            continue;
        }
        if !prose || block.text.len() < LONGEST * 2 || reading::words(&block.text) <= LONGEST {
            pieces.push(Piece { kind: block.kind, text: block.text.trim(), page: block.page });
            continue;
        }
        let parts = parts(&block.text).into_iter();
        pieces.extend(parts.map(|text| Piece { kind: block.kind, text, page: block.page }));
    }
    pieces
}

/// A long text in parts of whole sentences.
fn parts(text: &str) -> Vec<&str> {
    let base = text.as_ptr().addr();
    let mut ends = Vec::new();
    for sentence in sentences(text) {
        let start = sentence.as_ptr().addr().saturating_sub(base);
        // What has no sentences, such as a list of words, is parted between words.
        let mut count = 0;
        for word in sentence.split_whitespace() {
            count += 1;
            if count % LONGEST == 0 {
                ends.push((LONGEST, word.as_ptr().addr().saturating_sub(base) + word.len()));
            }
        }
        ends.push((count % LONGEST, start + sentence.len()));
    }
    let (mut parts, mut from, mut before, mut count) = (Vec::new(), 0, 0, 0);
    for (words, end) in ends {
        if count > 0 && count + words > LONGEST * 5 / 6 {
            parts.push(text.get(from..before).unwrap_or_default().trim());
            (from, count) = (before, 0);
        }
        count += words;
        before = end;
    }
    parts.push(text.get(from..).unwrap_or_default().trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// What stands under a heading, before the next one.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// The place of its source.
    pub(super) source: usize,
    /// The titles above it, outermost first, and its own; without any before the first heading.
    pub(super) path: Vec<String>,
    /// Where its pieces are.
    pub(super) pieces: Vec<usize>,
}

/// The sections of a source that teach, and the places of the pieces that don't.
pub(super) fn sections(at: usize, all: &[Piece]) -> (Vec<Section>, Vec<usize>) {
    let has_headings = all.iter().any(|piece| matches!(piece.kind, BlockKind::Heading(_)));
    // What is open at the moment: level, title and whether it is left out.
    let mut open: Vec<(u8, String, bool)> = Vec::new();
    let mut sections = vec![Section { source: at, path: Vec::new(), pieces: Vec::new() }];
    let mut left_out = Vec::new();
    let again = repeated(all);
    let mut defines_links = false;
    for (place, piece) in all.iter().enumerate() {
        if let BlockKind::Heading(level) = piece.kind {
            open.retain(|(above, _, _)| *above < level);
            let title = clean_title(piece.text);
            let apart = is_apart(&title);
            open.push((level, title, apart));
            let path = open.iter().map(|(_, title, _)| title.clone()).filter(|title| !title.is_empty());
            sections.push(Section { source: at, path: path.collect(), pieces: Vec::new() });
            continue;
        }
        let words = piece.words();
        // A title page stands before the first heading.
        let on_title_page = has_headings && open.is_empty() && words < 20;
        let apart = open.iter().any(|(_, _, apart)| *apart);
        let verbatim = matches!(piece.kind, BlockKind::Code | BlockKind::Table);
        // The address that a link leads to may stand on a line of its own.
        defines_links =
            markdown::defines_links(piece.text) || defines_links && markdown::is_address(piece.text);
        let noise = !verbatim && (defines_links || is_noise(piece.text));
        let huge = verbatim && words > LONGEST_TABLE;
        if words == 0 || huge || on_title_page || apart || noise || again.contains(&place) {
            left_out.push(place);
        } else if let Some(section) = sections.last_mut() {
            section.pieces.push(place);
        }
    }
    for section in &mut sections {
        let entries = section
            .pieces
            .iter()
            .filter(|place| all.get(**place).is_some_and(|piece| is_entry(piece.text)))
            .count();
        // Beside text that explains, they are the rows of a table.
        let explains = section.pieces.iter().any(|place| {
            all.get(*place).is_some_and(|piece| piece.words() >= 20 && standalone::is_sentence(piece.text))
        });
        if section.pieces.len() >= 4 && entries * 10 >= section.pieces.len() * 6 && !explains {
            left_out.append(&mut section.pieces);
        }
    }
    for section in &mut sections {
        // `More on each of these follows:` has lost what follows.
        let ends_open = |place: &mut usize| all.get(*place).is_some_and(|piece| piece.text.ends_with(':'));
        while let Some(place) = section.pieces.pop_if(ends_open) {
            left_out.push(place);
        }
    }
    sections.retain(|section| !section.pieces.is_empty());
    if sections.len() > 1 && sections.first().is_some_and(|first| is_cover(first, all)) {
        left_out.append(&mut sections.remove(0).pieces);
    }
    drop_title(&mut sections);
    left_out.sort_unstable();
    (sections, left_out)
}

/// The places of the pieces that came before word for word: running heads come again on each page; so do warnings that a course says
/// once. A list with what announces it is one thing: it stays whole, or all of it came before.
fn repeated(all: &[Piece]) -> HashSet<usize> {
    let mut seen = HashSet::new();
    let mut repeated = HashSet::new();
    let mut at = 0;
    while let Some(first) = all.get(at) {
        let announces = first.kind == BlockKind::Paragraph && first.text.ends_with(':');
        let listed = all.iter().skip(at + 1).take_while(|piece| is_listed(piece)).count();
        let count = if announces || is_listed(first) { 1 + listed } else { 1 };
        let whole = all.get(at..at + count).unwrap_or_default();
        let verbatim = matches!(first.kind, BlockKind::Code | BlockKind::Table | BlockKind::Heading(_));
        let words: usize = whole.iter().map(Piece::words).sum();
        let text: Vec<String> = whole.iter().map(|piece| plain(piece.text)).collect();
        if !verbatim && words > 3 && !seen.insert(text) {
            repeated.extend(at..at + count);
        }
        at += count;
    }
    repeated
}

/// Whether a piece is part of a list: an item, or a paragraph that begins with the number of one.
fn is_listed(piece: &Piece) -> bool {
    let number = piece.text.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let rest = &piece.text[number.len()..];
    let numbered =
        (1..=2).contains(&number.len()) && rest.starts_with([' ', '.', ')']) && piece.text.ends_with('.');
    piece.kind == BlockKind::ListItem || piece.kind == BlockKind::Paragraph && numbered
}

/// Whether a section is the title page: under its heading stand a few words that are no sentence, such as an edition.
fn is_cover(section: &Section, all: &[Piece]) -> bool {
    let mut words = 0;
    let is_bare = section.pieces.iter().filter_map(|place| all.get(*place)).all(|piece| {
        words += piece.words();
        // Some languages part their words by nothing.
        let is_long = piece.words() >= 6 || !piece.text.contains(' ');
        piece.kind == BlockKind::Paragraph && !(is_long && standalone::is_sentence(piece.text))
    });
    is_bare && words < 40
}

/// A heading above all others is the title of the document: it says nothing about its sections.
fn drop_title(sections: &mut [Section]) {
    let Some(first) = sections.iter().find_map(|section| section.path.first().cloned()) else { return };
    let above_all = sections.iter().all(|section| section.path.first().is_none_or(|title| *title == first));
    if above_all && sections.iter().any(|section| section.path.len() > 1) {
        for section in sections.iter_mut().filter(|section| section.path.len() > 1) {
            section.path.remove(0);
        }
    }
}

/// For each piece of a source, the number of the passage in which it stands.
pub(super) fn passages_of(source: &Source, pieces: &[Piece]) -> Vec<Option<u32>> {
    /// Passages to look through before a piece counts as part of the one before.
    const AHEAD: usize = 12;
    let mut current = 0;
    let mut numbers = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let text = if matches!(piece.kind, BlockKind::Heading(_)) { "" } else { piece.text.trim() };
        let end = text.char_indices().nth(60).map_or(text.len(), |(at, _)| at);
        let start = text.get(..end).and_then(|text| text.lines().next()).unwrap_or_default().trim();
        // A few letters stand anywhere.
        let ahead = if start.len() < 15 { 2 } else { AHEAD };
        let ahead = source.passages.iter().skip(current).take(ahead);
        if let Some(steps) = ahead.map(|passage| passage.text.contains(start)).position(|found| found) {
            current += steps;
        }
        numbers.push(source.passages.get(current).map(|passage| passage.number));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught(blocks: &[(BlockKind, &str)]) -> Vec<(String, usize)> {
        let blocks = blocks.iter().map(|(kind, text)| crate::document::Block {
            kind: *kind,
            text: (*text).to_owned(),
            page: None,
        });
        let document = Document { blocks: blocks.collect(), ..Document::default() };
        let (sections, _) = sections(0, &pieces(&document));
        sections.into_iter().map(|section| (section.path.join(" › "), section.pieces.len())).collect()
    }

    #[test]
    fn lists_stay_whole() {
        use BlockKind::{Heading, ListItem, Paragraph};
        let found = taught(&[
            (Heading(1), "The cold store"),
            (
                Paragraph,
                "The shift lead keeps the cold store in order, and so does everybody who opens it at night.",
            ),
            (ListItem, "Check the cold store"),
            (ListItem, "Sign the sheet"),
            (Paragraph, "1 Open the cold store."),
            (Paragraph, "2 Compare it with the list."),
            (Heading(1), "The till"),
            (ListItem, "Check the cold store"),
            (ListItem, "Lock it"),
            (Paragraph, "1 Open the till."),
            (Paragraph, "2 Compare it with the list."),
            (Heading(1), "The kitchen"),
            (
                Paragraph,
                "The shift lead keeps the cold store in order, and so does everybody who opens it at night.",
            ),
            (ListItem, "Check the cold store"),
            (ListItem, "Sign the sheet"),
            (Paragraph, "1 Open the cold store."),
            (Paragraph, "2 Compare it with the list."),
            (
                Paragraph,
                "Nobody cooks before the shift lead has signed, and that holds for every shift of the week.",
            ),
        ]);
        let whole = [("The cold store", 5), ("The till", 4), ("The kitchen", 1)];
        assert_eq!(found, whole.map(|(title, pieces)| (title.to_owned(), pieces)));
    }

    #[test]
    fn title_pages_are_left_out_and_rows_of_tables_are_not() {
        use BlockKind::{Heading, Paragraph};
        let found = taught(&[
            (Heading(1), "The Bread Guide"),
            (Paragraph, "How we bake for the town"),
            (Paragraph, "Edition 4, 2023"),
            (Heading(1), "Tables"),
            (
                Paragraph,
                "If you have a lot of numbers, a table shows them better than a paragraph in which nobody finds what counts.",
            ),
            (Paragraph, "Report Dates covered Due"),
            (Paragraph, "Quarterly January 1–March 31 April 15"),
            (Paragraph, "Quarterly April 1–June 30 July 15"),
            (Paragraph, "Quarterly July 1–September 30 October 15"),
            (Heading(1), "Pages"),
            (Paragraph, "Soil 3"),
            (Paragraph, "Water 8"),
            (Paragraph, "Bread 12"),
            (Paragraph, "Ovens 20"),
        ]);
        assert_eq!(found, [("Tables".to_owned(), 5)]);
    }
}
