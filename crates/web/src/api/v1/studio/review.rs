//! What people think of what programs wrote.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, FieldErrors,
    authoring::{Difference, LessonContent, ReviewState, Version},
    catalog::Question,
    ids::{CourseId, LessonId, StudioJobId},
    studio::{self, Author, LessonReport, LessonReview, PassageView, Proposal, ReviewCourse, Seen},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, parse_id},
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
        .add(Access::Admin, routes!(discard_proposal))
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
    /// Learners read it, and a new text waits for approval.
    proposed: bool,
    /// It is being written anew.
    rewriting: bool,
    /// As it is now, 0 to 100.
    quality_score: Option<u8>,
    /// Why somebody flagged it, or the new text.
    flag: Option<String>,
    /// 1 to 5.
    rating: Option<i64>,
}

/// A generated course on its way to be approved.
#[derive(Serialize, ToSchema)]
struct ReviewCourseAnswer {
    course_id: CourseId,
    title: String,
    /// Whether nothing waits for approval.
    approved: bool,
    /// Null: it is a copy, or its job is gone.
    author: Option<Author>,
    job_id: Option<StudioJobId>,
    /// As it is now, 0 to 100.
    quality_score: u8,
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
            quality_score: review.score,
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
                    proposed: lesson.proposed,
                    rewriting: lesson.rewriting,
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

/// Approves every lesson of a course, with the proposals that wait beside its lessons. Refused while one of them is flagged (409
/// `flagged`) or being written anew (409 `under-way`).
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

/// A new text of a lesson that learners read. They go on reading theirs until somebody approves this one.
#[derive(Serialize, ToSchema)]
struct ProposalAnswer {
    /// The job that wrote it. It names the proposal when one approves or discards it.
    job_id: StudioJobId,
    author: Author,
    model: String,
    content: LessonContent,
    /// With the right answers.
    quiz: Vec<Question>,
    quality_score: Option<u8>,
    /// Each gate with its score and its reasons.
    #[schema(value_type = Vec<Object>)]
    gates: serde_json::Value,
    passages: Vec<PassageView>,
    /// What is said in its video.
    video_script: String,
    /// Why somebody flagged it.
    flag: Option<String>,
    /// From what learners read now.
    difference: Difference,
    created_at: DateTime<Utc>,
}

impl From<Proposal> for ProposalAnswer {
    fn from(proposal: Proposal) -> Self {
        Self {
            job_id: proposal.job,
            author: proposal.author,
            model: proposal.model,
            content: proposal.content,
            quiz: proposal.quiz,
            quality_score: proposal.report.as_ref().map(|report| report.score),
            gates: gates(proposal.report.as_ref()),
            passages: proposal.passages,
            video_script: proposal.script,
            flag: proposal.flag,
            difference: proposal.difference,
            created_at: proposal.created_at,
        }
    }
}

fn gates(report: Option<&LessonReport>) -> serde_json::Value {
    serde_json::json!(report.map(|report| report.gates.as_slice()).unwrap_or_default())
}

/// How a lesson is judged as it is now, and what it rests on.
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
    /// The job that wrote it, or the text that people made it from. Null: that isn't known any more.
    job_id: Option<StudioJobId>,
    /// Who changed it last since a program wrote it, or restored it.
    changed: Option<Version>,
    /// The version in the history that holds what a person wrote while a program wrote this.
    kept_version: Option<i64>,
    /// The job that writes it anew just now; meanwhile it can't be approved.
    rewriting_job_id: Option<StudioJobId>,
    /// So little is left of this month's budget that no model can write it anew.
    budget_used_up: bool,
    /// What waits for approval while learners read the lesson.
    proposal: Option<ProposalAnswer>,
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
            changed: review.changed,
            kept_version: review.kept_version,
            rewriting_job_id: review.rewriting,
            budget_used_up: review.budget_used_up,
            proposal: review.proposal.map(Into::into),
            quality_score: review.report.as_ref().map(|report| report.score),
            gates: gates(review.report.as_ref()),
            passages: review.passages,
            video_script: review.script,
            flag: review.flag,
            rating: review.rating,
            rating_reason: review.rating_reason,
            decided_at: review.decided_at,
        }
    }
}

/// How a lesson is judged as it is now, what it rests on, and what waits beside it. The lesson itself is at `GET /admin/lessons/{id}`.
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
    /// The job whose proposal was looked at. With a version or a proposal, another proposal than this is refused (409
    /// `edited-meanwhile`).
    #[serde(default)]
    proposal: Option<StudioJobId>,
}

/// Approves a lesson. Its course can be published when all of its lessons are approved. If a proposal waits beside it, that is what
/// learners read from then on, its quiz too. Refused while the lesson is being written anew (409 `under-way`).
#[utoipa::path(post, path = "/admin/ai/lessons/{id}/approve", tag = "admin", params(("id" = LessonId, Path)),
    request_body = ApproveRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn approve(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ApproveRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    let seen = Seen { version: body.version, proposal: body.proposal };
    studio::approve_lesson(&app.services, &actor, id, seen).await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}

/// Discards what was written anew for a lesson that learners read.
#[utoipa::path(delete, path = "/admin/ai/lessons/{id}/proposal", tag = "admin",
    params(
        ("id" = LessonId, Path),
        ("proposal" = Option<StudioJobId>, Query,
            description = "The job whose proposal was looked at; another one is refused (409 `edited-meanwhile`)")
    ),
    responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn discard_proposal(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    query: ApiQuery,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    let mut errors = FieldErrors::default();
    let seen = query.parsed(&mut errors, "proposal", |text| text.parse().ok(), "This is no id.");
    errors.into_result()?;
    studio::discard_proposal(&app.services, &actor, id, seen).await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}

/// Why a lesson is flagged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlagRequest {
    reason: String,
}

/// Flags a lesson, or the proposal that waits beside it: it isn't good as it is. It waits for approval again.
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
