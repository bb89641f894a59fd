//! Requests that carry an `Idempotency-Key`: the first is carried out, its repetitions get the same answer.

use chrono::TimeDelta;
use momentum_db::{FromRow, sql};

use crate::{Result, Services};

/// A first request that has not answered for this long has died.
const ABANDONED_AFTER: TimeDelta = TimeDelta::seconds(60);

/// How long answers are kept.
pub(super) const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// An answer as it was sent.
#[derive(Debug, Clone)]
pub struct StoredAnswer {
    pub status: u16,
    pub content_type: String,
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Attempt {
    /// It is the first: carry it out, then [`finish`] or [`abandon`].
    First,
    /// It was carried out: send this.
    Repeated(StoredAnswer),
    /// The first one still runs.
    Running,
    /// The key was used for another request.
    Different,
}

#[derive(FromRow)]
struct Row {
    request_hash: Vec<u8>,
    status: Option<i64>,
    content_type: Option<String>,
    etag: Option<String>,
    body: Option<Vec<u8>>,
}

/// Claims the key for a request, or says what became of the first one.
///
/// # Errors
/// When the database fails.
pub async fn begin(s: &Services, key_hash: &[u8], request_hash: &[u8]) -> Result<Attempt> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let claimed = tx
        .run(sql!(
            "INSERT INTO idempotency_keys (key_hash, request_hash, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (key_hash) DO UPDATE SET request_hash = $2, status = NULL, body = NULL, created_at = $3
             WHERE idempotency_keys.created_at < $4
                OR (idempotency_keys.status IS NULL AND idempotency_keys.created_at < $5)",
            key_hash,
            request_hash,
            now,
            now - KEPT_FOR,
            now - ABANDONED_AFTER
        ))
        .await?;
    if claimed == 1 {
        tx.commit().await?;
        return Ok(Attempt::First);
    }
    let row: Option<Row> = tx
        .opt(sql!(
            "SELECT request_hash, status, content_type, etag, body FROM idempotency_keys WHERE key_hash = $1",
            key_hash
        ))
        .await?;
    // The answer that is repeated has to be on the disk.
    tx.commit().await?;
    Ok(match row {
        Some(row) if row.request_hash != request_hash => Attempt::Different,
        Some(Row { status: Some(status), content_type, etag, body, .. }) => Attempt::Repeated(StoredAnswer {
            status: u16::try_from(status).unwrap_or(500),
            content_type: content_type.unwrap_or_default(),
            etag,
            body: body.unwrap_or_default(),
        }),
        // Gone again means that the first was abandoned just now: the client tries once more.
        _ => Attempt::Running,
    })
}

/// Keeps the answer of the first request for its repetitions.
///
/// # Errors
/// When the database fails.
pub async fn finish(s: &Services, key_hash: &[u8], answer: &StoredAnswer) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "UPDATE idempotency_keys SET status = $2, content_type = $3, etag = $4, body = $5 WHERE key_hash = $1",
        key_hash,
        i64::from(answer.status),
        answer.content_type.as_str(),
        answer.etag.as_deref(),
        answer.body.as_slice()
    ))
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Frees the key after a failure that a repetition may overcome.
///
/// # Errors
/// When the database fails.
pub async fn abandon(s: &Services, key_hash: &[u8]) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM idempotency_keys WHERE key_hash = $1 AND status IS NULL", key_hash)).await?;
    tx.commit().await?;
    Ok(())
}
