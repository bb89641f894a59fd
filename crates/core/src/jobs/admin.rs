//! What an administrator and the metrics see of the queue. Who may is decided by the caller.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Tx, sql};

use super::queue::BELL;
use crate::{Error, Result, ids::JobId};

/// A job that was given up.
#[derive(Debug, Clone, FromRow)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// What it was to do.
    pub kind: String,
    /// With what.
    pub payload: Json<serde_json::Value>,
    /// How often it was begun.
    pub attempts: i64,
    /// What went wrong the last time.
    pub last_error: Option<String>,
    /// When it became due the last time.
    pub run_at: DateTime<Utc>,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
}

/// How many jobs there are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting: for their time, for a worker, or for a program that knows them.
    pub queued: i64,
    /// Claimed by a worker.
    pub running: i64,
    /// Given up.
    pub dead: i64,
}

/// The dead jobs, the newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn dead(conn: &mut Conn, limit: u32) -> Result<Vec<DeadJob>> {
    Ok(conn
        .all(sql!(
            "SELECT id, kind, payload, attempts, last_error, run_at, created_at
             FROM jobs WHERE state = 'dead' ORDER BY run_at DESC, id DESC LIMIT $1",
            limit,
        ))
        .await?)
}

/// Gives a dead job all its attempts again, due now. When the same work was enqueued again since, that one does it
/// and the dead one is removed.
///
/// # Errors
/// [`Error::NotFound`] when there is no such dead job.
pub async fn retry_dead(tx: &mut Tx, id: JobId, now: DateTime<Utc>) -> Result<()> {
    let revived = tx
        .run(sql!(
            "UPDATE jobs SET state = 'queued', attempts = 0, run_at = $2
             WHERE id = $1 AND state = 'dead'
               AND NOT EXISTS (SELECT 1 FROM jobs AS q WHERE q.dedup_key = jobs.dedup_key AND q.state = 'queued')",
            id,
            now,
        ))
        .await?;
    let replaced = match revived {
        0 => tx.run(sql!("DELETE FROM jobs WHERE id = $1 AND state = 'dead'", id)).await?,
        _ => 0,
    };
    if revived + replaced == 0 {
        return Err(Error::NotFound("dead job"));
    }
    tx.after_commit(|| BELL.notify_waiters());
    Ok(())
}

/// How many jobs there are in each state.
///
/// # Errors
/// When the database fails.
pub async fn counts(conn: &mut Conn) -> Result<Counts> {
    let rows = conn.all::<(String, i64)>("SELECT state, COUNT(*) FROM jobs GROUP BY state").await?;
    let mut counts = Counts::default();
    for (state, count) in rows {
        match state.as_str() {
            "queued" => counts.queued = count,
            "running" => counts.running = count,
            _ => counts.dead = count,
        }
    }
    Ok(counts)
}

/// Whether a job with this key is still to be done or is being done.
///
/// # Errors
/// When the database fails.
pub async fn is_alive(conn: &mut Conn, key: &str) -> Result<bool> {
    let found: Option<(JobId,)> =
        conn.opt(sql!("SELECT id FROM jobs WHERE dedup_key = $1 AND state <> 'dead' LIMIT 1", key)).await?;
    Ok(found.is_some())
}

/// What went wrong last with the dead job of this key, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn last_words(conn: &mut Conn, key: &str) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> = conn
        .opt(sql!("SELECT last_error FROM jobs WHERE dedup_key = $1 AND state = 'dead' LIMIT 1", key))
        .await?;
    Ok(found.and_then(|(error,)| error))
}
