use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{Error, Result, ids::JobId};

/// Work to be done later: `NewJob::new("mail.send", json!({…})).dedup("welcome:42").at(tomorrow)`.
#[derive(Debug, Clone)]
#[must_use = "a job has to be enqueued"]
pub struct NewJob {
    pub(super) kind: &'static str,
    pub(super) payload: serde_json::Value,
    pub(super) dedup_key: Option<String>,
    pub(super) run_at: Option<DateTime<Utc>>,
    pub(super) max_attempts: u32,
}

impl NewJob {
    /// A job of `kind` (`area.verb`) that is due at once and tried up to 10 times. The payload is a JSON object of
    /// ids and plain values; what can be looked up when the job runs doesn't belong in it.
    pub fn new(kind: &'static str, payload: serde_json::Value) -> Self {
        Self { kind, payload, dedup_key: None, run_at: None, max_attempts: 10 }
    }

    /// Names the work: while a job with this key is queued, enqueueing another one changes nothing, and the first
    /// one's payload and time stand. So the key has to name the work wholly, kind included.
    pub fn dedup(mut self, key: impl Into<String>) -> Self {
        self.dedup_key = Some(key.into());
        self
    }

    /// Not before this time.
    pub fn at(mut self, run_at: DateTime<Utc>) -> Self {
        self.run_at = Some(run_at);
        self
    }

    /// How often it is begun before it counts as dead; at least once.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }
}

/// A job that a worker has claimed, as its handler sees it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id, the same at every attempt: a natural idempotency key towards the outside.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// With what.
    pub payload: serde_json::Value,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// After this one it is dead.
    pub max_attempts: u32,
    /// When it became due.
    pub run_at: DateTime<Utc>,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    pub(super) dedup_key: Option<String>,
    /// The fencing token: only who holds the newest claim may finish or fail the job.
    pub(super) lease: Uuid,
}

impl Job {
    /// The payload as a type of the area's own.
    ///
    /// # Errors
    /// [`Error::Internal`] when the payload has another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.payload)
            .map_err(|why| Error::Internal(format!("the payload of {} is not understood: {why}", self.kind)))
    }

    /// Whether a failure now is the last one.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}
