//! The picture in a profile.

use axum::{
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use momentum_core::{Error, identity, ids::UserId};

use super::{
    context::{Ctx, Notice},
    failure::PageError,
    form::{Nothing, Posted, check_origin},
};
use crate::App;

/// `GET /people/{id}/avatar/{file}`: the version with `.jpg`.
pub(crate) async fn show(
    State(app): State<App>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let id: UserId = id.parse().map_err(|_| Error::NotFound("picture"))?;
    let version = file.strip_suffix(".jpg").ok_or(Error::NotFound("picture"))?;
    let picture = identity::avatar(&app.services, id, version).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        // Another picture has another address.
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, picture).into_response())
}

/// `POST /settings/avatar`
pub(crate) async fn save(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let ctx = Ctx::new(&app, request.headers(), request.uri(), request.extensions());
    let headers = request.headers().clone();
    let unreadable = || PageError::bad_request("The picture could not be read. Choose it again.");
    let Ok(mut form) = Multipart::from_request(request, &app).await else {
        check_origin(&ctx, &headers, None)?;
        return Err(unreadable());
    };
    let (mut token, mut picture) = (None, None);
    while let Some(field) = form.next_field().await.map_err(too_large)? {
        match field.name() {
            Some("csrf") => token = Some(field.text().await.map_err(too_large)?),
            Some("avatar") => picture = Some(field.bytes().await.map_err(too_large)?),
            _ => {}
        }
    }
    check_origin(&ctx, &headers, token.as_deref())?;
    let picture = picture.unwrap_or_default().to_vec();
    identity::set_avatar(&app.services, ctx.actor()?, picture).await?;
    Ok(ctx.redirect_with("/settings/profile", Notice::AvatarSaved))
}

fn too_large(error: axum::extract::multipart::MultipartError) -> PageError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        PageError::status(StatusCode::PAYLOAD_TOO_LARGE)
    } else {
        PageError::bad_request("The picture could not be read. Choose it again.")
    }
}

/// `POST /settings/avatar/remove`
pub(crate) async fn remove(State(app): State<App>, posted: Posted<Nothing>) -> Result<Response, PageError> {
    identity::remove_avatar(&app.services, posted.ctx.actor()?).await?;
    Ok(posted.ctx.redirect_with("/settings/profile", Notice::AvatarRemoved))
}
