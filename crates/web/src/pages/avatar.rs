//! The picture in a profile.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::{Error, identity, ids::UserId};

use super::{
    account::refused,
    context::Notice,
    failure::PageError,
    form::{Nothing, Posted, PostedFiles},
    settings::profile_view,
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
pub(crate) async fn save(State(app): State<App>, posted: PostedFiles) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let actor = ctx.actor()?;
    let saved = match form.one("avatar", "A picture has at most 5 MB.") {
        Ok(file) => identity::set_avatar(&app.services, actor, file.content).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(ctx.redirect_with("/settings/profile", Notice::AvatarSaved)),
        Err(error @ Error::Invalid(_)) => {
            let user = identity::profile(&app.services, actor).await?;
            let mut view = profile_view(&app, &ctx, &user).await?;
            if let Error::Invalid(errors) = &error {
                view.avatar_error = errors.as_slice().first().map(|error| error.message.to_string());
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /settings/avatar/remove`
pub(crate) async fn remove(State(app): State<App>, posted: Posted<Nothing>) -> Result<Response, PageError> {
    identity::remove_avatar(&app.services, posted.ctx.actor()?).await?;
    Ok(posted.ctx.redirect_with("/settings/profile", Notice::AvatarRemoved))
}
