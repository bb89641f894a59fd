//! Documents as they are read: what kind of text stands where. A file may be broken or made to do harm: whatever its bytes are,
//! reading ends with a [`Document`] or a [`ReadError`].

mod docx;
mod hints;
mod markdown;
mod pdf;
mod text;

use std::{fmt, thread};

use serde::{Deserialize, Serialize};

/// Bytes of a file.
const MAX_BYTES: usize = 100 << 20;
/// Pages of a document.
const MAX_PAGES: usize = 2_000;
/// Bytes of a document's text, about twenty thick books.
const MAX_TEXT: usize = 10 << 20;
/// For reading: deeper than anything that the readers nest.
const STACK: usize = 32 << 20;

/// A document's text in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it calls itself, if it does.
    pub title: Option<String>,
    /// How many pages it has, where it has pages.
    pub pages: Option<u32>,
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    /// Plain text without line breaks, except in code and tables.
    pub text: String,
    /// The page on which it begins, from 1.
    pub page: Option<u32>,
}

/// What a piece of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Its level, from 1.
    Heading(u8),
    Paragraph,
    ListItem,
    Quote,
    Code,
    /// Cells parted by tabs, rows by line breaks.
    Table,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Pdf,
    Docx,
    Markdown,
    Text,
}

/// Why a document can't be read, said to the person who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("This PDF is locked with a password. Save a copy without the password and upload that.")]
    Encrypted,
    #[error(
        "This PDF has no text: it holds pictures of pages only. Run text recognition (OCR) over it and upload the result."
    )]
    NoText,
    #[error(
        "This {0} is damaged or incomplete. Open it in the program it comes from, save it again and upload the new file."
    )]
    Broken(Format),
    #[error("This document is too big: it has {0}. Upload only the part that the course is about.")]
    TooBig(Limit),
    #[error(
        "This file isn't text, or its characters are unknown. Save it as UTF-8 text, or upload a PDF or a Word document."
    )]
    NotText,
    #[error("This document is empty. Upload one that has text in it.")]
    Empty,
}

/// What a document may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Bytes,
    Pages,
    Text,
    /// What its compressed parts hold.
    Content,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes => write!(f, "more than {} MB", MAX_BYTES >> 20),
            Self::Pages => write!(f, "more than {MAX_PAGES} pages"),
            Self::Text => write!(f, "more than {} MB of text", MAX_TEXT >> 20),
            Self::Content => f.write_str("more content than can be unpacked"),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pdf => "PDF",
            Self::Docx => "Word document",
            Self::Markdown => "Markdown file",
            Self::Text => "text file",
        })
    }
}

impl Format {
    /// What a file is by its content; its name decides between Markdown and text alone. Nothing for what can't be read.
    #[must_use]
    pub fn of(file_name: &str, bytes: &[u8]) -> Option<Self> {
        if pdf::is(bytes) {
            return Some(Self::Pdf);
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return docx::is(bytes).then_some(Self::Docx);
        }
        let text = text::decoded(bytes)?;
        let start: String = text.trim_start().chars().take(14).collect::<String>().to_ascii_lowercase();
        if ["{\\rtf", "<!doctype html", "<html", "<?xml", "%!ps"].iter().any(|other| start.starts_with(other))
        {
            return None;
        }
        let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        let is_markdown = ["md", "markdown", "mdown", "mkd"].contains(&ending.as_str());
        Some(if is_markdown { Self::Markdown } else { Self::Text })
    }
}

/// Reads a file, on a thread of its own: neither a reader that panics nor one that nests deeply takes others down.
///
/// # Errors
///
/// When the file is of another format, broken, locked, too big, or has no text.
pub fn read(format: Format, bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooBig(Limit::Bytes));
    }
    let reader = match format {
        Format::Pdf => pdf::read,
        Format::Docx => docx::read,
        Format::Markdown => markdown::read,
        Format::Text => text::read,
    };
    let document = thread::scope(|scope| {
        let reading = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || reader(bytes));
        reading.ok().and_then(|reading| reading.join().ok()).unwrap_or(Err(ReadError::Broken(format)))
    })?;
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    if document.blocks.iter().map(|block| block.text.len()).sum::<usize>() > MAX_TEXT {
        return Err(ReadError::TooBig(Limit::Text));
    }
    Ok(document)
}

impl Document {
    /// Adds a block unless it is empty. Line breaks stay in code and tables alone.
    fn push(&mut self, kind: BlockKind, text: &str, page: Option<u32>) {
        let text = match kind {
            BlockKind::Code | BlockKind::Table => text.trim_end().trim_start_matches('\n').to_owned(),
            _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        if !text.trim().is_empty() {
            self.blocks.push(Block { kind, text, page });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_content() {
        assert_eq!(Format::of("notes.txt", b"%PDF-1.7\n"), Some(Format::Pdf));
        assert_eq!(Format::of("notes.md", b"# Notes"), Some(Format::Markdown));
        assert_eq!(Format::of("NOTES.MD", b"# Notes"), Some(Format::Markdown));
        assert_eq!(Format::of("notes", b"# Notes"), Some(Format::Text));
        assert_eq!(Format::of("notes.docx", b"Not really"), Some(Format::Text));
        assert_eq!(Format::of("caf\u{e9}.txt", b"caf\xe9, th\xe9 et g\xe2teau"), Some(Format::Text));
        for other in
            [&b"\x89PNG\r\n\x1a\n\0\0"[..], b"PK\x03\x04 no zip", b"a\0b", b"{\\rtf1 x}", b"<!DOCTYPE html>"]
        {
            assert_eq!(Format::of("notes.txt", other), None, "{other:?}");
        }
    }

    #[test]
    fn nothing_is_no_document() {
        assert_eq!(read(Format::Text, b""), Err(ReadError::Empty));
        assert_eq!(read(Format::Markdown, b"---\ntitle: x\n---\n"), Err(ReadError::Empty));
        assert_eq!(read(Format::Pdf, b""), Err(ReadError::Broken(Format::Pdf)));
        assert_eq!(read(Format::Docx, b"PK"), Err(ReadError::Broken(Format::Docx)));
        assert_eq!(read(Format::Text, b"a\0b"), Err(ReadError::NotText));
        assert_eq!(read(Format::Text, &b"word ".repeat(3 << 20)), Err(ReadError::TooBig(Limit::Text)));
        let messages = ReadError::TooBig(Limit::Pages).to_string();
        assert!(messages.contains("more than 2000 pages"), "{messages}");
    }
}
