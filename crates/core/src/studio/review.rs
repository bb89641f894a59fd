//! What programs wrote, for people who look through it: how good it is, where it comes from, how prompts did.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, sql};
use momentum_drafting::quality::LessonReport;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Author, PassageView, Proposal, estimate, judging,
    progress::{self, JobRow},
    proposals, repo,
    saving::Judged,
    steps::Step,
};
use crate::{
    Error, Result, Services,
    authoring::{self, AuthoredLesson, LessonContent, ReviewState, Version},
    identity::Actor,
    ids::{CourseId, LessonId, StudioJobId},
};

/// A generated course on its way to be approved.
#[derive(Debug, Clone)]
pub struct ReviewCourse {
    pub course: CourseId,
    pub title: String,
    /// Whether nothing waits for approval.
    pub approved: bool,
    /// How the gates judge it as it is now, 0 to 100.
    pub score: u8,
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
    /// Learners read it, and a new text waits for approval.
    pub proposed: bool,
    /// It is being written anew.
    pub rewriting: bool,
    /// How the gates judge it as it is now, 0 to 100.
    #[sqlx(skip)]
    pub score: Option<u8>,
    /// Why somebody flagged it, or the new text.
    pub flag: Option<String>,
    /// 1 to 5.
    pub rating: Option<i64>,
}

impl ReviewLesson {
    /// Whether it waits for somebody to decide.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.review_state == ReviewState::Pending || self.proposed || self.flag.is_some()
    }
}

/// A lesson beside what it comes from.
#[derive(Debug, Clone)]
pub struct LessonReview {
    pub lesson: AuthoredLesson,
    /// Who wrote it, or what it was made from; `None` when that isn't known any more.
    pub author: Option<Author>,
    /// The provider's name of the model; empty for the extractive author.
    pub model: String,
    pub job: Option<StudioJobId>,
    /// Who changed it last since a program wrote it, or restored it.
    pub changed: Option<Version>,
    /// The version in the history that holds what a person wrote while a program wrote this.
    pub kept_version: Option<i64>,
    /// The job that writes it anew just now.
    pub rewriting: Option<StudioJobId>,
    /// So little is left of this month's budget that no model can write it anew.
    pub budget_used_up: bool,
    /// What waits beside it while learners read it.
    pub proposal: Option<Proposal>,
    /// As the gates judge it now.
    pub report: Option<LessonReport>,
    /// What is said in its video.
    pub script: String,
    /// What it rests on.
    pub passages: Vec<PassageView>,
    pub flag: Option<String>,
    /// Whether it can be rated: it is what a program wrote last.
    pub rateable: bool,
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
    let mut lessons: Vec<ReviewLesson> = conn
        .all(sql!(
            "SELECT l.id, l.day, l.title, l.minutes, l.review_state, p.lesson_id IS NOT NULL AS proposed,
                    EXISTS (SELECT 1 FROM ai_jobs j
                            WHERE j.lesson_id = l.id AND j.state IN ('queued', 'running')) AS rewriting,
                    COALESCE(p.flag, a.flag) AS flag, a.rating
             FROM lessons l LEFT JOIN ai_lessons a ON a.lesson_id = l.id
             LEFT JOIN ai_proposals p ON p.lesson_id = l.id WHERE l.course_id = $1 ORDER BY l.day",
            id
        ))
        .await?;
    let (job, passages) = match made_by(&mut conn, id).await? {
        Some(job) => (Some(progress::row(&mut conn, job).await?), repo::passages(&mut conn, job).await?),
        None => (None, Vec::new()),
    };
    let scripts: Vec<(LessonId, String)> = conn
        .all(sql!(
            "SELECT a.lesson_id, a.script FROM ai_lessons a JOIN lessons l ON l.id = a.lesson_id WHERE l.course_id = $1",
            id
        ))
        .await?;
    let whole = authoring::whole(&mut conn, id).await?;
    drop(conn);
    let ids: Vec<LessonId> = whole.lessons.iter().map(|lesson| lesson.id).collect();
    let passages = passages.into_iter().map(|(passage, _)| passage).collect();
    let report = judging::course(whole, scripts.into_iter().collect(), passages).await?;
    for (id, judged) in ids.into_iter().zip(&report.lessons) {
        if let Some(lesson) = lessons.iter_mut().find(|lesson| lesson.id == id) {
            lesson.score = Some(judged.score);
        }
    }
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
        approved: state != ReviewState::Pending && !lessons.iter().any(|lesson| lesson.proposed),
        score: report.score,
        job,
        intro_script,
        lessons,
        untaught,
    })
}

/// The job that made a course.
async fn made_by(conn: &mut Conn, course: CourseId) -> Result<Option<StudioJobId>> {
    let row: Option<(StudioJobId,)> = conn
        .opt(sql!(
            "SELECT id FROM ai_jobs WHERE course_id = $1 AND kind = 'course' ORDER BY created_at DESC LIMIT 1",
            course
        ))
        .await?;
    Ok(row.map(|(job,)| job))
}

