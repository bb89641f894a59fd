//! The studio's SQL on jobs and steps.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Tx, sql};
use momentum_drafting::passage::Passage;
use serde_json::Value;

use super::{Author, Brief, JobKind, JobState, StepState, steps::Step};
use crate::{
    Error, Result,
    ids::{CourseId, LessonId, ReferenceId, StudioJobId, UserId},
};

/// A job, as its steps see it.
#[derive(FromRow, Clone)]
pub(super) struct StoredJob {
    pub id: StudioJobId,
    pub kind: JobKind,
    pub state: JobState,
    pub author: Author,
    pub provider: String,
    pub model: String,
    #[sqlx(json)]
    pub brief: Brief,
    pub course_id: Option<CourseId>,
    pub lesson_id: Option<LessonId>,
    pub created_by: UserId,
    pub starts_at: DateTime<Utc>,
}

const JOB: &str =
    "SELECT id, kind, state, author, provider, model, brief, course_id, lesson_id, created_by, starts_at
                   FROM ai_jobs WHERE id = $1";

pub(super) async fn job(conn: &mut Conn, id: StudioJobId) -> Result<Option<StoredJob>> {
    Ok(conn.opt(sql!(JOB, id)).await?)
}

/// The job that writes a lesson anew just now.
pub(super) async fn rewriting(conn: &mut Conn, lesson: LessonId) -> Result<Option<StudioJobId>> {
    let row: Option<(StudioJobId,)> = conn
        .opt(sql!(
            "SELECT id FROM ai_jobs WHERE lesson_id = $1 AND state IN ('queued', 'running') LIMIT 1",
            lesson
        ))
        .await?;
    Ok(row.map(|(id,)| id))
}

/// What is known of a lesson that a program wrote.
pub(super) struct WrittenLesson<'a> {
    pub job: StudioJobId,
    /// `{"numbers": […]}`
    pub passages: Value,
    pub quality: Value,
    /// 0 to 100.
    pub score: i64,
    pub script: &'a str,
    /// The version in the history that holds what a person wrote meanwhile.
    pub kept_version: Option<i64>,
}

/// Notes what is known of a lesson now. What people thought of the text before is gone with it.
pub(super) async fn keep_written(tx: &mut Tx, lesson: LessonId, written: WrittenLesson<'_>) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO ai_lessons (lesson_id, job_id, passages, quality, score, script, kept_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (lesson_id) DO UPDATE SET job_id = $2, passages = $3, quality = $4, score = $5, script = $6,
            kept_version = $7, flag = NULL, rating = NULL, rating_reason = '', decided_by = NULL, decided_at = NULL",
        lesson,
        written.job,
        written.passages,
        written.quality,
        written.score,
        written.script,
        written.kept_version
    ))
    .await?;
    Ok(())
}

/// The job, which nobody else changes until the transaction ends.
pub(super) async fn lock_job(tx: &mut Tx, id: StudioJobId) -> Result<Option<StoredJob>> {
    tx.run(sql!("UPDATE ai_jobs SET state = state WHERE id = $1", id)).await?;
    job(tx, id).await
}

pub(super) async fn job_state(conn: &mut Conn, id: StudioJobId) -> Result<Option<JobState>> {
    let row: Option<(JobState,)> = conn.opt(sql!("SELECT state FROM ai_jobs WHERE id = $1", id)).await?;
    Ok(row.map(|(state,)| state))
}

pub(super) async fn insert_job(
    tx: &mut Tx,
    job: &StoredJob,
    prompts: &str,
    steps: &[Step],
    now: DateTime<Utc>,
) -> Result<()> {
    let total = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let brief = serde_json::to_value(&job.brief).map_err(Error::internal)?;
    tx.run(sql!(
        "INSERT INTO ai_jobs (id, kind, state, author, provider, model, prompts, brief, steps_total, course_id, lesson_id,
                created_by, starts_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        job.id,
        job.kind.as_str(),
        job.state.as_str(),
        job.author.as_str(),
        job.provider.as_str(),
        job.model.as_str(),
        prompts,
        brief,
        total,
        job.course_id.map(|id| id.0),
        job.lesson_id.map(|id| id.0),
        job.created_by,
        job.starts_at,
        now
    ))
    .await?;
    for (position, step) in (1_i64..).zip(steps) {
        tx.run(sql!(
            "INSERT INTO ai_steps (job_id, key, position, day, state) VALUES ($1, $2, $3, $4, 'waiting')",
            job.id,
            step.to_string(),
            position,
            step.day()
        ))
        .await?;
    }
    Ok(())
}

pub(super) async fn set_references(tx: &mut Tx, id: StudioJobId, references: &[ReferenceId]) -> Result<()> {
    for (position, reference) in (0_i64..).zip(references) {
        tx.run(sql!(
            "INSERT INTO ai_job_references (job_id, position, reference_id) VALUES ($1, $2, $3)",
            id,
            position,
            *reference
        ))
        .await?;
    }
    Ok(())
}

/// Moves a job to a state. `error` says why it failed.
pub(super) async fn set_state(
    tx: &mut Tx,
    id: StudioJobId,
    state: JobState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE ai_jobs SET state = $2, error = $3,
                started_at = CASE WHEN $2 = 'running' THEN COALESCE(started_at, $4) ELSE started_at END,
                finished_at = CASE WHEN $2 IN ('running', 'queued') THEN NULL ELSE $4 END
         WHERE id = $1",
        id,
        state.as_str(),
        error,
        now
    ))
    .await?;
    Ok(())
}

