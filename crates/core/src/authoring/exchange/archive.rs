//! Zips on the disk: packed and unpacked piece by piece, with nothing believed.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    sync::Mutex,
};

use tokio::sync::mpsc;
use tokio_util::bytes::Bytes;
use unicode_normalization::UnicodeNormalization;
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::MAX_PACKAGE_BYTES;
use crate::{Error, FieldErrors, Result};

/// The folder of files that texts name.
pub(super) const MEDIA: &str = "media/";
/// The most files in one.
pub(super) const MAX_FILES: usize = 2_000;
/// The longest text, in bytes.
const MAX_TEXT: u64 = 1024 * 1024;
/// All texts, in bytes.
const MAX_TEXTS: u64 = 20 * 1024 * 1024;
/// What is written or read of a file at once, in bytes.
const PIECE: usize = 1024 * 1024;

/// Path inside the folder, and text.
pub(super) type Texts = Vec<(String, String)>;

/// What a zip holds.
pub(super) struct Unpacked {
    pub(super) texts: Texts,
    pub(super) media: Vec<PackedFile>,
    pub(super) zip: Zip,
}

/// A file in a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PackedFile {
    /// Inside `media/`.
    pub(super) name: String,
    /// As the zip says, in bytes; it is held to it.
    pub(super) size: u64,
    place: usize,
}

/// What goes into a zip after the texts.
pub(super) enum Part {
    /// A file of `media/` begins.
    File { name: String, size: u64 },
    /// It goes on.
    Bytes(Bytes),
}

/// Makes a zip in `file` with everything in one folder, of texts and of files that arrive piece by piece; answers the file from
/// its beginning.
pub(super) fn pack(file: File, folder: &str, texts: Texts, mut parts: mpsc::Receiver<Part>) -> Result<File> {
    let squeezed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    // Pictures and videos don't get smaller.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(BufWriter::new(file));
    for (path, text) in texts {
        zip.start_file(format!("{folder}/{path}"), squeezed).map_err(unwritable)?;
        zip.write_all(text.as_bytes()).map_err(unwritable)?;
    }
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::File { name, size } => {
                let options = stored.large_file(size >= u64::from(u32::MAX));
                zip.start_file(format!("{folder}/{MEDIA}{name}"), options).map_err(unwritable)?;
            }
            Part::Bytes(bytes) => zip.write_all(&bytes).map_err(unwritable)?,
        }
    }
    let mut file = zip.finish().map_err(unwritable)?.into_inner().map_err(unwritable)?;
    file.seek(SeekFrom::Start(0)).map_err(unwritable)?;
    Ok(file)
}

fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("the package can't be written: {error}"))
}

fn wrong(file: impl Into<String>, message: impl Into<String>) -> Error {
    let mut errors = FieldErrors::default();
    errors.add_named(file.into(), "invalid", message.into());
    Error::Invalid(errors)
}

fn damaged(path: &str) -> Error {
    wrong(path, "This file is damaged.")
}

/// Why a zip can't be opened.
fn unreadable(error: ZipError) -> Error {
    let message = match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "The zip is protected with a password. Pack it without one."
        }
        _ => "This is not a zip file, or it is damaged.",
    };
    wrong("package", message)
}

/// A zip whose files are still to be read.
// Never locked by two: the lock only lets a reference to it be sent.
pub(super) struct Zip(Mutex<ZipArchive<BufReader<File>>>);

impl Zip {
    /// Reads a file piece by piece, as long as `each` wants more. It is never more than the zip says it is.
    pub(super) fn pieces(&mut self, file: &PackedFile, mut each: impl FnMut(Bytes) -> bool) -> Result<()> {
        let damaged = || damaged(&format!("{MEDIA}{}", file.name));
        let archive = self.0.get_mut().map_err(|_| damaged())?;
        let mut entry = archive.by_index(file.place).map_err(|_| damaged())?;
        let mut read = 0;
        loop {
            let mut piece = Vec::new();
            entry.by_ref().take(PIECE as u64).read_to_end(&mut piece).map_err(|_| damaged())?;
            read += piece.len() as u64;
            if read > file.size || (piece.is_empty() && read < file.size) {
                return Err(damaged());
            }
            if piece.is_empty() || !each(piece.into()) {
                return Ok(());
            }
        }
    }
}

