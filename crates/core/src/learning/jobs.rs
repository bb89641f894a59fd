//! Learning's background work: keeping the counts beside a course true.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde::{Deserialize, Serialize};

use super::{finishing::congratulate, repo, rules};
use crate::{
    Error, Result, Services, catalog,
    engagement::{self, Deed, Earning},
    identity::parse_time_zone,
    ids::{CourseId, UserId},
    jobs::{self, Handlers, NewJob},
};

const COUNT_COURSE: &str = "learning.count-course";
const RECOUNT_PROGRESS: &str = "learning.recount-progress";

/// Until then every server has seen that the lessons of a course have changed.
const SEEN_EVERYWHERE_AFTER: TimeDelta = TimeDelta::seconds(10);

#[derive(Serialize, Deserialize)]
struct CountCourse {
    course_id: CourseId,
}

/// What learning does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let (count, recount) = (s.clone(), s.clone());
    Handlers::new()
        .on(COUNT_COURSE, move |job| {
            let s = count.clone();
            async move { count_course(&s, job.parse::<CountCourse>()?.course_id).await }
        })
        .on(RECOUNT_PROGRESS, move |job| {
            let s = recount.clone();
            async move { recount_progress(&s, job.parse::<CountCourse>()?.course_id).await }
        })
}

/// Counts anew what is done in a course, after its published lessons or their days have changed. It is counted once more a
/// little later: a learner who was on the way may have taken a step in the course as it was.
pub(crate) async fn recount_course(tx: &mut Tx, course: CourseId, now: DateTime<Utc>) -> Result<()> {
    repo::recount(tx, course, now).await?;
    let job = NewJob::new(RECOUNT_PROGRESS, serde_json::json!(CountCourse { course_id: course }))
        .dedup(format!("{RECOUNT_PROGRESS}:{course}"))
        .at(now + SEEN_EVERYWHERE_AFTER);
    jobs::enqueue(tx, job, now).await?;
    count_course_later(tx, course, now).await
}

async fn recount_progress(s: &Services, course: CourseId) -> Result<()> {
    let mut tx = s.db.begin().await?;
    repo::recount(&mut tx, course, s.clock.now()).await?;
    tx.commit().await?;
    award_completions(s, course).await
}

#[derive(FromRow)]
struct Completion {
    user_id: UserId,
    time_zone: String,
    start_day: NaiveDate,
    completed_at: DateTime<Utc>,
}

/// Who has finished a course because the lessons that they lacked are gone earns what finishing it earns, and is told.
async fn award_completions(s: &Services, course: CourseId) -> Result<()> {
    let course = match catalog::course_by_id(s, course).await {
        Ok(course) => course,
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let rows: Vec<Completion> = {
        let mut conn = s.db.read().await?;
        conn.all(sql!(
            "SELECT e.user_id, u.time_zone, e.start_day, e.completed_at
             FROM enrollments e JOIN users u ON u.id = e.user_id
             WHERE e.course_id = $1 AND e.completed_at IS NOT NULL AND NOT EXISTS
                   (SELECT 1 FROM points_ledger p
                    WHERE p.user_id = e.user_id AND p.reason = 'course' AND p.subject = e.course_id)",
            course.card.id
        ))
        .await?
    };
    for row in rows {
        let zone = parse_time_zone(&row.time_zone).unwrap_or(chrono_tz::UTC);
        let days = (engagement::moment_in(s, zone, row.completed_at).day() - row.start_day).num_days() + 1;
        let earning = Earning::somewhere(s, row.user_id, zone).await?;
        let deed = Deed::Course {
            course: course.card.id,
            category: earning.category_of(&course.card)?,
            pace_percent: rules::pace_percent(days, course.card.duration_days),
        };
        let mut tx = s.db.begin().await?;
        let gain = earning.earn(&mut tx, &[deed]).await?;
        // Nothing was earned when another job was quicker.
        if gain.points > 0 {
            congratulate(s, &mut tx, row.user_id, &course, (row.completed_at, days), &gain).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Has the enrollments of a course counted after this transaction. A popular course's row would be a place where
/// everybody queues; so many enrollments share one count.
pub(crate) async fn count_course_later(tx: &mut Tx, course: CourseId, now: DateTime<Utc>) -> Result<()> {
    let job = NewJob::new(COUNT_COURSE, serde_json::json!(CountCourse { course_id: course }))
        .dedup(format!("{COUNT_COURSE}:{course}"));
    jobs::enqueue(tx, job, now).await?;
    Ok(())
}

async fn count_course(s: &Services, course: CourseId) -> Result<()> {
    // Counted outside the transaction, so that nobody who writes waits for it. Whoever joins meanwhile has queued the
    // next count already.
    let (enrollments, completions): (i64, i64) = {
        let mut conn = s.db.read().await?;
        conn.one(sql!("SELECT COUNT(*), COUNT(completed_at) FROM enrollments WHERE course_id = $1", course))
            .await?
    };
    let mut tx = s.db.begin().await?;
    catalog::set_course_counts(&mut tx, course, enrollments, completions).await?;
    tx.commit().await?;
    Ok(())
}
