//! Files of the media library that a course names: they travel with it.

use std::{convert::Infallible, ops::Range, sync::Arc};

use futures::StreamExt;
use momentum_db::Tx;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_util::bytes::Bytes;
use unicode_normalization::UnicodeNormalization;

use super::{
    MAX_PACKAGE_BYTES,
    archive::{MAX_FILES, MEDIA, PackedFile, Part, Zip},
};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::package::{MediaHead, Readable},
    identity::Actor,
    ids::MediaId,
    media::{self, Media, MediaChanges, Received, Visibility},
};

/// What a package keeps free for its texts and the zip's own directory, in bytes.
const ROOM_FOR_TEXTS: u64 = 32 * 1024 * 1024;

/// What can't be in an address, and so ends it.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '\'' | '<' | '>' | '[' | ']' | '?' | '#' | '`' | '|')
}

/// A file that travels with its course.
pub(super) struct Taken {
    /// Inside `media/`.
    name: String,
    media: Arc<Media>,
}

/// The files that the texts name. What is gone is left out, and so is what would make the package larger than it may be.
pub(super) async fn taken_along(s: &Services, texts: &[(String, String)]) -> Result<Vec<Taken>> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut left = MAX_PACKAGE_BYTES - ROOM_FOR_TEXTS;
    for id in media::named_in_all(texts.iter().map(|(_, text)| text.as_str())) {
        let media = match media::known(s, id).await {
            Ok(media) => media,
            Err(Error::NotFound(_)) => continue,
            Err(other) => return Err(other),
        };
        let size = u64::try_from(media.size).unwrap_or(0);
        if size > left || taken.len() + texts.len() >= MAX_FILES {
            continue;
        }
        left -= size;
        let mut name = media.file_name.clone();
        let mut number = 2;
        while taken.iter().any(|known| known.name == name) {
            name = format!("{number}-{}", media.file_name);
            number += 1;
        }
        taken.push(Taken { name, media });
    }
    Ok(taken)
}

/// What there is to say about the files: what they show, and who may see them where that isn't the usual.
pub(super) fn described(taken: &[Taken]) -> Vec<MediaHead> {
    let heads = taken.iter().map(|Taken { name, media }| MediaHead {
        file: name.clone(),
        alt: media.alt.clone(),
        private: (media.visibility != media.kind.usual_visibility())
            .then_some(media.visibility == Visibility::Private),
    });
    heads.filter(|head| !head.alt.is_empty() || head.private.is_some()).collect()
}

/// The texts name the files in the package from now on; what isn't taken along keeps its address.
pub(super) fn name_in_package(taken: &[Taken], texts: &mut [(String, String)]) {
    for Taken { name, media } in taken {
        let address = format!("/media/{}/", media.id);
        for (_, text) in texts.iter_mut() {
            while let Some(at) = text.find(&address) {
                let rest = &text[at + address.len()..];
                let end = rest.find(ends_address).unwrap_or(rest.len());
                text.replace_range(at..at + address.len() + end, &format!("{MEDIA}{name}"));
            }
        }
    }
}

