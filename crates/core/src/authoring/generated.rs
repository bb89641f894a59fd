//! What programs write: courses and lessons that no learner sees before a person has approved them.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde_json::{Value, json};

use super::{
    Change, CourseDetails, LessonContent, LessonStatus, ReviewState, Snapshot, courses, fields, repo,
    versions,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    catalog::{self, Question, QuizPolicy, content_changes},
    ids::{CourseId, LessonId, UserId},
};

/// A lesson that a program wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratedLesson {
    /// From 1.
    pub day: i64,
    pub content: LessonContent,
    pub quiz: Vec<Question>,
}

/// Where a rewritten lesson stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewritten {
    /// In the lesson itself, to be approved.
    Lesson,
    /// In the working copy, because learners read the lesson: saving it there is the approval.
    WorkingCopy,
}

/// Adds a course that a program wrote for `by`, as a draft that waits for approval. Answers its lessons in their order.
///
/// # Errors
/// [`Error::Invalid`] when it is no course.
pub async fn add_generated(
    tx: &mut Tx,
    by: UserId,
    details: CourseDetails,
    lessons: Vec<GeneratedLesson>,
    now: DateTime<Utc>,
) -> Result<(CourseId, Vec<LessonId>)> {
    let mut details = fields::tidy_course(details);
    if details.slug.is_empty() {
        "course".clone_into(&mut details.slug);
    }
    fields::check_course(&details)?;
    let course = CourseId::new();
    let after = json!({ "title": details.title, "lessons": lessons.len() });
    courses::insert(tx, course, details, false, (Change::Generated, by), now).await?;
    let mut ids = Vec::new();
    for lesson in lessons {
        let content = fields::tidy_lesson(lesson.content);
        fields::check_lesson(&content)?;
        let id = LessonId::new();
        repo::insert_lesson(tx, id, course, lesson.day, LessonStatus::Draft, &content, now).await?;
        catalog::replace_questions(tx, id, &lesson.quiz).await?;
        let snapshot = Snapshot::Lesson {
            day: lesson.day,
            content,
            quiz: lesson.quiz,
            quiz_policy: Some(QuizPolicy::default()),
        };
        versions::record(tx, course, Some(id), Change::Generated, &snapshot, Some(by), now).await?;
        ids.push(id);
    }
    tx.run(sql!("UPDATE lessons SET review_state = 'pending' WHERE course_id = $1", course)).await?;
    tx.run(sql!("UPDATE courses SET ai_generated = TRUE, review_state = 'pending' WHERE id = $1", course))
        .await?;
    repo::count_lessons(tx, course).await?;
    note(tx, by, "authoring.course-generated", ("course", course.to_string()), after, now).await?;
    Ok((course, ids))
}

/// Puts what a program wrote in place of a lesson. One that learners read stays as it is: the text goes into its working copy,
/// its quiz stays.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone; [`Error::Invalid`] when it is no lesson.
pub async fn rewrite(
    s: &Services,
    tx: &mut Tx,
    by: UserId,
    id: LessonId,
    (mut content, quiz): (LessonContent, Vec<Question>),
    now: DateTime<Utc>,
) -> Result<Rewritten> {
    content_changes(s, tx).await?;
    let course = repo::lesson_state(tx, id).await?.ok_or(Error::NotFound("lesson"))?.course_id;
    let locked = repo::lock_course(tx, course, false, now).await?.ok_or(Error::NotFound("course"))?;
    let stored = repo::lesson(tx, id).await?.ok_or(Error::NotFound("lesson"))?;
    // What programs don't write stays.
    let before = stored.content();
    content.slug = before.slug;
    content.is_preview = before.is_preview;
    content.video_url = before.video_url;
    content.resources = before.resources;
    let content = fields::tidy_lesson(content);
    fields::check_lesson(&content)?;
    let after = json!({ "title": content.title, "day": stored.day });
    note(tx, by, "authoring.lesson-generated", ("lesson", id.to_string()), after, now).await?;
    if stored.status == LessonStatus::Published && locked.published_at.is_some() {
        repo::next_version(tx, id).await?;
        repo::save_draft(tx, id, &content, by, now).await?;
        return Ok(Rewritten::WorkingCopy);
    }
    versions::begin(tx, course, Some(id), now).await?;
    repo::next_version(tx, id).await?;
    repo::update_lesson(tx, id, &content, now).await?;
    catalog::replace_questions(tx, id, &quiz).await?;
    repo::count_lessons(tx, course).await?;
    let snapshot = versions::current(tx, course, Some(id)).await?.ok_or(Error::NotFound("lesson"))?;
    versions::record(tx, course, Some(id), Change::Generated, &snapshot, Some(by), now).await?;
    review(tx, id, ReviewState::Pending).await?;
    Ok(Rewritten::Lesson)
}

