//! Which edition of the published content this process shows.
//!
//! Content is read far more often than it changes, so it is kept in memory for long. What is kept belongs to an edition;
//! a change begins the next one. A change made here does so at once. One made by another server is seen by a number in
//! the database that every change increases: the first reader of each second looks whether it has moved.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use momentum_db::Tx;

use crate::{Result, Services};

/// How soon what another server changed shows here.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The edition, and when it was last compared with the database.
pub(super) struct Edition {
    number: AtomicU64,
    /// The database's number, as last seen.
    seen: AtomicI64,
    begun: Instant,
    /// Milliseconds after `begun`.
    look_at: AtomicU64,
}

impl Edition {
    pub(super) fn new() -> Self {
        Self {
            number: AtomicU64::new(0),
            seen: AtomicI64::new(-1),
            begun: Instant::now(),
            look_at: AtomicU64::new(0),
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    pub(super) fn next(&self) {
        self.number.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether it is time to look; of many who ask at once, one is told so.
    fn due(&self) -> bool {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let now = millis(self.begun.elapsed());
        let look_at = self.look_at.load(Ordering::Relaxed);
        now >= look_at
            && self
                .look_at
                .compare_exchange(look_at, now + millis(LOOK_EVERY), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

/// The edition to show now. Whoever keeps what they made of published content keeps this number beside it, read before
/// the content was.
///
/// # Errors
/// When the database fails.
pub async fn edition(s: &Services) -> Result<u64> {
    let edition = &s.catalog.edition;
    if edition.due() {
        let mut conn = s.db.read().await?;
        let (version,): (i64,) = conn.one("SELECT content_version FROM instance WHERE id = 1").await?;
        if edition.seen.swap(version, Ordering::AcqRel) != version {
            s.catalog.clear();
        }
    }
    Ok(edition.number())
}

/// To be called in every transaction that changes what visitors see of the catalog: other servers follow within a
/// second, this one when the transaction has been committed. On PostgreSQL such transactions wait for each other, so
/// that no number is passed over; it takes its lock before those of courses.
///
/// # Errors
/// When the database fails.
pub async fn content_changes(s: &Services, tx: &mut Tx) -> Result<()> {
    tx.run("UPDATE instance SET content_version = content_version + 1 WHERE id = 1").await?;
    let s = s.clone();
    tx.after_commit(move || s.catalog.clear());
    Ok(())
}
