//! Files of the media library that a course names: they travel with it.

use std::{convert::Infallible, sync::Arc};

use futures::StreamExt;
use tokio::sync::mpsc;
use tokio_util::bytes::Bytes;

use super::{
    MAX_PACKAGE_BYTES,
    archive::{MAX_FILES, MEDIA, PackedFile, Part, Zip, wrong},
};
use crate::{
    Error, Result, Services,
    identity::Actor,
    ids::MediaId,
    media::{self, Media, Received},
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

/// The files that the texts name; the texts name them in the package from then on. What is gone keeps its address, and so does
/// what would make the package larger than it may be.
pub(super) async fn taken_along(s: &Services, texts: &mut [(String, String)]) -> Result<Vec<Taken>> {
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
        let mut name = media.name.clone();
        let mut number = 2;
        while taken.iter().any(|known| known.name == name) {
            name = format!("{number}-{}", media.name);
            number += 1;
        }
        let address = format!("/media/{id}/");
        for (_, text) in texts.iter_mut() {
            while let Some(at) = text.find(&address) {
                let rest = &text[at + address.len()..];
                let end = rest.find(ends_address).unwrap_or(rest.len());
                text.replace_range(at..at + address.len() + end, &format!("{MEDIA}{name}"));
            }
        }
        taken.push(Taken { name, media });
    }
    Ok(taken)
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

/// Puts the files that the texts name into the library; the texts name them there from then on. Answers what was added.
pub(super) async fn brought_along(
    s: &Services,
    actor: &Actor,
    texts: &mut [(String, String)],
    files: Vec<PackedFile>,
    zip: Zip,
) -> Result<Vec<MediaId>> {
    let mut kept = Vec::new();
    let brought = bring(s, actor, texts, (files, zip), &mut kept).await;
    if let Err(error) = brought {
        for id in kept {
            media::delete(s, actor, id).await?;
        }
        return Err(error);
    }
    Ok(kept)
}

async fn bring(
    s: &Services,
    actor: &Actor,
    texts: &mut [(String, String)],
    (files, mut zip): (Vec<PackedFile>, Zip),
    kept: &mut Vec<MediaId>,
) -> Result<()> {
    for file in files {
        let places: Vec<Vec<usize>> = texts.iter().map(|(_, text)| places(text, &file.name)).collect();
        if places.iter().all(Vec::is_empty) {
            continue;
        }
        let added;
        (zip, added) = upload(s, actor, zip, file.clone())
            .await
            .map_err(|error| super::named(error, &format!("{MEDIA}{}", file.name), ""))?;
        kept.push(added.id);
        for ((_, text), places) in texts.iter_mut().zip(places) {
            for at in places.into_iter().rev() {
                text.replace_range(at..at + MEDIA.len() + file.name.len(), &added.address());
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
