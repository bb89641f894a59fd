//! The order of the lessons of a course.

use serde_json::json;

use super::repo;
use crate::{
    Error, Result, Services,
    catalog::content_changes,
    identity::Actor,
    ids::{CourseId, LessonId},
    learning,
};

/// Where a lesson moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the day before.
    Earlier,
    /// To the day after.
    Later,
}

/// Puts the lessons of a course into this order, from day 1 on. What learners did goes with the lessons.
///
/// # Errors
/// [`Error::Invalid`] when it isn't every lesson of the course once; [`Error::NotFound`]; [`Error::Forbidden`] for
/// everybody but administrators.
pub async fn order_lessons(s: &Services, actor: &Actor, course: CourseId, order: &[LessonId]) -> Result<()> {
    arrange(s, actor, course, |_| Ok(order.to_vec())).await
}

/// Moves a lesson one place; at the end of the list nothing happens.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn move_lesson(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    lesson: LessonId,
    direction: Direction,
) -> Result<()> {
    arrange(s, actor, course, |mut order| {
        let at = order.iter().position(|id| *id == lesson).ok_or(Error::NotFound("lesson"))?;
        match direction {
            Direction::Earlier if at > 0 => order.swap(at, at - 1),
            Direction::Later if at + 1 < order.len() => order.swap(at, at + 1),
            _ => {}
        }
        Ok(order)
    })
    .await
}

async fn arrange(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    arranged: impl FnOnce(Vec<LessonId>) -> Result<Vec<LessonId>> + Send,
) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    repo::lock_course(&mut tx, course, false, now).await?.ok_or(Error::NotFound("course"))?;
    let before: Vec<LessonId> = repo::days(&mut tx, course).await?.into_iter().map(|(id, _)| id).collect();
    let after = arranged(before.clone())?;
    let (mut known, mut sent) = (before.clone(), after.clone());
    known.sort_unstable();
    sent.sort_unstable();
    if known != sent {
        return Err(Error::invalid("order", "invalid", "Name every lesson of the course, each once."));
    }
    if before == after {
        // What was read may be another's that is not on the disk yet.
        return Ok(tx.commit().await?);
    }
    repo::set_days(&mut tx, course, &after).await?;
    learning::recount_course(&mut tx, course, now).await?;
    let (before, after) = (json!({ "order": before }), json!({ "order": after }));
    super::courses::audit_course(&mut tx, actor, "authoring.lessons-ordered", course, before, after, now)
        .await?;
    tx.commit().await?;
    Ok(())
}
