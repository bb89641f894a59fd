//! What administrators do with reviews.

use momentum_db::sql;
use serde_json::json;

use super::{ModeratedReview, ReviewState, ReviewsFilter, repo};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Actor,
    ids::ReviewId,
};

/// Reviews that are decided on at once.
const MAX_AT_ONCE: usize = 100;

/// The reviews that match, the latest first, and how many there are (counted up to 10,000).
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn moderated(
    s: &Services,
    actor: &Actor,
    filter: &ReviewsFilter,
) -> Result<(Vec<ModeratedReview>, i64)> {
    actor.require_admin()?;
    repo::moderated(&mut s.db.read().await?, filter).await
}

/// Takes reviews out of everybody's sight; their authors read why. Answers how many were visible before.
///
/// # Errors
/// [`Error::Invalid`] for too many or a reason that is too long; [`Error::NotFound`] when one of them is gone; nothing is changed
/// then. [`Error::Forbidden`] for everybody but administrators.
pub async fn hide_reviews(s: &Services, actor: &Actor, ids: &[ReviewId], reason: &str) -> Result<usize> {
    if reason.trim().chars().count() > 500 {
        return Err(Error::invalid("reason", "too-long", "A reason has at most 500 characters."));
    }
    decide(s, actor, ids, ReviewState::Hidden, reason.trim()).await
}

/// Shows hidden reviews again, and settles what was reported. Answers how many that changed.
///
/// # Errors
/// As [`hide_reviews`].
pub async fn restore_reviews(s: &Services, actor: &Actor, ids: &[ReviewId]) -> Result<usize> {
    decide(s, actor, ids, ReviewState::Visible, "").await
}

async fn decide(
    s: &Services,
    actor: &Actor,
    ids: &[ReviewId],
    state: ReviewState,
    reason: &str,
) -> Result<usize> {
    actor.require_admin()?;
    if ids.is_empty() || ids.len() > MAX_AT_ONCE {
        return Err(Error::invalid("ids", "out-of-range", "Choose between 1 and 100 reviews."));
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let mut reviews = Vec::new();
    for id in ids {
        let course = repo::course_of(&mut tx, *id).await?.ok_or(Error::NotFound("review"))?;
        reviews.push((course, *id));
    }
    // Everybody locks courses in the same order.
    reviews.sort_unstable();
    reviews.dedup();
    let mut courses: Vec<_> = reviews.iter().map(|(course, _)| *course).collect();
    courses.dedup();
    for course in &courses {
        repo::lock(&mut tx, *course).await?;
    }
    let mut changed = Vec::new();
    for (_, id) in &reviews {
        let before = repo::moderated_one(&mut tx, *id).await?.ok_or(Error::NotFound("review"))?;
        if before.state == state && before.hidden_reason == reason {
            continue;
        }
        tx.run(sql!(
            "UPDATE reviews SET state = $2, hidden_reason = $3, report_count = 0 WHERE id = $1",
            *id,
            state.as_str(),
            reason
        ))
        .await?;
        changed.push(before);
    }
    for course in &courses {
        repo::count(&mut tx, *course).await?;
    }
    for before in &changed {
        let event = Event {
            actor: Some(actor.user),
            action: if state == ReviewState::Hidden { "reviews.hidden" } else { "reviews.restored" },
            target_kind: "review",
            target_id: before.id.to_string(),
            address: &actor.origin.address,
            before: json!({ "state": before.state, "reports": before.report_count }),
            after: json!({ "state": state, "reason": reason, "course": before.course_title, "author": before.author_id }),
        };
        audit::record(&mut tx, &event, now).await?;
    }
    tx.commit().await?;
    Ok(changed.len())
}
