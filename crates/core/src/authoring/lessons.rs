//! Lessons: adding, writing, publishing and removing them.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Tx, sql};
use serde_json::{Value, json};

use super::{
    AuthoredLesson, Based, Change, LessonContent, LessonDraft, LessonRow, LessonStatus, LessonsFilter,
    ReviewState, Snapshot, fields, generated, repo, uses, versions,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    catalog::{self, Question, QuizPolicy, content_changes},
    identity::Actor,
    ids::{CourseId, LessonId},
    learning,
};

/// Lessons of all courses, drafts too, and how many match.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn lessons(s: &Services, actor: &Actor, filter: &LessonsFilter) -> Result<(Vec<LessonRow>, i64)> {
    actor.require_admin()?;
    Ok(repo::lessons(&mut s.db.read().await?, filter).await?)
}

/// A lesson with its working copy and its quiz.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn lesson(s: &Services, actor: &Actor, id: LessonId) -> Result<AuthoredLesson> {
    actor.require_admin()?;
    read(&mut s.db.read().await?, id).await
}

async fn read(conn: &mut Conn, id: LessonId) -> Result<AuthoredLesson> {
    let mut stored = repo::lesson(conn, id).await?.ok_or(Error::NotFound("lesson"))?;
    let draft = match (stored.draft.take(), stored.draft_saved_by, stored.draft_saved_at) {
        (Some(content), Some(saved_by), Some(saved_at)) => Some(LessonDraft {
            content: content.0,
            saved_by,
            saved_by_name: stored.draft_saved_by_name.take().unwrap_or_default(),
            saved_at,
            outdated: stored.draft_outdated == Some(true),
        }),
        _ => None,
    };
    let days = repo::days(conn, stored.course_id).await?;
    let on = |day: i64| days.iter().find(|(_, known)| *known == day).map(|(id, _)| *id);
    Ok(AuthoredLesson {
        id,
        previous: on(stored.day - 1),
        next: on(stored.day + 1),
        course_id: stored.course_id,
        course_title: stored.course_title.clone(),
        course_slug: stored.course_slug.clone(),
        course_language: stored.course_language.clone(),
        course_status: stored.course_status,
        duration_days: stored.duration_days,
        day: stored.day,
        status: stored.status,
        hidden: stored.hidden,
        review_state: stored.review_state,
        version: stored.version,
        content: stored.content(),
        draft,
        quiz: catalog::questions(conn, id).await?,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    })
}

/// Adds a lesson as a draft, on `day` or on the first day without one.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `day-taken` or `no-free-day`; [`Error::NotFound`];
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn add_lesson(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    day: Option<i64>,
    content: LessonContent,
) -> Result<AuthoredLesson> {
    actor.require_admin()?;
    let now = s.clock.now();
    let id = LessonId::new();
    let mut content = fields::tidy_lesson(content);
    if content.minutes == 0 {
        content.minutes = 15;
    }
    fields::check_lesson(&content)?;
    fields::check_lesson_files(s, &content).await?;
    let mut tx = s.db.begin().await?;
    let locked = repo::lock_course(&mut tx, course, false, now).await?.ok_or(Error::NotFound("course"))?;
    let day = free_day(&mut tx, course, locked.duration_days, day).await?;
    repo::insert_lesson(&mut tx, id, course, day, LessonStatus::Draft, &content, now).await?;
    let snapshot = Snapshot::Lesson {
        day,
        content: content.clone(),
        quiz: Vec::new(),
        quiz_policy: Some(QuizPolicy::default()),
    };
    versions::record(&mut tx, course, Some(id), Change::Created, &snapshot, Some(actor.user), now).await?;
    let after = json!({ "title": content.title, "day": day, "course": course });
    audit_lesson(&mut tx, actor, "authoring.lesson-created", id, Value::Null, after, now).await?;
    let lesson = read(&mut tx, id).await?;
    tx.commit().await?;
    Ok(lesson)
}

/// The day that is asked for, or the first one that no lesson has.
async fn free_day(conn: &mut Conn, course: CourseId, last: i64, wanted: Option<i64>) -> Result<i64> {
    let taken = repo::days(conn, course).await?;
    let is_free = |day: i64| taken.iter().all(|(_, known)| *known != day);
    match wanted {
        Some(day) if !(1..=last).contains(&day) => {
            let message = format!("The course has days 1 to {last}.");
            Err(Error::invalid("day", "out-of-range", message))
        }
        Some(day) if !is_free(day) => {
            Err(Error::conflict("day-taken", format!("Day {day} has a lesson already.")))
        }
        Some(day) => Ok(day),
        None => (1..=last)
            .find(|day| is_free(*day))
            .ok_or_else(|| Error::conflict("no-free-day", "Every day of the course has a lesson already.")),
    }
}

fn edited_meanwhile() -> Error {
    Error::conflict("edited-meanwhile", "Somebody else changed this lesson while you were working on it.")
}

