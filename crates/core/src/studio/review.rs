//! What people think of what programs wrote: approving, flagging, rating, and where a lesson comes from.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Tx, sql};
use momentum_drafting::quality::LessonReport;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Author, PassageView, note,
    progress::{self, JobRow},
    repo,
};
use crate::{
    Error, FieldErrors, Result, Services,
    authoring::{self, AuthoredLesson, ReviewState},
    identity::Actor,
    ids::{CourseId, LessonId, StudioJobId, UserId},
};

/// A generated course on its way to be approved.
#[derive(Debug, Clone)]
pub struct ReviewCourse {
    pub course: CourseId,
    pub title: String,
    /// Whether all of it is approved.
    pub approved: bool,
    /// The job that made it; `None` when it is a copy or its job is gone.
    pub job: Option<JobRow>,
    /// What is said in its video.
    pub intro_script: String,
    /// By day.
    pub lessons: Vec<ReviewLesson>,
    /// Passages of its references that no lesson rests on.
    pub untaught: usize,
}

/// A lesson of it.
#[derive(Debug, Clone, FromRow)]
pub struct ReviewLesson {
    pub id: LessonId,
    pub day: i64,
    pub title: String,
    pub minutes: i64,
    pub review_state: ReviewState,
    /// 0 to 100.
    pub score: Option<i64>,
    /// Why somebody flagged it.
    pub flag: Option<String>,
    /// 1 to 5.
    pub rating: Option<i64>,
}

/// A lesson beside what it comes from.
#[derive(Debug, Clone)]
pub struct LessonReview {
    pub lesson: AuthoredLesson,
    /// Who wrote it; `None` when that isn't known any more.
    pub author: Option<Author>,
    /// The provider's name of the model; empty for the extractive author.
    pub model: String,
    pub job: Option<StudioJobId>,
    pub report: Option<LessonReport>,
    /// What is said in its video.
    pub script: String,
    /// What it rests on.
    pub passages: Vec<PassageView>,
    pub flag: Option<String>,
    pub rating: Option<i64>,
    pub rating_reason: String,
    /// Empty when nobody has decided or the account is gone.
    pub decided_by_name: String,
    pub decided_at: Option<DateTime<Utc>>,
}

/// A passage that no lesson rests on.
pub type UntaughtPassage = PassageView;

/// How people judged what a version of the prompts made.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct PromptReport {
    /// Version of the prompt templates; empty for the extractive author.
    pub prompts: String,
    pub model: String,
    pub lessons: i64,
    pub approved: i64,
    pub flagged: i64,
    pub ratings: i64,
    /// 1 to 5; null before the first.
    pub rating_average: Option<f64>,
    /// 0 to 100: how the gates judged.
    pub score_average: f64,
    /// The latest reasons that people gave with their ratings and flags, at most ten.
    #[sqlx(skip)]
    pub reasons: Vec<String>,
}

/// A generated course with how far its review is.
///
/// # Errors
/// [`Error::NotFound`] also for a course that people wrote; [`Error::Forbidden`] for everybody but administrators.
pub async fn review_course(s: &Services, actor: &Actor, id: CourseId) -> Result<ReviewCourse> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let course: Option<(String, bool, ReviewState)> =
        conn.opt(sql!("SELECT title, ai_generated, review_state FROM courses WHERE id = $1", id)).await?;
    let (title, _, state) = course
        .filter(|(_, generated, state)| *generated || *state != ReviewState::None)
        .ok_or(Error::NotFound("generated course"))?;
    let lessons: Vec<ReviewLesson> = conn
        .all(sql!(
            "SELECT l.id, l.day, l.title, l.minutes, l.review_state, a.score, a.flag, a.rating
             FROM lessons l LEFT JOIN ai_lessons a ON a.lesson_id = l.id WHERE l.course_id = $1 ORDER BY l.day",
            id
        ))
        .await?;
    let made_by: Option<(StudioJobId,)> = conn
        .opt(sql!(
            "SELECT id FROM ai_jobs WHERE course_id = $1 AND kind = 'course' ORDER BY created_at DESC LIMIT 1",
            id
        ))
        .await?;
    let job = match made_by {
        Some((job,)) => Some(progress::row(&mut conn, job).await?),
        None => None,
    };
    drop(conn);
    let (untaught, intro_script) = match &job {
        Some(job) => {
            let untaught = untaught_passages(s, actor, id).await?.len();
            (untaught, progress::job(s, actor, job.id).await?.intro_script)
        }
        None => (0, String::new()),
    };
    Ok(ReviewCourse {
        course: id,
        title,
        approved: state != ReviewState::Pending,
        job,
        intro_script,
        lessons,
        untaught,
    })
}

