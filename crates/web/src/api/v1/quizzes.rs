//! Quizzes: taking them, and writing them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use momentum_core::{
    FieldErrors,
    authoring::{self, AuthoredQuiz, QuizChange},
    catalog::{Question, QuizPolicy},
    ids::{AttemptId, LessonId},
    learning::quiz::{self, Answer, Attempt, AttemptResult, AttemptSummary},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
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
        .add(Access::User, routes!(begin))
        .add(Access::User, routes!(attempts, submit))
        .add(Access::User, routes!(save))
        .add(Access::Admin, routes!(authored, replace))
}

/// The questions of a lesson's quiz, in an order of the caller's own and without what tells the answers. Begins an attempt when
/// none is under way; the same one is answered until it is handed in. An attempt that was only begun doesn't count.
#[utoipa::path(get, path = "/lessons/{id}/quiz", tag = "learning", params(("id" = LessonId, Path)),
    responses((status = 200, body = Attempt), Problems))]
async fn begin(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Attempt>, ApiError> {
    Ok(Json(quiz::begin_quiz(&app.services, &actor, parse_id(&id, "lesson")?).await?))
}

/// The caller's attempts at a quiz that were handed in, the latest first.
#[utoipa::path(get, path = "/lessons/{id}/quiz-attempts", tag = "learning",
    params(
        ("id" = LessonId, Path),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<AttemptSummary>), Problems))]
async fn attempts(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    query: ApiQuery,
) -> Result<Json<List<AttemptSummary>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    errors.into_result()?;
    let lesson = parse_id(&id, "lesson")?;
    let (items, total) = quiz::quiz_attempts(&app.services, &actor, lesson, page.limit, page.offset).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// An attempt to hand in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubmitRequest {
    /// Which attempt; the one under way when it is missing. Naming it makes repetitions harmless.
    #[serde(default)]
    attempt_id: Option<AttemptId>,
    /// For each question in the order of the attempt an answer of its kind, or null. Missing: those that were saved, if any were.
    #[serde(default)]
    answers: Option<Vec<Option<Answer>>>,
}

/// Hands an attempt in. It is graded once; a question is right as a whole or not at all.
#[utoipa::path(post, path = "/lessons/{id}/quiz-attempts", tag = "learning", request_body = SubmitRequest,
    params(("id" = LessonId, Path)),
    responses(
        (status = 201, description = "Graded.", body = AttemptResult),
        (status = 200, description = "Was graded before.", body = AttemptResult),
        Problems
    ))]
async fn submit(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<SubmitRequest>,
) -> Result<(StatusCode, Json<AttemptResult>), ApiError> {
    let lesson = parse_id(&id, "lesson")?;
    let (result, gain) =
        quiz::submit_quiz(&app.services, &actor, lesson, body.attempt_id, body.answers).await?;
    Ok((if gain.is_some() { StatusCode::CREATED } else { StatusCode::OK }, Json(result)))
}

/// Answers to keep.
#[derive(Deserialize, ToSchema)]
struct SaveRequest {
    /// For each question in the order of the attempt an answer of its kind, or null.
    answers: Vec<Option<Answer>>,
}

/// Keeps the answers of an attempt under way.
#[utoipa::path(put, path = "/lessons/{id}/quiz-attempts/{attempt_id}/answers", tag = "learning",
    request_body = SaveRequest, params(("id" = LessonId, Path), ("attempt_id" = AttemptId, Path)),
    responses((status = 204, description = "Kept."), Problems))]
async fn save(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path((id, attempt)): Path<(String, String)>,
    ApiJson(body): ApiJson<SaveRequest>,
) -> Result<StatusCode, ApiError> {
    let (lesson, attempt) = (parse_id(&id, "lesson")?, parse_id(&attempt, "attempt")?);
    quiz::save_answers(&app.services, &actor, lesson, attempt, body.answers).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A quiz as its authors see it.
#[derive(Serialize, ToSchema)]
struct QuizAnswer {
    lesson_id: LessonId,
    /// Names this state; send it back with a change, so that nothing that another author saved meanwhile is overwritten.
    revision: String,
    policy: QuizPolicy,
    /// With the right answers.
    questions: Vec<Question>,
}

impl From<AuthoredQuiz> for QuizAnswer {
    fn from(quiz: AuthoredQuiz) -> Self {
        let AuthoredQuiz { lesson_id, revision, policy, questions, .. } = quiz;
        Self { lesson_id, revision, policy, questions }
    }
}

/// The quiz of a lesson with the right answers.
#[utoipa::path(get, path = "/admin/lessons/{id}/quiz", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 200, body = QuizAnswer), Problems))]
async fn authored(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<QuizAnswer>, ApiError> {
    Ok(Json(authoring::quiz(&app.services, &actor, parse_id(&id, "lesson")?).await?.into()))
}

/// A whole quiz.
#[derive(Deserialize, ToSchema)]
struct QuizRequest {
    /// The state that this one was made from; when it is missing, whatever is there is replaced.
    #[serde(default)]
    revision: Option<String>,
    #[serde(default)]
    policy: QuizPolicy,
    /// At most 50.
    #[schema(max_items = 50)]
    questions: Vec<Question>,
}

/// Replaces the quiz of a lesson. Learners who have begun an attempt finish it with the questions that it was begun with.
#[utoipa::path(put, path = "/admin/lessons/{id}/quiz", tag = "admin", request_body = QuizRequest,
    params(("id" = LessonId, Path)), responses((status = 200, body = QuizAnswer), Problems))]
async fn replace(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<QuizRequest>,
) -> Result<Json<QuizAnswer>, ApiError> {
    let lesson = parse_id(&id, "lesson")?;
    let change = QuizChange::Replace(body.questions, body.policy);
    Ok(Json(
        authoring::change_quiz(&app.services, &actor, lesson, body.revision.as_deref(), change).await?.into(),
    ))
}