/// Sends the files' contents to whoever makes the zip.
pub(super) async fn send(s: &Services, taken: Vec<Taken>, parts: mpsc::Sender<Part>) -> Result<()> {
    // When nobody takes them any more, the other side says why.
    for Taken { name, media } in taken {
        let size = u64::try_from(media.size).unwrap_or(0);
        let mut content = media::original(s, &media).await?;
        if parts.send(Part::File { name, size }).await.is_err() {
            return Ok(());
        }
        while let Some(bytes) = content.next().await {
            if parts.send(Part::Bytes(bytes?)).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Files of a package that are in the library now.
#[derive(Default)]
pub(super) struct Brought {
    /// Those that weren't there before.
    added: Vec<MediaId>,
    /// What the package says they show.
    alts: Vec<(MediaId, String)>,
}

impl Brought {
    /// Says what the files show, where the library doesn't know it yet; last in its transaction.
    pub(super) async fn describe(&self, s: &Services, tx: &mut Tx, actor: &Actor) -> Result<()> {
        for (id, alt) in &self.alts {
            media::give_alt(s, tx, actor, *id, alt).await?;
        }
        Ok(())
    }

    /// Takes what was added out of the library again.
    pub(super) async fn take_back(self, s: &Services, actor: &Actor) -> Result<()> {
        for id in self.added {
            media::delete(s, actor, id).await?;
        }
        Ok(())
    }
}

/// Puts the files that the texts name into the library, unless it has the same content already; the texts name them there from
/// then on. `heads` is what the package says about them.
pub(super) async fn brought_along(
    s: &Services,
    actor: &Actor,
    texts: &mut [(String, String)],
    (files, heads, zip): (Vec<PackedFile>, &[MediaHead], Zip),
) -> Result<Brought> {
    let mut brought = Brought::default();
    match bring(s, actor, texts, (files, heads, zip), &mut brought).await {
        Ok(()) => Ok(brought),
        Err(error) => {
            brought.take_back(s, actor).await?;
            Err(error)
        }
    }
}

async fn bring(
    s: &Services,
    actor: &Actor,
    texts: &mut [(String, String)],
    (files, heads, mut zip): (Vec<PackedFile>, &[MediaHead], Zip),
    brought: &mut Brought,
) -> Result<()> {
    for file in files {
        let places: Vec<Vec<Range<usize>>> = texts.iter().map(|(_, text)| places(text, &file.name)).collect();
        if places.iter().all(Vec::is_empty) {
            continue;
        }
        let head = heads.iter().find(|head| is_of(head, &file));
        let media;
        (zip, media) = kept(s, actor, (zip, &file, head), &mut brought.added)
            .await
            .map_err(|error| super::named(error, (&format!("{MEDIA}{}", file.name), "")))?;
        if let Some(head) = head.filter(|head| !head.alt.trim().is_empty()) {
            brought.alts.push((media.id, head.alt.trim().to_owned()));
        }
        for ((_, text), places) in texts.iter_mut().zip(places) {
            for place in places.into_iter().rev() {
                text.replace_range(place, &media.address());
            }
        }
    }
    Ok(())
}

/// Notes which files the texts name that aren't in the package, and what is wrong with what it says about those that are.
pub(super) fn check_named(
    errors: &mut FieldErrors,
    readable: &Readable,
    texts: &[(String, String)],
    files: &[PackedFile],
) {
    if let Some((course, _)) = &readable.course {
        let named = [("thumbnail_url", &course.thumbnail_url), ("intro_video_url", &course.intro_video_url)];
        let mut found = FieldErrors::default();
        check_fields(
            &mut found,
            named.into_iter().filter_map(|(field, url)| Some((field, url.as_deref()?))),
            files,
        );
        check_heads(&mut found, &course.media, files);
        super::note(errors, &found, super::course_file(texts));
    }
    for lesson in &readable.lessons {
        let video = lesson.head.video_url.iter().map(|url| ("video_url", url.as_str()));
        let resources = lesson.head.resources.iter().map(|resource| ("resources", resource.url.as_str()));
        let mut found = FieldErrors::default();
        check_fields(&mut found, video.chain(resources), files);
        super::note(errors, &found, super::lesson_file(texts, lesson));
    }
    for (path, text) in texts {
        for (at, link) in text.match_indices("](") {
            let address = text[at + link.len()..].trim_start_matches('<');
            if is_missing(address, files) {
                let line = text[..at].lines().count();
                let named = address.split(ends_address).next().unwrap_or_default();
                let message = format!("line {line}: It names {named}, which isn't in the package.");
                if errors.as_slice().last().is_none_or(|last| last.field != *path || last.message != message)
                {
                    errors.add_named(path.clone(), "unknown", message);
                }
            }
        }
    }
}

fn check_fields<'a>(
    errors: &mut FieldErrors,
    named: impl Iterator<Item = (&'static str, &'a str)>,
    files: &[PackedFile],
) {
    for (field, url) in named.filter(|(_, url)| is_missing(url, files)) {
        errors.add(field, "unknown", format!("It names {url}, which isn't in the package."));
    }
}

/// Whether this is said about the file, whichever way accents are written.
fn is_of(head: &MediaHead, file: &PackedFile) -> bool {
    head.file.nfc().eq(file.name.nfc())
}

/// What is wrong with what the package says about its files.
fn check_heads(errors: &mut FieldErrors, heads: &[MediaHead], files: &[PackedFile]) {
    for head in heads {
        let MediaHead { file, alt, .. } = head;
        let is_there = files.iter().any(|packed| is_of(head, packed));
        errors.check(is_there, "media", "unknown", format!("{file} isn't in the package."));
        errors.check(
            alt.chars().count() <= media::MAX_ALT,
            "media",
            "too-long",
            format!("What {file} shows has at most {} characters.", media::MAX_ALT),
        );
    }
}

/// The file as the library has it; notes in `added` when it had none with this content.
async fn kept(
    s: &Services,
    actor: &Actor,
    (zip, file, head): (Zip, &PackedFile, Option<&MediaHead>),
    added: &mut Vec<MediaId>,
) -> Result<(Zip, Media)> {
    let wanted = head
        .and_then(|head| head.private)
        .map(|private| if private { Visibility::Private } else { Visibility::Public });
    let (zip, sha256) = hashed(zip, file.clone()).await?;
    if let Some(known) = media::with_content(s, actor, &sha256, wanted).await? {
        return Ok((zip, known));
    }
    let (zip, media) = upload(s, actor, zip, file.clone()).await?;
    // Pictures are written anew, so that only now is known what they are.
    match media::with_content(s, actor, &media.sha256, wanted).await? {
        Some(known) if known.id != media.id => {
            media::delete(s, actor, media.id).await?;
            Ok((zip, known))
        }
        _ => {
            added.push(media.id);
            let changes = MediaChanges { visibility: wanted, ..MediaChanges::default() };
            let media = match wanted {
                Some(_) => media::edit(s, actor, media.id, changes).await?,
                None => media,
            };
            Ok((zip, media))
        }
    }
}

/// The hash of a file in the zip, in hexadecimal.
async fn hashed(mut zip: Zip, file: PackedFile) -> Result<(Zip, String)> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut hash = Sha256::new();
        let read = zip.pieces(&file, |piece| {
            hash.update(&piece);
            true
        });
        read.map(|()| (zip, hex::encode(hash.finalize())))
    });
    reading.await.map_err(Error::internal)?
}

