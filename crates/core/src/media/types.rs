//! What the library knows about a file.

use chrono::{DateTime, Utc};
use momentum_db::FromRow;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use super::{Format, MAX_ALT, MAX_NAME, UseCounts};
use crate::{
    Error, FieldErrors, Result,
    ids::{MediaId, UserId},
    names,
    words::words,
};

words! {
    /// What a file is to people.
    MediaKind {
        Image = "image",
        Video = "video",
        Audio = "audio",
        /// To be downloaded, or captions.
        Document = "document",
    }

    /// Who may see a file.
    Visibility {
        /// Whoever has its address.
        Public = "public",
        /// Whoever was given a signed address.
        Private = "private",
    }

    /// The order of the library.
    MediaSort {
        Newest = "newest",
        Oldest = "oldest",
        Name = "name",
        /// Largest first.
        Size = "size",
    }
}

impl MediaKind {
    /// Pictures are for everybody unless somebody says otherwise, everything else for learners.
    #[must_use]
    pub fn usual_visibility(self) -> Visibility {
        if self == Self::Image { Visibility::Public } else { Visibility::Private }
    }
}

/// A file in the library.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Media {
    pub id: MediaId,
    /// What people call it.
    pub name: String,
    /// As in its address: plain letters, with the ending of the content.
    #[serde(skip)]
    pub file_name: String,
    pub kind: MediaKind,
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// Of the content, in hexadecimal.
    pub sha256: String,
    /// Of pictures, in pixels.
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// What a picture shows, for who can't see it.
    pub alt: String,
    pub visibility: Visibility,
    /// Counts the replacements, from 1.
    pub version: i64,
    /// Counts the changes of what is said about it, from 1; a change names the one that it was made from.
    pub revision: i64,
    #[serde(skip)]
    pub(super) folder: String,
    /// Widths in which a picture is kept besides its own.
    #[sqlx(json)]
    pub variants: Vec<i64>,
    pub uploaded_by: UserId,
    pub created_at: DateTime<Utc>,
    pub replaced_at: Option<DateTime<Utc>>,
}

impl Media {
    /// Where texts find it: `/media/{id}/{name}`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/media/{}/{}", self.id, self.file_name)
    }

    /// What the name in its address ends with, such as `png`.
    #[must_use]
    pub fn ending(&self) -> &str {
        self.file_name.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// Names the content to caches.
    #[must_use]
    pub(super) fn etag(&self, width: Option<i64>) -> String {
        let hash = self.sha256.get(..24).unwrap_or(&self.sha256);
        match width {
            Some(width) => format!("\"{hash}-{width}\""),
            None => format!("\"{hash}\""),
        }
    }
}

/// A file in a list.
#[derive(Debug, Clone)]
pub struct ListedMedia {
    pub media: Media,
    pub used_in: UseCounts,
}

/// A file as it comes in.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// As the client calls it.
    pub name: String,
    pub content: Vec<u8>,
}

/// What can be changed of a file besides its content. What is missing stays.
#[derive(Debug, Clone, Default)]
pub struct MediaChanges {
    pub name: Option<String>,
    pub alt: Option<String>,
    pub visibility: Option<Visibility>,
    /// The revision that they were made from; without it whatever is there is replaced.
    pub revision: Option<i64>,
}

impl MediaChanges {
    /// Without spaces around, and checked.
    pub(super) fn tidy(mut self) -> Result<Self> {
        for text in [&mut self.name, &mut self.alt].into_iter().flatten() {
            *text = text.trim().to_owned();
        }
        let mut errors = FieldErrors::default();
        if let Some(name) = &self.name {
            errors.check(!name.is_empty(), "name", "required", "Enter a name.");
            errors.check(name.chars().count() <= MAX_NAME, "name", "too-long", "Use at most 200 characters.");
            names::check(&mut errors, "name", name);
        }
        if let Some(alt) = &self.alt {
            errors.check(alt.chars().count() <= MAX_ALT, "alt", "too-long", "Use at most 500 characters.");
            names::check(&mut errors, "alt", alt);
        }
        errors.into_result()?;
        Ok(self)
    }
}

/// Which files, and which part of their list.
#[derive(Debug, Clone)]
pub struct MediaFilter {
    /// A part of the name.
    pub name: String,
    pub kind: Option<MediaKind>,
    /// Those that somebody uses, or those that nobody does.
    pub used: Option<bool>,
    pub sort: MediaSort,
    pub limit: i64,
    pub offset: i64,
}

