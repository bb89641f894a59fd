//! Announcements on top of pages: what this person, or this browser, is still to see.

use std::sync::Arc;

use axum::RequestExt;
use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    announcements::{self, Heard},
    identity::Actor,
    ids::AnnouncementId,
};

use super::{
    context::{Ctx, safe_return},
    failure::PageError,
    form::check_origin,
};
use crate::{
    App,
    http::identity::{cookie, set_cookie, text_header},
    views::{Banner, SafeHtml},
};

/// The cookie in which a visitor's browser keeps what was put away.
const AWAY_COOKIE: &str = "momentum_away";

/// How long it does, in seconds.
const AWAY_SECONDS: i64 = 180 * 86_400;

/// How many it keeps.
const AWAY_MAX: usize = 30;

/// More characters, or more lines, than these are much on a phone.
const LONG: usize = 280;
const LONG_LINES: usize = 5;

/// What the guard of a page found to be told.
#[derive(Clone, Default)]
pub(crate) struct ToTell {
    pub(crate) banners: Vec<Arc<Heard>>,
    /// Live for this person and never looked at.
    pub(crate) unread: usize,
}

impl ToTell {
    /// Names what is told wholly, for pages that are rendered once.
    pub(crate) fn key(&self) -> String {
        let part = |heard: &Arc<Heard>| format!("{}.{}", heard.announcement.id, heard.announcement.version);
        self.banners.iter().map(part).collect::<Vec<_>>().join(",")
    }
}

/// What is to be told to whoever asks. A failure here must not take the page with it.
pub(crate) async fn to_tell(app: &App, actor: Option<&Actor>, headers: &HeaderMap) -> ToTell {
    let told = match actor {
        Some(actor) => for_person(app, actor).await,
        None => for_visitor(app, headers).await,
    };
    told.unwrap_or_else(|error| {
        tracing::warn!(%error, "announcements can't be read");
        ToTell::default()
    })
}

async fn for_person(app: &App, actor: &Actor) -> Result<ToTell, Error> {
    let mine = announcements::for_me(&app.services, actor).await?;
    Ok(ToTell {
        unread: mine.iter().filter(|(_, seen, _)| !seen).count(),
        banners: mine
            .into_iter()
            .filter(|(heard, _, dismissed)| {
                heard.announcement.banner && !(*dismissed && heard.announcement.dismissible)
            })
            .map(|(heard, ..)| heard)
            .collect(),
    })
}

async fn for_visitor(app: &App, headers: &HeaderMap) -> Result<ToTell, Error> {
    let mut banners = announcements::heard(&app.services, None).await?;
    if !banners.is_empty() {
        let away = away(headers);
        banners.retain(|heard| {
            let put_away = heard.announcement.dismissible && away.contains(&heard.announcement.id);
            heard.announcement.banner && !put_away
        });
    }
    Ok(ToTell { banners, unread: 0 })
}

fn away(headers: &HeaderMap) -> Vec<AnnouncementId> {
    let ids = cookie(headers, AWAY_COOKIE).unwrap_or_default();
    ids.split('.').filter_map(|id| id.parse().ok()).take(AWAY_MAX).collect()
}

/// As pages show it.
pub(crate) fn banner(heard: &Heard) -> Banner {
    let announcement = &heard.announcement;
    Banner {
        id: announcement.id.to_string(),
        title: announcement.title.clone(),
        html: SafeHtml::from_sanitized(heard.html.clone()),
        long: announcement.body.chars().count() > LONG || announcement.body.lines().count() > LONG_LINES,
        kind: announcement.kind.as_str(),
        link: (!announcement.link_url.is_empty())
            .then(|| (announcement.link_url.clone(), announcement.link_label.clone())),
        dismissible: announcement.dismissible,
    }
}

/// `POST /announcements/{id}/dismiss`. A visitor's form is not bound to anything, because its page looks the same to all
/// visitors; all that it does is to set a cookie in their own browser.
pub(crate) async fn dismiss(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, PageError> {
    let id: AnnouncementId = id.parse().map_err(|_| Error::NotFound("announcement"))?;
    let ctx = Ctx::new(&app, request.headers(), request.uri(), request.extensions());
    let headers = request.headers().clone();
    let back = text_header(&headers, header::REFERER).and_then(|page| {
        let host = text_header(&headers, header::HOST).unwrap_or_default();
        page.split_once("://")?.1.strip_prefix(host)
    });
    let back = safe_return(back).unwrap_or("/").to_owned();
    let script = text_header(&headers, header::ACCEPT).is_some_and(|kind| kind.contains("application/json"));
    let done = || {
        if script { StatusCode::NO_CONTENT.into_response() } else { Redirect::to(&back).into_response() }
    };
    if let Some(actor) = &ctx.actor {
        let body: Bytes = request
            .extract()
            .await
            .map_err(|error: axum::extract::rejection::BytesRejection| PageError::status(error.status()))?;
        let pairs: Vec<(String, String)> = serde_html_form::from_bytes(&body).unwrap_or_default();
        let token = pairs.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.as_str());
        check_origin(&ctx, &headers, token)?;
        announcements::dismiss(&app.services, actor, id).await?;
        return Ok(done());
    }
    let live = announcements::heard(&app.services, None).await?;
    // Only what is still live is worth keeping; the latest stands first.
    let known = |id: &AnnouncementId| live.iter().any(|heard| heard.announcement.id == *id);
    if !known(&id) {
        return Err(Error::NotFound("announcement").into());
    }
    let kept = away(&headers).into_iter().filter(|old| *old != id && known(old));
    let ids: Vec<String> = std::iter::once(id).chain(kept).take(AWAY_MAX).map(|id| id.to_string()).collect();
    let cookie: HeaderValue = set_cookie(&app, AWAY_COOKIE, &ids.join("."), AWAY_SECONDS);
    let mut response = done();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
