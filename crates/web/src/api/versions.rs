//! Versions of what several people change: told as `ETag`, named by `If-Match`.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use momentum_core::{Error, Result as CoreResult};
use serde::Serialize;

/// The body with its version as its entity tag.
pub(crate) fn tagged(version: i64, body: impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The version that `If-Match` names; `*` and a missing header name none. A weak tag counts as what it was made from: a proxy
/// that compresses an answer makes the tag weak.
pub(crate) fn based_on(headers: &HeaderMap) -> CoreResult<Option<i64>> {
    let Some(sent) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let tag = sent.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    tag.strip_prefix("W/")
        .unwrap_or(tag)
        .trim_matches('"')
        .parse()
        .map(Some)
        .map_err(|_| Error::invalid("If-Match", "invalid", "Send the version that you read."))
}
