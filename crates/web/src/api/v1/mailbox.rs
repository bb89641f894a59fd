//! The mailbox, for administrators.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use momentum_core::{
    FieldErrors,
    ids::MailId,
    messaging::{MailFilter, MailState, MailSummary},
    operations,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiQuery, Bearer, Operations, parse_id},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(mails))
        .add(Access::Admin, routes!(mail))
        .add(Access::Admin, routes!(retry))
}

/// Mails, newest first; they are kept for as long as the system settings say.
#[utoipa::path(get, path = "/admin/mails", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "A part of the receiver's address"),
        ("template" = Option<String>, Query, description = "Such as reset-password"),
        ("state" = Option<MailState>, Query),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<MailSummary>, description = "The total is counted up to 10,000."), Problems))]
async fn mails(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<MailSummary>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let state = |text: &str| text.parse().ok();
    let filter = MailFilter {
        address: query.text("q").unwrap_or_default().chars().take(254).collect(),
        template: query.text("template").map(ToOwned::to_owned),
        state: query.parsed(
            &mut errors,
            "state",
            state,
            "The state is queued, sending, sent, kept or failed.",
        ),
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let (items, total) = operations::mails(&app.services, &actor, &filter).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// A mail with what it says.
#[derive(Serialize, ToSchema)]
struct MailAnswer {
    #[serde(flatten)]
    summary: MailSummary,
    /// The HTML part.
    html: String,
    /// The plain-text part.
    text: String,
}

/// One mail. It carries live links, so that it was opened is noted in the audit log.
#[utoipa::path(get, path = "/admin/mails/{id}", tag = "admin", params(("id" = MailId, Path)),
    responses((status = 200, body = MailAnswer), Problems))]
async fn mail(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<MailAnswer>, ApiError> {
    let mail = operations::open_mail(&app.services, &actor, parse_id(&id, "mail")?).await?;
    Ok(Json(MailAnswer { summary: mail.summary, html: mail.rendered.html, text: mail.rendered.text }))
}

/// Sends a failed mail once more.
#[utoipa::path(post, path = "/admin/mails/{id}/retry", tag = "admin", params(("id" = MailId, Path)),
    responses((status = 202, description = "On its way."), Problems))]
async fn retry(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    operations::retry_mail(&app.services, &actor, parse_id(&id, "mail")?).await?;
    Ok(StatusCode::ACCEPTED)
}
