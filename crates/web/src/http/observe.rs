//! A request id, one log line and one measurement for every request; a fault becomes a clear answer.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names this request in logs and on error pages.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = incoming_id(&request).unwrap_or_else(|| uuid::Uuid::now_v7().simple().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The route's pattern, never the address itself: a label must not grow with what people type.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = begun.elapsed();
    let status = response.status().as_u16();
    let labels = [("method", label_of(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::histogram!("http_request_duration_seconds", &labels).record(elapsed.as_secs_f64());
    span.in_scope(|| {
        let milliseconds = elapsed.as_secs_f64() * 1_000.0;
        if status >= 500 {
            tracing::error!(status, milliseconds, "request failed");
        } else {
            tracing::debug!(status, milliseconds, "request");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}

/// A method as a label. Anybody can make up others, and each value of a label is kept for as long as the program runs.
fn label_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "other",
    }
}

/// An id that a proxy gave, if it looks like one.
fn incoming_id(request: &Request) -> Option<String> {
    let id = request.headers().get(&REQUEST_ID)?.to_str().ok()?;
    let good = (8..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    good.then(|| id.to_owned())
}
