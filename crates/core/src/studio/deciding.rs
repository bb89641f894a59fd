//! What people decide about what programs wrote: approving, flagging, rating.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde_json::{Value, json};

use super::{note, proposals, repo};
use crate::{
    Error, FieldErrors, Result, Services,
    authoring::{self, ReviewState},
    catalog::content_changes,
    identity::Actor,
    ids::{CourseId, LessonId, StudioJobId, UserId},
};

/// What somebody looked at who decides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// The lesson's version.
    pub version: Option<i64>,
    /// The job whose proposal was shown.
    pub proposal: Option<StudioJobId>,
}

/// Approves a lesson as it is now, or the proposal that waits beside it: learners read that from then on. Its course can be
/// published when all of its lessons are approved.
///
/// # Errors
/// [`Error::Conflict`] `edited-meanwhile` when something else is there than was `seen`, `under-way` while it is being written anew;
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn approve_lesson(s: &Services, actor: &Actor, id: LessonId, seen: Seen) -> Result<CourseId> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    // It comes before the course's lock, so before it is known whether a proposal goes live.
    content_changes(s, &mut tx).await?;
    // So that nobody changes the lesson between the look and the approval.
    authoring::hold_lesson(&mut tx, id).await?;
    let current: Option<(i64,)> = tx.opt(sql!("SELECT version FROM lessons WHERE id = $1", id)).await?;
    let (current,) = current.ok_or(Error::NotFound("lesson"))?;
    let proposal = proposals::of(&mut tx, id).await?.map(|proposal| proposal.job_id);
    let names_something = seen.version.is_some() || seen.proposal.is_some();
    if seen.version.is_some_and(|version| version != current)
        || (names_something && seen.proposal != proposal)
    {
        return Err(changed_meanwhile());
    }
    if repo::rewriting(&mut tx, id).await?.is_some() {
        return Err(Error::conflict(
            "under-way",
            "This lesson is being written anew. Wait for the new text, or cancel that, before you approve it.",
        ));
    }
    let course = approve(&mut tx, actor, id, now).await?;
    let after = json!({ "job": proposal });
    note(&mut tx, actor, "studio.lesson-approved", ("lesson", id.to_string()), after, now).await?;
    tx.commit().await?;
    Ok(course)
}

pub(super) fn changed_meanwhile() -> Error {
    Error::conflict(
        "edited-meanwhile",
        "The lesson was changed after this page was opened. Look at it once more before you decide.",
    )
}

/// Approves what waits; a proposal goes live.
async fn approve(tx: &mut Tx, actor: &Actor, id: LessonId, now: DateTime<Utc>) -> Result<CourseId> {
    let course = match proposals::of(tx, id).await? {
        Some(proposal) => proposals::put_live(tx, actor.user, id, proposal, now).await?,
        None => authoring::review(tx, id, ReviewState::Approved).await?,
    };
    decide(tx, id, actor.user, None, now).await?;
    Ok(course)
}

