//! What administrators set.

use axum::{Json, extract::State};
use momentum_core::{identity, settings::Security};
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
    operations.add(Access::Admin, routes!(security, change_security))
}

/// How accounts are protected.
#[utoipa::path(get, path = "/admin/settings/security", tag = "admin",
    responses((status = 200, body = Security), Problems))]
async fn security(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<Security>, ApiError> {
    Ok(Json(identity::security_settings(&app.services, &actor).await?))
}

/// Changes how accounts are protected; a field that is not sent gets its default. Needs a fresh proof.
#[utoipa::path(put, path = "/admin/settings/security", tag = "admin", request_body = Security,
    responses((status = 200, body = Security), Problems))]
async fn change_security(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<Security>,
) -> Result<Json<Security>, ApiError> {
    Ok(Json(identity::change_security_settings(&app.services, &actor, body).await?))
}
