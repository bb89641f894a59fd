//! `Idempotency-Key` on unsafe API requests.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    operations::{self, Attempt, StoredAnswer},
};
use sha2::{Digest, Sha256};

use super::{
    files::carries_file,
    identity::{Found, text_header},
    problem::{ApiError, problem},
};
use crate::App;

/// As the body limit of the site.
const MAX_BODY: usize = 256 * 1024;

/// Answers of these carry tokens or other secrets, which are stored nowhere; their repetition is harmless or refused.
const NOT_STORED: [&str; 8] = [
    "/auth/sign-in",
    "/auth/refresh",
    "/auth/sign-out",
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
    let Some(key) =
        text_header(request.headers(), "idempotency-key").filter(|_| !safe).map(ToOwned::to_owned)
    else {
        return next.run(request).await;
    };
    if !(1..=255).contains(&key.len()) {
        let error = Error::invalid("Idempotency-Key", "invalid", "A key has 1 to 255 characters.");
        return ApiError(error).into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        let detail = "With an Idempotency-Key a body has at most 256 KB.";
        return problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail, &[]);
    };
    let caller =
        parts.extensions.get::<Found>().map(|Found(actor)| actor.user.to_string()).unwrap_or_default();
    let key_hash = hash(&[
        caller.as_bytes(),
        parts.method.as_str().as_bytes(),
        parts.uri.path().as_bytes(),
        key.as_bytes(),
    ]);
    let request_hash = hash(&[&body]);
    match operations::begin(&app.services, &key_hash, &request_hash).await {
        Ok(Attempt::First) => {}
        Ok(Attempt::Repeated(answer)) => return repeat(answer),
        Ok(Attempt::Running) => {
            let error = Error::conflict("request-running", "A request with this key is being carried out.");
            return ApiError(error).into_response();
        }
        Ok(Attempt::Different) => {
            let error =
                Error::invalid("Idempotency-Key", "reused", "This key was used for a different request.");
            return ApiError(error).into_response();
        }
        Err(error) => return ApiError(error).into_response(),
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(&app, &key_hash, response).await
}

async fn keep(app: &App, key_hash: &[u8], response: Response) -> Response {
    let status = response.status();
    let worth_repeating = status.is_server_error()
        || [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT]
            .contains(&status);
    if worth_repeating {
        if let Err(error) = operations::abandon(&app.services, key_hash).await {
            tracing::warn!(%error, "an idempotency key stays claimed");
        }
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let content_type = text_header(&parts.headers, header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let answer = StoredAnswer { status: status.as_u16(), content_type, body: body.to_vec() };
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