/// Approves every lesson of a course, with the proposals that wait beside its lessons.
///
/// # Errors
/// [`Error::Conflict`] `flagged` while a lesson is flagged, `under-way` while one is being written anew; [`Error::NotFound`];
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn approve_all(s: &Services, actor: &Actor, course: CourseId) -> Result<()> {
    #[derive(FromRow)]
    struct Waiting {
        id: LessonId,
        day: i64,
        waits: bool,
        flagged: bool,
        rewriting: bool,
    }

    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    tx.run(sql!("UPDATE courses SET review_state = review_state WHERE id = $1", course)).await?;
    let lessons: Vec<Waiting> = tx
        .all(sql!(
            "SELECT l.id, l.day, l.review_state = 'pending' OR p.lesson_id IS NOT NULL AS waits,
                    COALESCE(p.flag, a.flag) IS NOT NULL AS flagged,
                    EXISTS (SELECT 1 FROM ai_jobs j
                            WHERE j.lesson_id = l.id AND j.state IN ('queued', 'running')) AS rewriting
             FROM lessons l LEFT JOIN ai_lessons a ON a.lesson_id = l.id
             LEFT JOIN ai_proposals p ON p.lesson_id = l.id WHERE l.course_id = $1 ORDER BY l.day",
            course
        ))
        .await?;
    if lessons.is_empty() {
        return Err(Error::NotFound("course"));
    }
    let days = |which: fn(&Waiting) -> bool| -> Vec<String> {
        lessons.iter().filter(|lesson| which(lesson)).map(|lesson| lesson.day.to_string()).collect()
    };
    let flagged = days(|lesson| lesson.flagged);
    if !flagged.is_empty() {
        let message =
            format!("Day {} is flagged. Change it or approve it by itself first.", flagged.join(", "));
        return Err(Error::conflict("flagged", message));
    }
    let rewriting = days(|lesson| lesson.rewriting);
    if !rewriting.is_empty() {
        let message = format!(
            "Day {} is being written anew. Wait for it, or cancel that, first.",
            rewriting.join(", ")
        );
        return Err(Error::conflict("under-way", message));
    }
    for lesson in lessons.iter().filter(|lesson| lesson.waits) {
        approve(&mut tx, actor, lesson.id, now).await?;
    }
    note(&mut tx, actor, "studio.course-approved", ("course", course.to_string()), Value::Null, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Flags a lesson, or the proposal that waits beside it: it isn't good as it is, for this reason. It waits for approval again.
///
/// # Errors
/// [`Error::Invalid`] without a reason; [`Error::Conflict`] `not-generated` for a lesson that people wrote, `published` for one
/// that learners read and beside which nothing waits; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn flag_lesson(s: &Services, actor: &Actor, id: LessonId, reason: &str) -> Result<CourseId> {
    actor.require_admin()?;
    let reason = reason.trim();
    let mut errors = FieldErrors::default();
    errors.check(!reason.is_empty(), "reason", "required", "Say what is wrong, so that it can be put right.");
    errors.check(reason.chars().count() <= 1_000, "reason", "too-long", "At most 1,000 characters, please.");
    errors.into_result()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let course = authoring::hold_lesson(&mut tx, id).await?;
    if !proposals::flag(&mut tx, id, reason).await? {
        flag_text(&mut tx, actor, id, reason, now).await?;
    }
    let after = json!({ "reason": reason });
    note(&mut tx, actor, "studio.lesson-flagged", ("lesson", id.to_string()), after, now).await?;
    tx.commit().await?;
    Ok(course)
}

/// Flags the text of a lesson that learners don't read.
async fn flag_text(tx: &mut Tx, actor: &Actor, id: LessonId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    let lesson: Option<(ReviewState, authoring::LessonStatus)> =
        tx.opt(sql!("SELECT review_state, status FROM lessons WHERE id = $1", id)).await?;
    let (state, status) = lesson.ok_or(Error::NotFound("lesson"))?;
    if state == ReviewState::None {
        return Err(not_generated());
    }
    if status == authoring::LessonStatus::Published {
        return Err(Error::conflict(
            "published",
            "Learners read this lesson. Unpublish it before you flag it.",
        ));
    }
    authoring::review(tx, id, ReviewState::Pending).await?;
    decide(tx, id, actor.user, Some(reason), now).await
}

fn not_generated() -> Error {
    Error::conflict("not-generated", "No program wrote this lesson.")
}

async fn decide(tx: &mut Tx, id: LessonId, by: UserId, flag: Option<&str>, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!(
        "UPDATE ai_lessons SET flag = $2, decided_by = $3, decided_at = $4 WHERE lesson_id = $1",
        id,
        flag,
        by,
        now
    ))
    .await?;
    Ok(())
}

/// Rates what a program wrote, for the report on prompts.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Conflict`] `not-generated`; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn rate_lesson(s: &Services, actor: &Actor, id: LessonId, rating: i64, reason: &str) -> Result<()> {
    actor.require_admin()?;
    let reason = reason.trim();
    let mut errors = FieldErrors::default();
    errors.check((1..=5).contains(&rating), "rating", "out-of-range", "Give 1 to 5 stars.");
    errors.check(reason.chars().count() <= 1_000, "reason", "too-long", "At most 1,000 characters, please.");
    errors.into_result()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let rated = tx
        .run(sql!(
            "UPDATE ai_lessons SET rating = $2, rating_reason = $3 WHERE lesson_id = $1",
            id,
            rating,
            reason
        ))
        .await?;
    if rated == 0 {
        exists(&mut tx, id).await?;
        return Err(not_generated());
    }
    let after = json!({ "rating": rating });
    note(&mut tx, actor, "studio.lesson-rated", ("lesson", id.to_string()), after, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn exists(conn: &mut Conn, id: LessonId) -> Result<()> {
    let found: Option<(i64,)> = conn.opt(sql!("SELECT day FROM lessons WHERE id = $1", id)).await?;
    found.map(|_| ()).ok_or(Error::NotFound("lesson"))
}
