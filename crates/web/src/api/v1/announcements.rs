//! Announcements: what is live for the caller, and what administrators write.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    FieldErrors,
    announcements::{self, Announcement, Draft, Heard, Kind},
    ids::AnnouncementId,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, based_on, parse_id},
    http::{
        access::Access,
        identity::Found,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(live))
        .add(Access::User, routes!(dismiss))
        .add(Access::User, routes!(seen))
        .add(Access::Admin, routes!(list, create))
        .add(Access::Admin, routes!(one, change, delete))
}

/// An announcement as its readers get it.
#[derive(Serialize, ToSchema)]
struct News {
    id: AnnouncementId,
    title: String,
    /// Markdown.
    body: String,
    /// The same as sanitized HTML.
    body_html: String,
    kind: Kind,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    /// It is meant to stand on top of every page.
    banner: bool,
    dismissible: bool,
    link_url: String,
    link_label: String,
    /// The caller has looked at it; always false for visitors.
    seen: bool,
    /// The caller has put its banner away; always false for visitors.
    dismissed: bool,
}

fn news((heard, seen, dismissed): (Arc<Heard>, bool, bool)) -> News {
    let item = &heard.announcement;
    News {
        id: item.id,
        title: item.title.clone(),
        body: item.body.clone(),
        body_html: heard.html.clone(),
        kind: item.kind,
        since: item.starts_at,
        until: item.ends_at,
        banner: item.banner,
        dismissible: item.dismissible,
        link_url: item.link_url.clone(),
        link_label: item.link_label.clone(),
        seen,
        dismissed,
    }
}

/// What is live for the caller, the latest first.
#[utoipa::path(get, path = "/announcements", tag = "me",
    responses((status = 200, body = List<News>), Problems))]
async fn live(
    State(app): State<App>,
    found: Option<axum::Extension<Found>>,
) -> Result<Json<List<News>>, ApiError> {
    let s = &app.services;
    let items = match found {
        Some(axum::Extension(Found(actor))) => announcements::for_me(s, &actor).await?,
        None => announcements::heard(s, None).await?.into_iter().map(|heard| (heard, false, false)).collect(),
    };
    Ok(Json(List::whole(items.into_iter().map(news).collect())))
}

/// Puts a banner away.
#[utoipa::path(post, path = "/announcements/{id}/dismiss", tag = "me",
    params(("id" = AnnouncementId, Path)),
    responses((status = 204, description = "Put away."), Problems))]
async fn dismiss(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    announcements::dismiss(&app.services, &actor, parse_id(&id, "announcement")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that the caller has looked at everything that is live for them.
#[utoipa::path(post, path = "/announcements/seen", tag = "me",
    responses((status = 204, description = "Noted."), Problems))]
async fn seen(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    announcements::mark_seen(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All announcements, the latest begin first.
#[utoipa::path(get, path = "/admin/announcements", tag = "admin",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<Announcement>), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<Announcement>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    errors.into_result()?;
    let (items, total) = announcements::announcements(&app.services, &actor, page.limit, page.offset).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// Writes one. Without `starts_at` it is live at once.
#[utoipa::path(post, path = "/admin/announcements", tag = "admin", request_body = Draft,
    responses((status = 201, body = Announcement), Problems))]
async fn create(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<Draft>,
) -> Result<(StatusCode, Json<Announcement>), ApiError> {
    Ok((StatusCode::CREATED, Json(announcements::create(&app.services, &actor, body).await?)))
}

/// One of them.
#[utoipa::path(get, path = "/admin/announcements/{id}", tag = "admin",
    params(("id" = AnnouncementId, Path)),
    responses((status = 200, body = Announcement), Problems))]
async fn one(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Announcement>, ApiError> {
    let id = parse_id(&id, "announcement")?;
    Ok(Json(announcements::announcement(&app.services, &actor, id).await?))
}

/// Changes one. With If-Match a change that was made from an older version is refused with 409.
#[utoipa::path(put, path = "/admin/announcements/{id}", tag = "admin", request_body = Draft,
    params(
        ("id" = AnnouncementId, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was read")
    ),
    responses((status = 200, body = Announcement), Problems))]
async fn change(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<Draft>,
) -> Result<Json<Announcement>, ApiError> {
    let id = parse_id(&id, "announcement")?;
    Ok(Json(announcements::update(&app.services, &actor, id, body, based_on(&headers)?).await?))
}

/// Deletes one.
#[utoipa::path(delete, path = "/admin/announcements/{id}", tag = "admin",
    params(("id" = AnnouncementId, Path)),
    responses((status = 204, description = "Deleted."), Problems))]
async fn delete(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    announcements::delete(&app.services, &actor, parse_id(&id, "announcement")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
