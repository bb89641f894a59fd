//! The queue's SQL.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Statement, Tx, sql};
use tokio::sync::Notify;
use uuid::Uuid;

use super::{Job, NewJob};
use crate::{Error, Result, ids::JobId};

/// Rings when jobs were committed in this process. One for the whole process: a worker that wakes for another
/// database's job (only tests have two) looks once and goes back to sleep.
pub(super) static BELL: Notify = Notify::const_new();

/// Puts `job` into the queue as part of the transaction; it can be claimed after the commit. Answers its id, or
/// `None` when its key is queued already.
///
/// Whatever this transaction changes is seen by a run of the job: a queued job with the same key isn't begun before
/// this transaction ends (its row is held), and one that is running already is followed by another run.
///
/// # Errors
/// [`Error::Internal`] when the payload is not an object, and when the database fails.
pub async fn enqueue(tx: &mut Tx, job: NewJob, now: DateTime<Utc>) -> Result<Option<JobId>> {
    // SQLite hands a lone number back as a number, not as JSON, and one row that can't be read would stop the queue.
    if !job.payload.is_object() {
        return Err(Error::Internal(format!("the payload of a {} job is not an object", job.kind)));
    }
    let id = JobId::new();
    let run_at = job.run_at.unwrap_or(now);
    // The row that stood in the way may be claimed before it can be held; then the way is free. Twice in one
    // transaction is bad luck, more often is a fault.
    for _ in 0..5 {
        let inserted = tx
            .run(sql!(
                "INSERT INTO jobs (id, kind, payload, dedup_key, state, run_at, attempts, max_attempts, created_at)
                 VALUES ($1, $2, $3, $4, 'queued', $5, 0, $6, $7)
                 ON CONFLICT DO NOTHING",
                id,
                job.kind,
                job.payload.clone(),
                job.dedup_key.as_deref(),
                run_at,
                job.max_attempts,
                now,
            ))
            .await?;
        if inserted == 1 {
            tx.after_commit(|| BELL.notify_waiters());
            return Ok(Some(id));
        }
        let mut hold =
            sql!("SELECT id FROM jobs WHERE dedup_key = $1 AND state = 'queued'", job.dedup_key.as_deref());
        hold.push(tx.lock_shared());
        if tx.opt::<(JobId,)>(hold).await?.is_some() {
            return Ok(None);
        }
    }
    Err(Error::Unavailable("the job's key is claimed again and again".into()))
}

/// Marks `job` as done inside the handler's own transaction: the work and its end are committed together or not at
/// all. The last thing a handler does; its lease is no longer renewed after the commit.
///
/// # Errors
/// [`Error::Conflict`] when another worker holds the job by now: the transaction must not be committed.
pub async fn finish(tx: &mut Tx, job: &Job) -> Result<()> {
    if remove(tx, job).await? {
        Ok(())
    } else {
        Err(Error::conflict("lease-lost", "another worker has taken over this job"))
    }
}

/// Removes a finished job; `false` when this claim doesn't hold it any more.
pub(super) async fn remove(tx: &mut Tx, job: &Job) -> Result<bool> {
    let removed =
        tx.run(sql!("DELETE FROM jobs WHERE id = $1 AND leased_by = $2", job.id, job.lease)).await?;
    Ok(removed == 1)
}

/// Whether the job exists, whoever holds it.
pub(super) async fn exists(conn: &mut Conn, job: &Job) -> Result<bool> {
    Ok(conn.opt::<(JobId,)>(sql!("SELECT id FROM jobs WHERE id = $1", job.id)).await?.is_some())
}

/// Holds on to the job until `until`; `false` when this claim doesn't hold it any more.
pub(super) async fn renew(tx: &mut Tx, job: &Job, until: DateTime<Utc>) -> Result<bool> {
    let renewed = tx
        .run(sql!(
            "UPDATE jobs SET leased_until = $3 WHERE id = $1 AND leased_by = $2",
            job.id,
            job.lease,
            until
        ))
        .await?;
    Ok(renewed == 1)
}

/// Puts the job back into the queue for `run_at`, with this many attempts counted.
pub(super) async fn give_back(
    tx: &mut Tx,
    job: &Job,
    attempts: u32,
    run_at: DateTime<Utc>,
    error: &str,
) -> Result<bool> {
    // Renewing takes the row's lock and proves the claim, before anything else is touched.
    if !renew(tx, job, run_at).await? {
        return Ok(false);
    }
    if let Some(key) = &job.dedup_key {
        // The same work was enqueued meanwhile. This job keeps its place, because its attempts and its back-off
        // must not be forgotten; it runs after whatever enqueued the other one, so nothing is lost.
        tx.run(sql!("DELETE FROM jobs WHERE dedup_key = $1 AND state = 'queued'", key)).await?;
    }
    tx.run(sql!(
        "UPDATE jobs SET state = 'queued', attempts = $2, run_at = $3, last_error = $4,
                leased_by = NULL, leased_until = NULL
         WHERE id = $1",
        job.id,
        attempts,
        run_at,
        error,
    ))
    .await?;
    Ok(true)
}

