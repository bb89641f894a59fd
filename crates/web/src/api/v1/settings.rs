//! What administrators set, by section.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use momentum_core::{
    operations::{self, MAX_LOGO, SystemFacts},
    settings::{
        Branding, General, Learning, Logo, Notifications, Reading, Section, Security, Stored, Studio, System,
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    App,
    api::{ApiJson, Bearer, Binary, Operations, based_on, tagged},
    http::{
        access::Access,
        body_limit::unread,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(general, change_general))
        .add(Access::Admin, routes!(branding, change_branding))
        .add(Access::Admin, routes!(check_branding))
        .add_roomy(MAX_LOGO, Access::Admin, routes!(save_logo, remove_logo))
        .add(Access::Admin, routes!(security, change_security))
        .add(Access::Admin, routes!(notifications, change_notifications))
        .add(Access::Admin, routes!(learning, change_learning))
        .add(Access::Admin, routes!(studio, change_studio))
        .add(Access::Admin, routes!(system, change_system))
        .add(Access::Admin, routes!(facts))
}

async fn read<S: Section>(app: &App, actor: &momentum_core::identity::Actor) -> Result<Response, ApiError> {
    let Stored { settings, version, .. } = operations::settings::<S>(&app.services, actor).await?;
    Ok(tagged(version, settings))
}

async fn write<S: Section>(
    app: &App,
    actor: &momentum_core::identity::Actor,
    headers: &HeaderMap,
    section: S,
) -> Result<Response, ApiError> {
    let Stored { settings, version, .. } =
        operations::change_settings(&app.services, actor, section, based_on(headers)?).await?;
    Ok(tagged(version, settings))
}

macro_rules! section {
    ($path:literal, $kind:ty, $read:ident, $read_words:literal, $write:ident, $write_words:literal) => {
        #[doc = $read_words]
        #[utoipa::path(get, path = $path, tag = "admin",
            responses((status = 200, body = $kind,
                headers(("ETag" = String, description = "The version, for If-Match"))), Problems))]
        async fn $read(State(app): State<App>, Bearer(actor): Bearer) -> Result<Response, ApiError> {
            read::<$kind>(&app, &actor).await
        }

        #[doc = $write_words]
        #[doc = "A field that is not sent gets its default. With If-Match a change that was made from an older version is \
                 refused with 409."]
        #[utoipa::path(put, path = $path, tag = "admin", request_body = $kind,
            params(("If-Match" = Option<String>, Header, description = "The ETag that was read")),
            responses((status = 200, body = $kind,
                headers(("ETag" = String, description = "The version, for If-Match"))), Problems))]
        async fn $write(
            State(app): State<App>,
            Bearer(actor): Bearer,
            headers: HeaderMap,
            ApiJson(body): ApiJson<$kind>,
        ) -> Result<Response, ApiError> {
            write(&app, &actor, &headers, body).await
        }
    };
}

section!(
    "/admin/settings/general",
    General,
    general,
    "What the site is called and who may join.",
    change_general,
    "Changes what the site is called and who may join."
);
section!(
    "/admin/settings/branding",
    Branding,
    branding,
    "How pages and mails look.",
    change_branding,
    "Changes how pages and mails look; the sender of mails needs a fresh proof."
);
section!(
    "/admin/settings/security",
    Security,
    security,
    "How accounts are protected.",
    change_security,
    "Changes how accounts are protected. Needs a fresh proof."
);
section!(
    "/admin/settings/notifications",
    Notifications,
    notifications,
    "Which mails are sent, and what all of them carry.",
    change_notifications,
    "Changes which mails are sent."
);
section!(
    "/admin/settings/learning",
    Learning,
    learning,
    "How days of learning are counted.",
    change_learning,
    "Changes how days of learning are counted, from now on."
);
section!(
    "/admin/settings/ai",
    Studio,
    studio,
    "What language models may cost, and how much may be asked of them.",
    change_studio,
    "Changes what language models may cost, from the next request on."
);
section!(
    "/admin/settings/system",
    System,
    system,
    "How the instance runs.",
    change_system,
    "Changes how the instance runs; opens and closes it for maintenance. Needs a fresh proof."
);

/// How well colors can be read.
#[derive(Serialize, ToSchema)]
struct BrandingCheck {
    readings: Vec<Reading>,
}

/// How well these colors can be read, with the shades that would be used. Nothing is saved.
#[utoipa::path(post, path = "/admin/settings/branding/check", tag = "admin", request_body = Branding,
    responses((status = 200, body = BrandingCheck), Problems))]
async fn check_branding(
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<Branding>,
) -> Result<Json<BrandingCheck>, ApiError> {
    actor.require_admin()?;
    let mut body = body;
    body.tidy();
    let mut errors = momentum_core::FieldErrors::default();
    body.check(&mut errors);
    errors.into_result()?;
    Ok(Json(BrandingCheck { readings: body.readings() }))
}

/// Takes a picture as the site's logo: PNG, JPEG or WebP, at most 2 MB. It is made at most 480 by 160 and written anew.
#[utoipa::path(put, path = "/admin/settings/branding/logo", tag = "admin",
    request_body(content = inline(Binary), content_type = "application/octet-stream"),
    responses((status = 200, body = Logo), Problems))]
async fn save_logo(
    State(app): State<App>,
    Bearer(actor): Bearer,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<Logo>, Response> {
    let body = body.map_err(|error| unread(&error, MAX_LOGO))?;
    let saved = operations::set_logo(&app.services, &actor, body.to_vec()).await;
    saved.map(Json).map_err(|error| ApiError(error).into_response())
}

/// Goes back to the built-in mark.
#[utoipa::path(delete, path = "/admin/settings/branding/logo", tag = "admin",
    responses((status = 204, description = "Removed."), Problems))]
async fn remove_logo(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    operations::remove_logo(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Facts about the instance.
#[utoipa::path(get, path = "/admin/system", tag = "admin",
    responses((status = 200, body = SystemFacts), Problems))]
async fn facts(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<SystemFacts>, ApiError> {
    Ok(Json(operations::system_facts(&app.services, &actor).await?))
}
