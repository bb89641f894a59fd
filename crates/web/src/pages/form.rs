//! Forms: read, checked for where they come from, then typed.

use axum::{
    RequestExt,
    extract::{FromRequest, FromRequestParts, Multipart, Request},
    http::{HeaderMap, header, request::Parts},
};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use momentum_core::Error;
use serde::{Deserialize, de::DeserializeOwned};

use super::{context::Ctx, failure::PageError};
use crate::{
    App,
    http::{files::FileForm, identity::text_header},
};

/// Query parameters of a page. What can't be read counts as not sent: a link that somebody mistyped still works.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequestParts<App> for Params<T> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(serde_html_form::from_str(query).unwrap_or_default()))
    }
}

/// A form without fields.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// A posted form together with the request's context. It exists only when the form came from our own page.
pub(crate) struct Posted<T> {
    pub(crate) ctx: Ctx,
    pub(crate) form: T,
    /// The script that posts wants data, not a page.
    pub(crate) wants_json: bool,
}

#[derive(Deserialize)]
struct Token {
    csrf: Option<String>,
}

impl<T: DeserializeOwned + Send> FromRequest<App> for Posted<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let ctx = Ctx::new(app, request.headers(), request.uri(), request.extensions());
        let headers = request.headers().clone();
        let wants_json =
            text_header(&headers, header::ACCEPT).is_some_and(|accept| accept.contains("application/json"));
        let is_json = text_header(&headers, header::CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/json"));
        let (parts, body) = request.into_parts();
        let body: axum::body::Bytes = Request::from_parts(parts, body)
            .extract()
            .await
            .map_err(|error: axum::extract::rejection::BytesRejection| PageError::status(error.status()))?;
        let token = text_header(&headers, "x-csrf-token").map(ToOwned::to_owned).or_else(|| {
            // The field is read by itself, so that a form without it is refused for that and nothing else.
            serde_html(&body).ok().and_then(|token: Token| token.csrf)
        });
        check_origin(&ctx, &headers, token.as_deref())?;
        let form = if is_json {
            serde_json::from_slice(&body).map_err(|_| unreadable())?
        } else {
            serde_html(&body).map_err(|()| unreadable())?
        };
        Ok(Self { ctx, form, wants_json })
    }
}

/// A form of a visitor, which may stand open for a day or beside a tab in which somebody signs in.
pub(crate) enum VisitorForm<T> {
    /// It came from our own page.
    Ours(Posted<T>),
    /// Its token is not, or no longer, this visitor's. Nothing may be done with what it brings but to show it again.
    Expired(Ctx, T),
}

impl<T: DeserializeOwned + Default + Send> FromRequest<App> for VisitorForm<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let body: axum::body::Bytes = Request::from_parts(parts.clone(), body)
            .extract()
            .await
            .map_err(|error: axum::extract::rejection::BytesRejection| PageError::status(error.status()))?;
        let request = Request::from_parts(parts.clone(), axum::body::Body::from(body.clone()));
        match Posted::from_request(request, app).await {
            Ok(posted) => Ok(Self::Ours(posted)),
            Err(PageError(Error::Forbidden { code: "form-expired", .. }, _))
                if !is_from_elsewhere(app, &parts.headers) && !is_script(&parts.headers) =>
            {
                let ctx = Ctx::new(app, &parts.headers, &parts.uri, &parts.extensions);
                Ok(Self::Expired(ctx, serde_html(&body).unwrap_or_default()))
            }
            Err(other) => Err(other),
        }
    }
}

fn is_script(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
        || text_header(headers, header::ACCEPT).is_some_and(|accept| accept.contains("application/json"))
}

/// A posted form with files, together with the request's context. It exists only when the form came from our own page.
pub(crate) struct PostedFiles {
    pub(crate) ctx: Ctx,
    pub(crate) form: FileForm,
}

impl FromRequest<App> for PostedFiles {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let ctx = Ctx::new(app, request.headers(), request.uri(), request.extensions());
        let headers = request.headers().clone();
        let unreadable = || PageError::bad_request("The file could not be read. Choose it again.");
        let Ok(form) = Multipart::from_request(request, app).await else {
            check_origin(&ctx, &headers, None)?;
            return Err(unreadable());
        };
        let form = FileForm::read(form).await.map_err(|_| unreadable())?;
        check_origin(&ctx, &headers, form.field("csrf"))?;
        Ok(Self { ctx, form })
    }
}

fn unreadable() -> PageError {
    PageError::bad_request("The form could not be read. Go back and try again.")
}

/// Reads `application/x-www-form-urlencoded`, with repeated fields as lists.
fn serde_html<T: DeserializeOwned>(body: &[u8]) -> Result<T, ()> {
    serde_html_form::from_bytes(body).map_err(|_| ())
}

/// The fields of a form with files, as those of a form without. What can't be read counts as not sent.
pub(crate) fn typed<T: DeserializeOwned + Default>(fields: &[(String, String)]) -> T {
    let text = serde_html_form::to_string(fields).unwrap_or_default();
    serde_html_form::from_str(&text).unwrap_or_default()
}

/// What `<input type="datetime-local">` sends.
pub(crate) const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// A time of the person's own clock; nothing when the field is empty.
pub(crate) fn local_moment(
    field: &'static str,
    text: &str,
    zone: Tz,
) -> Result<Option<DateTime<Utc>>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let local = NaiveDateTime::parse_from_str(text, LOCAL)
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .ok()
        // An hour that the clocks skip begins with the next one.
        .and_then(|local| zone.from_local_datetime(&local).earliest())
        .map(|at| at.with_timezone(&Utc));
    local
        .map(Some)
        .ok_or_else(|| Error::invalid(field, "invalid", "Enter a date and a time, such as 2026-03-08T09:00."))
}

/// Whether the browser says that another site sent this.
fn is_from_elsewhere(app: &App, headers: &HeaderMap) -> bool {
    text_header(headers, "sec-fetch-site").is_some_and(|site| site == "cross-site")
        || text_header(headers, header::ORIGIN).is_some_and(|origin| {
            let host = text_header(headers, header::HOST).unwrap_or_default();
            let same_host = origin.split_once("://").is_some_and(|(_, rest)| rest == host);
            origin != "null" && !same_host && origin != app.services.settings.base_url
        })
}

/// Refuses what another site sends in this browser's name: the token has to be ours and for this very session, and
/// the browser must not say that the request comes from elsewhere.
pub(crate) fn check_origin(ctx: &Ctx, headers: &HeaderMap, token: Option<&str>) -> Result<(), PageError> {
    let from_elsewhere = is_from_elsewhere(&ctx.app, headers);
    let binding = ctx.binding();
    let genuine = !binding.is_empty()
        && token.is_some_and(|token| ctx.app.services.secret.verify_form_token(token, &binding));
    if genuine && !from_elsewhere {
        return Ok(());
    }
    Err(Error::forbidden(
        "form-expired",
        "This form is too old or did not come from our page. Reload the page and try again.",
    )
    .into())
}
