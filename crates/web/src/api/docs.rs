//! The API's document, for programs and for people.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::App;

/// `GET /api/v1/openapi.json`
pub(super) async fn document(State(app): State<App>) -> Response {
    let text = super::openapi(&app).to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

/// `GET /api/docs`
pub(super) async fn show(State(_app): State<App>) -> Response {
    "".into_response()
}
