//! Handing files out.

use std::{ops::Range, sync::Arc};

use futures::{StreamExt, stream::BoxStream};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, path::Path};
use tokio_util::bytes::Bytes;

use super::{Format, Media, MediaKind, Visibility, address, known, store::failed};
use crate::{Error, Result, Services, ids::MediaId};

/// What an address asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// As in the address; it has to be the file's.
    pub name: &'a str,
    /// A picture at least this wide, if there is one; in pixels.
    pub width: Option<i64>,
    pub expires: &'a str,
    pub signature: &'a str,
}

/// A file on its way out.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub media: Arc<Media>,
    pub content_type: String,
    pub etag: String,
    /// Shown by browsers where it stands; otherwise a download.
    pub shown: bool,
    /// The width that was asked for isn't made yet; later it will be.
    pub provisional: bool,
    /// Bytes of the original; unknown for other widths until they are opened.
    pub size: Option<u64>,
    object: String,
}

/// The bytes, as they come from the store.
pub struct Content {
    pub size: u64,
    pub stream: BoxStream<'static, Result<Bytes>>,
}

/// Finds what an address asks for. Private files need a signature that holds.
///
/// # Errors
/// [`Error::NotFound`], also for a private file without a signature; [`Error::Forbidden`] `link-expired` with one that
/// doesn't hold (any more).
pub async fn deliver(s: &Services, id: MediaId, wanted: &Wanted<'_>) -> Result<Delivery> {
    let media = known(s, id).await?;
    if media.file_name != wanted.name {
        return Err(Error::NotFound("file"));
    }
    if media.visibility == Visibility::Private {
        if wanted.signature.is_empty() {
            return Err(Error::NotFound("file"));
        }
        if !address::is_signed(s, id, wanted.expires, wanted.signature)? {
            return Err(Error::forbidden(
                "link-expired",
                "This link has expired. Go back to the page it stands on and reload it.",
            ));
        }
    }
    let smaller = wanted.width.filter(|_| media.kind == MediaKind::Image);
    let width = smaller.and_then(|width| media.variants.iter().copied().find(|made| *made >= width));
    let makes_more =
        smaller.is_some_and(|width| media.variants.is_empty() && media.width.is_some_and(|own| own > width));
    Ok(Delivery {
        content_type: if width.is_some() { "image/webp".to_owned() } else { media.content_type.clone() },
        etag: media.etag(width),
        shown: Format::is_shown(&media.content_type),
        provisional: makes_more,
        size: if width.is_some() { None } else { u64::try_from(media.size).ok() },
        object: match width {
            Some(width) => format!("{}/{width}.webp", media.folder),
            None => format!("{}/original", media.folder),
        },
        media,
    })
}

impl Delivery {
    /// Opens it, or the part of it that lies in `range`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open(&self, s: &Services, range: Option<Range<u64>>) -> Result<Content> {
        let options = GetOptions { range: range.clone().map(GetRange::Bounded), ..GetOptions::default() };
        let found =
            s.media.objects.get_opts(&Path::from(self.object.as_str()), options).await.map_err(failed)?;
        let size = range.map_or(found.meta.size, |range| range.end - range.start);
        let stream = found.into_stream().map(|bytes| bytes.map_err(failed)).boxed();
        Ok(Content { size, stream })
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn bytes(&self, s: &Services) -> Result<u64> {
        match self.size {
            Some(size) => Ok(size),
            None => {
                let meta = s.media.objects.head(&Path::from(self.object.as_str())).await.map_err(failed)?;
                Ok(meta.size)
            }
        }
    }
}

/// The original of a file, for those who carry it elsewhere. Who may have it is for the caller to say.
///
/// # Errors
/// When the store fails.
pub async fn original(s: &Services, media: &Media) -> Result<BoxStream<'static, Result<Bytes>>> {
    let path = Path::from(format!("{}/original", media.folder));
    let found = s.media.objects.get(&path).await.map_err(failed)?;
    Ok(found.into_stream().map(|bytes| bytes.map_err(failed)).boxed())
}
