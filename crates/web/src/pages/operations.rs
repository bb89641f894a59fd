//! What machines ask an instance.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::operations;
use serde_json::json;

use crate::{App, http::identity::text_header};

/// `GET /health/live`: the process runs.
pub(crate) async fn live() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: it can serve, because the database answers.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    match operations::check_ready(&app.services).await {
        Ok(()) => Json(json!({ "status": "ok" })).into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable" }))).into_response()
        }
    }
}

/// `GET /metrics`, in the text format of Prometheus.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    operations::measure(&app.services).await;
    let text =
        app.metrics.as_ref().map(metrics_exporter_prometheus::PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// `GET /.well-known/jwks.json`: the keys that check access tokens.
pub(crate) async fn jwks(State(app): State<App>) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(app.services.signing.public())).into_response()
}

/// `GET /favicon.ico`
pub(crate) async fn favicon(State(app): State<App>) -> Response {
    if app.assets.urls.favicon.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    Redirect::permanent(&app.assets.urls.favicon).into_response()
}

/// `GET /assets/{name}`: names carry a hash of the content, so what was fetched once stays good.
pub(crate) async fn asset(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let accepts = text_header(&headers, header::ACCEPT_ENCODING).unwrap_or_default();
    let Some(asset) = app.assets.find(&name, accepts) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = (
        [
            (header::CONTENT_TYPE, asset.content_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::VARY, "accept-encoding"),
        ],
        asset.body,
    )
        .into_response();
    if let Some(encoding) = asset.encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
