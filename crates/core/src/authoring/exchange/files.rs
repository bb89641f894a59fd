//! Files of the media library that a course names: they travel with it.

use std::{convert::Infallible, sync::Arc};

use futures::StreamExt;
use momentum_db::Tx;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio_util::bytes::Bytes;

use super::{
    MAX_PACKAGE_BYTES,
    archive::{MAX_FILES, MEDIA, PackedFile, Part, Zip, wrong},
};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::package::{CoursePackage, MediaHead, file_name, line_of},
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
    check_heads(heads, &files, super::text_of(texts, "course.md"))?;
    for file in files {
        let places: Vec<Vec<usize>> = texts.iter().map(|(_, text)| places(text, &file.name)).collect();
        if places.iter().all(Vec::is_empty) {
            continue;
        }
        let head = heads.iter().find(|head| head.file == file.name);
        let media;
        (zip, media) = kept(s, actor, (zip, &file, head), &mut brought.added)
            .await
            .map_err(|error| super::named(error, &format!("{MEDIA}{}", file.name), ""))?;
        if let Some(head) = head.filter(|head| !head.alt.trim().is_empty()) {
            brought.alts.push((media.id, head.alt.trim().to_owned()));
        }
        for ((_, text), places) in texts.iter_mut().zip(places) {
            for at in places.into_iter().rev() {
                text.replace_range(at..at + MEDIA.len() + file.name.len(), &media.address());
            }
        }
    }
    for (path, text) in texts.iter() {
        if let Some(at) = text.find(&format!("]({MEDIA}")) {
            let named = &text[at + 2..];
            let named = &named[..named.find(ends_address).unwrap_or(named.len())];
            let line = text[..at].lines().count();
            return Err(wrong(
                path.clone(),
                format!("line {line}: It names {named}, which isn't in the package."),
            ));
        }
    }
    Ok(())
}

/// That the files are in the package which the heads of its texts name.
pub(super) fn check_named(
    package: &CoursePackage,
    texts: &[(String, String)],
    files: &[PackedFile],
) -> Result<()> {
    let course = &package.course;
    let named = vec![("thumbnail_url", &course.thumbnail_url), ("intro_video_url", &course.intro_video_url)];
    let named = named.into_iter().filter_map(|(field, url)| Some((field, url.as_deref()?))).collect();
    check_fields("course.md", named, texts, files)?;
    for lesson in &package.lessons {
        let video = lesson.head.video_url.iter().map(|url| ("video_url", url.as_str()));
        let resources = lesson.head.resources.iter().map(|resource| ("resources", resource.url.as_str()));
        check_fields(&file_name(lesson), video.chain(resources).collect(), texts, files)?;
    }
    Ok(())
}

fn check_fields(
    path: &str,
    named: Vec<(&'static str, &str)>,
    texts: &[(String, String)],
    files: &[PackedFile],
) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (field, url) in named {
        let name = url.strip_prefix(MEDIA).and_then(|rest| rest.split(ends_address).next());
        if name.is_some_and(|name| files.iter().all(|file| file.name != name)) {
            errors.add(field, "unknown", format!("It names {url}, which isn't in the package."));
        }
    }
    errors.into_result().map_err(|error| super::named(error, path, super::text_of(texts, path)))
}

/// What is wrong with what the package says about its files.
fn check_heads(heads: &[MediaHead], files: &[PackedFile], course: &str) -> Result<()> {
    let line = line_of(course, "media").map(|line| format!("line {line}: ")).unwrap_or_default();
    for MediaHead { file, alt, .. } in heads {
        let problem = if files.iter().all(|packed| packed.name != *file) {
            format!("{file} isn't in the package.")
        } else if alt.chars().count() > media::MAX_ALT {
            format!("What {file} shows has at most {} characters.", media::MAX_ALT)
        } else {
            continue;
        };
        return Err(wrong("course.md", format!("{line}media: {problem}")));
    }
    Ok(())
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
        read.map(|()| (zip, media::hex(&hash.finalize())))
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

/// Where a text names this file of the package.
fn places(text: &str, name: &str) -> Vec<usize> {
    let wanted = format!("{MEDIA}{name}");
    text.match_indices(&wanted)
        .map(|(at, _)| at)
        .filter(|at| {
            let before = text[..*at].chars().next_back();
            let after = text[at + wanted.len()..].chars().next();
            before.is_none_or(ends_address) && after.is_none_or(ends_address)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_addresses_are_places() {
        assert_eq!(places("![a](media/x.png) media/x.png", "x.png"), [5, 18]);
        assert_eq!(places("https://e.example/media/x.png media/x.png2", "x.png"), Vec::<usize>::new());
        assert_eq!(places("url: \"media/x.png\"", "x.png"), [6]);
    }
}
