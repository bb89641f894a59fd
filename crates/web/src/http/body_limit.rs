//! How large the body of a request may be, and what is said of one that is larger.

use axum::{
    Extension, RequestExt,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, rejection::BytesRejection},
    http::StatusCode,
    response::Response,
};

use super::problem::problem;

/// Where nothing else is said, in bytes.
pub(crate) const USUAL: usize = 256 * 1024;

/// The limit, for whoever reads the body.
#[derive(Clone, Copy)]
pub(crate) struct Most(usize);

/// Takes bodies of up to so many bytes.
pub(crate) fn at_most(bytes: usize) -> (Extension<Most>, DefaultBodyLimit) {
    (Extension(Most(bytes)), DefaultBodyLimit::max(bytes))
}

/// How many bytes this request may bring, as far as [`at_most`] said so.
fn most(request: &Request) -> usize {
    request.extensions().get().map_or(USUAL, |Most(bytes)| *bytes)
}

/// The whole body of a request.
pub(crate) async fn read(request: Request) -> Result<Bytes, Response> {
    let most = most(&request);
    request.extract().await.map_err(|error: BytesRejection| unread(&error, most))
}

/// The answer to a body that was not read: it is too large, or it broke off.
pub(crate) fn unread(error: &BytesRejection, most: usize) -> Response {
    let status = error.status();
    if status != StatusCode::PAYLOAD_TOO_LARGE {
        return problem(status, "unreadable", "The body could not be read.", &[]);
    }
    let most = match most / 1024 {
        kilobytes if kilobytes < 1024 => format!("{kilobytes} KB"),
        kilobytes => format!("{} MB", kilobytes / 1024),
    };
    problem(status, "too-large", &format!("The body is too large: {most} are the most here."), &[])
}