/// Gives the job up for good and keeps it with its error; `false` when this claim doesn't hold it any more.
pub(super) async fn bury(tx: &mut Tx, job: &Job, error: &str) -> Result<bool> {
    let buried = tx
        .run(sql!(
            "UPDATE jobs SET state = 'dead', last_error = $3, leased_by = NULL, leased_until = NULL
             WHERE id = $1 AND leased_by = $2",
            job.id,
            job.lease,
            error,
        ))
        .await?;
    Ok(buried == 1)
}

#[derive(FromRow)]
struct Row {
    id: JobId,
    kind: String,
    payload: Json<serde_json::Value>,
    dedup_key: Option<String>,
    run_at: DateTime<Utc>,
    attempts: i64,
    max_attempts: i64,
    created_at: DateTime<Utc>,
}

impl Row {
    /// The next attempt, under a lease of its own.
    fn into_claim(self) -> Job {
        Job {
            id: self.id,
            kind: self.kind,
            payload: self.payload.0,
            attempt: u32::try_from(self.attempts).unwrap_or(u32::MAX).saturating_add(1),
            max_attempts: u32::try_from(self.max_attempts).unwrap_or(u32::MAX),
            run_at: self.run_at,
            created_at: self.created_at,
            dedup_key: self.dedup_key,
            lease: Uuid::new_v4(),
        }
    }
}

const COLUMNS: &str =
    "SELECT id, kind, payload, dedup_key, run_at, attempts, max_attempts, created_at FROM jobs AS j";

/// A key that is running waits, even for a lease that has run out: that job is claimed again first.
const QUEUED: &str = " WHERE state = 'queued' AND run_at <= $1
    AND NOT EXISTS (SELECT 1 FROM jobs AS r WHERE r.dedup_key = j.dedup_key AND r.state = 'running')";

const EXPIRED: &str = " WHERE state = 'running' AND leased_until <= $1";

/// What a claim found.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// To be run.
    pub jobs: Vec<Job>,
    /// Crashed with their last attempt; they are dead now.
    pub buried: Vec<JobId>,
}

/// Whether a claim would find something. Read before a claim, so that an idle worker never writes.
pub(super) async fn any_due(
    conn: &mut Conn,
    kinds: impl Iterator<Item = &'static str> + Clone,
    now: DateTime<Utc>,
) -> Result<bool> {
    for which in [QUEUED, EXPIRED] {
        let mut statement = sql!("SELECT id FROM jobs AS j", now);
        statement.push(which);
        of_kinds(&mut statement, kinds.clone());
        statement.push(" LIMIT 1");
        if conn.opt::<(JobId,)>(statement).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Claims up to `limit` due jobs of these kinds until `until`: first those that a crashed worker left, then by the
/// time they are due.
pub(super) async fn claim(
    tx: &mut Tx,
    kinds: impl Iterator<Item = &'static str> + Clone,
    limit: usize,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Claims> {
    let mut claims = Claims::default();
    for which in [EXPIRED, QUEUED] {
        let left = u32::try_from(limit.saturating_sub(claims.jobs.len())).unwrap_or(u32::MAX);
        let mut statement = sql!(COLUMNS, now);
        statement.push(which);
        of_kinds(&mut statement, kinds.clone());
        statement.push(" ORDER BY run_at, id LIMIT ").push_bind(left).push(tx.lock_skipping_locked());
        for row in tx.all::<Row>(statement).await? {
            let job = row.into_claim();
            if job.attempt > job.max_attempts {
                lose(tx, &job).await?;
                claims.buried.push(job.id);
            } else {
                take(tx, &job, until).await?;
                claims.jobs.push(job);
            }
        }
    }
    Ok(claims)
}

async fn take(tx: &mut Tx, job: &Job, until: DateTime<Utc>) -> Result<()> {
    tx.run(sql!(
        "UPDATE jobs SET state = 'running', attempts = $2, leased_by = $3, leased_until = $4 WHERE id = $1",
        job.id,
        job.attempt,
        job.lease,
        until,
    ))
    .await?;
    Ok(())
}

/// Gives up a job whose last attempt ended in a crash.
async fn lose(tx: &mut Tx, job: &Job) -> Result<()> {
    tx.run(sql!(
        "UPDATE jobs SET state = 'dead', last_error = $2, leased_by = NULL, leased_until = NULL WHERE id = $1",
        job.id,
        "the worker stopped in the middle of the last attempt",
    ))
    .await?;
    Ok(())
}

fn of_kinds(statement: &mut Statement, kinds: impl Iterator<Item = &'static str>) {
    statement.push(" AND kind IN (").push_list(kinds).push(")");
}
