//! Reviews: reading, writing and reporting them, and what administrators do with them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use momentum_core::{
    FieldErrors, catalog,
    ids::{CourseId, ReviewId},
    reviews::{self, ModeratedReview, OwnReview, Review, ReviewOrder, ReviewState, ReviewsFilter},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, absent, parse_id},
    http::{
        access::Access,
        identity::Found,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(list))
        .add(Access::User, routes!(save, remove))
        .add(Access::User, routes!(report))
        .add(Access::Admin, routes!(moderated))
        .add(Access::Admin, routes!(hide))
        .add(Access::Admin, routes!(restore))
}

/// Reviews of a course.
#[derive(Serialize, ToSchema)]
struct ReviewsAnswer {
    items: Vec<Review>,
    total: i64,
    limit: i64,
    offset: i64,
    /// 1 to 5; null without a review.
    rating_average: Option<f64>,
    /// How many gave one star, two, … five.
    by_stars: [i64; 5],
}

/// The reviews of a course that everybody may see.
#[utoipa::path(get, path = "/courses/{id}/reviews", tag = "catalog",
    params(
        ("id" = CourseId, Path),
        ("sort" = Option<String>, Query, description = "newest (default), highest or lowest"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = ReviewsAnswer), Problems))]
async fn list(
    State(app): State<App>,
    caller: Option<axum::Extension<Found>>,
    Path(id): Path<String>,
    query: ApiQuery,
) -> Result<Json<ReviewsAnswer>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let order =
        query.parsed(&mut errors, "sort", ReviewOrder::parse, "The order is newest, highest or lowest.");
    errors.into_result()?;
    let course = catalog::course_by_id(&app.services, parse_id(&id, "course")?).await?;
    let actor = caller.map(|axum::Extension(Found(actor))| actor);
    let (items, summary) = reviews::course_reviews(
        &app.services,
        actor.as_deref(),
        course.card.id,
        order.unwrap_or_default(),
        page.limit,
        page.offset,
    )
    .await?;
    Ok(Json(ReviewsAnswer {
        items,
        total: summary.count(),
        limit: page.limit,
        offset: page.offset,
        rating_average: summary.average(),
        by_stars: summary.by_stars(),
    }))
}

/// A review to save.
#[derive(Deserialize, ToSchema)]
struct ReviewRequest {
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    rating: i64,
    /// At most 2,000 characters.
    #[serde(default, deserialize_with = "absent")]
    #[schema(max_length = 2_000)]
    text: String,
}

/// Writes the caller's review of a course, or changes it. For learners of the course.
#[utoipa::path(put, path = "/courses/{id}/reviews/mine", tag = "learning", request_body = ReviewRequest,
    params(("id" = CourseId, Path)), responses((status = 200, body = OwnReview), Problems))]
async fn save(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ReviewRequest>,
) -> Result<Json<OwnReview>, ApiError> {
    let course = parse_id(&id, "course")?;
    Ok(Json(reviews::save_review(&app.services, &actor, course, body.rating, &body.text).await?))
}

/// Removes the caller's review of a course; without one nothing happens.
#[utoipa::path(delete, path = "/courses/{id}/reviews/mine", tag = "learning", params(("id" = CourseId, Path)),
    responses((status = 204, description = "Gone."), Problems))]
async fn remove(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    reviews::remove_review(&app.services, &actor, parse_id(&id, "course")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why something is reported or hidden.
#[derive(Deserialize, ToSchema)]
struct ReasonRequest {
    /// At most 500 characters.
    #[serde(default, deserialize_with = "absent")]
    #[schema(max_length = 500)]
    reason: String,
}

/// Tells administrators that a review is out of place; a second time changes nothing.
#[utoipa::path(post, path = "/reviews/{id}/report", tag = "learning", request_body = ReasonRequest,
    params(("id" = ReviewId, Path)), responses((status = 204, description = "Reported."), Problems))]
async fn report(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ReasonRequest>,
) -> Result<StatusCode, ApiError> {
    reviews::report_review(&app.services, &actor, parse_id(&id, "review")?, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reviews of all courses, the latest first.
#[utoipa::path(get, path = "/admin/reviews", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "Words of the text, the author or the course"),
        ("state" = Option<ReviewState>, Query),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<ModeratedReview>, description = "The total is counted up to 10,000."), Problems))]
async fn moderated(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<ModeratedReview>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let state = |text: &str| text.parse().ok();
    let filter = ReviewsFilter {
        q: query.text("q").unwrap_or_default().chars().take(200).collect(),
        state: query.parsed(&mut errors, "state", state, "The state is visible, reported or hidden."),
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let (items, total) = reviews::moderated(&app.services, &actor, &filter).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// Takes a review out of everybody's sight; its author reads why.
#[utoipa::path(post, path = "/admin/reviews/{id}/hide", tag = "admin", request_body = ReasonRequest,
    params(("id" = ReviewId, Path)), responses((status = 204, description = "Hidden."), Problems))]
async fn hide(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ReasonRequest>,
) -> Result<StatusCode, ApiError> {
    reviews::hide_reviews(&app.services, &actor, &[parse_id(&id, "review")?], &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a hidden review again, or settles what was reported.
#[utoipa::path(post, path = "/admin/reviews/{id}/restore", tag = "admin", params(("id" = ReviewId, Path)),
    responses((status = 204, description = "Visible."), Problems))]
async fn restore(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    reviews::restore_reviews(&app.services, &actor, &[parse_id(&id, "review")?]).await?;
    Ok(StatusCode::NO_CONTENT)
}
