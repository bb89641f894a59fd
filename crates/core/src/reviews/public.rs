//! Reviews as everybody reads them.

use super::{RatingSummary, Review, ReviewOrder, repo};
use crate::{Result, Services, identity::Actor, ids::CourseId};

/// How the reviews of a course are spread.
///
/// # Errors
/// When the database fails.
pub async fn summary(s: &Services, course: CourseId) -> Result<RatingSummary> {
    repo::summary(&mut s.db.read().await?, course).await
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
    let mut conn = s.db.read().await?;
    let summary = repo::summary(&mut conn, course).await?;
    if summary.count() == 0 {
        return Ok((Vec::new(), summary));
    }
    let reader = actor.map(|actor| actor.user);
    Ok((repo::visible(&mut conn, course, reader, order, limit, offset).await?, summary))
}
