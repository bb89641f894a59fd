//! Reviews as everybody reads them.

use momentum_db::Changes;

use super::{RatingSummary, Review, ReviewOrder, repo};
use crate::{Result, Services, identity::Actor, ids::CourseId, remembered::Remembered};

/// How many are remembered, about 100 bytes each.
const REMEMBERED: usize = 5_000;

/// How the reviews of courses are spread.
pub struct KnownRatings(Remembered<CourseId, RatingSummary>);

impl Default for KnownRatings {
    fn default() -> Self {
        Self(Remembered::of_entries(REMEMBERED))
    }
}

/// How the reviews of a course are spread.
async fn summary(s: &Services, course: CourseId) -> Result<RatingSummary> {
    let changed = |changes: &Changes, moment, _: &_| changes.anywhere_since(moment, "course_ratings");
    match s.ratings.0.recall(&s.db, &course, changed) {
        Some(found) => Ok(found),
        None => {
            let read = async { repo::summary(&mut s.db.read().await?, course).await };
            s.ratings.0.learn(&s.db, course, read).await
        }
    }
}

/// A page of the reviews of a course that everybody may see, and how they are spread.
///
/// # Errors
/// When the database fails.
pub async fn course_reviews(
    s: &Services,
    actor: Option<&Actor>,
    course: CourseId,
    order: ReviewOrder,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Review>, RatingSummary)> {
    let summary = summary(s, course).await?;
    if summary.count() == 0 {
        return Ok((Vec::new(), summary));
    }
    let mut conn = s.db.read().await?;
    let reader = actor.map(|actor| actor.user);
    Ok((repo::visible(&mut conn, course, reader, order, limit, offset).await?, summary))
}
