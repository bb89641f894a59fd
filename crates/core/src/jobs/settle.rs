use chrono::{DateTime, Utc};
use momentum_db::Db;

use super::{Job, queue};
use crate::Result;

/// How a job's attempt ended, as its worker sees it.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It succeeded.
    Done,
    /// It failed, for now or for good.
    Failed(String),
    /// Another worker has the job; whatever this one thinks of it doesn't count.
    LeaseLost,
}

impl Outcome {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::LeaseLost => "lease_lost",
        }
    }
}

/// What to record of an attempt.
#[derive(Debug)]
pub(super) enum Settling {
    /// Done: the row goes.
    Remove,
    /// Failed: once more at this time.
    Retry { at: DateTime<Utc>, error: String },
    /// Interrupted by the program's end: once more, and the attempt doesn't count.
    Interrupt { at: DateTime<Utc> },
    /// Failed for the last time.
    Bury(String),
}

/// The longest error text that is kept, in characters.
const ERROR_LENGTH: usize = 2_000;

impl Settling {
    /// Records it, unless the job is another worker's by now. When the database doesn't answer, the lease runs out
    /// and the job is run again.
    pub(super) async fn record(self, db: &Db, job: &Job) -> Outcome {
        let mut tries = 0;
        let held = loop {
            tries += 1;
            match self.try_record(db, job).await {
                Ok(held) => break held,
                // Another transaction gave the key away in the same instant, or won a deadlock.
                Err(why) if tries < 5 => tracing::debug!(%why, "recording a job's end again"),
                Err(why) => {
                    tracing::error!(%why, "a job's end could not be recorded; it will be run again");
                    return Outcome::Failed(why.to_string());
                }
            }
        };
        match self {
            _ if !held => {
                tracing::warn!("another worker has taken over this job");
                Outcome::LeaseLost
            }
            Self::Remove => Outcome::Done,
            Self::Retry { at, error } => {
                tracing::warn!(%error, again_at = %at, "the job failed");
                Outcome::Failed(error)
            }
            Self::Interrupt { .. } => Outcome::Failed(INTERRUPTED.to_owned()),
            Self::Bury(error) => {
                tracing::error!(%error, "the job is dead: its last attempt failed");
                Outcome::Failed(error)
            }
        }
    }

    async fn try_record(&self, db: &Db, job: &Job) -> Result<bool> {
        let mut tx = db.begin().await?;
        let held = match self {
            Self::Remove => queue::remove(&mut tx, job).await?,
            Self::Retry { at, error } => {
                queue::give_back(&mut tx, job, job.attempt, *at, &shorten(error)).await?
            }
            Self::Interrupt { at } => {
                queue::give_back(&mut tx, job, job.attempt.saturating_sub(1), *at, INTERRUPTED).await?
            }
            Self::Bury(error) => queue::bury(&mut tx, job, &shorten(error)).await?,
        };
        // Gone altogether means that the handler has finished the job in its own transaction.
        let done = held || !queue::exists(&mut tx, job).await?;
        tx.commit().await?;
        Ok(done)
    }
}

const INTERRUPTED: &str = "interrupted by the end of the program";

fn shorten(text: &str) -> String {
    text.chars().take(ERROR_LENGTH).collect()
}
