//! The caller's picture.

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use momentum_core::identity::{self, MAX_AVATAR, User};
use utoipa_axum::routes;

use crate::{
    App,
    api::{Bearer, Binary, Operations},
    http::{
        access::Access,
        body_limit::unread,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations.add_roomy(MAX_AVATAR, Access::User, routes!(save, remove))
}

/// Keeps a picture: JPEG, PNG or WebP, at most 5 MB. It is made 256 by 256 and written anew, without what the camera
/// noted.
#[utoipa::path(put, path = "/me/avatar", tag = "me",
    request_body(content = inline(Binary), content_type = "application/octet-stream"),
    responses((status = 200, body = User), Problems))]
async fn save(
    State(app): State<App>,
    Bearer(actor): Bearer,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<User>, axum::response::Response> {
    use axum::response::IntoResponse;
    let body = body.map_err(|error| unread(&error, MAX_AVATAR))?;
    let saved = async {
        identity::set_avatar(&app.services, &actor, body.to_vec()).await?;
        identity::profile(&app.services, &actor).await
    };
    saved.await.map(Json).map_err(|error| ApiError(error).into_response())
}

/// Removes the picture.
#[utoipa::path(delete, path = "/me/avatar", tag = "me",
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    identity::remove_avatar(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
