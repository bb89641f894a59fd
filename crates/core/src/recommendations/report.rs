//! What came of recommendations, for administrators.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use momentum_db::{Conn, FromRow, sql};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ReasonKind, flush};
use crate::{Error, Result, Services, identity::Actor, ids::CourseId};

/// The longest period of a report, in days.
const LONGEST: i64 = 366;
/// The usual one.
const USUAL: i64 = 30;

/// Days (UTC), both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// From the first day to the last; a missing last one is `today`, a missing first one makes 30 days.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it ends before it begins, or is longer than 366 days.
    pub fn new(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Result<Self> {
        let to = to.unwrap_or(today);
        let from = from.or_else(|| to.checked_sub_signed(TimeDelta::days(USUAL - 1))).unwrap_or(to);
        let days = (to - from).num_days() + 1;
        if days < 1 {
            return Err(Error::invalid("to", "out-of-range", "The period ends before it begins."));
        }
        if days > LONGEST {
            return Err(Error::invalid("from", "out-of-range", "Choose at most 366 days."));
        }
        Ok(Self { from, to })
    }
}

/// What came of showing something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct Results {
    /// How often it was shown: once for each person, course and day.
    pub impressions: i64,
    /// How often it was followed: once for each person, course and day.
    pub clicks: i64,
    /// Clicks of impressions, 0 to 1.
    pub click_through_rate: f64,
    /// Enrollments within seven days after a click.
    pub enrollments: i64,
}

impl Results {
    fn add(&mut self, row: &ResultRow) {
        self.impressions += row.impressions;
        self.clicks += row.clicks;
        self.enrollments += row.enrollments;
        self.click_through_rate = rate(self.clicks, self.impressions);
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn rate(clicks: i64, impressions: i64) -> f64 {
    if impressions == 0 { 0.0 } else { clicks as f64 / impressions as f64 }
}

/// What came of recommending a course.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CourseResult {
    pub course_id: CourseId,
    pub slug: String,
    pub title: String,
    #[serde(flatten)]
    pub results: Results,
}

/// What came of a kind of reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReasonResult {
    pub reason: ReasonKind,
    #[serde(flatten)]
    pub results: Results,
}

/// What came of recommendations in a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Report {
    /// First day, UTC.
    pub from: NaiveDate,
    /// Last day, UTC.
    pub to: NaiveDate,
    #[serde(flatten)]
    pub results: Results,
    /// What was shown most first.
    pub by_course: Vec<CourseResult>,
    /// What was shown most first.
    pub by_reason: Vec<ReasonResult>,
    /// By course and reason.
    #[serde(skip)]
    pub rows: Vec<ResultRow>,
}

/// What came of recommending a course for a kind of reason.
#[derive(Debug, Clone, FromRow)]
pub struct ResultRow {
    pub course_id: CourseId,
    pub slug: String,
    pub title: String,
    pub reason: ReasonKind,
    pub impressions: i64,
    pub clicks: i64,
    pub enrollments: i64,
}

/// Counts impressions, clicks and the enrollments that followed.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn report(s: &Services, actor: &Actor, period: Period) -> Result<Report> {
    actor.require_admin()?;
    flush(s).await?;
    let mut conn = s.db.read().await?;
    let rows = rows(&mut conn, period).await?;
    let mut results = Results::default();
    let mut by_course: BTreeMap<CourseId, CourseResult> = BTreeMap::new();
    let mut by_reason: BTreeMap<ReasonKind, Results> = BTreeMap::new();
    for row in &rows {
        results.add(row);
        by_reason.entry(row.reason).or_default().add(row);
        by_course
            .entry(row.course_id)
            .or_insert_with(|| CourseResult {
                course_id: row.course_id,
                slug: row.slug.clone(),
                title: row.title.clone(),
                results: Results::default(),
            })
            .results
            .add(row);
    }
    let mut by_course: Vec<_> = by_course.into_values().collect();
    by_course.sort_by_key(|course| std::cmp::Reverse(course.results.impressions));
    let mut by_reason: Vec<_> =
        by_reason.into_iter().map(|(reason, results)| ReasonResult { reason, results }).collect();
    by_reason.sort_by_key(|reason| std::cmp::Reverse(reason.results.impressions));
    Ok(Report { from: period.from, to: period.to, results, by_course, by_reason, rows })
}

/// How many of the enrollments of `i`'s person in `i`'s course followed that click and no later one.
macro_rules! followed {
    () => {
        "COUNT(CASE WHEN i.clicked_at IS NOT NULL AND EXISTS (
                SELECT 1 FROM enrollments e WHERE e.user_id = i.user_id AND e.course_id = i.course_id
                    AND e.enrolled_at >= i.clicked_at AND e.enrolled_at <= i.counts_until
                    AND NOT EXISTS (SELECT 1 FROM recommendation_impressions j
                                    WHERE j.user_id = i.user_id AND j.course_id = i.course_id
                                        AND j.clicked_at > i.clicked_at AND j.clicked_at <= e.enrolled_at)
            ) THEN 1 END)"
    };
}
pub(super) use followed;

/// The last day that stands in the sums.
pub(super) async fn summed_until(conn: &mut Conn) -> Result<Option<NaiveDate>> {
    let found: Option<(NaiveDate,)> =
        conn.opt("SELECT day FROM recommendation_days ORDER BY day DESC LIMIT 1").await?;
    Ok(found.map(|(day,)| day))
}

/// Old days are read from the sums, new ones are counted.
async fn rows(conn: &mut Conn, period: Period) -> Result<Vec<ResultRow>> {
    let before = period.from.pred_opt().unwrap_or(period.from);
    let summed_until = summed_until(conn).await?.unwrap_or(before);
    Ok(conn
        .all(sql!(
            concat!(
                "SELECT t.course_id, c.slug, c.title, t.reason, CAST(SUM(t.impressions) AS BIGINT) AS impressions,
                        CAST(SUM(t.clicks) AS BIGINT) AS clicks, CAST(SUM(t.enrollments) AS BIGINT) AS enrollments
                 FROM (SELECT i.course_id, i.reason, COUNT(*) AS impressions, COUNT(i.clicked_at) AS clicks, ",
                followed!(),
                "         AS enrollments
                       FROM recommendation_impressions i WHERE i.day >= $1 AND i.day <= $2 AND i.day > $3
                       GROUP BY i.course_id, i.reason
                       UNION ALL
                       SELECT course_id, reason, impressions, clicks, enrollments FROM recommendation_days
                       WHERE day >= $1 AND day <= $2 AND day <= $3) AS t
                 JOIN courses c ON c.id = t.course_id
                 GROUP BY t.course_id, c.slug, c.title, t.reason ORDER BY c.title, t.course_id, t.reason"
            ),
            period.from,
            period.to,
            summed_until
        ))
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_thirty_days_unless_it_says_otherwise() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-03-31");
        let usual = Period::new(None, None, today).unwrap();
        assert_eq!(usual, Period { from: day("2026-03-02"), to: today });
        assert!(Period::new(Some(today), Some(today), today).is_ok());
        assert!(Period::new(Some(today), Some(day("2026-03-30")), today).is_err());
        assert!(Period::new(Some(day("2025-03-30")), None, today).is_err());
        assert!(Period::new(None, Some(NaiveDate::MIN), today).is_ok());
    }
}
