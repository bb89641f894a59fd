//! Large files from the media pages, piece by piece; every request carries the form token in a header.

use axum::{
    body::Body,
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use momentum_core::{Error, ids::MediaId, media};

use super::{context::Ctx, failure::PageError, form::check_origin};
use crate::{
    App,
    http::{identity::text_header, tus},
};

/// Where uploads of pages stand.
const BASE: &str = "/admin/media/uploads";

/// A request that our own script sent.
pub(crate) struct FromOurPage(Ctx);

impl FromRequestParts<App> for FromOurPage {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let ctx = Ctx::new(app, &parts.headers, &parts.uri, &parts.extensions);
        check_origin(&ctx, &parts.headers, text_header(&parts.headers, "x-csrf-token"))?;
        Ok(Self(ctx))
    }
}

fn upload_id(text: &str) -> Result<MediaId, PageError> {
    Ok(text.parse().map_err(|_| Error::NotFound("upload"))?)
}

/// `POST /admin/media/uploads`
pub(crate) async fn create(
    State(app): State<App>,
    FromOurPage(ctx): FromOurPage,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    Ok(tus::create(&app.services, ctx.actor()?, &headers, BASE).await)
}

/// `HEAD /admin/media/uploads/{id}`
pub(crate) async fn state(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    Ok(tus::state(&media::upload_state(&app.services, ctx.actor()?, upload_id(&id)?).await?))
}

/// `PATCH /admin/media/uploads/{id}`
pub(crate) async fn append(
    State(app): State<App>,
    FromOurPage(ctx): FromOurPage,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    Ok(tus::append(&app.services, ctx.actor()?, upload_id(&id)?, &headers, body).await)
}

/// `DELETE /admin/media/uploads/{id}`
pub(crate) async fn abandon(
    State(app): State<App>,
    FromOurPage(ctx): FromOurPage,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    Ok(tus::abandon(&app.services, ctx.actor()?, upload_id(&id)?).await)
}
