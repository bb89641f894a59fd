//! Versions of what several people change: told as `ETag`, named by `If-Match`.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use momentum_core::{Error, Result as CoreResult};
use serde::Serialize;

use crate::http::identity::text_header;

/// The body with its version as its entity tag.
pub(crate) fn tagged(version: i64, body: impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The version that `If-Match` names; `*` and a missing header name none.
pub(crate) fn based_on(headers: &HeaderMap) -> CoreResult<Option<i64>> {
    match text_header(headers, header::IF_MATCH).map(str::trim) {
        None | Some("*") => Ok(None),
        Some(tag) => tag
            .trim_matches('"')
            .parse()
            .map(Some)
            .map_err(|_| Error::invalid("If-Match", "invalid", "Send the version that you read.")),
    }
}
