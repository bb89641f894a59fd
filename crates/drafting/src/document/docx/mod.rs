//! Word documents: a zip of XML parts. What a part claims about its size is not believed, and no entity is resolved but XML's
//! own.

mod body;
mod styles;

use std::io::{Cursor, Read};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};
use zip::ZipArchive;

use super::{BlockKind, Document, Format, Limit, ReadError};

/// Unpacked bytes of all parts that are read.
const MAX_UNPACKED: u64 = 100 << 20;
const BODY: &str = "word/document.xml";
const BROKEN: ReadError = ReadError::Broken(Format::Docx);

pub(super) fn is(bytes: &[u8]) -> bool {
    ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name(BODY).is_some())
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut parts =
        Parts { archive: ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?, left: MAX_UNPACKED };
    let body = parts.part(BODY)?.ok_or(BROKEN)?;
    // Without its styles or properties a document is still readable.
    let styles = parts.part("word/styles.xml")?.map(|xml| styles::read(&xml)).unwrap_or_default();
    let named = parts.part("docProps/core.xml")?.and_then(|xml| title(&xml));
    let mut document = body::read(&body, &styles)?;
    let headed = document.blocks.iter().find(|block| block.kind == BlockKind::Heading(1));
    let headed = headed.map(|block| block.text.clone());
    document.title = document.title.or(named).or(headed);
    Ok(document)
}

struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl Parts<'_> {
    /// A part's bytes; nothing when there is no such part.
    fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let entry = self.archive.by_index(index).map_err(|_| BROKEN)?;
        let mut bytes = Vec::new();
        // One byte more than there may be, to see whether there is more.
        let read = entry.take(self.left + 1).read_to_end(&mut bytes).map_err(|_| BROKEN)?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(read).ok_or(ReadError::TooBig(Limit::Content))?;
        Ok(Some(bytes))
    }
}

/// The title among the properties.
fn title(xml: &[u8]) -> Option<String> {
    let mut reader = reader(xml);
    let mut title = None::<String>;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if start.local_name().as_ref() == b"title" => title = Some(String::new()),
            Event::Text(text) => {
                title.iter_mut().for_each(|title| title.push_str(&text.decode().unwrap_or_default()))
            }
            Event::GeneralRef(reference) => {
                title.iter_mut().for_each(|title| title.extend(resolved(&reference)))
            }
            Event::End(end) if end.local_name().as_ref() == b"title" => break,
            Event::Eof => return None,
            _ => {}
        }
    }
    title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty())
}

fn reader(xml: &[u8]) -> Reader<&[u8]> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().expand_empty_elements = true;
    reader
}

/// The character of `&#8211;` or `&amp;`; nothing for entities that a document type defines.
fn resolved(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c);
    }
    Some(match &*reference.decode().ok()? {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// An attribute by its name without prefix.
fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut attributes = start.attributes();
    let mut sound = attributes.with_checks(false).flatten();
    let found = sound.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(String::from_utf8_lossy(&found.value).into_owned())
}

/// What `w:val` says.
fn value(start: &BytesStart<'_>) -> Option<String> {
    attribute(start, b"val")
}
