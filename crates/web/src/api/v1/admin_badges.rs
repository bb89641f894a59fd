//! Badges as administrators make them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use momentum_core::engagement::{self, BadgeDetails, Rule, Tier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{List, engagement::BadgeAnswer};
use crate::{
    App,
    api::{ApiJson, Bearer, Operations, parse_id},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(list, create))
        .add(Access::Admin, routes!(statistics))
        .add(Access::Admin, routes!(one, change, delete))
}

/// Every badge, also those that can't be earned any more.
#[utoipa::path(get, path = "/admin/badges", tag = "admin",
    responses((status = 200, body = List<BadgeAnswer>), Problems))]
async fn list(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<List<BadgeAnswer>>, ApiError> {
    let all = engagement::all_badges(&app.services, &actor).await?;
    Ok(Json(List::whole(all.iter().map(Into::into).collect())))
}

/// Makes a badge. Whoever has done already what it takes gets it soon.
#[utoipa::path(post, path = "/admin/badges", tag = "admin", request_body = BadgeDetails,
    responses((status = 201, body = BadgeAnswer), Problems))]
async fn create(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<BadgeDetails>,
) -> Result<(StatusCode, Json<BadgeAnswer>), ApiError> {
    let badge = engagement::create_badge(&app.services, &actor, body).await?;
    Ok((StatusCode::CREATED, Json((&badge).into())))
}

/// One badge.
#[utoipa::path(get, path = "/admin/badges/{id}", tag = "admin", params(("id" = momentum_core::ids::BadgeId, Path)),
    responses((status = 200, body = BadgeAnswer), Problems))]
async fn one(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<BadgeAnswer>, ApiError> {
    let badge = engagement::managed_badge(&app.services, &actor, parse_id(&id, "badge")?).await?;
    Ok(Json((&badge).into()))
}

/// What to change; a missing field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BadgeChange {
    #[schema(min_length = 1, max_length = 60)]
    name: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    description: Option<String>,
    tier: Option<Tier>,
    /// Name of a drawing.
    emblem: Option<String>,
    rule: Option<Rule>,
    active: Option<bool>,
    /// The version that the change was made from: if it was changed since, nothing is.
    version: Option<i64>,
}

/// Changes a badge. Those who have it keep it; whoever fulfills a new rule gets it soon.
#[utoipa::path(patch, path = "/admin/badges/{id}", tag = "admin", request_body = BadgeChange,
    params(("id" = momentum_core::ids::BadgeId, Path)),
    responses((status = 200, body = BadgeAnswer), Problems))]
async fn change(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<BadgeChange>,
) -> Result<Json<BadgeAnswer>, ApiError> {
    let s = &app.services;
    let id = parse_id(&id, "badge")?;
    let now = engagement::managed_badge(s, &actor, id).await?;
    let details = BadgeDetails {
        name: body.name.unwrap_or(now.name),
        description: body.description.unwrap_or(now.description),
        tier: body.tier.unwrap_or(now.tier),
        emblem: body.emblem.unwrap_or(now.emblem),
        rule: body.rule.unwrap_or(now.rule),
        active: body.active.unwrap_or(now.active),
    };
    // What was not sent is as it was when it was read.
    let based_on = body.version.unwrap_or(now.version);
    let badge = engagement::update_badge(s, &actor, id, details, Some(based_on)).await?;
    Ok(Json((&badge).into()))
}

/// Deletes a badge that nobody has and that can't be earned any more. One that somebody has can only be retired.
#[utoipa::path(delete, path = "/admin/badges/{id}", tag = "admin", params(("id" = momentum_core::ids::BadgeId, Path)),
    responses((status = 204, description = "Deleted."), Problems))]
async fn delete(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    engagement::delete_badge(&app.services, &actor, parse_id(&id, "badge")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a badge is doing.
#[derive(Serialize, ToSchema)]
struct BadgeNumbers {
    badge: BadgeAnswer,
    /// Who has it.
    holders: i64,
    /// Who got it in the last thirty days.
    earned_last_30_days: i64,
    /// Of a hundred learners, how many have it.
    share_percent: f64,
    first_earned_at: Option<DateTime<Utc>>,
    last_earned_at: Option<DateTime<Utc>>,
}

/// How every badge is doing.
#[utoipa::path(get, path = "/admin/badges/statistics", tag = "admin",
    responses((status = 200, body = List<BadgeNumbers>), Problems))]
async fn statistics(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<BadgeNumbers>>, ApiError> {
    let all = engagement::badge_statistics(&app.services, &actor).await?;
    let items = all.into_iter().map(|item| BadgeNumbers {
        badge: (&*item.badge).into(),
        holders: item.holders,
        earned_last_30_days: item.recent,
        share_percent: item.share_percent,
        first_earned_at: item.first_earned_at,
        last_earned_at: item.last_earned_at,
    });
    Ok(Json(List::whole(items.collect())))
}
