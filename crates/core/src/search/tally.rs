//! What people look for, counted in memory and written down every few seconds, so that no search waits for it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::NaiveDate;
use momentum_db::sql;

use crate::{Result, Services};

/// Different queries between two times of writing down; more are dropped, so that a flood can't fill the memory.
const MOST: usize = 10_000;

/// Letters of a query that are kept.
const MOST_LETTERS: usize = 100;

/// Counts by day and query.
#[derive(Default)]
pub(super) struct Tally(Mutex<BTreeMap<(NaiveDate, String), Counts>>);

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    searches: i64,
    /// Searches that found nothing.
    empty: i64,
    clicks: i64,
    /// Courses that the last search found; none was made since.
    hits: Option<i64>,
}

impl Tally {
    fn add(&self, key: (NaiveDate, String), counts: Counts) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(&key) {
            return;
        }
        let sum = kept.entry(key).or_default();
        sum.searches += counts.searches;
        sum.empty += counts.empty;
        sum.clicks += counts.clicks;
        sum.hits = counts.hits.or(sum.hits);
    }

    fn take(&self) -> BTreeMap<(NaiveDate, String), Counts> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A query in the form in which it is counted, or nothing when it may tell who somebody is: addresses and long numbers
/// are not kept.
pub(super) fn normalized(text: &str) -> Option<String> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let query: String = words.join(" ").chars().filter(|c| !c.is_control()).take(MOST_LETTERS).collect();
    let digits = query.chars().filter(char::is_ascii_digit).count();
    (!query.is_empty() && !query.contains('@') && digits < 6).then_some(query)
}

pub(super) fn searched(s: &Services, text: &str, hits: i64) {
    let Some(query) = normalized(text) else { return };
    let counts = Counts { searches: 1, empty: i64::from(hits == 0), clicks: 0, hits: Some(hits) };
    s.search.tally.add((s.clock.now().date_naive(), query), counts);
}

pub(super) fn clicked(s: &Services, text: &str) {
    let Some(query) = normalized(text) else { return };
    s.search.tally.add((s.clock.now().date_naive(), query), Counts { clicks: 1, ..Counts::default() });
}

/// Writes down what was counted since the last time.
///
/// # Errors
/// When the database fails; nothing is lost then.
pub async fn flush(s: &Services) -> Result<()> {
    let counted = s.search.tally.take();
    if counted.is_empty() {
        return Ok(());
    }
    let written = write(s, &counted).await;
    if written.is_err() {
        for (key, counts) in counted {
            s.search.tally.add(key, counts);
        }
    }
    written
}

/// In the order of the keys, so that servers that write at once never wait for each other in a circle.
async fn write(s: &Services, counted: &BTreeMap<(NaiveDate, String), Counts>) -> Result<()> {
    let mut tx = s.db.begin().await?;
    for ((day, query), counts) in counted {
        tx.run(sql!(
            "INSERT INTO search_queries (day, query, searches, empty_searches, clicks, hits)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (day, query) DO UPDATE SET
                searches = search_queries.searches + excluded.searches,
                empty_searches = search_queries.empty_searches + excluded.empty_searches,
                clicks = search_queries.clicks + excluded.clicks,
                hits = CASE WHEN excluded.searches > 0 THEN excluded.hits ELSE search_queries.hits END",
            *day,
            query,
            counts.searches,
            counts.empty,
            counts.clicks,
            counts.hits.unwrap_or_default()
        ))
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn a_query_is_counted_in_one_form_and_never_with_a_person_in_it() {
        assert_eq!(normalized("  SQL   in Seven\tdays "), Some("sql in seven days".into()));
        assert_eq!(normalized("ÄPFEL"), Some("äpfel".into()));
        for personal in ["", "  ", "ada@example.com", "call +49 30 123456", "\0"] {
            assert_eq!(normalized(personal), None, "{personal:?}");
        }
        assert_eq!(normalized(&"x".repeat(500)).map(|query| query.len()), Some(100));
    }
}
