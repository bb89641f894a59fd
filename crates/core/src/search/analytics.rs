//! What people looked for, as administrators see it.

use chrono::{NaiveDate, TimeDelta};
use momentum_db::{Conn, FromRow, Statement, containing};
use serde::Serialize;
use utoipa::ToSchema;

use super::tally;
use crate::{Result, Services, identity::Actor};

/// Days that are looked at unless somebody chose.
const USUAL_DAYS: i64 = 30;

/// Which queries a list asks for.
#[derive(Debug, Clone)]
pub struct QueriesFilter {
    /// First day, UTC; the last 30 days unless said.
    pub from: Option<NaiveDate>,
    /// Last day, UTC; today unless said.
    pub to: Option<NaiveDate>,
    /// A part of the query.
    pub q: String,
    /// Only those that found nothing.
    pub only_empty: bool,
    pub sort: QueriesSort,
    pub descending: bool,
    pub limit: i64,
    pub offset: i64,
}

impl Default for QueriesFilter {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            q: String::new(),
            only_empty: false,
            sort: QueriesSort::Searches,
            descending: true,
            limit: 50,
            offset: 0,
        }
    }
}

/// The order of a list of queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueriesSort {
    Query,
    Searches,
    Empty,
    Clicks,
}

impl QueriesSort {
    /// The value for a word, if it is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "query" => Some(Self::Query),
            "searches" => Some(Self::Searches),
            "empty" => Some(Self::Empty),
            "clicks" => Some(Self::Clicks),
            _ => None,
        }
    }

    /// As in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Searches => "searches",
            Self::Empty => "empty",
            Self::Clicks => "clicks",
        }
    }
}

/// A query with its counts.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct QueryRow {
    /// In lower case.
    pub query: String,
    pub searches: i64,
    /// Searches that found nothing.
    pub empty_searches: i64,
    /// Results that were opened.
    pub clicks: i64,
    /// Courses that it found on the last day it was searched for.
    pub hits: i64,
}

/// What people looked for in some days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchReport {
    /// First day, UTC.
    pub from: NaiveDate,
    /// Last day, UTC.
    pub to: NaiveDate,
    /// Of the whole time, whatever else is filtered.
    pub searches: i64,
    pub empty_searches: i64,
    pub clicks: i64,
    /// Clicks for each search, between 0 and 1; null without a search.
    pub click_through_rate: Option<f64>,
    pub items: Vec<QueryRow>,
    /// Different queries that match.
    pub total: i64,
    pub limit: i64,
    pub offset: i64,
}

/// What people looked for.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn report(s: &Services, actor: &Actor, filter: &QueriesFilter) -> Result<SearchReport> {
    actor.require_admin()?;
    // What this server has counted is seen at once.
    tally::flush(s).await?;
    let to = filter.to.unwrap_or_else(|| s.clock.now().date_naive());
    let usual = || to.checked_sub_signed(TimeDelta::days(USUAL_DAYS - 1)).unwrap_or(to);
    let from = filter.from.unwrap_or_else(usual);
    let mut conn = s.db.read().await?;
    let (searches, empty_searches, clicks): (i64, i64, i64) = conn
        .one(momentum_db::sql!(
            "SELECT CAST(COALESCE(SUM(searches), 0) AS BIGINT), CAST(COALESCE(SUM(empty_searches), 0) AS BIGINT),
                    CAST(COALESCE(SUM(clicks), 0) AS BIGINT)
             FROM search_queries WHERE day BETWEEN $1 AND $2",
            from,
            to
        ))
        .await?;
    let (total,): (i64,) = {
        let mut query = Statement::new("SELECT COUNT(*) FROM (");
        push_rows(&mut query, from, to, filter);
        query.push(") n");
        conn.one(query).await?
    };
    let items = rows(&mut conn, from, to, filter).await?;
    Ok(SearchReport {
        from,
        to,
        searches,
        empty_searches,
        clicks,
        click_through_rate: rate(clicks, searches),
        items,
        total,
        limit: filter.limit,
        offset: filter.offset,
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of searches are far below 2^53")]
fn rate(clicks: i64, searches: i64) -> Option<f64> {
    (searches > 0).then(|| (clicks as f64 / searches as f64).min(1.0))
}

fn push_rows(query: &mut Statement, from: NaiveDate, to: NaiveDate, filter: &QueriesFilter) {
    query.push(
        "SELECT a.query, CAST(SUM(a.searches) AS BIGINT) AS searches,
                CAST(SUM(a.empty_searches) AS BIGINT) AS empty_searches, CAST(SUM(a.clicks) AS BIGINT) AS clicks,
                (SELECT b.hits FROM search_queries b WHERE b.query = a.query AND b.day <= ",
    );
    query.push_bind(to);
    query.push(" ORDER BY b.day DESC LIMIT 1) AS hits FROM search_queries a WHERE a.day BETWEEN ");
    query.push_bind(from);
    query.push(" AND ");
    query.push_bind(to);
    let text = filter.q.trim().to_lowercase();
    if !text.is_empty() {
        query.push(" AND a.query LIKE ").push_bind(containing(&text)).push(" ESCAPE '!'");
    }
    query.push(" GROUP BY a.query");
    if filter.only_empty {
        query.push(" HAVING SUM(a.empty_searches) > 0");
    }
}

async fn rows(
    conn: &mut Conn,
    from: NaiveDate,
    to: NaiveDate,
    filter: &QueriesFilter,
) -> Result<Vec<QueryRow>> {
    let mut query = Statement::default();
    push_rows(&mut query, from, to, filter);
    query.push(match (filter.sort, filter.descending) {
        (QueriesSort::Query, false) => " ORDER BY query",
        (QueriesSort::Query, true) => " ORDER BY query DESC",
        (QueriesSort::Searches, false) => " ORDER BY searches, query",
        (QueriesSort::Searches, true) => " ORDER BY searches DESC, query",
        (QueriesSort::Empty, false) => " ORDER BY empty_searches, query",
        (QueriesSort::Empty, true) => " ORDER BY empty_searches DESC, query",
        (QueriesSort::Clicks, false) => " ORDER BY clicks, query",
        (QueriesSort::Clicks, true) => " ORDER BY clicks DESC, query",
    });
    query.push(" LIMIT ").push_bind(filter.limit);
    query.push(" OFFSET ").push_bind(filter.offset);
    Ok(conn.all(query).await?)
}
