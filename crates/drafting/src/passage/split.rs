//! From a document to passages.

use unicode_segmentation::UnicodeSegmentation;

use super::{Passage, words::count};
use crate::{
    document::{Block, BlockKind, Document},
    sentence::sentences,
};

/// Words of a passage.
const FEWEST: usize = 80;
const MOST: usize = 250;
/// Words from which on a passage ends where it can.
const ENOUGH: usize = 160;
/// Words of a piece, at most: with so many, it still fits to what is too short for a passage.
const PIECE: usize = MOST - FEWEST;
/// Headings up to this level always begin a passage.
const STRONG: u8 = 2;

/// Cuts a document into passages of 80 to 250 words, numbered from `first_number`. None crosses a heading of the first two
/// levels, so what stands between two of those may be shorter. A heading below is crossed where a passage would be too short
/// otherwise, and is part of its text then. Long paragraphs are cut between sentences.
#[must_use]
pub fn split(reference: usize, first_number: u32, document: &Document) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut path: Vec<(u8, &str)> = Vec::new();
    let mut section: Vec<Piece> = Vec::new();
    let mut under = String::new();
    for block in &document.blocks {
        if let BlockKind::Heading(level) = block.kind {
            if level <= STRONG {
                passages.extend(groups(std::mem::take(&mut section)));
                under.clear();
            } else {
                let gap = if under.is_empty() { "" } else { "\n\n" };
                under = format!("{under}{gap}{}", block.text);
            }
            path.retain(|(above, _)| *above < level);
            path.push((level, &block.text));
            continue;
        }
        let heading = path.iter().map(|(_, heading)| *heading).collect::<Vec<_>>().join(" › ");
        let mut pieces = pieces(block, &heading);
        if let Some(first) = pieces.first_mut() {
            first.under = std::mem::take(&mut under);
        }
        section.extend(pieces);
    }
    passages.extend(groups(section));
    (first_number..)
        .zip(passages)
        .filter_map(|(number, pieces)| passage(reference, number, &pieces))
        .collect()
}

/// A piece of a block that is small enough for a passage.
#[derive(Debug)]
struct Piece {
    text: String,
    words: usize,
    page: Option<u32>,
    /// All the headings that it stands under.
    heading: String,
    /// The minor ones that stand between it and the piece before it.
    under: String,
}

/// A block, in parts if it is too long: paragraphs between sentences, tables and code between lines. A sentence that is too long
/// alone is cut between words.
fn pieces(block: &Block, heading: &str) -> Vec<Piece> {
    let (parts, glue) = match block.kind {
        BlockKind::Code | BlockKind::Table => (block.text.split('\n').collect(), "\n"),
        _ => (sentences(&block.text), " "),
    };
    // As many pieces as are needed, of about the same length.
    let total = count(&block.text);
    let aim = total.div_ceil(total.div_ceil(PIECE).max(1));
    let mut pieces: Vec<Piece> = Vec::new();
    for part in parts.into_iter().flat_map(between_words) {
        let words = count(part);
        match pieces.last_mut().filter(|piece| piece.words < aim && piece.words + words <= PIECE) {
            Some(piece) => {
                piece.text.push_str(glue);
                piece.text.push_str(part);
                piece.words += words;
            }
            None => {
                let mark = if block.kind == BlockKind::ListItem && pieces.is_empty() { "- " } else { "" };
                let (text, heading) = (format!("{mark}{part}"), heading.to_owned());
                pieces.push(Piece { text, words, page: block.page, heading, under: String::new() });
            }
        }
    }
    pieces
}

/// Cuts what has too many words for a piece.
fn between_words(text: &str) -> Vec<&str> {
    let starts = text.unicode_word_indices().map(|(at, _)| at).step_by(PIECE).skip(1);
    let mut parts = Vec::new();
    let mut from = 0;
    for at in starts {
        // What opens a word, such as a quotation mark, stays with it.
        let cut = text[from..at].rfind(char::is_whitespace).map_or(at, |space| from + space);
        let cut = if text[cut..at].chars().count() < 4 { cut } else { at };
        parts.push(text[from..cut].trim());
        from = cut;
    }
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The pieces of a section, put together to passages.
fn groups(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let words = |group: &Vec<Piece>| group.iter().map(|piece| piece.words).sum::<usize>();
    let mut groups: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let fits = |group: &&mut Vec<Piece>| {
            let (open, with) = (words(group), words(group) + piece.words);
            let is_enough =
                open >= FEWEST && !piece.under.is_empty() || open >= ENOUGH && with > ENOUGH + FEWEST / 2;
            with <= MOST && !is_enough
        };
        match groups.last_mut().filter(fits) {
            Some(group) => group.push(piece),
            None => groups.push(vec![piece]),
        }
    }
    // A short rest joins what is before it, or takes from it.
    if let Some(mut rest) = groups.pop() {
        if let Some(before) = groups.last_mut().filter(|_| words(&rest) < FEWEST) {
            if words(before) + words(&rest) <= MOST {
                before.append(&mut rest);
            }
            while !rest.is_empty() && words(&rest) < FEWEST {
                let left = words(before);
                let Some(piece) = before.pop_if(|piece| left - piece.words >= FEWEST) else { break };
                rest.insert(0, piece);
            }
        }
        groups.extend(Some(rest).filter(|rest| !rest.is_empty()));
    }
    groups
}

fn passage(reference: usize, number: u32, pieces: &[Piece]) -> Option<Passage> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let mut text = first.text.clone();
    for piece in &pieces[1..] {
        if !piece.under.is_empty() {
            text.push_str("\n\n");
            text.push_str(&piece.under);
        }
        // Items of a list follow each other without a blank line.
        let last = text.rsplit('\n').next().unwrap_or_default();
        let is_list = last.starts_with("- ") && piece.text.starts_with("- ");
        text.push_str(if is_list { "\n" } else { "\n\n" });
        text.push_str(&piece.text);
    }
    let (heading, first_page, last_page) = (first.heading.clone(), first.page, last.page);
    Some(Passage { number, reference, heading, first_page, last_page, text })
}
