//! Writing a review, and reporting others'.

use momentum_db::sql;

use super::{MAX_BODY, OwnReview, repo};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::{self, Course},
    identity::Actor,
    ids::{CourseId, ReviewId},
    known::Known,
    learning::{self, Standing},
};

/// The actor's review of a course, and whether they may write one.
///
/// # Errors
/// When the database fails.
pub async fn own_review(
    s: &Services,
    actor: &Actor,
    course: &Course,
    standing: &Standing,
) -> Result<(Option<OwnReview>, bool)> {
    if !matches!(standing, Standing::Enrolled { .. }) {
        return Ok((None, false));
    }
    let id = course.card.id;
    let read = || async { Ok(Own(repo::own(&mut s.db.read().await?, actor.user, id).await?)) };
    let Own(own) = &*s.known.get(&s.db, actor.user, id.0, read).await?;
    Ok((own.clone(), true))
}

struct Own(Option<OwnReview>);

impl Known for Own {
    fn weight(&self) -> usize {
        let texts = self.0.as_ref().map_or(0, |own| own.body.len() + own.hidden_reason.len());
        size_of::<Self>() + texts
    }
}

/// Writes the actor's review of a course, or changes it. One that an administrator has hidden stays hidden.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Forbidden`] `not-a-learner` for whoever is not enrolled in the course;
/// [`Error::NotFound`].
pub async fn save_review(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    rating: i64,
    body: &str,
) -> Result<OwnReview> {
    let body = body.trim().replace("\r\n", "\n");
    let mut errors = FieldErrors::default();
    errors.check((1..=5).contains(&rating), "rating", "required", "Give one to five stars.");
    let message = "A review has at most 2,000 characters.";
    errors.check(body.chars().count() <= MAX_BODY, "text", "too-long", message);
    let course = catalog::course_by_id(s, course).await?;
    let standing = learning::course_standing(s, Some(actor), &course).await?;
    if !matches!(standing, Standing::Enrolled { .. }) {
        return Err(Error::forbidden("not-a-learner", "Join the course first: then you can review it."));
    }
    errors.into_result()?;
    let now = s.clock.now();
    let id = course.card.id;
    let mut tx = s.db.begin().await?;
    repo::lock(&mut tx, id).await?;
    tx.run(sql!(
        "INSERT INTO reviews (id, course_id, user_id, rating, body, state, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'visible', $6, $6)
         ON CONFLICT (user_id, course_id) DO UPDATE SET rating = $4, body = $5, updated_at = $6, withdrawn = FALSE",
        ReviewId::new(),
        id,
        actor.user,
        rating,
        body,
        now
    ))
    .await?;
    repo::count(&mut tx, id).await?;
    let review = repo::own(&mut tx, actor.user, id).await?;
    tx.commit().await?;
    review.ok_or_else(|| Error::internal("the review is gone"))
}

/// Removes the actor's review; without one nothing happens. That an administrator has hidden it is not forgotten.
///
/// # Errors
/// [`Error::NotFound`] for an unknown course.
pub async fn remove_review(s: &Services, actor: &Actor, course: CourseId) -> Result<()> {
    let course = catalog::course_by_id(s, course).await?.card.id;
    let mut tx = s.db.begin().await?;
    repo::lock(&mut tx, course).await?;
    tx.run(sql!(
        "UPDATE reviews SET body = '', withdrawn = TRUE WHERE user_id = $1 AND course_id = $2 AND state = 'hidden'",
        actor.user,
        course
    ))
    .await?;
    tx.run(sql!(
        "DELETE FROM reviews WHERE user_id = $1 AND course_id = $2 AND NOT withdrawn",
        actor.user,
        course
    ))
    .await?;
    repo::count(&mut tx, course).await?;
    tx.commit().await?;
    Ok(())
}

/// Tells administrators that a review is out of place. A second time changes nothing.
///
/// # Errors
/// [`Error::NotFound`], also for a hidden one; [`Error::Conflict`] `own-review`; [`Error::Invalid`] for a reason that is too
/// long.
pub async fn report_review(s: &Services, actor: &Actor, id: ReviewId, reason: &str) -> Result<()> {
    let reason = reason.trim();
    if reason.chars().count() > 500 {
        return Err(Error::invalid("reason", "too-long", "A reason has at most 500 characters."));
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let course = repo::course_of(&mut tx, id).await?.ok_or(Error::NotFound("review"))?;
    repo::lock(&mut tx, course).await?;
    let review = repo::moderated_one(&mut tx, id).await?.ok_or(Error::NotFound("review"))?;
    if review.author_id == actor.user {
        return Err(Error::conflict(
            "own-review",
            "This is your own review. Change it or delete it instead.",
        ));
    }
    if review.state == super::ReviewState::Hidden {
        return Err(Error::NotFound("review"));
    }
    let added = tx
        .run(sql!(
            "INSERT INTO review_reports (review_id, user_id, reason, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (review_id, user_id) DO NOTHING",
            id,
            actor.user,
            reason,
            now
        ))
        .await?;
    if added == 1 {
        tx.run(sql!(
            "UPDATE reviews SET state = 'reported', report_count = report_count + 1 WHERE id = $1",
            id
        ))
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