/// Keeps what was typed as the working copy; learners go on reading the lesson as it is. Answers the version to name with
/// the next change.
///
/// # Errors
/// [`Error::Conflict`] `edited-meanwhile`; [`Error::Invalid`] when it is too much; [`Error::NotFound`];
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn save_draft(
    s: &Services,
    actor: &Actor,
    id: LessonId,
    based: Based,
    content: LessonContent,
) -> Result<i64> {
    actor.require_admin()?;
    fields::check_size(&content)?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let version = repo::next_version(&mut tx, id).await?.ok_or(Error::NotFound("lesson"))?;
    if based.is_some_and(|based| based != version - 1) {
        return Err(edited_meanwhile());
    }
    repo::save_draft(&mut tx, id, &content, actor.user, now).await?;
    tx.commit().await?;
    Ok(version)
}

/// Forgets the working copy.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn discard_draft(s: &Services, actor: &Actor, id: LessonId) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    repo::next_version(&mut tx, id).await?.ok_or(Error::NotFound("lesson"))?;
    repo::remove_draft(&mut tx, id).await?;
    tx.commit().await?;
    Ok(())
}

/// Saves a lesson: learners read it from now on when it is published. The working copy is gone then.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `edited-meanwhile`; [`Error::NotFound`];
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn save_lesson(
    s: &Services,
    actor: &Actor,
    id: LessonId,
    based: Based,
    content: LessonContent,
) -> Result<AuthoredLesson> {
    actor.require_admin()?;
    let now = s.clock.now();
    let content = fields::tidy_lesson(content);
    fields::check_lesson(&content)?;
    fields::check_lesson_files(s, &content).await?;
    let mut tx = s.db.begin().await?;
    let state = lock(s, &mut tx, id, now).await?;
    if based.is_some_and(|based| based != state.version) {
        return Err(edited_meanwhile());
    }
    check_published(state.status, &content)?;
    versions::begin(&mut tx, state.course_id, Some(id), now).await?;
    repo::next_version(&mut tx, id).await?;
    repo::update_lesson(&mut tx, id, &content, now).await?;
    repo::count_lessons(&mut tx, state.course_id).await?;
    note(&mut tx, actor, &state, id, Change::Saved, "authoring.lesson-changed", now).await?;
    let lesson = read(&mut tx, id).await?;
    tx.commit().await?;
    Ok(lesson)
}

/// What learners read can't become empty.
fn check_published(status: LessonStatus, content: &LessonContent) -> Result<()> {
    if status == LessonStatus::Published && content.body.is_empty() {
        return Err(Error::invalid(
            "body",
            "required",
            "This lesson is published. Unpublish it before you empty it.",
        ));
    }
    Ok(())
}

/// The lesson for a change that its readers see. Its course is locked until the transaction ends.
async fn lock(s: &Services, tx: &mut Tx, id: LessonId, now: DateTime<Utc>) -> Result<repo::LessonState> {
    content_changes(s, tx).await?;
    let course = repo::lesson_state(tx, id).await?.ok_or(Error::NotFound("lesson"))?.course_id;
    repo::lock_course(tx, course, false, now).await?.ok_or(Error::NotFound("course"))?;
    // Looked at again: until here somebody else may have had the course.
    repo::lesson_state(tx, id).await?.ok_or(Error::NotFound("lesson"))
}

/// Puts a change into the history and into the audit log.
async fn note(
    tx: &mut Tx,
    actor: &Actor,
    state: &repo::LessonState,
    id: LessonId,
    change: Change,
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    let snapshot =
        versions::current(tx, state.course_id, Some(id)).await?.ok_or(Error::NotFound("lesson"))?;
    versions::record(tx, state.course_id, Some(id), change, &snapshot, Some(actor.user), now).await?;
    let after = match &snapshot {
        Snapshot::Lesson { day, content, .. } => json!({ "title": content.title, "day": day }),
        Snapshot::Course { .. } => Value::Null,
    };
    audit_lesson(tx, actor, action, id, Value::Null, after, now).await
}

/// Shows a lesson to the learners of its course.
///
/// # Errors
/// [`Error::Conflict`] `not-ready` while nothing is written; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn publish_lesson(s: &Services, actor: &Actor, id: LessonId) -> Result<AuthoredLesson> {
    turn(s, actor, id, LessonStatus::Published).await
}

/// Hides a lesson from learners; what they did in it is kept.
///
/// # Errors
/// [`Error::Conflict`] `last-lesson` when its published course would have none left; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn unpublish_lesson(s: &Services, actor: &Actor, id: LessonId) -> Result<AuthoredLesson> {
    turn(s, actor, id, LessonStatus::Draft).await
}