/// The steps of a job in their order. Those of a newer program are left out.
pub(super) async fn step_states(conn: &mut Conn, id: StudioJobId) -> Result<Vec<(Step, StepState)>> {
    let rows: Vec<(String, StepState)> =
        conn.all(sql!("SELECT key, state FROM ai_steps WHERE job_id = $1 ORDER BY position", id)).await?;
    Ok(rows.into_iter().filter_map(|(key, state)| Step::parse(&key).map(|step| (step, state))).collect())
}

pub(super) async fn set_step(
    tx: &mut Tx,
    id: StudioJobId,
    step: Step,
    state: StepState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE ai_steps SET state = $3, error = $4,
                attempt = CASE WHEN $3 IN ('running', 'waiting') THEN attempt + 1 ELSE attempt END,
                partial = CASE WHEN $3 = 'running' THEN partial ELSE '' END,
                started_at = CASE WHEN $3 = 'running' THEN $5 ELSE started_at END,
                finished_at = CASE WHEN $3 IN ('done', 'failed') THEN $5 ELSE NULL END
         WHERE job_id = $1 AND key = $2",
        id,
        step.to_string(),
        state.as_str(),
        error,
        now
    ))
    .await?;
    Ok(())
}

/// Which attempt at a step this is.
pub(super) async fn attempt(conn: &mut Conn, id: StudioJobId, step: Step) -> Result<i64> {
    let row: Option<(i64,)> = conn
        .opt(sql!("SELECT attempt FROM ai_steps WHERE job_id = $1 AND key = $2", id, step.to_string()))
        .await?;
    Ok(row.map_or(0, |(attempt,)| attempt))
}

/// Whether this attempt at a step is still wanted: its job runs, and nobody took the step back.
pub(super) async fn is_wanted(conn: &mut Conn, id: StudioJobId, step: Step, attempt: i64) -> Result<bool> {
    let row: Option<(JobState, i64)> = conn
        .opt(sql!(
            "SELECT j.state, t.attempt FROM ai_jobs j JOIN ai_steps t ON t.job_id = j.id WHERE j.id = $1 AND t.key = $2",
            id,
            step.to_string()
        ))
        .await?;
    Ok(row == Some((JobState::Running, attempt)))
}

/// Keeps the result of a step, which is done with it.
pub(super) async fn finish_step(
    tx: &mut Tx,
    id: StudioJobId,
    step: Step,
    result: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    set_step(tx, id, step, StepState::Done, None, now).await?;
    tx.run(sql!(
        "UPDATE ai_steps SET result = $3 WHERE job_id = $1 AND key = $2",
        id,
        step.to_string(),
        result
    ))
    .await?;
    tx.run(sql!(
        "UPDATE ai_jobs SET steps_done = (SELECT COUNT(*) FROM ai_steps WHERE job_id = $1 AND state = 'done')
         WHERE id = $1",
        id
    ))
    .await?;
    Ok(())
}

/// What a step resulted in, read as `T`; `None` before it is done.
pub(super) async fn result<T: serde::de::DeserializeOwned>(
    conn: &mut Conn,
    id: StudioJobId,
    step: Step,
) -> Result<Option<T>> {
    let row: Option<(Option<Json<Value>>,)> = conn
        .opt(sql!("SELECT result FROM ai_steps WHERE job_id = $1 AND key = $2", id, step.to_string()))
        .await?;
    match row.and_then(|(result,)| result) {
        Some(Json(value)) => serde_json::from_value(value).map(Some).map_err(Error::internal),
        None => Ok(None),
    }
}

/// As [`result`], for a step that has to be done by now.
pub(super) async fn needed<T: serde::de::DeserializeOwned>(
    conn: &mut Conn,
    id: StudioJobId,
    step: Step,
) -> Result<T> {
    result(conn, id, step).await?.ok_or_else(|| Error::internal(format!("the step {step} has no result")))
}

/// Keeps what has come of a running step so far.
pub(super) async fn keep_partial(tx: &mut Tx, id: StudioJobId, step: Step, text: &str) -> Result<()> {
    tx.run(sql!(
        "UPDATE ai_steps SET partial = $3 WHERE job_id = $1 AND key = $2 AND state = 'running'",
        id,
        step.to_string(),
        text
    ))
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct PassageRow {
    number: i64,
    position: i64,
    reference_name: String,
    heading: String,
    first_page: Option<i64>,
    last_page: Option<i64>,
    text: String,
}

/// What a job was given of its references, each passage with the name of its reference.
pub(super) async fn passages(conn: &mut Conn, id: StudioJobId) -> Result<Vec<(Passage, String)>> {
    let rows: Vec<PassageRow> = conn
        .all(sql!(
            "SELECT number, position, reference_name, heading, first_page, last_page, text
             FROM ai_passages WHERE job_id = $1 ORDER BY number",
            id
        ))
        .await?;
    let page = |page: Option<i64>| page.and_then(|page| u32::try_from(page).ok());
    Ok(rows
        .into_iter()
        .map(|row| {
            let passage = Passage {
                number: u32::try_from(row.number).unwrap_or_default(),
                reference: usize::try_from(row.position).unwrap_or_default(),
                heading: row.heading,
                first_page: page(row.first_page),
                last_page: page(row.last_page),
                text: row.text,
            };
            (passage, row.reference_name)
        })
        .collect())
}

pub(super) async fn insert_passage(
    tx: &mut Tx,
    id: StudioJobId,
    passage: &Passage,
    name: &str,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO ai_passages (job_id, number, position, reference_name, heading, first_page, last_page, text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        passage.number,
        i64::try_from(passage.reference).unwrap_or(i64::MAX),
        name,
        passage.heading.as_str(),
        passage.first_page,
        passage.last_page,
        passage.text.as_str()
    ))
    .await?;
    Ok(())
}
