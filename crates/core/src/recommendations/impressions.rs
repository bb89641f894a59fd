//! Counting what was shown, without making the page that shows it wait.
//!
//! What is shown is noted in memory and written some seconds later, together with what others were shown. Whoever is killed in
//! between loses these seconds of a statistic and nothing else; what people do (clicks) is written at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::NaiveDate;

use super::{
    ReasonKind, Recommendation,
    repo::{self, Shown},
};
use crate::{
    Result, Services,
    cache::Cache,
    ids::{CourseId, UserId},
};

/// How often what was shown is written.
const EVERY: Duration = Duration::from_secs(2);
/// When the database can't take it, no more than this waits; the rest is not counted.
const MOST_WAITING: usize = 50_000;
/// Rows of a transaction. SQLite keeps each page that a transaction changes in memory as it was, and these rows lie everywhere.
const ROWS: usize = 100;
/// How many people are remembered with what they were shown, so that a reload costs nothing; the database would not count it twice
/// either.
const REMEMBERED: usize = 10_000;

type Waiting = BTreeMap<Shown, ReasonKind>;

/// What was shown and isn't written yet.
pub struct Impressions {
    waiting: Mutex<Waiting>,
    /// What people were shown, on the day on which they were last shown something.
    noted: Cache<UserId, (NaiveDate, Arc<[CourseId]>)>,
    /// Held by who writes.
    writing: tokio::sync::Mutex<()>,
}

impl Default for Impressions {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            noted: Cache::of_entries(REMEMBERED),
            writing: tokio::sync::Mutex::default(),
        }
    }
}

impl Impressions {
    /// Notes what somebody is shown.
    pub(super) fn note(&self, user: UserId, day: NaiveDate, shown: &[Recommendation]) {
        let noted = self.noted.get(&user).filter(|(noted, _)| *noted == day).map(|(_, courses)| courses);
        let noted = noted.as_deref().unwrap_or_default();
        let is_new = |item: &&Recommendation| !noted.contains(&item.course.card.id);
        let fresh: Vec<&Recommendation> = shown.iter().filter(is_new).collect();
        if fresh.is_empty() {
            return;
        }
        let courses = noted.iter().copied().chain(fresh.iter().map(|item| item.course.card.id)).collect();
        self.noted.insert(user, (day, courses));
        self.put(
            fresh
                .into_iter()
                .map(|item| (Shown { day, user, course: item.course.card.id }, item.reason.kind())),
        );
    }

    /// Why this person was shown the course, if that isn't written yet.
    pub(super) fn reason(&self, user: UserId, course: CourseId, day: NaiveDate) -> Option<ReasonKind> {
        self.waiting().get(&Shown { day, user, course }).copied()
    }

    fn put(&self, shown: impl IntoIterator<Item = (Shown, ReasonKind)>) {
        let mut waiting = self.waiting();
        let mut lost = 0;
        for (shown, reason) in shown {
            if waiting.len() < MOST_WAITING {
                waiting.entry(shown).or_insert(reason);
            } else {
                lost += 1;
            }
        }
        drop(waiting);
        if lost > 0 {
            metrics::counter!("recommendation_impressions_lost_total").increment(lost);
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is being written; what isn't in the end waits again, also when the writing is given up halfway.
struct Batch<'a> {
    of: &'a Impressions,
    rows: Vec<(Shown, ReasonKind)>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.of.put(std::mem::take(&mut self.rows));
    }
}

/// Writes what was shown.
///
/// # Errors
/// When the database fails; then what isn't written still waits.
pub async fn flush(s: &Services) -> Result<()> {
    let _turn = s.impressions.writing.lock().await;
    let rows: Vec<_> = std::mem::take(&mut *s.impressions.waiting()).into_iter().collect();
    let mut batch = Batch { of: &s.impressions, rows };
    while let Some(rows) = batch.rows.rchunks(ROWS).next() {
        let left = batch.rows.len() - rows.len();
        let mut tx = s.db.begin().await?;
        repo::add_impressions(&mut tx, rows).await?;
        tx.commit().await?;
        batch.rows.truncate(left);
    }
    Ok(())
}

/// Writes every few seconds what was shown meanwhile, as long as the server runs.
pub async fn keep_flushing(s: Services) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = flush(&s).await {
            tracing::warn!(%error, "what was recommended can't be counted now");
        }
    }
}