async fn turn(s: &Services, actor: &Actor, id: LessonId, status: LessonStatus) -> Result<AuthoredLesson> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let state = lock(s, &mut tx, id, now).await?;
    let before = read(&mut tx, id).await?;
    if state.status == status {
        // What was read may be another's that is not on the disk yet.
        tx.commit().await?;
        return Ok(before);
    }
    if status == LessonStatus::Published && before.content.body.is_empty() {
        return Err(Error::conflict("not-ready", "There is nothing to read yet. Write the lesson first."));
    }
    if status == LessonStatus::Published && before.review_state == ReviewState::Pending {
        return Err(Error::conflict(
            "not-approved",
            "A program wrote this lesson. Look through it and approve it before learners read it.",
        ));
    }
    if status == LessonStatus::Draft {
        check_others(&mut tx, &state, id).await?;
    }
    versions::begin(&mut tx, state.course_id, Some(id), now).await?;
    repo::set_lesson_status(&mut tx, id, status, now).await?;
    repo::next_version(&mut tx, id).await?;
    repo::count_lessons(&mut tx, state.course_id).await?;
    learning::recount_course(&mut tx, state.course_id, now).await?;
    let (change, action) = match status {
        LessonStatus::Published => (Change::Published, "authoring.lesson-published"),
        LessonStatus::Draft => (Change::Unpublished, "authoring.lesson-unpublished"),
    };
    note(&mut tx, actor, &state, id, change, action, now).await?;
    let lesson = read(&mut tx, id).await?;
    tx.commit().await?;
    Ok(lesson)
}

/// A published course keeps a lesson that learners can read, when this one goes from them.
async fn check_others(conn: &mut Conn, state: &repo::LessonState, id: LessonId) -> Result<()> {
    if state.status == LessonStatus::Published && repo::is_last_published(conn, state.course_id, id).await? {
        return Err(Error::conflict(
            "last-lesson",
            "It is the only lesson that learners of this course see. Unpublish the course instead.",
        ));
    }
    Ok(())
}

/// Removes a lesson that no learner has begun. It stays in the history and can be restored from there.
///
/// # Errors
/// [`Error::Conflict`] `has-learners`: unpublish it instead; `last-lesson` when its published course would have none left; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn delete_lesson(s: &Services, actor: &Actor, id: LessonId) -> Result<CourseId> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let state = lock(s, &mut tx, id, now).await?;
    let (learners, notes) = repo::lesson_learners(&mut tx, id).await?;
    if learners > 0 || notes > 0 {
        return Err(Error::conflict(
            "has-learners",
            format!(
                "{learners} {} begun this lesson, and their progress and notes would go with it. Unpublish it instead.",
                if learners == 1 { "person has" } else { "people have" }
            ),
        ));
    }
    check_others(&mut tx, &state, id).await?;
    versions::begin(&mut tx, state.course_id, Some(id), now).await?;
    note(&mut tx, actor, &state, id, Change::Deleted, "authoring.lesson-deleted", now).await?;
    uses::forget_lesson(&mut tx, id).await?;
    tx.run(sql!("DELETE FROM lessons WHERE id = $1", id)).await?;
    generated::settle_review(&mut tx, state.course_id).await?;
    repo::count_lessons(&mut tx, state.course_id).await?;
    learning::recount_course(&mut tx, state.course_id, now).await?;
    tx.commit().await?;
    Ok(state.course_id)
}

/// Puts a lesson back as it was in a version. One that is gone comes back as a draft.
pub(super) async fn write_back(
    tx: &mut Tx,
    actor: &Actor,
    course: CourseId,
    id: LessonId,
    (day, content): (i64, LessonContent),
    (quiz, policy): (Vec<Question>, Option<QuizPolicy>),
    now: DateTime<Utc>,
) -> Result<()> {
    let locked = repo::lock_course(tx, course, false, now).await?.ok_or(Error::NotFound("course"))?;
    let content = fields::tidy_lesson(content);
    fields::check_lesson(&content)?;
    let day = match repo::lesson_state(tx, id).await? {
        Some(state) => {
            check_published(state.status, &content)?;
            repo::next_version(tx, id).await?;
            repo::update_lesson(tx, id, &content, now).await?;
            state.day
        }
        None => {
            let taken = repo::days(tx, course).await?.iter().any(|(_, known)| *known == day);
            let wanted = (!taken && day <= locked.duration_days).then_some(day);
            let day = free_day(tx, course, locked.duration_days, wanted).await?;
            repo::insert_lesson(tx, id, course, day, LessonStatus::Draft, &content, now).await?;
            day
        }
    };
    catalog::replace_questions(tx, id, &quiz).await?;
    if let Some(policy) = &policy {
        catalog::set_quiz_policy(tx, id, policy).await?;
    }
    repo::count_lessons(tx, course).await?;
    generated::doubt(tx, course, id).await?;
    let snapshot = Snapshot::Lesson { day, content, quiz, quiz_policy: policy };
    versions::record(tx, course, Some(id), Change::Restored, &snapshot, Some(actor.user), now).await
}

async fn audit_lesson(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: LessonId,
    before: Value,
    after: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "lesson",
        target_id: id.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}
