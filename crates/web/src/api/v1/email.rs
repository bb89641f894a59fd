//! Links from mails: proving an address, a forgotten password, moving to another address.

use axum::{Extension, Json, extract::State, http::StatusCode};
use momentum_core::identity::{self, EmailConfirmation, EmailStatus};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    App,
    api::{ApiJson, Bearer, Operations, absent},
    http::{
        access::Access,
        identity::{Found, From},
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(verify))
        .add(Access::User, routes!(resend))
        .add(Access::Anyone, routes!(forgot))
        .add(Access::Anyone, routes!(reset))
        .add(Access::User, routes!(status, begin_change, cancel_change))
        .add(Access::Anyone, routes!(confirm_change))
}

/// The token of a link in a mail.
#[derive(Deserialize, ToSchema)]
struct LinkToken {
    /// What follows `token=` in the link.
    token: String,
}

/// Proves an address by the token that was sent there.
#[utoipa::path(post, path = "/auth/verify-email", tag = "auth", request_body = LinkToken,
    responses((status = 204, description = "The address is proved."), Problems))]
async fn verify(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<LinkToken>,
) -> Result<StatusCode, ApiError> {
    identity::verify_email(&app.services, &body.token, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the caller another link that proves the address; once a minute and five an hour at most.
#[utoipa::path(post, path = "/auth/resend-verification", tag = "auth",
    responses((status = 202, description = "A mail is on its way."), Problems))]
async fn resend(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    identity::resend_verification(&app.services, &actor).await?;
    Ok(StatusCode::ACCEPTED)
}

/// An address.
#[derive(Deserialize, ToSchema)]
struct ForgotRequest {
    #[schema(format = Email, max_length = 254)]
    email: String,
}

/// Asks for a mail with a link that sets a new password. The answer is the same whether there is an account or not.
#[utoipa::path(post, path = "/auth/forgot-password", tag = "auth", request_body = ForgotRequest,
    responses((status = 202, description = "If there is an account, a mail is on its way."), Problems))]
async fn forgot(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<ForgotRequest>,
) -> Result<StatusCode, ApiError> {
    identity::request_password_reset(&app.services, &body.email, &origin).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A new password with the token from the mail.
#[derive(Deserialize, ToSchema)]
struct ResetRequest {
    /// What follows `token=` in the link.
    token: String,
    /// At least 8 characters with upper case, lower case, digit and symbol, and not easy to guess.
    #[schema(min_length = 8, max_length = 256)]
    password: String,
}

/// Sets a new password. Every session of the account ends.
#[utoipa::path(post, path = "/auth/reset-password", tag = "auth", request_body = ResetRequest,
    responses((status = 204, description = "Set."), Problems))]
async fn reset(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<ResetRequest>,
) -> Result<StatusCode, ApiError> {
    identity::reset_password(&app.services, &body.token, &body.password, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's address, whether it is proved, and a change under way.
#[utoipa::path(get, path = "/me/email", tag = "me", responses((status = 200, body = EmailStatus), Problems))]
async fn status(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<EmailStatus>, ApiError> {
    Ok(Json(identity::email_status(&app.services, &actor).await?))
}

/// The new address, with the password as proof.
#[derive(Deserialize, ToSchema)]
struct EmailChange {
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// The current password. Not asked of an account that has none: that takes a fresh proof, see `/auth/step-up`.
    #[serde(default, deserialize_with = "absent")]
    password: String,
}

/// Begins to move the account to another address. Both addresses get a link and have to confirm within 24 hours.
#[utoipa::path(post, path = "/me/email", tag = "me", request_body = EmailChange,
    responses((status = 202, description = "The mails are on their way."), Problems))]
async fn begin_change(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<EmailChange>,
) -> Result<StatusCode, ApiError> {
    identity::request_email_change(&app.services, &actor, &body.email, &body.password).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Calls the change off.
#[utoipa::path(delete, path = "/me/email", tag = "me",
    responses((status = 204, description = "Nothing is under way."), Problems))]
async fn cancel_change(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    identity::cancel_email_change(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirms a change of address by the token of one of its two links; the second one carries it out.
#[utoipa::path(post, path = "/auth/confirm-email-change", tag = "auth", request_body = LinkToken,
    responses((status = 200, body = EmailConfirmation), Problems))]
async fn confirm_change(
    State(app): State<App>,
    From(origin): From,
    caller: Option<Extension<Found>>,
    ApiJson(body): ApiJson<LinkToken>,
) -> Result<Json<EmailConfirmation>, ApiError> {
    let actor = caller.map(|Extension(Found(actor))| actor);
    let confirmed =
        identity::confirm_email_change(&app.services, &body.token, actor.as_deref(), &origin).await?;
    Ok(Json(confirmed))
}
