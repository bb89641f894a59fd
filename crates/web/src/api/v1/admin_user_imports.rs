//! Accounts from CSV files, for administrators.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::{
    FieldErrors,
    identity::administration::import::{self, ImportError, ImportOptions, MAX_IMPORT_BYTES, UserImport},
    ids::UserImportId,
};
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, parse_id},
    http::{
        access::Access,
        body_limit::unread,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        // One byte more than allowed, so that what is too large is refused in words.
        .add_roomy(MAX_IMPORT_BYTES + 1, Access::Admin, routes!(list, check))
        .add(Access::Admin, routes!(show, discard))
        .add(Access::Admin, routes!(errors))
        .add(Access::Admin, routes!(start))
}

/// The latest imports.
#[utoipa::path(get, path = "/admin/user-imports", tag = "admin",
    responses((status = 200, body = List<UserImport>), Problems))]
async fn list(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<List<UserImport>>, ApiError> {
    Ok(Json(List::whole(import::imports(&app.services, &actor).await?)))
}

/// Checks a file (CSV as the body, at most 5 MB and 50,000 rows) with the columns `email`, `name` and, if you like, `role`
/// and `time_zone`. Further columns of the export of accounts are left out. Nothing is taken in before it is started.
#[utoipa::path(post, path = "/admin/user-imports", tag = "admin",
    params(("name" = Option<String>, Query, description = "Name of the file")),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = UserImport), Problems))]
async fn check(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return unread(&error, MAX_IMPORT_BYTES),
    };
    let name = query.text("name").unwrap_or("users.csv");
    match import::check_import(&app.services, &actor, name, body.to_vec()).await {
        Ok(found) => (StatusCode::CREATED, Json(found)).into_response(),
        Err(error) => ApiError(error).into_response(),
    }
}

fn import_id(text: &str) -> Result<UserImportId, momentum_core::Error> {
    parse_id(text, "import")
}

/// An import: what was found in the file, and how far it was taken in.
#[utoipa::path(get, path = "/admin/user-imports/{id}", tag = "admin", params(("id" = UserImportId, Path)),
    responses((status = 200, body = UserImport), Problems))]
async fn show(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<UserImport>, ApiError> {
    Ok(Json(import::import(&app.services, &actor, import_id(&id)?).await?))
}

/// Forgets a file that was not started.
#[utoipa::path(delete, path = "/admin/user-imports/{id}", tag = "admin", params(("id" = UserImportId, Path)),
    responses((status = 204, description = "Forgotten."), Problems))]
async fn discard(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    import::discard_import(&app.services, &actor, import_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The rows that can't be taken in.
#[utoipa::path(get, path = "/admin/user-imports/{id}/errors", tag = "admin",
    params(
        ("id" = UserImportId, Path),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<ImportError>), Problems))]
async fn errors(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    query: ApiQuery,
) -> Result<Json<List<ImportError>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    errors.into_result()?;
    let id = import_id(&id)?;
    let total = import::import(&app.services, &actor, id).await?.wrong_rows;
    let items = import::import_errors(&app.services, &actor, id, page.limit, page.offset).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// Begins to take the rows in; they are taken in in the background.
#[utoipa::path(post, path = "/admin/user-imports/{id}/start", tag = "admin", params(("id" = UserImportId, Path)),
    request_body = ImportOptions, responses((status = 202, body = UserImport), Problems))]
async fn start(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(options): ApiJson<ImportOptions>,
) -> Result<(StatusCode, Json<UserImport>), ApiError> {
    let found = import::start_import(&app.services, &actor, import_id(&id)?, options).await?;
    Ok((StatusCode::ACCEPTED, Json(found)))
}