/// Opens a zip and reads its texts. Whatever its entries claim, no more is unpacked than a package may hold, and nothing is
/// written anywhere.
pub(super) fn unpack(zip: File) -> Result<Unpacked> {
    let size = zip.metadata().map_err(Error::internal)?.len();
    if size > MAX_PACKAGE_BYTES {
        return Err(wrong("package", "The zip is larger than 4 GB."));
    }
    let mut archive = ZipArchive::new(BufReader::new(zip)).map_err(unreadable)?;
    if archive.has_duplicate_names() {
        return Err(wrong("package", "Two files in the zip have the same name."));
    }
    if archive.len() > MAX_FILES {
        return Err(wrong("package", format!("A package has at most {MAX_FILES} files.")));
    }
    let mut files = Vec::new();
    let (mut text_left, mut media_left) = (MAX_TEXTS, MAX_PACKAGE_BYTES);
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(unreadable)?;
        let shown = entry.name().map_err(unreadable)?.into_owned();
        if entry.is_dir() || is_litter(&shown) {
            continue;
        }
        if shown.contains('\\') {
            return Err(wrong(shown, "Folders are parted by slashes, not by backslashes."));
        }
        if shown.contains(':') {
            return Err(wrong(shown, "A name in a package has no colon. Rename it."));
        }
        let path = entry
            .enclosed_name()
            // Some systems write an accent as a character of its own.
            .and_then(|path| path.to_str().map(|path| path.nfc().collect::<String>()))
            .filter(|_| !entry.is_symlink())
            .ok_or_else(|| wrong(shown.clone(), "This path leads out of the package."))?;
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(wrong(
                path,
                "It is packed in a way that isn't known here. Pack the zip in the usual way (Deflate).",
            ));
        }
        let size = entry.size();
        let is_text = path.ends_with(".md");
        let (left, most) = if is_text { (&mut text_left, MAX_TEXT) } else { (&mut media_left, u64::MAX) };
        if size > (*left).min(most) {
            return Err(wrong(path, "This file is too large."));
        }
        *left -= size;
        let mut text = Vec::new();
        if is_text {
            // One byte more than it says it has, to see whether it is honest.
            entry.take(size + 1).read_to_end(&mut text).map_err(|_| damaged(&path))?;
            if text.len() as u64 != size {
                return Err(damaged(&path));
            }
        }
        files.push(Entry { path, text, size, place });
    }
    let (texts, media) = sorted(files)?;
    Ok(Unpacked { texts, media, zip: Zip(Mutex::new(archive)) })
}

/// An entry of a zip; `text` is empty for what isn't one.
struct Entry {
    path: String,
    text: Vec<u8>,
    size: u64,
    place: usize,
}

/// What programs that make zips leave in them.
fn is_litter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.starts_with("__MACOSX/") || name.starts_with("._") || matches!(name, ".DS_Store" | "Thumbs.db")
}

/// Takes the folder off that all files are in, if they are, and refuses what has no place in a package.
fn sorted(files: Vec<Entry>) -> Result<(Texts, Vec<PackedFile>)> {
    let folder = files
        .iter()
        .filter_map(|file| file.path.strip_suffix("course.md"))
        .find(|folder| folder.is_empty() || folder.ends_with('/'))
        .ok_or_else(|| wrong("course.md", "The file is missing."))?
        .to_owned();
    let (mut texts, mut media) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for Entry { path, text, size, place } in files {
        let inside = |short: &str, folder: &str, ending: &str| {
            let name = short.strip_prefix(folder).filter(|name| name.ends_with(ending));
            name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
        };
        let Some(short) = path.strip_prefix(&folder).map(ToOwned::to_owned) else {
            return Err(out_of_place(path));
        };
        if !seen.insert(short.clone()) {
            return Err(wrong(short, "The file is there twice."));
        }
        if short == "course.md" || inside(&short, "lessons/", ".md") {
            let text = String::from_utf8(text).map_err(|_| wrong(short.clone(), "The text is not UTF-8."))?;
            texts.push((short, text));
        } else if inside(&short, MEDIA, "") && !short.ends_with(".md") {
            media.push(PackedFile { name: short.trim_start_matches(MEDIA).to_owned(), size, place });
        } else {
            return Err(out_of_place(path));
        }
    }
    Ok((texts, media))
}

