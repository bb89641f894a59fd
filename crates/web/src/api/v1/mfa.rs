//! Second factors of the caller, and proving again who one is.

use axum::{Json, extract::State, http::StatusCode};
use momentum_core::identity::{self, MfaState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    App,
    api::{ApiJson, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::User, routes!(step_up))
        .add(Access::User, routes!(show))
        .add(Access::User, routes!(begin_totp, remove_totp))
        .add(Access::User, routes!(confirm_totp))
        .add(Access::User, routes!(regenerate_recovery_codes))
}

/// A fresh proof of who the caller is.
#[derive(Deserialize, ToSchema)]
struct StepUpRequest {
    /// Needed when the account has a password.
    password: Option<String>,
    /// A code of the authenticator app, for accounts without a password.
    otp: Option<String>,
}

/// Proves again who the caller is: operations that answer 403 `step-up-required` are open for 15 minutes.
#[utoipa::path(post, path = "/auth/step-up", tag = "auth", request_body = StepUpRequest,
    responses((status = 204, description = "Proved."), Problems))]
async fn step_up(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<StepUpRequest>,
) -> Result<StatusCode, ApiError> {
    identity::step_up(&app.services, &actor, body.password.as_deref(), body.otp.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the caller's account is protected.
#[utoipa::path(get, path = "/me/mfa", tag = "me", responses((status = 200, body = MfaState), Problems))]
async fn show(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<MfaState>, ApiError> {
    Ok(Json(identity::mfa_state(&app.services, &actor).await?))
}

/// An authenticator app to be set up.
#[derive(Serialize, ToSchema)]
struct TotpSetUp {
    /// Base32, for typing.
    secret: String,
    /// What the QR code says.
    otpauth_url: String,
    /// The QR code as an SVG document.
    qr_svg: String,
}

/// Begins to set up an authenticator app. It becomes a factor when a code of it is confirmed.
#[utoipa::path(post, path = "/me/mfa/totp", tag = "me",
    responses((status = 200, body = TotpSetUp), Problems))]
async fn begin_totp(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<TotpSetUp>, ApiError> {
    let pending = identity::begin_totp(&app.services, &actor).await?;
    Ok(Json(TotpSetUp { qr_svg: pending.qr.svg(), secret: pending.secret, otpauth_url: pending.otpauth_url }))
}

/// Removes the authenticator app.
#[utoipa::path(delete, path = "/me/mfa/totp", tag = "me",
    responses((status = 204, description = "Removed."), Problems))]
async fn remove_totp(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    identity::remove_totp(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A code of the authenticator app.
#[derive(Deserialize, ToSchema)]
struct CodeRequest {
    /// Six digits.
    code: String,
}

/// Recovery codes, shown this once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// Empty when the account has codes already.
    recovery_codes: Vec<String>,
}

/// Makes the authenticator app a factor. With the first factor come recovery codes.
#[utoipa::path(post, path = "/me/mfa/totp/confirm", tag = "me", request_body = CodeRequest,
    responses((status = 200, body = RecoveryCodes), Problems))]
async fn confirm_totp(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<CodeRequest>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let codes = identity::confirm_totp(&app.services, &actor, &body.code).await?;
    Ok(Json(RecoveryCodes { recovery_codes: codes.unwrap_or_default() }))
}

/// New recovery codes in place of the old ones.
#[utoipa::path(post, path = "/me/mfa/recovery-codes", tag = "me",
    responses((status = 200, body = RecoveryCodes), Problems))]
async fn regenerate_recovery_codes(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let recovery_codes = identity::regenerate_recovery_codes(&app.services, &actor).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}
