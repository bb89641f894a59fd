//! The bookmarks of a PDF, and its title.

use std::collections::{HashMap, HashSet};

use hayro_interpret::hayro_syntax::{
    Pdf,
    object::{Dict, ObjectIdentifier, String as PdfString},
};

/// More than these help nobody.
const MOST: usize = 5_000;
/// Deeper ones are no headings.
const DEEPEST: usize = 6;

/// The titles of a document's bookmarks as [`key`] has them, and how deep they stand, from 1.
pub(super) fn levels(pdf: &Pdf) -> HashMap<String, u8> {
    let mut levels = HashMap::new();
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let Some(first) = root.and_then(|root| root.get::<Dict<'_>>(b"Outlines")?.get::<Dict<'_>>(b"First"))
    else {
        return levels;
    };
    let mut seen: HashSet<ObjectIdentifier> = HashSet::new();
    let mut open = vec![(first, 1_u8)];
    while let Some((entry, level)) = open.pop() {
        if levels.len() >= MOST || entry.obj_id().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        if let Some(title) = entry.get::<PdfString<'_>>(b"Title") {
            let title = key(&text(title.as_bytes()));
            if !title.is_empty() {
                levels.entry(title).or_insert(level);
            }
        }
        open.extend(entry.get::<Dict<'_>>(b"Next").map(|next| (next, level)));
        if usize::from(level) < DEEPEST {
            open.extend(entry.get::<Dict<'_>>(b"First").map(|first| (first, level + 1)));
        }
    }
    levels
}

/// A title's letters and digits, in lower case: bookmarks and pages differ in spaces and signs.
pub(super) fn key(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the document's properties call it, unless a program wrote that.
pub(super) fn title(pdf: &Pdf) -> Option<String> {
    let title = text(pdf.metadata().title.as_deref()?);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = title.to_lowercase();
    let is_file = [".doc", ".docx", ".odt", ".tex", ".dvi", ".indd", ".html", ".pdf", ".ps", ".qxd"];
    let is_program = ["microsoft word", "untitled", "(anonymous)", "powerpoint"]
        .iter()
        .any(|name| lower.starts_with(name))
        || lower.contains("://");
    let is_name = !is_program && !is_file.iter().any(|ending| lower.ends_with(ending));
    (is_name && title.chars().any(char::is_alphabetic)).then_some(title)
}

/// A text string: UTF-16 or UTF-8 with a byte order mark; else an encoding that agrees with Windows-1252 about all letters.
fn text(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0,
        [0xFF, 0xFE, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0,
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_decoded() {
        assert_eq!(text(b"\xFE\xFF\0\xDC\0b"), "Üb");
        assert_eq!(text(b"caf\xE9"), "café");
        assert_eq!(key("3.2  Soil & Water"), "32soilwater");
    }
}
