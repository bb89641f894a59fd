//! Writing lessons.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use momentum_core::{
    Error, FieldErrors,
    authoring::{self, AuthoredLesson, LessonContent, LessonRow, LessonStatus, LessonsFilter},
    ids::{CourseId, LessonId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, merged, parse_id, taken},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

/// A lesson may be long.
pub(crate) const MAX_LESSON_BYTES: usize = 2 * 1024 * 1024;

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(list))
        .add_roomy(MAX_LESSON_BYTES, Access::Admin, routes!(of_course, create))
        .add(Access::Admin, routes!(order))
        .add_roomy(MAX_LESSON_BYTES, Access::Admin, routes!(show, update, remove))
        .add_roomy(MAX_LESSON_BYTES, Access::Admin, routes!(save_draft, discard_draft))
        .add(Access::Admin, routes!(publish))
        .add(Access::Admin, routes!(unpublish))
}

/// Lessons of all courses, drafts too; those changed last first.
#[utoipa::path(get, path = "/admin/lessons", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "Words in the title"),
        ("course_id" = Option<CourseId>, Query),
        ("status" = Option<LessonStatus>, Query),
        ("with_draft" = Option<bool>, Query, description = "Only those with a working copy"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<LessonRow>), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<LessonRow>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let filter = LessonsFilter {
        q: query.text("q").unwrap_or_default().chars().take(200).collect(),
        course: query.parsed(&mut errors, "course_id", |text| text.parse().ok(), "This is no id."),
        status: query.parsed(&mut errors, "status", LessonStatus::parse, "The status is draft or published."),
        with_draft: query
            .parsed(&mut errors, "with_draft", |text| text.parse().ok(), "Send true or false.")
            .unwrap_or(false),
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let (items, total) = authoring::lessons(&app.services, &actor, &filter).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

fn course_id(text: &str) -> Result<CourseId, Error> {
    parse_id(text, "course")
}

fn lesson_id(text: &str) -> Result<LessonId, Error> {
    parse_id(text, "lesson")
}

/// The lessons of a course by day, drafts too.
#[utoipa::path(get, path = "/admin/courses/{id}/lessons", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = List<LessonRow>), Problems))]
async fn of_course(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<List<LessonRow>>, ApiError> {
    let course = authoring::course(&app.services, &actor, course_id(&id)?).await?;
    Ok(Json(List::whole(course.lessons)))
}

/// Adds a lesson as a draft: on `day`, or on the first day without a lesson.
#[utoipa::path(post, path = "/admin/courses/{id}/lessons", tag = "admin", params(("id" = CourseId, Path)),
    request_body = LessonContent, responses((status = 201, body = AuthoredLesson), Problems))]
async fn create(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(mut sent): ApiJson<Map<String, Value>>,
) -> Result<(StatusCode, Json<AuthoredLesson>), ApiError> {
    let day = taken(&mut sent, "day")?;
    let content = merged(&LessonContent::default(), sent)?;
    let lesson = authoring::add_lesson(&app.services, &actor, course_id(&id)?, day, content).await?;
    Ok((StatusCode::CREATED, Json(lesson)))
}

/// Every lesson of the course in its new order.
#[derive(Deserialize, ToSchema)]
struct Order {
    /// The first is day 1.
    order: Vec<LessonId>,
}

/// Puts the lessons of a course into this order. What learners did goes with the lessons.
#[utoipa::path(put, path = "/admin/courses/{id}/lessons/order", tag = "admin", params(("id" = CourseId, Path)),
    request_body = Order, responses((status = 200, body = List<LessonRow>), Problems))]
async fn order(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<Order>,
) -> Result<Json<List<LessonRow>>, ApiError> {
    let id = course_id(&id)?;
    authoring::order_lessons(&app.services, &actor, id, &body.order).await?;
    Ok(Json(List::whole(authoring::course(&app.services, &actor, id).await?.lessons)))
}

/// A lesson with its working copy and the right answers of its quiz.
#[utoipa::path(get, path = "/admin/lessons/{id}", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 200, body = AuthoredLesson), Problems))]
async fn show(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredLesson>, ApiError> {
    Ok(Json(authoring::lesson(&app.services, &actor, lesson_id(&id)?).await?))
}

/// Changes the fields that are sent; its learners see it at once. With `version`, the change is refused (409
/// `edited-meanwhile`) when somebody else has changed the lesson since. The working copy is gone then.
#[utoipa::path(patch, path = "/admin/lessons/{id}", tag = "admin", params(("id" = LessonId, Path)),
    request_body = LessonContent, responses((status = 200, body = AuthoredLesson), Problems))]
async fn update(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(mut sent): ApiJson<Map<String, Value>>,
) -> Result<Json<AuthoredLesson>, ApiError> {
    let id = lesson_id(&id)?;
    let based = taken(&mut sent, "version")?;
    let current = authoring::lesson(&app.services, &actor, id).await?;
    let content = merged(&current.content, sent)?;
    // What was not sent was read just now, so it is that version which the change is made from.
    let based = based.or(Some(current.version));
    Ok(Json(authoring::save_lesson(&app.services, &actor, id, based, content).await?))
}

/// Removes a lesson that no learner has begun; others can be unpublished.
#[utoipa::path(delete, path = "/admin/lessons/{id}", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    authoring::delete_lesson(&app.services, &actor, lesson_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The version that the next change is made from.
#[derive(Serialize, ToSchema)]
struct Saved {
    version: i64,
}

/// Keeps text that isn't finished as the working copy of a lesson; learners don't see it.
#[utoipa::path(put, path = "/admin/lessons/{id}/draft", tag = "admin", params(("id" = LessonId, Path)),
    request_body = LessonContent, responses((status = 200, body = Saved), Problems))]
async fn save_draft(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(mut sent): ApiJson<Map<String, Value>>,
) -> Result<Json<Saved>, ApiError> {
    let based = taken(&mut sent, "version")?;
    let content = merged(&LessonContent::default(), sent)?;
    let version = authoring::save_draft(&app.services, &actor, lesson_id(&id)?, based, content).await?;
    Ok(Json(Saved { version }))
}

/// Forgets the working copy.
#[utoipa::path(delete, path = "/admin/lessons/{id}/draft", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 204, description = "Forgotten."), Problems))]
async fn discard_draft(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    authoring::discard_draft(&app.services, &actor, lesson_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a lesson to the learners of its course.
#[utoipa::path(post, path = "/admin/lessons/{id}/publish", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 200, body = AuthoredLesson), Problems))]
async fn publish(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredLesson>, ApiError> {
    Ok(Json(authoring::publish_lesson(&app.services, &actor, lesson_id(&id)?).await?))
}

/// Hides a lesson from learners; what they did in it is kept.
#[utoipa::path(post, path = "/admin/lessons/{id}/unpublish", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 200, body = AuthoredLesson), Problems))]
async fn unpublish(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredLesson>, ApiError> {
    Ok(Json(authoring::unpublish_lesson(&app.services, &actor, lesson_id(&id)?).await?))
}
