//! PDF: where letters stand, from which lines, paragraphs and headings are guessed.

mod blocks;
mod furniture;
mod glyphs;
mod headings;
mod lines;
mod outline;
mod sizes;
mod tables;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, TransformExt,
    hayro_syntax::{
        DecryptionError, LoadPdfError, Pdf,
        object::{Array, Object, Stream},
        page,
    },
    interpret_page,
    kurbo::Rect,
};

use self::{
    glyphs::{Budget, Page, Spent},
    lines::Line,
};
use super::{BlockKind, Document, Format, Limit, MAX_PAGES, MAX_TEXT, ReadError};

/// The header may stand behind other bytes.
const HEADER_WITHIN: usize = 1024;
/// Bytes that are interpreted, those of a form each time that it is drawn: some seconds.
const MAX_WORK: u64 = 1 << 30;
/// Fewer letters on a page with a picture are those of a stamp on a scanned page.
const FEW_LETTERS: usize = 25;
const BROKEN: ReadError = ReadError::Broken(Format::Pdf);

pub(super) fn is(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(HEADER_WITHIN)];
    memchr::memmem::find(start, b"%PDF-").is_some()
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    if !is(bytes) {
        return Err(BROKEN);
    }
    catch_unwind(AssertUnwindSafe(|| read_file(bytes))).unwrap_or_else(|payload| {
        Err(match payload.downcast_ref::<Spent>() {
            Some(Spent { text: true }) => ReadError::TooBig(Limit::Text),
            Some(Spent { text: false }) => ReadError::TooBig(Limit::Content),
            None => BROKEN,
        })
    })
}

fn read_file(bytes: &[u8]) -> Result<Document, ReadError> {
    if is_cut_off(bytes) {
        return Err(BROKEN);
    }
    sizes::check_file(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => ReadError::Encrypted,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => BROKEN,
    })?;
    let form = sizes::check_streams(&pdf)?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(BROKEN);
    }
    if count > MAX_PAGES {
        return Err(ReadError::TooBig(Limit::Pages));
    }
    if pdf.pages().iter().any(has_lost_content) {
        return Err(BROKEN);
    }
    let read = pages(&pdf, Budget { work: MAX_WORK, form, text: MAX_TEXT });
    let letters: usize = read.pages.iter().flatten().map(|line| letters(&line.text)).sum();
    let is_scan = read.images * 2 >= count && letters < FEW_LETTERS * count;
    if is_scan || read.unknown > letters * 3 {
        return Err(ReadError::NoText);
    }
    let body = blocks::body_size(read.pages.iter().flatten());
    let lines = furniture::without(read.pages, &read.heights, body);
    let mut document = blocks::document(&lines.concat(), body, &outline::levels(&pdf));
    document.pages = u32::try_from(count).ok();
    document.title = outline::title(&pdf).or_else(|| {
        let first = document.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)))?;
        Some(first.text.clone())
    });
    Ok(document)
}

/// Whether a file ends before its end. What says where its objects are stands behind the last one; readers that mend files find
/// objects without it, but not those that are missing.
fn is_cut_off(bytes: &[u8]) -> bool {
    let end = memchr::memmem::rfind(bytes, b"endobj").map_or(0, |at| at + b"endobj".len());
    // Old files have a table, new ones a stream with `startxref` behind it.
    !["xref", "trailer", "%%EOF"]
        .iter()
        .any(|mark| memchr::memmem::find(&bytes[end..], mark.as_bytes()).is_some())
}

/// Whether a page says that it has content which isn't there or can't be unpacked. A blank page has none, or an empty one.
fn has_lost_content(page: &page::Page<'_>) -> bool {
    const CONTENTS: &[u8] = b"Contents";
    let dict = page.raw();
    match dict.get::<Object<'_>>(CONTENTS) {
        None => dict.contains_key(CONTENTS),
        Some(Object::Null(_)) => false,
        Some(Object::Array(parts)) => is_incomplete(&parts),
        Some(_) => page.page_stream().is_none(),
    }
}

fn is_incomplete(parts: &Array<'_>) -> bool {
    let there = parts.iter::<Stream<'_>>().filter(|part| part.decoded_data().is_ok()).count();
    there < parts.raw_iter().count()
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// What the pages of a document hold.
#[derive(Default)]
struct Pages {
    pages: Vec<Vec<Line>>,
    /// Of the pages, in points.
    heights: Vec<f64>,
    images: usize,
    /// Letters whose character is unknown.
    unknown: usize,
}

fn pages(pdf: &Pdf, mut budget: Budget) -> Pages {
    let mut read = Pages::default();
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings { render_content: RenderContent::PAGE, ..Default::default() };
    for (number, page) in (1..).zip(pdf.pages().iter()) {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let initial = page.initial_transform(true).to_kurbo();
        let whole = Rect::new(0.0, 0.0, width, height);
        let mut context = Context::new(initial, whole, &cache, pdf.xref(), settings.clone());
        let mut device = Page::new((width, height), budget);
        interpret_page(page, &mut context, &mut device);
        budget = device.budget;
        read.images += usize::from(device.images > 0);
        read.unknown += device.unknown;
        let turned =
            device.pieces.iter().filter(|piece| piece.turn % 2 == 1).count() * 2 > device.pieces.len();
        read.heights.push(if turned { width } else { height });
        read.pages.push(lines::lines(device.pieces, number));
    }
    read
}
