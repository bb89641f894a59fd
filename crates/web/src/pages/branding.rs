//! The generated style sheet, the logo and the icon.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    operations::{self, LogoFile},
};

use super::failure::PageError;
use crate::App;

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /branding/{file}`: the version with `.css`. Another version than the one in force gets that one, to be asked for
/// again: a page that is being shown is never without its colors.
pub(crate) async fn sheet(State(app): State<App>, Path(file): Path<String>) -> Result<Response, PageError> {
    let none = || Error::NotFound("style sheet");
    let version = file.strip_suffix(".css").ok_or_else(none)?;
    let mut live = app.services.live.get(&app.services.db).await?;
    if live.sheet.as_ref().is_none_or(|sheet| sheet.version != version) {
        live = app.services.live.fresh(&app.services.db).await?;
    }
    let sheet = live.sheet.as_ref().ok_or_else(none)?;
    let cache = if sheet.version == version { FOR_EVER } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, cache)];
    Ok((headers, sheet.css.clone()).into_response())
}

/// `GET /branding/logo/{file}`: the version with `.png`.
pub(crate) async fn logo(State(app): State<App>, Path(file): Path<String>) -> Result<Response, PageError> {
    picture(&app, LogoFile::Logo, &file).await
}

/// `GET /branding/icon/{file}`: the version with `.png`.
pub(crate) async fn icon(State(app): State<App>, Path(file): Path<String>) -> Result<Response, PageError> {
    picture(&app, LogoFile::Icon, &file).await
}

async fn picture(app: &App, which: LogoFile, file: &str) -> Result<Response, PageError> {
    let version = file.strip_suffix(".png").ok_or(Error::NotFound("picture"))?;
    let picture = operations::logo_file(&app.services, which, version).await?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, picture).into_response())
}
