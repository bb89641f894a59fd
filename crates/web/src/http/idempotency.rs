//! `Idempotency-Key` on unsafe API requests.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, resume_unwind},
};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use momentum_core::{
    Error,
    operations::{self, Attempt, StoredAnswer},
};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{
    body_limit,
    files::carries_file,
    identity::{Found, text_header},
    problem::ApiError,
};
use crate::App;

/// What a handler panicked with.
type Panic = Box<dyn Any + Send>;

/// Answers of these carry tokens or other secrets, which are stored nowhere; their repetition is harmless or refused.
const NOT_STORED: [&str; 9] = [
    "/auth/sign-in",
    "/auth/refresh",
    "/auth/sign-out",
    "/me/calendar-link",
    "/me/mfa/totp",
    "/me/mfa/totp/confirm",
    "/me/mfa/recovery-codes",
    "/me/passkeys",
    "/auth/passkey",
];

/// Runs the request, or repeats the answer that the same request got before.
pub(crate) async fn once(app: App, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let safe = request.method().is_safe()
        || NOT_STORED.iter().any(|ending| path.ends_with(ending))
        || carries_file(request.headers());
    let Some(key) = request.headers().get("idempotency-key").filter(|_| !safe) else {
        return next.run(request).await;
    };
    let Some(key) = key.to_str().ok().filter(|key| (1..=255).contains(&key.len())).map(ToOwned::to_owned)
    else {
        let error = Error::invalid("Idempotency-Key", "invalid", "A key has 1 to 255 ASCII characters.");
        return ApiError(error).into_response();
    };
    let (parts, body) = request.into_parts();
    let body = match body_limit::read(Request::from_parts(parts.clone(), body)).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let keyed = Keyed::new(&parts, &key, &body);
    let request = Request::from_parts(parts, Body::from(body));
    // In a task of its own: a client that goes away stops what runs in its connection, and then the work would be half
    // done or done without an answer for the repetition.
    let work = tokio::spawn(keyed.answer(app, request, next).in_current_span());
    match work.await {
        Ok(Ok(response)) => response,
        // Told like any other panic of a handler.
        Ok(Err(panic)) => resume_unwind(panic),
        Err(error) => ApiError(Error::internal(error)).into_response(),
    }
}

/// A request with a key.
struct Keyed {
    key_hash: Vec<u8>,
    request_hash: Vec<u8>,
    /// Nobody is signed in.
    anonymous: bool,
}

impl Keyed {
    fn new(parts: &Parts, key: &str, body: &[u8]) -> Self {
        let caller = parts.extensions.get::<Found>().map(|Found(actor)| actor.user.to_string());
        let based_on = parts.headers.get(header::IF_MATCH).map(HeaderValue::as_bytes);
        Self {
            key_hash: hash(&[
                caller.as_deref().unwrap_or_default().as_bytes(),
                parts.method.as_str().as_bytes(),
                parts.uri.path().as_bytes(),
                key.as_bytes(),
            ]),
            request_hash: hash(&[
                parts.uri.query().unwrap_or_default().as_bytes(),
                based_on.unwrap_or_default(),
                body,
            ]),
            anonymous: caller.is_none(),
        }
    }

    /// The answer of the first request with this key, which this one may be. A panic of the handler is handed on.
    async fn answer(self, app: App, request: Request, next: Next) -> Result<Response, Panic> {
        let refusal = match operations::begin(&app.services, &self.key_hash, &self.request_hash).await {
            Ok(Attempt::First) => {
                let done = AssertUnwindSafe(next.run(request)).catch_unwind().await;
                return match done {
                    Ok(response) => Ok(self.keep(&app, response).await),
                    Err(panic) => {
                        self.abandon(&app).await;
                        Err(panic)
                    }
                };
            }
            Ok(Attempt::Repeated(answer)) => return Ok(repeat(answer)),
            Ok(Attempt::Running) => {
                Error::conflict("request-running", "A request with this key is being carried out.")
            }
            Ok(Attempt::Different) => {
                Error::invalid("Idempotency-Key", "reused", "This key was used for a different request.")
            }
            Err(error) => error,
        };
        Ok(ApiError(refusal).into_response())
    }

    async fn abandon(&self, app: &App) {
        if let Err(error) = operations::abandon(&app.services, &self.key_hash).await {
            tracing::warn!(%error, "an idempotency key stays claimed");
        }
    }

    async fn keep(&self, app: &App, response: Response) -> Response {
        if self.is_worth_repeating(response.status()) {
            self.abandon(app).await;
            return response;
        }
        store(app, &self.key_hash, response).await
    }

    /// Whether the same request may get another answer later. Nothing is kept for strangers whose request failed, or
    /// they could fill the table.
    fn is_worth_repeating(&self, status: StatusCode) -> bool {
        status.is_server_error()
            || (self.anonymous && status.is_client_error())
            || [
                StatusCode::UNAUTHORIZED,
                StatusCode::PAYMENT_REQUIRED,
                StatusCode::FORBIDDEN,
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::REQUEST_TIMEOUT,
            ]
            .contains(&status)
    }
}

async fn store(app: &App, key_hash: &[u8], response: Response) -> Response {
    let status = response.status();
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let content_type = text_header(&parts.headers, header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let etag = text_header(&parts.headers, header::ETAG).map(ToOwned::to_owned);
    let answer = StoredAnswer { status: status.as_u16(), content_type, etag, body: body.to_vec() };
    if let Err(error) = operations::finish(&app.services, key_hash, &answer).await {
        tracing::warn!(%error, "an answer was not kept for its repetitions");
    }
    Response::from_parts(parts, Body::from(body))
}

fn repeat(answer: StoredAnswer) -> Response {
    let mut response = answer.body.into_response();
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if let Ok(value) = HeaderValue::from_str(&answer.content_type)
        && !answer.content_type.is_empty()
    {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Some(Ok(tag)) = answer.etag.as_deref().map(HeaderValue::from_str) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}
