//! Having courses and lessons written.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, authoring,
    catalog::Level,
    ids::{CategoryId, LessonId, ReferenceId, StudioJobId},
    studio::{self, Author, Brief, CourseRequest, Estimate, Grade, LessonRequest},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    App,
    api::{ApiJson, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(generate_course))
        .add(Access::Admin, routes!(generate_courses))
        .add(Access::Admin, routes!(estimate))
        .add(Access::Admin, routes!(regenerate_lesson))
}

/// Goals in one text, or as a list.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum Goals {
    One(String),
    Many(Vec<String>),
}

impl From<Goals> for String {
    fn from(goals: Goals) -> Self {
        match goals {
            Goals::One(text) => text,
            Goals::Many(texts) => texts.join("\n"),
        }
    }
}

/// A course that somebody wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GenerateRequest {
    topic: String,
    category_id: CategoryId,
    /// 7, 14 or 21.
    duration_days: i64,
    /// Whom it is for.
    #[serde(default)]
    target_audience: Option<String>,
    #[serde(default)]
    goals: Option<Goals>,
    /// Default: beginner.
    #[serde(default)]
    level: Option<Level>,
    /// Such as `warm and direct`.
    #[serde(default)]
    tone: Option<String>,
    /// BCP 47; default: en.
    #[serde(default)]
    language: Option<String>,
    /// Documents that it is made from, at most 20.
    #[serde(default)]
    reference_ids: Option<Vec<ReferenceId>>,
    /// Default: the model, where there is one; else extractive, which needs documents.
    #[serde(default)]
    author: Option<Author>,
    /// `draft` takes the cheaper model; default: final.
    #[serde(default)]
    grade: Option<Grade>,
    /// Default: at once.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
}

impl GenerateRequest {
    async fn course(self, app: &App) -> Result<CourseRequest, Error> {
        Ok(CourseRequest {
            brief: Brief {
                topic: self.topic,
                category: authoring::category_slug(&app.services, self.category_id).await?,
                duration_days: self.duration_days,
                target_audience: self.target_audience.unwrap_or_default(),
                goals: self.goals.map(Into::into).unwrap_or_default(),
                level: self.level.unwrap_or(Level::Beginner),
                tone: self.tone.unwrap_or_default(),
                language: self.language.unwrap_or_else(|| "en".to_owned()),
                grade: self.grade.unwrap_or(Grade::Final),
                instructions: String::new(),
            },
            references: self.reference_ids.unwrap_or_default(),
            author: self.author,
            starts_at: self.starts_at,
        })
    }
}

/// A job that was begun.
#[derive(Serialize, ToSchema)]
struct JobStarted {
    job_id: StudioJobId,
}

/// Has a course written. What comes out is a draft that waits for approval; `GET /admin/ai/jobs/{id}` says how far it is.
#[utoipa::path(post, path = "/admin/ai/generate-course", tag = "admin", request_body = GenerateRequest,
    responses((status = 202, body = JobStarted), Problems))]
async fn generate_course(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<GenerateRequest>,
) -> Result<(StatusCode, Json<JobStarted>), ApiError> {
    let request = body.course(&app).await?;
    let job_id = studio::generate_course(&app.services, &actor, request).await?;
    Ok((StatusCode::ACCEPTED, Json(JobStarted { job_id })))
}

/// Courses that somebody wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GenerateBatchRequest {
    /// 1 to 50.
    courses: Vec<GenerateRequest>,
}

/// Jobs that were begun, in the order of the request.
#[derive(Serialize, ToSchema)]
struct JobsStarted {
    job_ids: Vec<StudioJobId>,
}

/// Has several courses written. When one of them is refused, none is begun.
#[utoipa::path(post, path = "/admin/ai/generate-courses", tag = "admin", request_body = GenerateBatchRequest,
    responses((status = 202, body = JobsStarted), Problems))]
async fn generate_courses(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<GenerateBatchRequest>,
) -> Result<(StatusCode, Json<JobsStarted>), ApiError> {
    let mut requests = Vec::with_capacity(body.courses.len());
    // One more than there may be is enough to be refused.
    for (place, course) in body.courses.into_iter().take(studio::MOST_AT_ONCE + 1).enumerate() {
        let request = course.course(&app).await;
        requests.push(request.map_err(|error| studio::of_course(place, error))?);
    }
    let job_ids = studio::generate_courses(&app.services, &actor, requests).await?;
    Ok((StatusCode::ACCEPTED, Json(JobsStarted { job_ids })))
}

/// What is to be estimated.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EstimateRequest {
    /// 7, 14 or 21.
    duration_days: u32,
    #[serde(default)]
    author: Option<Author>,
    #[serde(default)]
    grade: Option<Grade>,
    #[serde(default)]
    reference_ids: Option<Vec<ReferenceId>>,
    /// Default: at once.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
}

/// What a course would take, before it is begun.
#[utoipa::path(post, path = "/admin/ai/estimate", tag = "admin", request_body = EstimateRequest,
    responses((status = 200, body = Estimate), Problems))]
async fn estimate(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<EstimateRequest>,
) -> Result<Json<Estimate>, ApiError> {
    if ![7, 14, 21].contains(&body.duration_days) {
        return Err(Error::invalid("duration_days", "invalid", "A course has 7, 14 or 21 days.").into());
    }
    let references = body.reference_ids.unwrap_or_default();
    let grade = body.grade.unwrap_or(Grade::Final);
    let (days, author, starts_at) = (body.duration_days, body.author, body.starts_at);
    let estimate =
        studio::estimate(&app.services, &actor, days, author, grade, &references, starts_at).await?;
    Ok(Json(estimate))
}

/// A lesson that somebody wants written anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegenerateRequest {
    lesson_id: LessonId,
    /// What is to be different.
    #[serde(default)]
    instructions: Option<String>,
    /// Default: final.
    #[serde(default)]
    grade: Option<Grade>,
}

/// Has a lesson written anew by the language model. A lesson that learners read stays as it is: the new text and its quiz wait
/// beside it as a proposal (`GET /admin/ai/lessons/{id}/review`) until somebody approves or discards it. Any other lesson waits for
/// approval again; the history keeps what it was.
#[utoipa::path(post, path = "/admin/ai/regenerate-lesson", tag = "admin", request_body = RegenerateRequest,
    responses((status = 202, body = JobStarted), Problems))]
async fn regenerate_lesson(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<RegenerateRequest>,
) -> Result<(StatusCode, Json<JobStarted>), ApiError> {
    let request = LessonRequest {
        lesson: body.lesson_id,
        instructions: body.instructions.unwrap_or_default(),
        grade: body.grade.unwrap_or(Grade::Final),
    };
    let job_id = studio::regenerate_lesson(&app.services, &actor, request).await?;
    Ok((StatusCode::ACCEPTED, Json(JobStarted { job_id })))
}
