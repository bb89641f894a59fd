//! Security headers on every response, with a fresh nonce for the scripts of each page.

use std::sync::LazyLock;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use momentum_core::catalog::embeds;

use crate::App;

static OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
static PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Where players in lessons come from; nothing is loaded from there before somebody asks for it.
static FRAME_SOURCES: LazyLock<String> =
    LazyLock::new(|| embeds::frame_sources().collect::<Vec<_>>().join(" "));

/// What stands for the nonce in a page that is rendered once for many visitors.
pub(crate) const NONCE_MARK: &str = "nonce-of-this-response";

/// The nonce of one response.
#[derive(Clone)]
pub(crate) struct Nonce(pub(crate) String);

/// A response's own Content-Security-Policy, for a document that is shown in a frame of ours.
#[derive(Clone, Copy)]
pub(crate) struct OwnPolicy(pub(crate) &'static str);

pub(crate) async fn secure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let nonce = STANDARD_NO_PAD.encode(uuid::Uuid::new_v4().as_bytes());
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let own = response.extensions_mut().remove::<OwnPolicy>();
    let headers = response.headers_mut();
    let policy = if let Some(OwnPolicy(policy)) = own {
        policy.to_owned()
    } else if is_page {
        let frames = &*FRAME_SOURCES;
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'nonce-{nonce}'; \
             img-src 'self' data: https:; media-src 'self' https:; font-src 'self'; connect-src 'self'; \
             frame-src 'self' {frames}; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    } else {
        // Pictures and data: nothing in them may run, also when they are opened by themselves.
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox".to_owned()
    };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, if own.is_some() { "SAMEORIGIN" } else { "DENY" });
    set(OPENER_POLICY.clone(), "same-origin");
    set(PERMISSIONS.clone(), "camera=(), microphone=(), geolocation=(), payment=()");
    if app.https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    // What lies under a secret address says more.
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("strict-origin-when-cross-origin"));
    response
}