#[derive(FromRow)]
struct Known {
    job_id: StudioJobId,
    author: Author,
    model: String,
    passages: Json<Value>,
    quality: Json<Value>,
    script: String,
    flag: Option<String>,
    rating: Option<i64>,
    rating_reason: String,
    decided_by_name: String,
    decided_at: Option<DateTime<Utc>>,
}

/// A lesson beside its sources.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn review_lesson(s: &Services, actor: &Actor, id: LessonId) -> Result<LessonReview> {
    let lesson = authoring::lesson(s, actor, id).await?;
    let mut conn = s.db.read().await?;
    let known: Option<Known> = conn
        .opt(sql!(
            "SELECT a.job_id, j.author, j.model, a.passages, a.quality, a.script, a.flag, a.rating, a.rating_reason,
                    COALESCE(u.name, '') AS decided_by_name, a.decided_at
             FROM ai_lessons a JOIN ai_jobs j ON j.id = a.job_id LEFT JOIN users u ON u.id = a.decided_by
             WHERE a.lesson_id = $1",
            id
        ))
        .await?;
    let Some(known) = known else {
        return Ok(LessonReview {
            lesson,
            author: None,
            model: String::new(),
            job: None,
            report: None,
            script: String::new(),
            passages: Vec::new(),
            flag: None,
            rating: None,
            rating_reason: String::new(),
            decided_by_name: String::new(),
            decided_at: None,
        });
    };
    let wanted = numbers(&known.passages.0);
    let passages = repo::passages(&mut conn, known.job_id)
        .await?
        .into_iter()
        .filter(|(passage, _)| wanted.contains(&passage.number))
        .map(|(passage, name)| PassageView::new(passage, &name))
        .collect();
    Ok(LessonReview {
        lesson,
        author: Some(known.author),
        model: known.model,
        job: Some(known.job_id),
        report: serde_json::from_value(known.quality.0).ok(),
        script: known.script,
        passages,
        flag: known.flag,
        rating: known.rating,
        rating_reason: known.rating_reason,
        decided_by_name: known.decided_by_name,
        decided_at: known.decided_at,
    })
}

fn numbers(passages: &Value) -> BTreeSet<u32> {
    let listed = passages["numbers"].as_array().map(Vec::as_slice).unwrap_or_default();
    listed.iter().filter_map(Value::as_u64).filter_map(|number| u32::try_from(number).ok()).collect()
}

/// The passages of a course's references that none of its lessons rests on.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn untaught_passages(
    s: &Services,
    actor: &Actor,
    course: CourseId,
) -> Result<Vec<UntaughtPassage>> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let made_by: Option<(StudioJobId,)> = conn
        .opt(sql!(
            "SELECT id FROM ai_jobs WHERE course_id = $1 AND kind = 'course' ORDER BY created_at DESC LIMIT 1",
            course
        ))
        .await?;
    let Some((job,)) = made_by else { return Ok(Vec::new()) };
    let cited: Vec<(Json<Value>,)> = conn
        .all(sql!(
            "SELECT a.passages FROM ai_lessons a JOIN lessons l ON l.id = a.lesson_id WHERE l.course_id = $1",
            course
        ))
        .await?;
    let taught: BTreeSet<u32> = cited.iter().flat_map(|(passages,)| numbers(&passages.0)).collect();
    Ok(repo::passages(&mut conn, job)
        .await?
        .into_iter()
        .filter(|(passage, _)| !taught.contains(&passage.number))
        .map(|(passage, name)| PassageView::new(passage, &name))
        .collect())
}

/// Approves a lesson as it is now. Its course can be published when all of its lessons are approved.
///
/// # Errors
/// [`Error::Conflict`] `edited-meanwhile` when it isn't at `version` any more; [`Error::NotFound`]; [`Error::Forbidden`] for
/// everybody but administrators.
pub async fn approve_lesson(
    s: &Services,
    actor: &Actor,
    id: LessonId,
    version: Option<i64>,
) -> Result<CourseId> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    // So that nobody changes the lesson between the look and the approval.
    authoring::hold_lesson(&mut tx, id).await?;
    let current: Option<(i64,)> = tx.opt(sql!("SELECT version FROM lessons WHERE id = $1", id)).await?;
    let (current,) = current.ok_or(Error::NotFound("lesson"))?;
    if version.is_some_and(|version| version != current) {
        return Err(Error::conflict(
            "edited-meanwhile",
            "The lesson was changed after this page was opened. Look at it once more before you approve it.",
        ));
    }
    let course = authoring::review(&mut tx, id, ReviewState::Approved).await?;
    decide(&mut tx, id, actor.user, None, now).await?;
    note(&mut tx, actor, "studio.lesson-approved", ("lesson", id.to_string()), Value::Null, now).await?;
    tx.commit().await?;
    Ok(course)
}

