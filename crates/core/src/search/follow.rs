//! How an index keeps in step with the database: it compares and mends.
//!
//! Each process compares what its index holds with what is published, whenever the edition of the catalog has moved,
//! and once a minute for the numbers that are no edition. Nothing has to be remembered between: a process that was away,
//! killed in the middle or begins with nothing does the same comparison and is right afterwards.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::{Change, repo, tally};
use crate::{Result, Services, catalog, ids::CourseId};

/// How often the edition is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often the numbers beside courses are compared.
const COUNTS_EVERY: Duration = Duration::from_secs(60);

/// How often what people looked for is written down.
const FLUSH_EVERY: Duration = Duration::from_secs(5);

/// Courses that are read and handed over at once.
const AT_ONCE: usize = 50;

/// What the index was last compared with.
#[derive(Default)]
pub(super) struct Followed(Option<(u64, Instant)>);

/// Follows and keeps the tally until told to stop.
pub async fn run(s: Services, stop: CancellationToken) {
    let mut failing = false;
    let mut flushed = Instant::now();
    loop {
        match follow(&s).await {
            Ok(()) => failing = false,
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "the search index can't follow; trying again every second");
            }
            Err(error) => tracing::debug!(%error, "the search index can't follow"),
        }
        let stopping = stop.is_cancelled();
        if stopping || flushed.elapsed() >= FLUSH_EVERY {
            flushed = Instant::now();
            if let Err(error) = tally::flush(&s).await {
                tracing::warn!(%error, "what people looked for can't be written down");
            }
        }
        if stopping {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Brings the index in step, if anything has changed since the last time.
///
/// # Errors
/// When the database or the index fails; the next call tries again.
pub async fn follow(s: &Services) -> Result<()> {
    let mut followed = s.search.followed.lock().await;
    // Read before the content, so that a change meanwhile is seen the next time.
    let edition = catalog::edition(s).await?;
    if followed.0.is_some_and(|(seen, at)| seen == edition && at.elapsed() < COUNTS_EVERY) {
        return Ok(());
    }
    followed.0 = None;
    compare(s).await?;
    followed.0 = Some((edition, Instant::now()));
    Ok(())
}

/// Brings the index in step with what is committed now.
///
/// # Errors
/// As [`follow`].
pub async fn catch_up(s: &Services) -> Result<()> {
    let _turn = s.search.followed.lock().await;
    compare(s).await
}

/// Has every server build its index anew; each begins within a second. Searches go on meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn rebuild(s: &Services) -> Result<()> {
    let mut tx = s.db.begin().await?;
    catalog::content_changes(s, &mut tx).await?;
    tx.run("UPDATE instance SET search_generation = search_generation + 1 WHERE id = 1").await?;
    tx.commit().await?;
    Ok(())
}

async fn compare(s: &Services) -> Result<()> {
    let index = s.search.index();
    let mut held = index.listing().await?;
    let states = {
        let mut conn = s.db.read().await?;
        repo::states(&mut conn).await?
    };
    let mut changed: Vec<CourseId> = Vec::new();
    let mut changes = Vec::new();
    for state in &states {
        match held.remove(&state.id) {
            Some(indexed) if indexed.stamp == state.stamp() => {
                if indexed.signals != state.signals() {
                    changes.push(Change::Signals(state.id, state.signals()));
                }
            }
            _ => changed.push(state.id),
        }
    }
    // What disappears goes first, and everything small at once.
    changes.extend(held.into_keys().map(Change::Remove));
    let begun = Instant::now();
    let (put, other) = (changed.len(), changes.len());
    for ids in changed.chunks(AT_ONCE) {
        let documents = {
            let mut conn = s.db.read().await?;
            repo::documents(&mut conn, ids).await?
        };
        changes.extend(documents.into_iter().map(|document| Change::Put(Box::new(document))));
        index.apply(std::mem::take(&mut changes)).await?;
    }
    if !changes.is_empty() {
        index.apply(changes).await?;
    }
    if put > 0 {
        tracing::info!(
            courses = put,
            others = other,
            seconds = begun.elapsed().as_secs_f32(),
            "search index updated"
        );
    }
    Ok(())
}
