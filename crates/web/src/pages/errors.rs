//! What a page answers when something is wrong: a designed page with a way back, or data for a script.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::Error;

use super::context::Ctx;
use crate::{
    App, api,
    http::{identity::text_header, observe::RequestId},
    views::{ErrorKind, ErrorPage},
};

/// Why a page could not be shown. It becomes a page where the request is known, in [`finish`].
#[derive(Debug)]
pub(crate) struct PageError(Error, Option<StatusCode>);

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

/// Carries the error from the handler to [`finish`].
#[derive(Clone)]
struct Failed(std::sync::Arc<PageError>);

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Failed(std::sync::Arc::new(self)));
        response
    }
}

/// What is kept of a request to explain a failure.
pub(crate) struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    extensions: axum::http::Extensions,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            extensions: request.extensions().clone(),
        }
    }

    fn wants_json(&self) -> bool {
        text_header(&self.headers, header::ACCEPT).is_some_and(|accept| accept.contains("application/json"))
    }
}

/// Turns a failure into a page.
pub(crate) fn finish(app: &App, asked: &Asked, mut response: Response) -> Response {
    match response.extensions_mut().remove::<Failed>() {
        Some(Failed(error)) => explain(app, asked, &error.0, error.1),
        None => response,
    }
}

/// The answer for an error that a guard or a handler found.
pub(crate) fn explain(app: &App, asked: &Asked, error: &Error, status: Option<StatusCode>) -> Response {
    let script = asked.wants_json() || asked.headers.contains_key("hx-request");
    if let Error::Unauthenticated { .. } = error
        && !script
    {
        return Redirect::to(&sign_in_address(asked)).into_response();
    }
    if asked.wants_json() || api::is_api(asked.uri.path()) {
        return api::problem_of(error, status);
    }
    let status = status.unwrap_or_else(|| api::status_of(error));
    log(error, status);
    let ctx = Ctx::new(app, &asked.headers, &asked.uri, &asked.extensions);
    let kind = match status {
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::TooManyRequests,
        StatusCode::INTERNAL_SERVER_ERROR => ErrorKind::Internal,
        other => ErrorKind::Other(other.as_u16()),
    };
    let detail = match error {
        Error::NotFound(_) | Error::Internal(_) | Error::Unavailable(_) => None,
        other => Some(other.to_string()),
    };
    let id = asked.extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
    let view = ErrorPage {
        page: ctx.private_page(kind.heading(), asked.uri.path()),
        kind,
        detail,
        retry_url: (asked.method == Method::GET && status.is_server_error()).then(|| ctx.here.clone()),
        request_id: id.filter(|_| status.is_server_error()),
    };
    let mut response = ctx.render_status(status, &view).unwrap_or_else(|_| status.into_response());
    retry_after(error, &mut response);
    response
}

/// Tells the client when to come back.
pub(crate) fn retry_after(error: &Error, response: &mut Response) {
    let seconds = match error {
        Error::TooManyRequests { retry_after_seconds } => *retry_after_seconds,
        Error::Unavailable(_) => 5,
        _ => return,
    };
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// A failure is logged once, here where it is handled.
pub(crate) fn log(error: &Error, status: StatusCode) {
    match error {
        Error::Internal(cause) => tracing::error!(%cause, "internal error"),
        Error::Unavailable(cause) => tracing::warn!(%cause, "not available"),
        _ => tracing::debug!(%error, %status, "refused"),
    }
}

fn sign_in_address(asked: &Asked) -> String {
    if asked.method != Method::GET {
        return "/sign-in".into();
    }
    let here = asked.uri.path_and_query().map_or("/", |here| here.as_str());
    format!("/sign-in?return_to={}", super::catalog::encode(here))
}

/// The answer for an address that no route has.
pub(crate) async fn not_found(State(app): State<App>, request: Request) -> Response {
    explain(&app, &Asked::of(&request), &Error::NotFound("page"), None)
}

/// The answer for a method that a route doesn't have.
pub(crate) async fn method_not_allowed(State(app): State<App>, request: Request) -> Response {
    let error = Error::conflict("method-not-allowed", "This address can't be used that way.");
    explain(&app, &Asked::of(&request), &error, Some(StatusCode::METHOD_NOT_ALLOWED))
}

/// A panic in a handler is a fault of ours, and only of this one request.
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let cause = cause
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(cause, "a handler panicked");
    api::problem_of(&Error::internal("panic"), None)
}