/// The last part of what the client says, with and without its ending.
fn parts(name: &str) -> (&str, &str) {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    (last, last.rsplit_once('.').map_or(last, |(stem, _)| stem))
}

/// A name for people: as the client says it, in any writing, with the ending of the content.
pub(super) fn given_name(name: &str, format: &Format) -> String {
    let (last, stem) = parts(name);
    let ending = format.ending(last);
    let stem = names::cleaned(stem, MAX_NAME - ending.len() - 1);
    let stem = if stem.is_empty() { format.kind.as_str() } else { &stem };
    format!("{stem}.{ending}")
}

/// A name for people that somebody gives to a file in the library. It ends as the file's address does: in place of what looks
/// like another ending, or behind it.
pub(super) fn new_name(name: &str, ending: &str) -> Result<String> {
    if name.contains(['/', '\\']) {
        return Err(Error::invalid("name", "invalid", "A name has no slashes."));
    }
    let looks_like_ending = |text: &str| {
        (1..=5).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let stem = match name.rsplit_once('.') {
        Some((stem, other)) if looks_like_ending(other) => stem,
        _ => name,
    };
    let stem = stem.trim();
    let named = format!("{stem}.{ending}");
    let mut errors = FieldErrors::default();
    errors.check(names::can_be_seen(stem), "name", "required", "Enter a name.");
    errors.check(
        named.chars().count() <= MAX_NAME,
        "name",
        "too-long",
        format!("Use at most 200 characters, with .{ending} at the end."),
    );
    errors.into_result()?;
    Ok(named)
}

/// A name as it is searched in and for: SQLite's `LOWER` knows the letters A to Z only, and a letter with an accent may be
/// written as one character or as two.
pub(super) fn folded(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).collect()
}

/// A name for addresses: the last part of what the client says, in plain letters, with the ending of the content.
pub(super) fn plain_name(name: &str, format: &Format) -> String {
    let (last, stem) = parts(name);
    let mut plain = String::new();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            plain.push(c);
        } else if !plain.ends_with('-') && !plain.is_empty() {
            plain.push('-');
        }
        if plain.len() >= 80 {
            break;
        }
    }
    let plain = plain.trim_end_matches('-');
    let stem = if plain.is_empty() { format.kind.as_str() } else { plain };
    format!("{stem}.{}", format.ending(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_end_as_the_content_says() {
        let png = Format::of(b"\x89PNG\r\n\x1a\n", "x").unwrap();
        for (name, plain) in [
            ("Photo 1.JPG", "Photo-1.png"),
            ("../../etc/passwd", "passwd.png"),
            ("C:\\fakepath\\a b.png", "a-b.png"),
            ("…", "image.png"),
            ("", "image.png"),
            ("x\r\nSet-Cookie: a=b.png", "x-Set-Cookie-a-b.png"),
            (".htaccess", "image.png"),
        ] {
            assert_eq!(plain_name(name, png), plain);
        }
        assert!(plain_name(&"a".repeat(900), png).len() < 90);
    }

    #[test]
    fn people_read_the_name_as_it_was_written() {
        let png = Format::of(b"\x89PNG\r\n\x1a\n", "x").unwrap();
        for (name, given) in [
            ("山田.png", "山田.png"),
            ("отчёт 2026.PNG", "отчёт 2026.png"),
            ("C:\\fakepath\\Übersicht Größe.jpg", "Übersicht Größe.png"),
            ("\u{202e}gnp.exe", "gnp.png"),
            ("\u{200b}.png", "image.png"),
            ("", "image.png"),
        ] {
            assert_eq!(given_name(name, png), given);
        }
        for (name, given) in [
            ("Teapot", "Teapot.png"),
            ("ok.exe", "ok.png"),
            ("a.PNG", "a.png"),
            ("Plan of 5.10.2026", "Plan of 5.10.2026.png"),
        ] {
            assert_eq!(new_name(name, "png").unwrap(), given);
        }
        for wrong in ["a/b.png", "a\\b", ".png", &"x".repeat(200)] {
            assert!(new_name(wrong, "png").is_err(), "{wrong}");
        }
        assert_eq!(given_name(&"я".repeat(900), png).chars().count(), MAX_NAME);
        assert_eq!(folded("U\u{308}BER Отчёт"), folded("über отчёт"));
    }
}