/// Puts one file into the library, however large it is: it goes there piece by piece.
async fn upload(s: &Services, actor: &Actor, mut zip: Zip, file: PackedFile) -> Result<(Zip, Media)> {
    let length = i64::try_from(file.size).unwrap_or(i64::MAX);
    let upload = media::begin_upload(s, actor, &file.name, length, None).await?;
    let (sender, mut pieces) = mpsc::channel::<Bytes>(2);
    let reading = tokio::task::spawn_blocking(move || {
        let read = zip.pieces(&file, |piece| sender.blocking_send(piece).is_ok());
        read.map(|()| zip)
    });
    let pieces = futures::stream::poll_fn(|cx| pieces.poll_recv(cx)).map(Ok::<_, Infallible>);
    let received = media::receive(s, actor, upload.id, 0, pieces).await;
    let read = reading.await.map_err(Error::internal)?;
    let failure = match (received, read) {
        (Ok(Received { media: Some(media), .. }), Ok(zip)) => return Ok((zip, media)),
        (_, Err(error)) | (Err(error), _) => error,
        (Ok(_), Ok(_)) => Error::internal("a file of a package ended before its end"),
    };
    match media::abandon_upload(s, actor, upload.id).await {
        // What was refused is gone already.
        Ok(()) | Err(Error::NotFound(_)) => Err(failure),
        Err(other) => Err(other),
    }
}

/// What an address names in the folder of files, if it leads there.
pub(super) fn in_folder(address: &str) -> Option<&str> {
    ["", "./", "../"].iter().find_map(|before| address.strip_prefix(before)?.strip_prefix(MEDIA))
}

fn is_missing(address: &str, files: &[PackedFile]) -> bool {
    in_folder(address).is_some_and(|named| files.iter().all(|file| spelled(named, &file.name).is_none()))
}

/// Where a text names this file of the package.
fn places(text: &str, name: &str) -> Vec<Range<usize>> {
    text.match_indices(MEDIA)
        .filter_map(|(at, _)| {
            let before = &text[..at];
            let before = before.strip_suffix("../").or_else(|| before.strip_suffix("./")).unwrap_or(before);
            let end = at + MEDIA.len() + spelled(&text[at + MEDIA.len()..], name)?;
            before.chars().next_back().is_none_or(ends_address).then_some(before.len()..end)
        })
        .collect()
}

/// How much of a text is this name, when nothing of an address follows: as it stands, with accents as characters of their own, or
/// as in addresses (`a%20b.png`).
fn spelled(text: &str, name: &str) -> Option<usize> {
    spelled_as(text, name).or_else(|| {
        let apart = (!name.is_ascii()).then(|| name.nfd().collect::<String>())?;
        spelled_as(text, &apart)
    })
}

fn spelled_as(text: &str, name: &str) -> Option<usize> {
    let mut end = 0;
    for byte in name.bytes() {
        end += match text.as_bytes().get(end)? {
            same if *same == byte => 1,
            b'%' if u8::from_str_radix(text.get(end + 1..end + 3)?, 16) == Ok(byte) => 3,
            _ => return None,
        };
    }
    text.get(end..)?.chars().next().is_none_or(ends_address).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, name: &str) -> Vec<(usize, usize)> {
        places(text, name).into_iter().map(|place| (place.start, place.end)).collect()
    }

    #[test]
    fn only_whole_addresses_are_places() {
        assert_eq!(found("![a](media/x.png) media/x.png", "x.png"), [(5, 16), (18, 29)]);
        assert!(found("https://e.example/media/x.png media/x.png2", "x.png").is_empty());
        assert_eq!(found("url: \"media/x.png\"", "x.png"), [(6, 17)]);
    }

    #[test]
    fn a_name_may_be_written_as_in_addresses() {
        assert_eq!(found("![a](./media/a%20b.png)", "a b.png"), [(5, 22)]);
        assert_eq!(found("![a](<../media/a b.png>)", "a b.png"), [(6, 22)]);
        assert_eq!(found("![a](media/a%20(1).png)", "a (1).png"), [(5, 22)]);
        assert_eq!(found("![a](media/%C3%A9.png)", "é.png"), [(5, 21)]);
        assert_eq!(found("![a](media/e\u{301}.png)", "\u{e9}.png"), [(5, 18)]);
        assert_eq!(found("![a](media/e%CC%81.png)", "\u{e9}.png"), [(5, 22)]);
        assert!(found("![a](media/a%2.png) .../media/a b.png", "a b.png").is_empty());
    }
}
