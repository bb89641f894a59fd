//! Categories as administrators add and change them.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use momentum_core::{
    authoring::{self, AuthoredCategory, CategoryDetails},
    ids::CategoryId,
};
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, Bearer, Operations, based_on, parse_id},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations.add(Access::Admin, routes!(list, create)).add(Access::Admin, routes!(one, change, delete))
}

/// All categories, those without published courses too.
#[utoipa::path(get, path = "/admin/categories", tag = "admin",
    responses((status = 200, body = List<AuthoredCategory>), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<AuthoredCategory>>, ApiError> {
    Ok(Json(List::whole(authoring::authored_categories(&app.services, &actor).await?)))
}

/// Adds one. Its slug is made of its name.
#[utoipa::path(post, path = "/admin/categories", tag = "admin",
    request_body = CategoryDetails, responses((status = 201, body = AuthoredCategory), Problems))]
async fn create(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<CategoryDetails>,
) -> Result<(StatusCode, Json<AuthoredCategory>), ApiError> {
    Ok((StatusCode::CREATED, Json(authoring::create_category(&app.services, &actor, body).await?)))
}

/// One of them.
#[utoipa::path(get, path = "/admin/categories/{id}", tag = "admin",
    params(("id" = CategoryId, Path)),
    responses((status = 200, body = AuthoredCategory), Problems))]
async fn one(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredCategory>, ApiError> {
    let id = parse_id(&id, "category")?;
    Ok(Json(authoring::authored_category(&app.services, &actor, id).await?))
}

/// Changes one; its slug stays. With If-Match a change that was made from an older version is refused with 409.
#[utoipa::path(put, path = "/admin/categories/{id}", tag = "admin",
    request_body = CategoryDetails,
    params(
        ("id" = CategoryId, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was read")
    ),
    responses((status = 200, body = AuthoredCategory), Problems))]
async fn change(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<CategoryDetails>,
) -> Result<Json<AuthoredCategory>, ApiError> {
    let id = parse_id(&id, "category")?;
    let version = based_on(&headers)?;
    Ok(Json(authoring::save_category(&app.services, &actor, id, version, body).await?))
}

/// Deletes one that has no courses.
#[utoipa::path(delete, path = "/admin/categories/{id}", tag = "admin",
    params(("id" = CategoryId, Path)),
    responses((status = 204, description = "Deleted."), Problems))]
async fn delete(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    authoring::delete_category(&app.services, &actor, parse_id(&id, "category")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
