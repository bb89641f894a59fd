//! Reviews' background work.

use std::time::Duration;

use super::repo;
use crate::{
    Result, Services,
    ids::CourseId,
    jobs::{Handlers, Schedule},
};

const RECOUNT: &str = "reviews.recount";

/// What reviews do in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(RECOUNT, move |_job| {
        let s = s.clone();
        async move { recount(&s).await }
    })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(RECOUNT, Duration::from_secs(3_600))]
}

/// Counts courses anew whose numbers are not those of their reviews: an account came, went or was suspended.
async fn recount(s: &Services) -> Result<()> {
    let wrong: Vec<(CourseId,)> = {
        let mut conn = s.db.read().await?;
        conn.all(
            "SELECT k.course_id FROM course_ratings k
             LEFT JOIN (SELECT r.course_id, COUNT(*) AS count, SUM(r.rating) AS sum
                        FROM reviews r JOIN users u ON u.id = r.user_id
                        WHERE r.state <> 'hidden' AND u.state = 'active' GROUP BY r.course_id) n
                    ON n.course_id = k.course_id
             WHERE k.stars_1 + k.stars_2 + k.stars_3 + k.stars_4 + k.stars_5 <> COALESCE(n.count, 0)
                OR k.stars_1 + 2 * k.stars_2 + 3 * k.stars_3 + 4 * k.stars_4 + 5 * k.stars_5 <> COALESCE(n.sum, 0)",
        )
        .await?
    };
    for (course,) in &wrong {
        let mut tx = s.db.begin().await?;
        repo::lock(&mut tx, *course).await?;
        repo::count(&mut tx, *course).await?;
        tx.commit().await?;
    }
    if !wrong.is_empty() {
        tracing::info!(courses = wrong.len(), "counted reviews anew");
    }
    Ok(())
}
