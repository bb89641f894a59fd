//! The error type of page handlers.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::Error;

/// Why a page could not be shown. It becomes a page where the request is known, in [`super::errors::finish`].
#[derive(Debug)]
pub(crate) struct PageError(pub(super) Error, pub(super) Option<StatusCode>);

impl PageError {
    /// The request itself is broken.
    pub(crate) fn bad_request(message: &'static str) -> Self {
        Self(Error::conflict("bad-request", message), Some(StatusCode::BAD_REQUEST))
    }

    /// The request is refused with this status.
    pub(crate) fn status(status: StatusCode) -> Self {
        Self(Error::conflict("refused", status.canonical_reason().unwrap_or("Refused")), Some(status))
    }
}

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into(), None)
    }
}

/// Carries the error from the handler to [`super::errors::finish`].
#[derive(Clone)]
pub(super) struct Failed(pub(super) std::sync::Arc<PageError>);

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Failed(std::sync::Arc::new(self)));
        response
    }
}
