//! The signed-in person: profile, sessions, numbers; and the profiles of others.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use momentum_core::{
    engagement::{self, EarnedBadge, Statistics, Tier},
    identity::{
        self, ProfileUpdate, SessionInfo, User,
        external::{self, SignInMethods},
    },
    ids::{ExternalIdentityId, SessionId, UserId},
    learning,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, Bearer, Operations, absent, parse_id},
    badge_art,
    http::{
        access::Access,
        identity::Found,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::User, routes!(show, update))
        .add(Access::User, routes!(change_password))
        .add(Access::User, routes!(sessions, revoke_others))
        .add(Access::User, routes!(revoke))
        .add(Access::User, routes!(identities))
        .add(Access::User, routes!(remove_identity))
        .add(Access::User, routes!(statistics))
        .add(Access::Anyone, routes!(person))
}

/// The caller's account and profile.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = User), Problems))]
async fn show(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<User>, ApiError> {
    Ok(Json(identity::profile(&app.services, &actor).await?))
}

/// Changes the fields that are sent.
#[utoipa::path(patch, path = "/me", tag = "me", request_body = ProfileUpdate,
    responses((status = 200, body = User), Problems))]
async fn update(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<ProfileUpdate>,
) -> Result<Json<User>, ApiError> {
    Ok(Json(engagement::update_profile(&app.services, &actor, body).await?.0))
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
struct PasswordChange {
    /// Not asked of an account that has no password yet: that takes a fresh proof, see `/auth/step-up`.
    #[serde(default, deserialize_with = "absent")]
    current_password: String,
    password: String,
}

/// Changes the password, or sets the first one; every other session ends.
#[utoipa::path(post, path = "/me/password", tag = "me", request_body = PasswordChange,
    responses((status = 204, description = "Changed."), Problems))]
async fn change_password(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    identity::change_password(&app.services, &actor, &body.current_password, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's sessions, of browsers and of API clients.
#[utoipa::path(get, path = "/me/sessions", tag = "me", responses((status = 200, body = List<SessionInfo>), Problems))]
async fn sessions(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<SessionInfo>>, ApiError> {
    Ok(Json(List::whole(identity::list_sessions(&app.services, &actor).await?)))
}

/// Ends all sessions but the one that asks.
#[utoipa::path(delete, path = "/me/sessions", tag = "me",
    responses((status = 204, description = "Ended."), Problems))]
async fn revoke_others(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    identity::revoke_other_sessions(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one session.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "me", params(("id" = SessionId, Path)),
    responses((status = 204, description = "Ended."), Problems))]
async fn revoke(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    identity::revoke_session(&app.services, &actor, parse_id(&id, "session")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the caller can sign in: by password, and with which connected services.
#[utoipa::path(get, path = "/me/identities", tag = "me", responses((status = 200, body = SignInMethods), Problems))]
async fn identities(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<SignInMethods>, ApiError> {
    Ok(Json(external::sign_in_methods(&app.services, &actor).await?))
}

/// Disconnects a service. The last way to sign in stays.
#[utoipa::path(delete, path = "/me/identities/{id}", tag = "me", params(("id" = ExternalIdentityId, Path)),
    responses((status = 204, description = "Disconnected."), Problems))]
async fn remove_identity(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    external::unlink(&app.services, &actor, parse_id(&id, "connected account")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the caller has done in all.
#[utoipa::path(get, path = "/me/statistics", tag = "me", responses((status = 200, body = Statistics), Problems))]
async fn statistics(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<Statistics>, ApiError> {
    Ok(Json(engagement::statistics(&app.services, &actor).await?))
}

/// A profile that its owner made public.
#[derive(Serialize, ToSchema)]
struct Person {
    id: UserId,
    name: String,
    /// The picture, as a path of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    headline: String,
    bio: String,
    member_since: chrono::DateTime<chrono::Utc>,
    total_points: i64,
    /// Days in a row.
    longest_streak: i64,
    /// Those that they show first, then the others, the latest first.
    badges: Vec<PersonBadge>,
    finished_courses: Vec<FinishedCourse>,
}

/// A badge that somebody has.
#[derive(Serialize, ToSchema)]
struct PersonBadge {
    slug: String,
    name: String,
    description: String,
    tier: Tier,
    /// The picture, SVG, as a path of the site.
    image_url: String,
    earned_at: chrono::DateTime<chrono::Utc>,
    /// Place among those that they show first, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    showcase: Option<i64>,
}

impl From<EarnedBadge> for PersonBadge {
    fn from(earned: EarnedBadge) -> Self {
        Self {
            image_url: badge_art::url(&earned.badge.emblem, earned.badge.tier),
            slug: earned.badge.slug,
            name: earned.badge.name,
            description: earned.badge.description,
            tier: earned.badge.tier,
            earned_at: earned.earned_at,
            showcase: earned.showcase,
        }
    }
}

/// A course that somebody finished.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicFinishedCourse)]
struct FinishedCourse {
    slug: String,
    title: String,
    completed_at: chrono::DateTime<chrono::Utc>,
}

/// A public profile.
#[utoipa::path(get, path = "/people/{id}", tag = "me", params(("id" = UserId, Path)),
    responses((status = 200, body = Person), Problems))]
async fn person(
    State(app): State<App>,
    caller: Option<axum::Extension<Found>>,
    Path(id): Path<String>,
) -> Result<Json<Person>, ApiError> {
    let id: UserId = parse_id(&id, "profile")?;
    let viewer = caller.map(|axum::Extension(Found(actor))| actor);
    let person = identity::public_profile(&app.services, viewer.as_deref(), id).await?;
    let finished = learning::finished_courses(&app.services, id).await?;
    let numbers = engagement::public_numbers(&app.services, id).await?;
    let badges = engagement::public_badges(&app.services, id).await?;
    Ok(Json(Person {
        total_points: numbers.total_points,
        longest_streak: numbers.longest_streak,
        badges: badges.into_iter().map(Into::into).collect(),
        id,
        name: person.name,
        avatar_url: person.avatar_url,
        headline: person.headline,
        bio: person.bio,
        member_since: person.created_at,
        finished_courses: finished
            .into_iter()
            .map(|finished| FinishedCourse {
                slug: finished.course.card.slug.clone(),
                title: finished.course.card.title.clone(),
                completed_at: finished.completed_at,
            })
            .collect(),
    }))
}
