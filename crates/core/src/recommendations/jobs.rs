//! The background work of recommendations: sums by day, and forgetting.
//!
//! Eight days later nothing of a day can change any more: the last click has had its seven days. Then the day is summed up by course
//! and reason. Who was shown what is forgotten after 90 days; the sums, which name nobody, stay.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use momentum_db::{FromRow, Statement, sql};

use super::{KEPT_FOR, clicks::COUNTS_FOR, report};
use crate::{
    Result, Services,
    ids::CourseId,
    jobs::{Handlers, Schedule, piece_by_piece},
};

const TIDY: &str = "recommendations.tidy";

/// How long it is known who was shown what.
const DETAILS_KEPT_FOR: TimeDelta = TimeDelta::days(90);

/// Rows of a statement that adds many.
const ROWS: usize = 100;

/// What recommendations do in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(TIDY, move |_job| {
        let s = s.clone();
        async move { tidy(&s).await }
    })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(TIDY, Duration::from_secs(86_400))]
}

async fn tidy(s: &Services) -> Result<()> {
    let now = s.clock.now();
    sum_days(s, now).await?;
    let old = (now - DETAILS_KEPT_FOR).date_naive();
    piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM recommendation_impressions WHERE (user_id, course_id, day) IN
                (SELECT user_id, course_id, day FROM recommendation_impressions WHERE day < $1 LIMIT $2)",
            old,
            most
        )
    })
    .await?;
    piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM recommendations WHERE generated_at < $1 AND user_id IN
                (SELECT user_id FROM recommendations WHERE generated_at < $1 LIMIT $2)",
            now - KEPT_FOR,
            most
        )
    })
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct Sum {
    day: NaiveDate,
    course_id: CourseId,
    reason: String,
    impressions: i64,
    clicks: i64,
    enrollments: i64,
}

/// Sums up the days that are over for good. They are counted outside the transaction, so that nobody who writes waits for it; all of
/// them are stored in one, so that a day is never there in part.
async fn sum_days(s: &Services, now: DateTime<Utc>) -> Result<()> {
    let closed = (now - COUNTS_FOR - TimeDelta::days(1)).date_naive();
    let sums: Vec<Sum> = {
        let mut conn = s.db.read().await?;
        let last = report::summed_until(&mut conn).await?;
        conn.all(sql!(
            concat!(
                "SELECT i.day, i.course_id, i.reason, COUNT(*) AS impressions, COUNT(i.clicked_at) AS clicks, ",
                report::followed!(),
                " AS enrollments
                 FROM recommendation_impressions i WHERE i.day > $1 AND i.day <= $2
                 GROUP BY i.day, i.course_id, i.reason ORDER BY i.day, i.course_id, i.reason"
            ),
            last.unwrap_or_else(|| DateTime::UNIX_EPOCH.date_naive()),
            closed
        ))
        .await?
    };
    let mut tx = s.db.begin().await?;
    for sums in sums.chunks(ROWS) {
        let mut query = Statement::new(
            "INSERT INTO recommendation_days (day, course_id, reason, impressions, clicks, enrollments)
             SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6 FROM (VALUES ",
        );
        for (place, sum) in sums.iter().enumerate() {
            query.push(if place == 0 { "(" } else { ", (" }).push_bind(sum.day);
            query.push(", ").push_bind(sum.course_id);
            query.push(", ").push_bind(&sum.reason);
            query.push(", ").push_bind(sum.impressions);
            query.push(", ").push_bind(sum.clicks);
            query.push(", ").push_bind(sum.enrollments).push(")");
        }
        // A course may be gone meanwhile, and a job may run twice.
        query.push(
            ") AS v JOIN courses c ON c.id = v.column2 WHERE TRUE ON CONFLICT (day, course_id, reason) DO NOTHING",
        );
        tx.run(query).await?;
    }
    tx.commit().await?;
    Ok(())
}
