//! What people think of what programs wrote.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error,
    authoring::ReviewState,
    ids::{CourseId, LessonId, StudioJobId},
    studio::{self, Author, LessonReview, PassageView, ReviewCourse},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::super::List;
use crate::{
    App,
    api::{ApiJson, Bearer, Operations, parse_id},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(review_course))
        .add(Access::Admin, routes!(untaught))
        .add(Access::Admin, routes!(approve_all))
        .add(Access::Admin, routes!(review_lesson))
        .add(Access::Admin, routes!(approve))
        .add(Access::Admin, routes!(flag))
        .add(Access::Admin, routes!(rate))
}

/// A lesson in a review.
#[derive(Serialize, ToSchema)]
struct ReviewLessonAnswer {
    id: LessonId,
    day: i64,
    title: String,
    minutes: i64,
    review_state: ReviewState,
    /// 0 to 100.
    quality_score: Option<i64>,
    /// Why somebody flagged it.
    flag: Option<String>,
    /// 1 to 5.
    rating: Option<i64>,
}

/// A generated course on its way to be approved.
#[derive(Serialize, ToSchema)]
struct ReviewCourseAnswer {
    course_id: CourseId,
    title: String,
    approved: bool,
    /// Null: it is a copy, or its job is gone.
    author: Option<Author>,
    job_id: Option<StudioJobId>,
    quality_score: Option<i64>,
    lessons: Vec<ReviewLessonAnswer>,
    /// Passages of its references that no lesson rests on.
    untaught_passages: usize,
}

impl From<ReviewCourse> for ReviewCourseAnswer {
    fn from(review: ReviewCourse) -> Self {
        Self {
            course_id: review.course,
            title: review.title,
            approved: review.approved,
            author: review.job.as_ref().map(|job| job.author),
            quality_score: review.job.as_ref().and_then(|job| job.score),
            job_id: review.job.map(|job| job.id),
            lessons: review
                .lessons
                .into_iter()
                .map(|lesson| ReviewLessonAnswer {
                    id: lesson.id,
                    day: lesson.day,
                    title: lesson.title,
                    minutes: lesson.minutes,
                    review_state: lesson.review_state,
                    quality_score: lesson.score,
                    flag: lesson.flag,
                    rating: lesson.rating,
                })
                .collect(),
            untaught_passages: review.untaught,
        }
    }
}

fn course_id(text: &str) -> Result<CourseId, Error> {
    parse_id(text, "course")
}

fn lesson_id(text: &str) -> Result<LessonId, Error> {
    parse_id(text, "lesson")
}

/// How far the review of a generated course is.
#[utoipa::path(get, path = "/admin/ai/courses/{id}/review", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = ReviewCourseAnswer), Problems))]
async fn review_course(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ReviewCourseAnswer>, ApiError> {
    Ok(Json(studio::review_course(&app.services, &actor, course_id(&id)?).await?.into()))
}

/// The passages of a course's references that no lesson rests on.
#[utoipa::path(get, path = "/admin/ai/courses/{id}/untaught", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = List<PassageView>), Problems))]
async fn untaught(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<List<PassageView>>, ApiError> {
    let id = course_id(&id)?;
    studio::review_course(&app.services, &actor, id).await?;
    Ok(Json(List::whole(studio::untaught_passages(&app.services, &actor, id).await?)))
}

/// Approves every lesson of a course. Refused while one of them is flagged.
#[utoipa::path(post, path = "/admin/ai/courses/{id}/approve", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = ReviewCourseAnswer), Problems))]
async fn approve_all(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ReviewCourseAnswer>, ApiError> {
    let id = course_id(&id)?;
    studio::review_course(&app.services, &actor, id).await?;
    studio::approve_all(&app.services, &actor, id).await?;
    Ok(Json(studio::review_course(&app.services, &actor, id).await?.into()))
}

/// How a lesson was judged, and what it rests on.
#[derive(Serialize, ToSchema)]
struct LessonReviewAnswer {
    lesson_id: LessonId,
    course_id: CourseId,
    day: i64,
    title: String,
    version: i64,
    review_state: ReviewState,
    author: Option<Author>,
    /// Empty for the extractive author.
    model: String,
    job_id: Option<StudioJobId>,
    quality_score: Option<u8>,
    /// Each gate with its score and its reasons.
    #[schema(value_type = Vec<Object>)]
    gates: serde_json::Value,
    passages: Vec<PassageView>,
    /// What is said in its video.
    video_script: String,
    flag: Option<String>,
    rating: Option<i64>,
    rating_reason: String,
    decided_at: Option<DateTime<Utc>>,
}

impl From<LessonReview> for LessonReviewAnswer {
    fn from(review: LessonReview) -> Self {
        let gates = review.report.as_ref().and_then(|report| serde_json::to_value(&report.gates).ok());
        Self {
            lesson_id: review.lesson.id,
            course_id: review.lesson.course_id,
            day: review.lesson.day,
            title: review.lesson.content.title,
            version: review.lesson.version,
            review_state: review.lesson.review_state,
            author: review.author,
            model: review.model,
            job_id: review.job,
            quality_score: review.report.map(|report| report.score),
            gates: gates.unwrap_or_else(|| serde_json::json!([])),
            passages: review.passages,
            video_script: review.script,
            flag: review.flag,
            rating: review.rating,
            rating_reason: review.rating_reason,
            decided_at: review.decided_at,
        }
    }
}

/// How a lesson was judged, and what it rests on. The lesson itself is at `GET /admin/lessons/{id}`.
#[utoipa::path(get, path = "/admin/ai/lessons/{id}/review", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn review_lesson(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    Ok(Json(studio::review_lesson(&app.services, &actor, lesson_id(&id)?).await?.into()))
}

/// What is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveRequest {
    /// The version that was looked at; an older one is refused (409 `edited-meanwhile`).
    #[serde(default)]
    version: Option<i64>,
}

/// Approves a lesson. Its course can be published when all of its lessons are approved.
#[utoipa::path(post, path = "/admin/ai/lessons/{id}/approve", tag = "admin", params(("id" = LessonId, Path)),
    request_body = ApproveRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn approve(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ApproveRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    studio::approve_lesson(&app.services, &actor, id, body.version).await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}

/// Why a lesson is flagged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlagRequest {
    reason: String,
}

/// Flags a lesson: it isn't good as it is. It waits for approval again.
#[utoipa::path(post, path = "/admin/ai/lessons/{id}/flag", tag = "admin", params(("id" = LessonId, Path)),
    request_body = FlagRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn flag(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<FlagRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    studio::flag_lesson(&app.services, &actor, id, &body.reason).await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}

/// How good what was written is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RateRequest {
    /// 1 to 5.
    rating: i64,
    #[serde(default)]
    reason: Option<String>,
}

/// Rates what was written, for the report on prompts.
#[utoipa::path(put, path = "/admin/ai/lessons/{id}/rating", tag = "admin", params(("id" = LessonId, Path)),
    request_body = RateRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn rate(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<RateRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    studio::rate_lesson(&app.services, &actor, id, body.rating, body.reason.as_deref().unwrap_or_default())
        .await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}
