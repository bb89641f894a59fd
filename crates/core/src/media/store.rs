//! Where the files stand: a folder, or anything that speaks S3.

use std::{sync::Arc, time::Duration};

use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, path::Path};
use tokio::sync::Semaphore;

use super::Media;
use crate::{Error, Result, cache::Cache, ids::MediaId};

/// How old what is known about a file may be, when another server changed it.
const KNOWN_FOR: Duration = Duration::from_secs(20);

/// Pictures worked on at once: each may take some hundred megabytes.
const AT_ONCE: usize = 2;

/// The object store with what is kept in memory about it.
pub struct MediaStore {
    pub(super) objects: Arc<dyn ObjectStore>,
    /// The largest file, in bytes.
    pub(super) largest: i64,
    /// Rows that were asked for lately.
    pub(super) known: Cache<MediaId, Option<Arc<Media>>>,
    /// Whoever decodes a picture holds one.
    pub(super) workbench: Semaphore,
}

impl std::fmt::Debug for MediaStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MediaStore({})", self.objects)
    }
}

impl MediaStore {
    /// Files of at most `largest` bytes in `objects`.
    #[must_use]
    pub fn new(objects: Arc<dyn ObjectStore>, largest: i64) -> Self {
        Self {
            objects,
            largest,
            known: Cache::of_entries(20_000).for_at_most(KNOWN_FOR),
            workbench: Semaphore::new(AT_ONCE),
        }
    }

    /// The largest file that is taken, in bytes.
    #[must_use]
    pub fn largest(&self) -> i64 {
        self.largest
    }

    /// Writes, reads and deletes a small object.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with what the store says.
    pub async fn probe(&self) -> Result<()> {
        let path = format!("probe/{}", uuid::Uuid::new_v4());
        self.put(&path, b"probe".to_vec()).await?;
        let read = self.read(&path).await;
        self.remove(&path).await?;
        if read? != b"probe" {
            return Err(Error::Unavailable("the store gives back something else than it was given".into()));
        }
        Ok(())
    }

    pub(super) async fn put(&self, path: &str, content: Vec<u8>) -> Result<()> {
        self.objects.put(&Path::from(path), PutPayload::from(content)).await.map_err(failed)?;
        Ok(())
    }

    pub(super) async fn read(&self, path: &str) -> Result<Vec<u8>> {
        let found = self.objects.get(&Path::from(path)).await.map_err(failed)?;
        Ok(found.bytes().await.map_err(failed)?.to_vec())
    }

    /// Removes an object; one that is gone already is fine.
    pub(super) async fn remove(&self, path: &str) -> Result<()> {
        match self.objects.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Removes everything in a folder.
    pub(super) async fn remove_folder(&self, folder: &str) -> Result<()> {
        let listed: Vec<_> =
            self.objects.list(Some(&Path::from(folder))).try_collect().await.map_err(failed)?;
        for object in listed {
            self.remove(object.location.as_ref()).await?;
        }
        Ok(())
    }
}

/// What the store could not do: missing is a fault of ours, everything else may pass.
pub(super) fn failed(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { path, .. } => {
            Error::Internal(format!("the media store lacks {path}"))
        }
        other => Error::Unavailable(format!("media store: {other}")),
    }
}
