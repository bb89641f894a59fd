//! How far jobs are, stopping them and letting them go on.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, FieldErrors,
    ids::{CourseId, LessonId, StudioJobId, UserId},
    studio::{
        self, Author, Brief, JobDetail, JobFilter, JobKind, JobRow, JobState, LessonProgress, StepProgress,
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{super::List, UsageAnswer, usd};
use crate::{
    App,
    api::{ApiQuery, Bearer, Operations, parse_id},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(jobs))
        .add(Access::Admin, routes!(job))
        .add(Access::Admin, routes!(cancel))
        .add(Access::Admin, routes!(retry))
}

/// A job.
#[derive(Serialize, ToSchema)]
struct JobAnswer {
    id: StudioJobId,
    kind: JobKind,
    status: JobState,
    /// 0 to 100.
    progress_percent: i64,
    author: Author,
    provider: String,
    model: String,
    /// Version of the prompt templates.
    prompt_version: String,
    brief: Brief,
    usage: UsageAnswer,
    /// 0 to 100, once it was judged.
    quality_score: Option<i64>,
    course_id: Option<CourseId>,
    lesson_id: Option<LessonId>,
    /// Why it failed.
    error: Option<String>,
    created_by: UserId,
    starts_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<JobRow> for JobAnswer {
    fn from(job: JobRow) -> Self {
        Self {
            progress_percent: job.progress_percent(),
            id: job.id,
            kind: job.kind,
            status: job.state,
            author: job.author,
            provider: job.provider,
            model: job.model,
            prompt_version: job.prompts,
            brief: job.brief,
            usage: UsageAnswer {
                input_tokens: job.input_tokens,
                output_tokens: job.output_tokens,
                cost_usd: usd(job.cost_micros),
            },
            quality_score: job.score,
            course_id: job.course_id,
            lesson_id: job.lesson_id,
            error: job.error,
            created_by: job.created_by,
            starts_at: job.starts_at,
            created_at: job.created_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
        }
    }
}

/// A lesson of a job.
#[derive(Serialize, ToSchema)]
struct JobLesson {
    #[serde(flatten)]
    lesson: LessonProgress,
    cost_usd: f64,
}

/// A step of a job.
#[derive(Serialize, ToSchema)]
struct JobStep {
    #[serde(flatten)]
    step: StepProgress,
    cost_usd: f64,
}

/// A job with its steps.
#[derive(Serialize, ToSchema)]
struct JobDetailAnswer {
    #[serde(flatten)]
    job: JobAnswer,
    /// The step that it is at: prepare, plan, text, extras, script, intro, quality, save, or done.
    step: &'static str,
    lessons: Vec<JobLesson>,
    steps: Vec<JobStep>,
    /// What is said in the course's video.
    intro_script: String,
    /// It has stopped, and so little is left of this month's budget that it can't go on.
    budget_used_up: bool,
}

impl From<JobDetail> for JobDetailAnswer {
    fn from(detail: JobDetail) -> Self {
        Self {
            job: detail.job.into(),
            step: detail.step,
            lessons: detail
                .lessons
                .into_iter()
                .map(|lesson| JobLesson { cost_usd: usd(lesson.cost_micros), lesson })
                .collect(),
            steps: detail
                .steps
                .into_iter()
                .map(|step| JobStep { cost_usd: usd(step.cost_micros), step })
                .collect(),
            intro_script: detail.intro_script,
            budget_used_up: detail.budget_used_up,
        }
    }
}

/// Jobs, newest first.
#[utoipa::path(get, path = "/admin/ai/jobs", tag = "admin",
    params(
        ("status" = Option<JobState>, Query),
        ("course_id" = Option<CourseId>, Query),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<JobAnswer>), Problems))]
async fn jobs(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<JobAnswer>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let states = "The status is queued, running, completed, failed or cancelled.";
    let filter = JobFilter {
        state: query.parsed(&mut errors, "status", JobState::parse, states),
        course: query.parsed(&mut errors, "course_id", |text| text.parse().ok(), "This is no id."),
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let (jobs, total) = studio::list_jobs(&app.services, &actor, &filter).await?;
    let items = jobs.into_iter().map(Into::into).collect();
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

fn job_id(text: &str) -> Result<StudioJobId, Error> {
    parse_id(text, "job")
}

/// A job, as far as it is.
#[utoipa::path(get, path = "/admin/ai/jobs/{id}", tag = "admin", params(("id" = StudioJobId, Path)),
    responses((status = 200, body = JobDetailAnswer), Problems))]
async fn job(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<JobDetailAnswer>, ApiError> {
    Ok(Json(studio::job(&app.services, &actor, job_id(&id)?).await?.into()))
}

/// Stops a job. What is done is kept, what is under way is broken off within seconds.
#[utoipa::path(post, path = "/admin/ai/jobs/{id}/cancel", tag = "admin", params(("id" = StudioJobId, Path)),
    responses((status = 200, body = JobDetailAnswer), Problems))]
async fn cancel(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<JobDetailAnswer>, ApiError> {
    let id = job_id(&id)?;
    studio::cancel(&app.services, &actor, id).await?;
    Ok(Json(studio::job(&app.services, &actor, id).await?.into()))
}

/// Goes on with a job that failed or was cancelled, from the step where it stopped.
#[utoipa::path(post, path = "/admin/ai/jobs/{id}/retry", tag = "admin", params(("id" = StudioJobId, Path)),
    responses((status = 202, body = JobDetailAnswer), Problems))]
async fn retry(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<JobDetailAnswer>), ApiError> {
    let id = job_id(&id)?;
    studio::retry(&app.services, &actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(studio::job(&app.services, &actor, id).await?.into())))
}
