//! Who asks: from the cookie of a browser or the token of an API client.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, HeaderValue, header, request::Parts},
};
use momentum_core::identity::{Actor, Origin};

use crate::App;

/// Whoever the guard of the route found; absent for visitors.
#[derive(Clone)]
pub(crate) struct Found(pub(crate) Arc<Actor>);

/// Where a request comes from.
pub(crate) struct From(pub(crate) Origin);

impl FromRequestParts<App> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(origin(app, &parts.headers, &parts.extensions)))
    }
}

/// Where a request with these headers comes from.
pub(crate) fn origin(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Origin {
    let forwarded = app
        .settings
        .trust_proxy
        .then(|| text_header(headers, "x-forwarded-for"))
        .flatten()
        // The proxy in front appends the address that it saw; what stands before it anybody could have sent.
        .and_then(|list| list.rsplit(',').next())
        .map(|address| address.trim().chars().take(64).collect::<String>());
    let address = forwarded.unwrap_or_else(|| {
        extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(address)| address.ip().to_string())
            .unwrap_or_default()
    });
    let user_agent = text_header(headers, header::USER_AGENT).unwrap_or_default().to_owned();
    Origin { address, user_agent }
}

/// A header as text, if it is text.
pub(crate) fn text_header(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The value of a cookie in the request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// The value of a cookie that keeps a random token of ours. What looks different was not made here.
pub(crate) fn token_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookie(headers, name).filter(|value| {
        value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    })
}

/// Name of the session's cookie. Over HTTPS the `__Host-` prefix ties it to this very host.
pub(crate) fn session_cookie_name(app: &App) -> &'static str {
    if app.https { "__Host-momentum_session" } else { "momentum_session" }
}

/// A `Set-Cookie` value of ours: out of reach for scripts, not sent along from other sites. No life: removed.
pub(crate) fn set_cookie(app: &App, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if app.https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    // Names and values are made here of plain characters.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
