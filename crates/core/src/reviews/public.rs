//! Reviews as everybody reads them.

use momentum_db::{Changes, Moment};

use super::{RatingSummary, Review, ReviewOrder, repo};
use crate::{Result, Services, cache::Cache, identity::Actor, ids::CourseId};

/// How many are remembered, about 100 bytes each.
const REMEMBERED: usize = 5_000;

/// How the reviews of courses are spread, as long as no course got another one.
pub struct KnownRatings(Cache<CourseId, (Moment, RatingSummary)>);

impl Default for KnownRatings {
    fn default() -> Self {
        Self(Cache::of_entries(REMEMBERED))
    }
}

/// How the reviews of a course are spread.
async fn summary(s: &Services, course: CourseId) -> Result<RatingSummary> {
    let changes = s.db.changes();
    if let Some((moment, found)) = s.ratings.0.get(&course)
        && changes.is_some_and(|changes| !changes.anywhere_since(moment, "course_ratings"))
    {
        return Ok(found);
    }
    let moment = changes.map(Changes::now);
    let found = repo::summary(&mut s.db.read().await?, course).await?;
    if let Some(moment) = moment {
        s.ratings.0.insert(course, (moment, found.clone()));
    }
    Ok(found)
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
