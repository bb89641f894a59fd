//! The library's background work.

use std::time::Duration;

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde::Deserialize;
use serde_json::json;

use super::{library, picture, uploads};
use crate::{
    Error, Result, Services,
    ids::MediaId,
    jobs::{Handlers, Job, NewJob, Schedule, enqueue},
};

const MAKE_VARIANTS: &str = "media.make-variants";
const REMOVE_FOLDER: &str = "media.remove-folder";
const CLEAN_UPLOADS: &str = "media.clean-uploads";

/// What the library does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let (variants, folders, uploads) = (s.clone(), s.clone(), s.clone());
    Handlers::new()
        .on(MAKE_VARIANTS, move |job| {
            let s = variants.clone();
            async move { run_variants(&s, &job).await }
        })
        .on(REMOVE_FOLDER, move |job| {
            let s = folders.clone();
            async move { run_remove(&s, &job).await }
        })
        .on(CLEAN_UPLOADS, move |_job| {
            let s = uploads.clone();
            async move { clean_uploads(&s).await }
        })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(CLEAN_UPLOADS, Duration::from_secs(3_600))]
}

#[derive(Deserialize)]
struct Variants {
    id: MediaId,
    version: i64,
}

/// Makes the smaller widths of a large picture later.
pub(super) async fn make_variants(tx: &mut Tx, id: MediaId, version: i64, now: DateTime<Utc>) -> Result<()> {
    let payload = json!({ "id": id, "version": version });
    enqueue(tx, NewJob::new(MAKE_VARIANTS, payload).max_attempts(5), now).await?;
    Ok(())
}

async fn run_variants(s: &Services, job: &Job) -> Result<()> {
    let Variants { id, version } = job.parse()?;
    let found = library::row(&mut s.db.read().await?, id).await?;
    let Some(media) = found.filter(|media| media.version == version) else { return Ok(()) };
    let content = s.media.read(&format!("{}/original", media.folder)).await?;
    let variants = {
        let _held = s.media.workbench.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || picture::variants_of(&content))
            .await
            .map_err(Error::internal)??
    };
    let mut widths = Vec::new();
    for (width, content) in variants {
        s.media.put(&format!("{}/{width}.webp", media.folder), content).await?;
        widths.push(width);
    }
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE media SET variants = $3 WHERE id = $1 AND version = $2", id, version, json!(widths)))
        .await?;
    library::forget_after(s, &mut tx, id);
    tx.commit().await?;
    Ok(())
}

#[derive(Deserialize)]
struct Folder {
    folder: String,
}

/// Removes what the store has under a folder.
pub(super) async fn remove_folder(tx: &mut Tx, folder: &str, at: DateTime<Utc>) -> Result<()> {
    enqueue(tx, NewJob::new(REMOVE_FOLDER, json!({ "folder": folder })).at(at), at).await?;
    Ok(())
}

async fn run_remove(s: &Services, job: &Job) -> Result<()> {
    let Folder { folder } = job.parse()?;
    // Never the whole store, whatever the row says.
    if !folder.contains('/') {
        return Err(Error::Internal(format!("{folder} is no folder of a file")));
    }
    s.media.remove_folder(&folder).await
}

/// Gives up uploads that rest for too long.
async fn clean_uploads(s: &Services) -> Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let expired: Vec<(MediaId,)> = tx
        .all(sql!("SELECT id FROM media_uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT 500", now))
        .await?;
    for (id,) in &expired {
        tx.run(sql!("DELETE FROM media_uploads WHERE id = $1 AND expires_at <= $2", *id, now)).await?;
        remove_folder(&mut tx, &uploads::folder(*id), now).await?;
    }
    tx.commit().await?;
    if !expired.is_empty() {
        tracing::info!(uploads = expired.len(), "gave up uploads that nobody went on with");
    }
    Ok(())
}
