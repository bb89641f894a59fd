//! Passkeys: the caller's own, and signing in with one.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use momentum_core::{
    identity::{self, PasskeyInfo},
    ids::{CeremonyId, PasskeyId},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{List, auth::Tokens};
use crate::{
    App,
    api::{ApiJson, Bearer, Operations, parse_id},
    http::{
        access::Access,
        identity::From,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(sign_in_options))
        .add(Access::Anyone, routes!(sign_in))
        .add(Access::User, routes!(step_up_options))
        .add(Access::User, routes!(step_up))
        .add(Access::User, routes!(options))
        .add(Access::User, routes!(list, add))
        .add(Access::User, routes!(rename, remove))
}

/// What the authenticator is asked.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ceremony {
    /// Sent back with the answer, within five minutes.
    ceremony_id: CeremonyId,
    /// `publicKey` of `navigator.credentials.create()` or `get()`, in WebAuthn's JSON form.
    public_key: Value,
}

impl std::convert::From<identity::Ceremony> for Ceremony {
    fn from(ceremony: identity::Ceremony) -> Self {
        Self { ceremony_id: ceremony.id, public_key: ceremony.public_key }
    }
}

/// What the authenticator answered.
#[derive(Deserialize, ToSchema)]
struct PasskeyAnswer {
    ceremony_id: CeremonyId,
    /// The credential in WebAuthn's JSON form (`PublicKeyCredential.toJSON()`).
    credential: Value,
}

/// Begins signing in with a passkey.
#[utoipa::path(post, path = "/auth/passkey/options", tag = "auth",
    responses((status = 200, body = Ceremony), Problems))]
async fn sign_in_options(State(app): State<App>, From(origin): From) -> Result<Json<Ceremony>, ApiError> {
    Ok(Json(identity::begin_passkey_sign_in(&app.services, &origin).await?.into()))
}

/// Exchanges the answer of a passkey for tokens. It counts as both factors.
#[utoipa::path(post, path = "/auth/passkey", tag = "auth", request_body = PasskeyAnswer,
    responses((status = 200, description = "Signed in.", body = Tokens), Problems))]
async fn sign_in(
    State(app): State<App>,
    From(origin): From,
    ApiJson(body): ApiJson<PasskeyAnswer>,
) -> Result<Json<Tokens>, ApiError> {
    let tokens =
        identity::sign_in_api_with_passkey(&app.services, body.ceremony_id, &body.credential, &origin);
    Ok(Json(tokens.await?.into()))
}

/// Begins proving again, with a passkey, who the caller is.
#[utoipa::path(post, path = "/auth/step-up/passkey/options", tag = "auth",
    responses((status = 200, body = Ceremony), Problems))]
async fn step_up_options(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<Ceremony>, ApiError> {
    Ok(Json(identity::begin_step_up_passkey(&app.services, &actor).await?.into()))
}

/// Proves again, with a passkey, who the caller is.
#[utoipa::path(post, path = "/auth/step-up/passkey", tag = "auth", request_body = PasskeyAnswer,
    responses((status = 204, description = "Proved."), Problems))]
async fn step_up(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<PasskeyAnswer>,
) -> Result<StatusCode, ApiError> {
    identity::step_up_with_passkey(&app.services, &actor, body.ceremony_id, &body.credential).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins to make a passkey.
#[utoipa::path(post, path = "/me/passkeys/options", tag = "me",
    responses((status = 200, body = Ceremony), Problems))]
async fn options(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<Ceremony>, ApiError> {
    Ok(Json(identity::begin_passkey(&app.services, &actor).await?.into()))
}

/// The caller's passkeys.
#[utoipa::path(get, path = "/me/passkeys", tag = "me",
    responses((status = 200, body = List<PasskeyInfo>), Problems))]
async fn list(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<List<PasskeyInfo>>, ApiError> {
    Ok(Json(List::whole(identity::list_passkeys(&app.services, &actor).await?)))
}

/// A passkey that an authenticator made.
#[derive(Deserialize, ToSchema)]
struct NewPasskeyRequest {
    ceremony_id: CeremonyId,
    /// How its owner calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The credential in WebAuthn's JSON form (`PublicKeyCredential.toJSON()`).
    credential: Value,
}

/// The passkey that was added.
#[derive(Serialize, ToSchema)]
struct NewPasskey {
    passkey: PasskeyInfo,
    /// Shown this once; empty when the account has codes already.
    recovery_codes: Vec<String>,
}

/// Adds the passkey. With the first factor come recovery codes.
#[utoipa::path(post, path = "/me/passkeys", tag = "me", request_body = NewPasskeyRequest,
    responses((status = 201, body = NewPasskey), Problems))]
async fn add(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<NewPasskeyRequest>,
) -> Result<(StatusCode, Json<NewPasskey>), ApiError> {
    let s = &app.services;
    let added = identity::add_passkey(s, &actor, body.ceremony_id, &body.name, &body.credential).await?;
    let recovery_codes = added.recovery_codes.unwrap_or_default();
    Ok((StatusCode::CREATED, Json(NewPasskey { passkey: added.passkey, recovery_codes })))
}

/// A name.
#[derive(Deserialize, ToSchema)]
struct PasskeyName {
    #[schema(min_length = 1, max_length = 60)]
    name: String,
}

/// Gives a passkey another name.
#[utoipa::path(patch, path = "/me/passkeys/{id}", tag = "me", params(("id" = PasskeyId, Path)),
    request_body = PasskeyName, responses((status = 200, body = PasskeyInfo), Problems))]
async fn rename(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<PasskeyName>,
) -> Result<Json<PasskeyInfo>, ApiError> {
    let id = parse_id(&id, "passkey")?;
    Ok(Json(identity::rename_passkey(&app.services, &actor, id, &body.name).await?))
}

/// Removes a passkey.
#[utoipa::path(delete, path = "/me/passkeys/{id}", tag = "me", params(("id" = PasskeyId, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    identity::remove_passkey(&app.services, &actor, parse_id(&id, "passkey")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
