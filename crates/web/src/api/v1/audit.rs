//! The audit log, for administrators.

use axum::{Json, extract::State, response::Response};
use chrono::DateTime;
use momentum_core::{
    FieldErrors,
    audit::{AuditEntry, AuditFilter, Verdict},
    operations,
};
use utoipa_axum::routes;

use super::{List, audit_csv};
use crate::{
    App,
    api::{ApiQuery, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(entries))
        .add(Access::Admin, routes!(export))
        .add(Access::Admin, routes!(verify))
}

/// What is looked for.
fn filter(query: &ApiQuery, errors: &mut FieldErrors) -> AuditFilter {
    let mut time = |name| {
        let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
        query.parsed(errors, name, parse, "Send a time such as 2026-03-02T12:00:00Z.")
    };
    let (from, to) = (time("from"), time("to"));
    AuditFilter { q: query.text("q").unwrap_or_default().to_owned(), from, to }
}

/// What was done that matters for security and administration, the newest first.
#[utoipa::path(get, path = "/admin/audit", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "Words in action, target, address or the actor's email address"),
        ("from" = Option<String>, Query, format = DateTime, description = "Not before"),
        ("to" = Option<String>, Query, format = DateTime, description = "Before"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000),
    ),
    responses((status = 200, body = List<AuditEntry>), Problems))]
async fn entries(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<AuditEntry>>, ApiError> {
    let mut errors = FieldErrors::default();
    let filter = filter(&query, &mut errors);
    let page = query.page(&mut errors);
    errors.into_result()?;
    let (items, total) =
        operations::audit_entries(&app.services, &actor, &filter, page.limit, page.offset).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// All entries that match, the oldest first, as CSV.
#[utoipa::path(get, path = "/admin/audit/export", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "Words in action, target, address or the actor's email address"),
        ("from" = Option<String>, Query, format = DateTime, description = "Not before"),
        ("to" = Option<String>, Query, format = DateTime, description = "Before"),
    ),
    responses((status = 200, body = String, content_type = "text/csv"), Problems))]
async fn export(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Response, ApiError> {
    let mut errors = FieldErrors::default();
    let filter = filter(&query, &mut errors);
    errors.into_result()?;
    Ok(audit_csv(&app, &actor, filter)?)
}

/// Computes the log's chain of hashes again and says whether it is whole.
#[utoipa::path(get, path = "/admin/audit/verification", tag = "admin",
    responses((status = 200, body = Verdict), Problems))]
async fn verify(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<Verdict>, ApiError> {
    Ok(Json(operations::verify_audit(&app.services, &actor).await?))
}
