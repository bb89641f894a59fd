//! What programs write: courses and lessons that no learner sees before a person has approved them.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde_json::{Value, json};

use super::{
    Change, CourseDetails, LessonContent, LessonStatus, ReviewState, Snapshot, courses, fields, repo,
    types::StoredLesson, versions,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    catalog::{self, ActionItem, Question, QuizPolicy, content_changes},
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

/// What became of a lesson that was written anew.
#[derive(Debug, Clone, PartialEq)]
pub enum Rewritten {
    /// The text stands in the lesson, to be approved.
    Lesson {
        /// The version in the history that holds what a person wrote meanwhile.
        kept: Option<i64>,
    },
    /// Learners read the lesson, so it is what it was. This is what it would say: to be put live by [`put_live`] when a person
    /// has approved it.
    Proposal(Box<LessonContent>),
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

/// Puts what a program wrote in place of a lesson. One that learners read stays as it is, and so does its working copy. What
/// people wrote `since` the program began stays in the history, their working copy too.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone; [`Error::Invalid`] when it is no lesson.
pub async fn rewrite(
    s: &Services,
    tx: &mut Tx,
    by: UserId,
    id: LessonId,
    (content, quiz): (LessonContent, &[Question]),
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Rewritten> {
    content_changes(s, tx).await?;
    let course = hold_lesson(tx, id).await?;
    let stored = repo::lesson(tx, id).await?.ok_or(Error::NotFound("lesson"))?;
    let content = fields::tidy_lesson(with_what_stays(content, &stored.content()));
    fields::check_lesson(&content)?;
    let was_published = repo::course(tx, course).await?.is_some_and(|course| course.published_at.is_some());
    let after = json!({ "title": content.title, "day": stored.day });
    if stored.status == LessonStatus::Published && was_published {
        note(tx, by, "authoring.lesson-proposed", ("lesson", id.to_string()), after, now).await?;
        return Ok(Rewritten::Proposal(Box::new(content)));
    }
    versions::begin(tx, course, Some(id), now).await?;
    let kept = keep_what_people_wrote(tx, course, id, &stored, since, now).await?;
    replace(tx, by, course, id, (&content, quiz), now).await?;
    repo::remove_draft(tx, id).await?;
    review(tx, id, ReviewState::Pending).await?;
    note(tx, by, "authoring.lesson-generated", ("lesson", id.to_string()), after, now).await?;
    Ok(Rewritten::Lesson { kept })
}

/// What programs don't write stays as people have it.
#[must_use]
pub fn with_what_stays(content: LessonContent, before: &LessonContent) -> LessonContent {
    LessonContent {
        slug: before.slug.clone(),
        is_preview: before.is_preview,
        video_url: before.video_url.clone(),
        resources: before.resources.clone(),
        ..content
    }
}

/// A working copy that makes way for a program's text becomes a version. Answers the newest version that people wrote `since`.
async fn keep_what_people_wrote(
    tx: &mut Tx,
    course: CourseId,
    id: LessonId,
    stored: &StoredLesson,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<i64>> {
    if let (Some(draft), Some(by)) = (&stored.draft, stored.draft_saved_by)
        && draft.0 != stored.content()
        && let Some(Snapshot::Lesson { day, quiz, quiz_policy, .. }) =
            versions::current(tx, course, Some(id)).await?
    {
        let typed = Snapshot::Lesson { day, content: draft.0.clone(), quiz, quiz_policy };
        versions::record(tx, course, Some(id), Change::WorkingCopy, &typed, Some(by), now).await?;
    }
    Ok(repo::written_since(tx, course, id, since).await?)
}

/// Has learners read what a program wrote for their lesson, its quiz too, because `by` has approved it. A working copy stays and is
/// marked as older. To be called after [`content_changes`]; the audit log is the caller's.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone; [`Error::Invalid`] when it is no lesson.
pub async fn put_live(
    tx: &mut Tx,
    by: UserId,
    id: LessonId,
    (content, quiz): (LessonContent, &[Question]),
    now: DateTime<Utc>,
) -> Result<CourseId> {
    let course = hold_lesson(tx, id).await?;
    let stored = repo::lesson(tx, id).await?.ok_or(Error::NotFound("lesson"))?;
    let content = fields::tidy_lesson(with_what_stays(content, &stored.content()));
    fields::check_lesson(&content)?;
    versions::begin(tx, course, Some(id), now).await?;
    replace(tx, by, course, id, (&content, quiz), now).await?;
    repo::outdate_draft(tx, id).await?;
    review(tx, id, ReviewState::Approved).await
}

/// Writes a program's text and quiz into a lesson and its history.
async fn replace(
    tx: &mut Tx,
    by: UserId,
    course: CourseId,
    id: LessonId,
    (content, quiz): (&LessonContent, &[Question]),
    now: DateTime<Utc>,
) -> Result<()> {
    repo::lock_course(tx, course, false, now).await?.ok_or(Error::NotFound("course"))?;
    repo::next_version(tx, id).await?;
    repo::write_lesson(tx, id, content, now).await?;
    catalog::replace_questions(tx, id, quiz).await?;
    repo::count_lessons(tx, course).await?;
    let snapshot = versions::current(tx, course, Some(id)).await?.ok_or(Error::NotFound("lesson"))?;
    versions::record(tx, course, Some(id), Change::Generated, &snapshot, Some(by), now).await
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

/// A course that a program wrote comes from a package, and packages are made of what was approved.
pub(super) async fn note_imported(tx: &mut Tx, course: CourseId) -> Result<()> {
    tx.run(sql!("UPDATE courses SET ai_generated = TRUE WHERE id = $1", course)).await?;
    settle_review(tx, course).await
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

/// A course with what its lessons say, for whoever writes one of them anew or judges them.
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
    #[sqlx(json)]
    pub action_items: Vec<ActionItem>,
    #[sqlx(json)]
    pub key_takeaways: Vec<String>,
    /// With the right answers.
    #[sqlx(skip)]
    pub quiz: Vec<Question>,
}

/// The course of a lesson, with all of its lessons.
///
/// # Errors
/// [`Error::NotFound`] when the lesson is gone.
pub async fn whole_course(conn: &mut Conn, lesson: LessonId) -> Result<WholeCourse> {
    let id = repo::lesson_state(conn, lesson).await?.ok_or(Error::NotFound("lesson"))?.course_id;
    whole(conn, id).await
}

/// A course with all of its lessons.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn whole(conn: &mut Conn, id: CourseId) -> Result<WholeCourse> {
    let details = repo::course(conn, id).await?.ok_or(Error::NotFound("course"))?.details();
    let mut lessons: Vec<WholeLesson> = conn
        .all(sql!(
            "SELECT id, day, title, summary, minutes, body, action_items, key_takeaways
             FROM lessons WHERE course_id = $1 ORDER BY day",
            id
        ))
        .await?;
    let ids: Vec<LessonId> = lessons.iter().map(|lesson| lesson.id).collect();
    let mut quizzes = catalog::questions_of(conn, &ids).await?;
    for lesson in &mut lessons {
        lesson.quiz = quizzes.remove(&lesson.id).unwrap_or_default();
    }
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