/// Approves every lesson of a course that nobody flagged.
///
/// # Errors
/// [`Error::Conflict`] `flagged` while a lesson is flagged; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn approve_all(s: &Services, actor: &Actor, course: CourseId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE courses SET review_state = review_state WHERE id = $1", course)).await?;
    let lessons: Vec<(LessonId, i64, ReviewState, Option<String>)> = tx
        .all(sql!(
            "SELECT l.id, l.day, l.review_state, a.flag FROM lessons l LEFT JOIN ai_lessons a ON a.lesson_id = l.id
             WHERE l.course_id = $1 ORDER BY l.day",
            course
        ))
        .await?;
    if lessons.is_empty() {
        return Err(Error::NotFound("course"));
    }
    let flagged: Vec<String> =
        lessons.iter().filter(|(_, _, _, flag)| flag.is_some()).map(|(_, day, ..)| day.to_string()).collect();
    if !flagged.is_empty() {
        let message =
            format!("Day {} is flagged. Change it or approve it by itself first.", flagged.join(", "));
        return Err(Error::conflict("flagged", message));
    }
    for (id, ..) in lessons.iter().filter(|(_, _, state, _)| *state == ReviewState::Pending) {
        authoring::review(&mut tx, *id, ReviewState::Approved).await?;
        decide(&mut tx, *id, actor.user, None, now).await?;
    }
    note(&mut tx, actor, "studio.course-approved", ("course", course.to_string()), Value::Null, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Flags a lesson: it isn't good as it is, for this reason. It waits for approval again.
///
/// # Errors
/// [`Error::Invalid`] without a reason; [`Error::Conflict`] `not-generated` for a lesson that people wrote, `published` for one
/// that learners read; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn flag_lesson(s: &Services, actor: &Actor, id: LessonId, reason: &str) -> Result<CourseId> {
    actor.require_admin()?;
    let reason = reason.trim();
    let mut errors = FieldErrors::default();
    errors.check(!reason.is_empty(), "reason", "required", "Say what is wrong, so that it can be put right.");
    errors.check(reason.chars().count() <= 1_000, "reason", "too-long", "At most 1,000 characters, please.");
    errors.into_result()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    authoring::hold_lesson(&mut tx, id).await?;
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
    let course = authoring::review(&mut tx, id, ReviewState::Pending).await?;
    decide(&mut tx, id, actor.user, Some(reason), now).await?;
    let after = json!({ "reason": reason });
    note(&mut tx, actor, "studio.lesson-flagged", ("lesson", id.to_string()), after, now).await?;
    tx.commit().await?;
    Ok(course)
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

/// How people judged what each version of the prompts made, newest first.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn prompt_report(s: &Services, actor: &Actor) -> Result<Vec<PromptReport>> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let mut reports: Vec<PromptReport> = conn
        .all(
            "SELECT CASE WHEN j.author = 'model' THEN j.prompts ELSE '' END AS prompts, j.model, COUNT(*) AS lessons,
                    COUNT(*) FILTER (WHERE l.review_state = 'approved') AS approved,
                    COUNT(*) FILTER (WHERE a.flag IS NOT NULL) AS flagged,
                    COUNT(a.rating) AS ratings, CAST(AVG(a.rating) AS DOUBLE PRECISION) AS rating_average,
                    CAST(AVG(a.score) AS DOUBLE PRECISION) AS score_average
             FROM ai_lessons a JOIN ai_jobs j ON j.id = a.job_id JOIN lessons l ON l.id = a.lesson_id
             GROUP BY 1, 2 ORDER BY MAX(j.created_at) DESC LIMIT 50",
        )
        .await?;
    for report in &mut reports {
        let reasons: Vec<(Option<String>, String)> = conn
            .all(sql!(
                "SELECT a.flag, a.rating_reason FROM ai_lessons a JOIN ai_jobs j ON j.id = a.job_id
                 WHERE j.model = $1 AND CASE WHEN j.author = 'model' THEN j.prompts ELSE '' END = $2
                   AND (a.flag IS NOT NULL OR a.rating_reason <> '')
                 ORDER BY a.decided_at DESC LIMIT 10",
                &report.model,
                &report.prompts
            ))
            .await?;
        report.reasons = reasons
            .into_iter()
            .flat_map(|(flag, reason)| flag.into_iter().chain((!reason.is_empty()).then_some(reason)))
            .take(10)
            .collect();
    }
    Ok(reports)
}
