//! What a file is, by its first bytes. The table is small on purpose: what isn't on it isn't taken.

use super::MediaKind;

/// A kind of content that the library takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    pub content_type: &'static str,
    pub kind: MediaKind,
    /// Endings that its names may have; the first is the usual one.
    endings: &'static [&'static str],
}

const fn format(content_type: &'static str, kind: MediaKind, endings: &'static [&'static str]) -> Format {
    Format { content_type, kind, endings }
}

static JPEG: Format = format("image/jpeg", MediaKind::Image, &["jpg", "jpeg"]);
static PNG: Format = format("image/png", MediaKind::Image, &["png"]);
static WEBP: Format = format("image/webp", MediaKind::Image, &["webp"]);
static PDF: Format = format("application/pdf", MediaKind::Document, &["pdf"]);
static MP4: Format = format("video/mp4", MediaKind::Video, &["mp4", "m4v"]);
static WEBM: Format = format("video/webm", MediaKind::Video, &["webm"]);
static M4A: Format = format("audio/mp4", MediaKind::Audio, &["m4a"]);
static MP3: Format = format("audio/mpeg", MediaKind::Audio, &["mp3"]);
static VTT: Format = format("text/vtt", MediaKind::Document, &["vtt"]);
static ZIP: Format = format("application/zip", MediaKind::Document, &["zip"]);

/// ZIP files that programs for offices write.
static OFFICE: [Format; 3] = [
    format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        MediaKind::Document,
        &["docx"],
    ),
    format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        MediaKind::Document,
        &["xlsx"],
    ),
    format(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        MediaKind::Document,
        &["pptx"],
    ),
];

/// Texts have no first bytes of their own: the name chooses, and the content has to be text.
static TEXTS: [Format; 3] = [
    format("text/plain; charset=utf-8", MediaKind::Document, &["txt"]),
    format("text/csv; charset=utf-8", MediaKind::Document, &["csv"]),
    format("text/markdown; charset=utf-8", MediaKind::Document, &["md", "markdown"]),
];

/// Brands of MP4 files with pictures and sound in them.
const MP4_BRANDS: [&[u8]; 9] = [b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"mmp4", b"f4v", b"3gp"];

impl Format {
    /// What starts with these bytes. `name` only decides between what the bytes leave open.
    #[must_use]
    pub fn of(start: &[u8], name: &str) -> Option<&'static Self> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let named = |formats: &'static [Self]| formats.iter().find(|f| f.endings.contains(&ending.as_str()));
        let at = |from: usize, bytes: &[u8]| start.get(from..).is_some_and(|rest| rest.starts_with(bytes));
        if at(0, &[0xFF, 0xD8, 0xFF]) {
            Some(&JPEG)
        } else if at(0, b"\x89PNG\r\n\x1a\n") {
            Some(&PNG)
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Some(&WEBP)
        } else if at(0, b"%PDF-") {
            Some(&PDF)
        } else if at(4, b"ftypM4A") {
            Some(&M4A)
        } else if at(4, b"ftyp") && MP4_BRANDS.iter().any(|brand| at(8, brand)) {
            Some(&MP4)
        } else if at(0, &[0x1A, 0x45, 0xDF, 0xA3]) {
            start.get(..64).unwrap_or(start).windows(4).any(|bytes| bytes == b"webm").then_some(&WEBM)
        } else if at(0, b"ID3")
            || (ending == "mp3" && at(0, &[0xFF]) && start.get(1).is_some_and(|b| b & 0xE6 == 0xE2))
        {
            Some(&MP3)
        } else if at(0, b"PK\x03\x04") {
            named(&OFFICE).or(Some(&ZIP))
        } else if at(0, b"WEBVTT") || at(0, b"\xEF\xBB\xBFWEBVTT") {
            looks_like_text(start).then_some(&VTT)
        } else {
            named(&TEXTS).filter(|_| looks_like_text(start) && !looks_like_markup(start))
        }
    }

    /// Shown by browsers where it stands; everything else is a download.
    #[must_use]
    pub fn is_shown(content_type: &str) -> bool {
        ["image/", "video/", "audio/", "text/vtt"].iter().any(|kind| content_type.starts_with(kind))
    }

    /// The ending for a name that the client gave: its own when it fits.
    pub(super) fn ending(&self, name: &str) -> &'static str {
        let given = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let known = self.endings.iter().find(|ending| **ending == given);
        known.or(self.endings.first()).copied().unwrap_or("bin")
    }
}

/// UTF-8 without control characters. The last character may be cut off.
fn looks_like_text(start: &[u8]) -> bool {
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => start
            .get(..error.valid_up_to())
            .and_then(|part| std::str::from_utf8(part).ok())
            .unwrap_or_default(),
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{C}'))
}

/// Something that a browser might run when it is handed out carelessly.
fn looks_like_markup(start: &[u8]) -> bool {
    let head = start.get(..2048).unwrap_or(start);
    let head = String::from_utf8_lossy(head).to_lowercase();
    head.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).starts_with("<")
        || ["<!doctype", "<html", "<script", "<svg", "<?xml", "<iframe"].iter().any(|tag| head.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_not_the_name() {
        let kind = |start: &[u8], name: &str| Format::of(start, name).map(|format| format.content_type);
        assert_eq!(kind(b"\xFF\xD8\xFF\xE0....", "page.html"), Some("image/jpeg"));
        assert_eq!(kind(b"\x00\x00\x00\x18ftypisom....", "x.png"), Some("video/mp4"));
        assert_eq!(kind(b"\x1A\x45\xDF\xA3....\x42\x82\x84webm", "x"), Some("video/webm"));
        assert_eq!(kind(b"\xFF\xFB\x90\x00", "x.mp3"), Some("audio/mpeg"));
        assert_eq!(kind(b"WEBVTT\n\n00:00", "x.txt"), Some("text/vtt"));
        assert_eq!(kind(b"PK\x03\x04....", "plan.docx"), Some(OFFICE[0].content_type));
        assert_eq!(kind(b"a;b\n1;2\n", "table.csv"), Some("text/csv; charset=utf-8"));
        for (start, name) in [
            (&b"<html><script>alert(1)</script>"[..], "photo.png"),
            (b"<html><script>alert(1)</script>", "notes.txt"),
            (b"hello <script src=//evil.example>", "notes.md"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>", "logo.svg"),
            (b"GIF89a/*\x00\x00=1;alert(1)//", "x.gif"),
            (b"MZ\x90\x00", "setup.exe"),
            (b"#!/bin/sh", "run.sh"),
            (b"\x1A\x45\xDF\xA3....matroska", "x.mkv"),
            (b"nul\x00inside", "x.txt"),
            (b"", "x.txt"),
        ] {
            assert_eq!(kind(start, name), None, "{name}");
        }
    }
}
