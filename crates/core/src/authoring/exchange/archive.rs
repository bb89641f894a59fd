//! Zips: packed and unpacked in memory, with nothing believed.

use std::io::{Cursor, Read, Write};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::MAX_PACKAGE_BYTES;
use crate::{Error, FieldErrors, Result};

/// The folder of files that texts name.
pub(super) const MEDIA: &str = "media/";
/// The most files in one.
const MAX_FILES: usize = 200;
/// The longest text, in bytes.
const MAX_TEXT: u64 = 1024 * 1024;
/// All texts, in bytes.
const MAX_TEXTS: u64 = 20 * 1024 * 1024;
/// The largest file that isn't a text, in bytes.
pub(super) const MAX_FILE: u64 = 20 * 1024 * 1024;
/// All of those, in bytes.
const MAX_MEDIA: u64 = 100 * 1024 * 1024;

/// What a zip holds.
pub(super) struct Unpacked {
    /// Path inside the folder, and text.
    pub(super) texts: Vec<(String, String)>,
    /// Name inside `media/`, and content.
    pub(super) media: Vec<(String, Vec<u8>)>,
}

/// Makes a zip with everything in one folder.
pub(super) fn pack(
    folder: &str,
    texts: Vec<(String, String)>,
    media: Vec<(String, Vec<u8>)>,
) -> Result<Vec<u8>> {
    let squeezed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    // Pictures and videos don't get smaller.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in texts {
        zip.start_file(format!("{folder}/{path}"), squeezed).map_err(Error::internal)?;
        zip.write_all(text.as_bytes()).map_err(Error::internal)?;
    }
    for (name, content) in media {
        zip.start_file(format!("{folder}/{MEDIA}{name}"), stored).map_err(Error::internal)?;
        zip.write_all(&content).map_err(Error::internal)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

pub(super) fn wrong(file: impl Into<String>, message: impl Into<String>) -> Error {
    let mut errors = FieldErrors::default();
    errors.add_named(file.into(), "invalid", message.into());
    Error::Invalid(errors)
}

/// Reads a zip. Whatever its entries claim, no more is unpacked than a package may hold, and nothing is written anywhere.
pub(super) fn unpack(zip: Vec<u8>) -> Result<Unpacked> {
    if zip.len() > MAX_PACKAGE_BYTES {
        return Err(wrong("package", "The zip is larger than 50 MB."));
    }
    let unreadable = |_| wrong("package", "This is not a zip file, or it is damaged.");
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(unreadable)?;
    if archive.len() > MAX_FILES {
        return Err(wrong("package", format!("A package has at most {MAX_FILES} files.")));
    }
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let (mut text_left, mut media_left) = (MAX_TEXTS, MAX_MEDIA);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(unreadable)?;
        let shown = entry.name().map_err(unreadable)?.into_owned();
        if entry.is_dir() || is_litter(&shown) {
            continue;
        }
        let path = entry
            .enclosed_name()
            .and_then(|path| path.to_str().map(ToOwned::to_owned))
            .filter(|_| !entry.is_symlink() && !shown.contains('\\'))
            .ok_or_else(|| wrong(shown.clone(), "This path leads out of the package."))?;
        let is_text = path.ends_with(".md");
        let (left, most) = if is_text { (&mut text_left, MAX_TEXT) } else { (&mut media_left, MAX_FILE) };
        let mut content = Vec::new();
        // One byte more than there may be, to see whether there is more.
        let limit = (*left).min(most) + 1;
        let read = entry
            .take(limit)
            .read_to_end(&mut content)
            .map_err(|_| wrong(path.clone(), "This file is damaged."))?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        if read >= limit {
            return Err(wrong(path, "This file is too large."));
        }
        *left -= read;
        files.push((path, content));
    }
    sorted(files)
}
/// What programs that make zips leave in them.
fn is_litter(path: &str) -> bool {
    path.starts_with("__MACOSX/") || path.ends_with(".DS_Store") || path.ends_with("Thumbs.db")
}

/// Takes the folder off that all files are in, if they are, and refuses what has no place in a package.
fn sorted(files: Vec<(String, Vec<u8>)>) -> Result<Unpacked> {
    let folder = files
        .iter()
        .find_map(|(path, _)| path.strip_suffix("course.md"))
        .ok_or_else(|| wrong("course.md", "The file is missing."))?
        .to_owned();
    let mut unpacked = Unpacked { texts: Vec::new(), media: Vec::new() };
    for (path, content) in files {
        let inside = |short: &str, folder: &str, ending: &str| {
            let name = short.strip_prefix(folder).filter(|name| name.ends_with(ending));
            name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
        };
        let Some(short) = path.strip_prefix(&folder).map(ToOwned::to_owned) else {
            return Err(out_of_place(path));
        };
        let twice = unpacked.texts.iter().any(|(known, _)| *known == short)
            || unpacked.media.iter().any(|(known, _)| short.strip_prefix(MEDIA) == Some(known));
        if twice {
            return Err(wrong(short, "The file is there twice."));
        }
        if short == "course.md" || inside(&short, "lessons/", ".md") {
            let text =
                String::from_utf8(content).map_err(|_| wrong(short.clone(), "The text is not UTF-8."))?;
            unpacked.texts.push((short, text));
        } else if inside(&short, MEDIA, "") {
            unpacked.media.push((short.trim_start_matches(MEDIA).to_owned(), content));
        } else {
            return Err(out_of_place(path));
        }
    }
    Ok(unpacked)
}

fn out_of_place(path: String) -> Error {
    wrong(path, "A package holds course.md, lessons/NN-name.md and media/ only.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn refusal(bytes: Vec<u8>) -> String {
        unpack(bytes).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn hostile_zips_are_refused() {
        assert!(refusal(b"no zip".to_vec()).contains("not a zip"));
        assert!(refusal(zip(&[("../course.md", b"x")])).contains("out of the package"));
        assert!(refusal(zip(&[("a/../../course.md", b"x")])).contains("out of the package"));
        // An absolute path is a folder like any other: nothing is written anywhere.
        let absolute = unpack(zip(&[("/etc/course.md", b"x")])).unwrap();
        assert_eq!(absolute.texts[0].0, "course.md");
        assert!(refusal(zip(&[("tea\\course.md", b"x")])).contains("out of the package"));
        assert!(refusal(zip(&[("run.sh", b"x"), ("course.md", b"x")])).contains("holds course.md"));
        assert!(
            refusal(zip(&[("tea/other/x.md", b"x"), ("tea/course.md", b"x")])).contains("holds course.md")
        );
        assert!(refusal(zip(&[("course.md", &[0xff, 0xfe])])).contains("UTF-8"));
        assert!(refusal(zip(&[("lessons/01-x.md", b"x")])).contains("missing"));
        let bomb = vec![b'a'; 64 * 1024 * 1024];
        assert!(refusal(zip(&[("course.md", &bomb)])).contains("too large"));
        assert!(refusal(zip(&[("course.md", b"x"), ("media/x.png", &bomb)])).contains("too large"));
        assert!(refusal(zip(&[("course.md", b"x"), ("media/a/x.png", b"x")])).contains("holds course.md"));
        let names: Vec<_> = (0..300).map(|n| format!("lessons/{n}.md")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert!(refusal(zip(&many)).contains("at most 200 files"));
        let mut cut = zip(&[("course.md", b"---\n")]);
        cut.truncate(cut.len() / 2);
        assert!(refusal(cut).contains("not a zip"));
    }
}