fn out_of_place(path: String) -> Error {
    wrong(path, "A package holds course.md, lessons/NN-name.md and media/ only.")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

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
        unpack(file(&bytes)).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn hostile_zips_are_refused() {
        assert!(refusal(b"no zip".to_vec()).contains("not a zip"));
        assert!(refusal(zip(&[("../course.md", b"x")])).contains("out of the package"));
        assert!(refusal(zip(&[("a/../../course.md", b"x")])).contains("out of the package"));
        // An absolute path is a folder like any other: nothing is written anywhere.
        let absolute = unpack(file(&zip(&[("/etc/course.md", b"x")]))).unwrap();
        assert_eq!(absolute.texts[0].0, "course.md");
        assert!(refusal(zip(&[("tea\\course.md", b"x")])).contains("backslashes"));
        assert!(refusal(zip(&[("run.sh", b"x"), ("course.md", b"x")])).contains("holds course.md"));
        assert!(
            refusal(zip(&[("tea/other/x.md", b"x"), ("tea/course.md", b"x")])).contains("holds course.md")
        );
        assert!(refusal(zip(&[("course.md", &[0xff, 0xfe])])).contains("UTF-8"));
        assert!(refusal(zip(&[("course.md", b"x"), ("media/a:b.png", b"x")])).contains("no colon"));
        assert!(refusal(zip(&[("my-course.md", b"x"), ("tea/course.md", b"x")])).contains("my-course.md"));
        assert!(refusal(zip(&[("my-course.md", b"x")])).contains("missing"));
        let litter = zip(&[("tea/._course.md", b"x"), ("tea/course.md", b"y"), ("tea/.DS_Store", b"x")]);
        assert_eq!(unpack(file(&litter)).unwrap().texts, [("course.md".to_owned(), "y".to_owned())]);
        assert!(refusal(zip(&[("lessons/01-x.md", b"x")])).contains("missing"));
        let bomb = vec![b'a'; 64 * 1024 * 1024];
        assert!(refusal(zip(&[("course.md", &bomb)])).contains("too large"));
        assert!(refusal(zip(&[("course.md", b"x"), ("media/a/x.png", b"x")])).contains("holds course.md"));
        let names: Vec<_> = (0..2_001).map(|n| format!("lessons/{n}.md")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert!(refusal(zip(&many)).contains("at most 2000 files"));
        let mut cut = zip(&[("course.md", b"---\n")]);
        cut.truncate(cut.len() / 2);
        assert!(refusal(cut).contains("not a zip"));
    }

    #[test]
    fn names_with_accents_are_one_whichever_way_they_are_written() {
        let apart = zip(&[("course.md", b"x"), ("media/u\u{308}.png", b"x")]);
        assert_eq!(unpack(file(&apart)).unwrap().media[0].name, "\u{fc}.png");
        let both = zip(&[("course.md", b"x"), ("media/u\u{308}.png", b"x"), ("media/\u{fc}.png", b"x")]);
        assert!(refusal(both).contains("there twice"));
    }

    #[test]
    fn what_stands_against_reading_a_zip_is_said() {
        let good = zip(&[("course.md", b"x"), ("lessons/01-x.md", b"x"), ("lessons/01-y.md", b"x")]);
        // Every entry of the zip's directory, with other bytes there.
        let patched = |there: usize, bytes: &[u8]| {
            let mut zip = good.clone();
            for start in 0..zip.len() {
                if zip[start..].starts_with(b"PK\x01\x02") {
                    zip[start + there..start + there + bytes.len()].copy_from_slice(bytes);
                }
            }
            zip
        };
        assert!(refusal(patched(8, &[1, 0])).contains("password"));
        assert!(refusal(patched(10, &[12, 0])).contains("usual way"));
        let mut twice = good.clone();
        for at in 0..twice.len() {
            if twice[at..].starts_with(b"lessons/01-y.md") {
                twice[at + 11] = b'x';
            }
        }
        assert!(refusal(twice).contains("same name"));
    }

    /// The size of the last entry as the zip's directory says it.
    fn claim(mut zip: Vec<u8>, size: u32) -> Vec<u8> {
        let at = zip.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap() + 24;
        zip[at..at + 4].copy_from_slice(&size.to_le_bytes());
        zip
    }

    #[test]
    fn a_file_is_held_to_what_it_says() {
        let content = vec![b'a'; 3 * PIECE];
        let honest = zip(&[("course.md", b"x"), ("media/a.txt", &content)]);
        let mut unpacked = unpack(file(&honest)).unwrap();
        let [packed] = &unpacked.media[..] else { panic!("{:?}", unpacked.media) };
        let mut read = 0;
        unpacked
            .zip
            .pieces(packed, |piece| {
                read += piece.len();
                true
            })
            .unwrap();
        assert_eq!(read, content.len());
        for lie in [PIECE, 4 * PIECE] {
            let lying = claim(honest.clone(), u32::try_from(lie).unwrap());
            let mut unpacked = unpack(file(&lying)).unwrap();
            let mut read = 0;
            let refused = unpacked.zip.pieces(&unpacked.media[0], |piece| {
                read += piece.len();
                true
            });
            assert!(refused.is_err() && read <= lie.min(content.len()), "{lie}: {read}");
        }
        let huge = claim(zip(&[("course.md", b"x"), ("media/a.mp4", b"x")]), u32::MAX - 1);
        assert!(unpack(file(&huge)).is_ok(), "what it claims still fits; it is read only as far as it goes");
        let dishonest = claim(zip(&[("course.md", &content[..PIECE])]), 1);
        assert!(refusal(dishonest).contains("damaged"));
    }
}
