//! Counting what was followed.

use chrono::TimeDelta;

use super::repo::{self, Shown};
use crate::{Result, Services, catalog, identity::Actor, ids::CourseId};

/// Whoever joins within this time after following a recommendation joined because of it.
pub(super) const COUNTS_FOR: TimeDelta = TimeDelta::days(7);

/// The actor followed the recommendation of a course. It counts once a day, and only if the course was recommended to them lately:
/// a link that somebody passed on is no click of somebody else.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound) for a course that isn't known.
pub async fn click(s: &Services, actor: &Actor, course: CourseId) -> Result<()> {
    let course = catalog::course_by_id(s, course).await?.card.id;
    let now = s.clock.now();
    let shown = Shown { day: now.date_naive(), user: actor.user, course };
    let reason = match s.impressions.reason(actor.user, course, shown.day) {
        Some(reason) => Some(reason),
        None => {
            let mut conn = s.db.read().await?;
            let since = (now - COUNTS_FOR).date_naive();
            match repo::last_reason(&mut conn, actor.user, course, since).await? {
                Some(reason) => Some(reason),
                // Another server showed it and has not written that yet.
                None => repo::known(&mut conn, actor.user)
                    .await?
                    .kept
                    .and_then(|kept| kept.items.into_iter().find(|item| item.course_id == course))
                    .map(|item| item.reason.kind()),
            }
        }
    };
    let Some(reason) = reason else { return Ok(()) };
    let mut tx = s.db.begin().await?;
    repo::add_click(&mut tx, shown, reason, now, now + COUNTS_FOR).await?;
    tx.commit().await?;
    Ok(())
}