/// Takes the course of a lesson, as every change of a lesson does first: what is read of the lesson afterwards stays true until
/// the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone.
pub async fn hold_lesson(tx: &mut Tx, id: LessonId) -> Result<CourseId> {
    let course = repo::lesson_state(tx, id).await?.ok_or(Error::NotFound("lesson"))?.course_id;
    tx.run(sql!("UPDATE courses SET review_state = review_state WHERE id = $1", course)).await?;
    // Until here somebody else may have had the course.
    repo::lesson_state(tx, id).await?.ok_or(Error::NotFound("lesson"))?;
    Ok(course)
}

/// Notes whether a person has approved a lesson. Its course is approved with the last of them.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone.
pub async fn review(tx: &mut Tx, id: LessonId, state: ReviewState) -> Result<CourseId> {
    let course = hold_lesson(tx, id).await?;
    tx.run(sql!("UPDATE lessons SET review_state = $2 WHERE id = $1", id, state.as_str())).await?;
    settle_review(tx, course).await?;
    Ok(course)
}

/// What comes back into a generated course may never have been approved, so it waits again, unless learners read it.
pub(super) async fn doubt(tx: &mut Tx, course: CourseId, id: LessonId) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET review_state = 'pending'
         WHERE id = $1 AND status = 'draft' AND EXISTS (SELECT 1 FROM courses WHERE id = $2 AND ai_generated)",
        id,
        course
    ))
    .await?;
    settle_review(tx, course).await
}

/// A copy is as approved as what it was made from.
pub(super) async fn copy_review(tx: &mut Tx, from: CourseId, to: CourseId) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET review_state =
                COALESCE((SELECT l.review_state FROM lessons l WHERE l.course_id = $2 AND l.day = lessons.day), 'none')
         WHERE course_id = $1",
        to,
        from
    ))
    .await?;
    tx.run(sql!(
        "UPDATE courses SET ai_generated = (SELECT c.ai_generated FROM courses c WHERE c.id = $2) WHERE id = $1",
        to,
        from
    ))
    .await?;
    settle_review(tx, to).await
}

/// A course waits for approval while one of its lessons does.
pub(super) async fn settle_review(tx: &mut Tx, course: CourseId) -> Result<()> {
    tx.run(sql!(
        "UPDATE courses SET review_state = CASE
                WHEN EXISTS (SELECT 1 FROM lessons WHERE course_id = $1 AND review_state = 'pending') THEN 'pending'
                WHEN ai_generated THEN 'approved'
                ELSE 'none' END
         WHERE id = $1",
        course
    ))
    .await?;
    Ok(())
}

async fn note(
    tx: &mut Tx,
    by: UserId,
    action: &'static str,
    (target_kind, target_id): (&'static str, String),
    after: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let event =
        Event { actor: Some(by), action, target_kind, target_id, address: "", before: Value::Null, after };
    audit::record(tx, &event, now).await
}

/// A course with what its lessons say, for whoever writes one of them anew.
#[derive(Debug, Clone)]
pub struct WholeCourse {
    pub id: CourseId,
    pub details: CourseDetails,
    /// By day.
    pub lessons: Vec<WholeLesson>,
}

/// A lesson of it.
#[derive(Debug, Clone, FromRow)]
pub struct WholeLesson {
    pub id: LessonId,
    pub day: i64,
    pub title: String,
    pub summary: String,
    pub minutes: i64,
    pub body: String,
}

/// The course of a lesson, with all of its lessons.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone.
pub async fn whole_course(conn: &mut Conn, lesson: LessonId) -> Result<WholeCourse> {
    let id = repo::lesson_state(conn, lesson).await?.ok_or(Error::NotFound("lesson"))?.course_id;
    let details = repo::course(conn, id).await?.ok_or(Error::NotFound("course"))?.details();
    let lessons = conn
        .all(sql!(
            "SELECT id, day, title, summary, minutes, body FROM lessons WHERE course_id = $1 ORDER BY day",
            id
        ))
        .await?;
    Ok(WholeCourse { id, details, lessons })
}

/// What a lesson says; empty when it is gone.
///
/// # Errors
/// When the database fails.
pub async fn lesson_body(conn: &mut Conn, lesson: LessonId) -> Result<String> {
    let row: Option<(String,)> = conn.opt(sql!("SELECT body FROM lessons WHERE id = $1", lesson)).await?;
    Ok(row.map(|(body,)| body).unwrap_or_default())
}