#[derive(FromRow)]
struct Known {
    job_id: StudioJobId,
    author: Author,
    model: String,
    passages: Json<Value>,
    script: String,
    kept_version: Option<i64>,
    flag: Option<String>,
    rating: Option<i64>,
    rating_reason: String,
    decided_by_name: String,
    decided_at: Option<DateTime<Utc>>,
}

/// Who wrote a text, and from what.
struct Source {
    job: StudioJobId,
    author: Author,
    model: String,
    /// Numbers of the passages that it rests on.
    passages: BTreeSet<u32>,
    script: String,
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
            "SELECT a.job_id, j.author, j.model, a.passages, a.script, a.kept_version, a.flag, a.rating, a.rating_reason,
                    COALESCE(u.name, '') AS decided_by_name, a.decided_at
             FROM ai_lessons a JOIN ai_jobs j ON j.id = a.job_id LEFT JOIN users u ON u.id = a.decided_by
             WHERE a.lesson_id = $1",
            id
        ))
        .await?;
    let origin = authoring::origin(&mut conn, lesson.course_id, id).await?;
    let source = source(&mut conn, &lesson, known.as_ref(), origin.restored.as_ref()).await?;
    let proposal = proposals::shown(&mut conn, &lesson).await?;
    let rewriting = repo::rewriting(&mut conn, id).await?;
    let budget_used_up = estimate::pays_no_text(s, &mut conn).await?;
    let (all, passages) = match &source {
        Some(source) => {
            let all = repo::passages(&mut conn, source.job).await?;
            (all, cited(&mut conn, source.job, &source.passages).await?)
        }
        None => (Vec::new(), Vec::new()),
    };
    let whole = authoring::whole_course(&mut conn, id).await?;
    drop(conn);
    let script = source.as_ref().map(|source| source.script.clone()).unwrap_or_default();
    let all = all.into_iter().map(|(passage, _)| passage).collect();
    let report = judging::lesson(whole, id, script.clone(), all).await?;
    let written_last = known.as_ref().map(|known| known.job_id);
    let mut review = LessonReview {
        lesson,
        author: source.as_ref().map(|source| source.author),
        job: source.as_ref().map(|source| source.job),
        rateable: source.as_ref().is_some_and(|source| written_last == Some(source.job)),
        model: source.map(|source| source.model).unwrap_or_default(),
        changed: origin.changed,
        kept_version: None,
        rewriting,
        budget_used_up,
        proposal,
        report,
        script,
        passages,
        flag: None,
        rating: None,
        rating_reason: String::new(),
        decided_by_name: String::new(),
        decided_at: None,
    };
    if let Some(known) = known {
        review.kept_version = known.kept_version.filter(|_| review.rateable);
        review.flag = known.flag;
        review.rating = known.rating;
        review.rating_reason = known.rating_reason;
        review.decided_by_name = known.decided_by_name;
        review.decided_at = known.decided_at;
    }
    Ok(review)
}

/// Who wrote the text that stands there, or the one that people made it from. What was `restored` isn't what was written last: the
/// job is looked for whose text it is.
async fn source(
    conn: &mut Conn,
    lesson: &AuthoredLesson,
    known: Option<&Known>,
    restored: Option<&LessonContent>,
) -> Result<Option<Source>> {
    let Some(restored) = restored else {
        return Ok(known.map(|known| Source {
            job: known.job_id,
            author: known.author,
            model: known.model.clone(),
            passages: numbers(&known.passages.0),
            script: known.script.clone(),
        }));
    };
    let jobs: Vec<(StudioJobId, Author, String)> = conn
        .all(sql!(
            "SELECT id, author, model FROM ai_jobs
             WHERE state = 'completed' AND (lesson_id = $1 OR (course_id = $2 AND kind = 'course'))
             ORDER BY created_at DESC",
            lesson.id,
            lesson.course_id
        ))
        .await?;
    for (job, author, model) in jobs {
        let Some(judged) = repo::result::<Judged>(conn, job, Step::Quality).await? else { continue };
        let written = judged.lessons.into_iter().find(|written| written.body.trim() == restored.body.trim());
        if let Some(written) = written {
            let passages = written.passages.into_iter().collect();
            return Ok(Some(Source { job, author, model, passages, script: written.script }));
        }
    }
    Ok(None)
}

/// Passages of a job by their numbers.
pub(super) async fn cited(
    conn: &mut Conn,
    job: StudioJobId,
    wanted: &BTreeSet<u32>,
) -> Result<Vec<PassageView>> {
    Ok(repo::passages(conn, job)
        .await?
        .into_iter()
        .filter(|(passage, _)| wanted.contains(&passage.number))
        .map(|(passage, name)| PassageView::new(passage, &name))
        .collect())
}

pub(super) fn numbers(passages: &Value) -> BTreeSet<u32> {
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
    let Some(job) = made_by(&mut conn, course).await? else { return Ok(Vec::new()) };
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
