//! Learning's background work: keeping the counts beside a course true.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde::{Deserialize, Serialize};

use crate::{
    Result, Services, catalog,
    ids::CourseId,
    jobs::{self, Handlers, NewJob},
};

const COUNT_COURSE: &str = "learning.count-course";

#[derive(Serialize, Deserialize)]
struct CountCourse {
    course_id: CourseId,
}

/// What learning does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(COUNT_COURSE, move |job| {
        let s = s.clone();
        async move { count_course(&s, job.parse::<CountCourse>()?.course_id).await }
    })
}

/// Has the enrollments of a course counted after this transaction. A popular course's row would be a place where
/// everybody queues; so many enrollments share one count.
pub(super) async fn count_course_later(tx: &mut Tx, course: CourseId, now: DateTime<Utc>) -> Result<()> {
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
