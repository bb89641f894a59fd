//! How the site is doing, and search for administrators.

use axum::{Json, extract::State};
use momentum_core::operations::{self, Found, Overview};
use utoipa_axum::routes;

use crate::{
    App,
    api::{ApiQuery, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations.add(Access::Admin, routes!(overview)).add(Access::Admin, routes!(search))
}

/// Counts, and what happened last.
#[utoipa::path(get, path = "/admin/overview", tag = "admin", responses((status = 200, body = Overview), Problems))]
async fn overview(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<Overview>, ApiError> {
    Ok(Json(operations::overview(&app.services, &actor).await?))
}

/// People by name or address, courses and lessons by title; a few of each.
#[utoipa::path(get, path = "/admin/search", tag = "admin",
    params(("q" = Option<String>, Query, description = "A part of a name, an address or a title")),
    responses((status = 200, body = Found), Problems))]
async fn search(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<Found>, ApiError> {
    Ok(Json(operations::search(&app.services, &actor, query.text("q").unwrap_or_default()).await?))
}
