//! Removing somebody with all that belongs to them.

use momentum_db::{FromRow, sql};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Error, Result, Services,
    identity::{Actor, administration},
    ids::{CourseId, UserId},
    learning, reviews,
};

/// What goes with an account.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Consequences {
    pub enrollments: i64,
    /// Lessons that were completed.
    pub lessons_completed: i64,
    pub notes: i64,
    /// Mails of the last 30 days.
    pub mails: i64,
    /// Places where the account is signed in.
    pub sessions: i64,
}

/// What removing somebody would remove.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators; [`Error::NotFound`].
pub async fn consequences(s: &Services, actor: &Actor, id: UserId) -> Result<Consequences> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    conn.opt(sql!(
        "SELECT (SELECT COUNT(*) FROM enrollments WHERE user_id = u.id) AS enrollments,
                (SELECT COALESCE(CAST(SUM(lessons_completed) AS BIGINT), 0) FROM enrollments WHERE user_id = u.id)
                    AS lessons_completed,
                (SELECT COUNT(*) FROM notes WHERE user_id = u.id) AS notes,
                (SELECT COUNT(*) FROM mails WHERE user_id = u.id) AS mails,
                (SELECT COUNT(*) FROM sessions WHERE user_id = u.id) AS sessions
         FROM users u WHERE u.id = $1",
        id
    ))
    .await?
    .ok_or(Error::NotFound("user"))
}

/// Removes an account with everything that belongs to the person. `confirm` is its address, from
/// whoever was asked to type it.
///
/// # Errors
/// [`Error::Forbidden`], also `step-up-required`; [`Error::NotFound`]; [`Error::Invalid`] `confirm`; [`Error::Conflict`]
/// `own-account`, `last-admin`.
pub async fn delete_user(s: &Services, actor: &Actor, id: UserId, confirm: Option<&str>) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let mut tx = s.db.begin().await?;
    administration::lock_administrators(&mut tx, actor).await?;
    let courses: Vec<(CourseId,)> =
        tx.all(sql!("SELECT course_id FROM enrollments WHERE user_id = $1", id)).await?;
    let before = administration::prepare_removal(s, &mut tx, actor, id, confirm).await?;
    // What the person has reviewed is counted without them, while it can still be told what that was.
    reviews::recount_of_user(&mut tx, id).await?;
    tx.run(sql!("DELETE FROM users WHERE id = $1", id)).await?;
    for (course,) in courses {
        learning::count_course_later(&mut tx, course, now).await?;
    }
    let change = (before, serde_json::Value::Null);
    administration::note(&mut tx, actor, "identity.user-deleted", id, change, now).await?;
    tx.commit().await?;
    Ok(())
}
