//! Uploads in pieces as tus 1.0 has them: creation, termination, expiration. Pages and API speak the same.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, FieldErrors, Services,
    identity::Actor,
    ids::MediaId,
    media::{self, UploadState},
};

use super::{
    identity::text_header,
    problem::{problem, problem_of, status_of},
};

const VERSION: &str = "1.0.0";
const PIECE: &str = "application/offset+octet-stream";

static RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
static OFFSET: HeaderName = HeaderName::from_static("upload-offset");
static LENGTH: HeaderName = HeaderName::from_static("upload-length");
static METADATA: HeaderName = HeaderName::from_static("upload-metadata");
static EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
static MEDIA_ID: HeaderName = HeaderName::from_static("media-id");
static MEDIA_URL: HeaderName = HeaderName::from_static("media-url");
static MEDIA_KIND: HeaderName = HeaderName::from_static("media-kind");

/// What a media service refused, with the status that HTTP has for it.
pub(crate) fn refused(error: &Error) -> Response {
    problem_of(error, Some(media_status(error)))
}

/// As `status_of`; too much is 413, a broken connection 400.
pub(crate) fn media_status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(errors) if has(errors, "too-large") => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Conflict { code: "interrupted", .. } => StatusCode::BAD_REQUEST,
        other => status_of(other),
    }
}

fn has(errors: &FieldErrors, code: &str) -> bool {
    errors.as_slice().iter().any(|error| error.code == code)
}

/// `POST`: announces a file. `base` is where uploads stand.
pub(crate) async fn create(s: &Services, actor: &Actor, headers: &HeaderMap, base: &str) -> Response {
    if let Some(refusal) = wrong_version(headers) {
        return refusal;
    }
    let Some(length) = number(headers, &LENGTH) else {
        return unreadable("Say how long the file is: Upload-Length.");
    };
    let Some(metadata) = metadata(headers) else {
        return unreadable("Upload-Metadata can't be read.");
    };
    let field = |name: &str| metadata.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let replaces = match field("replaces").filter(|id| !id.is_empty()).map(str::parse::<MediaId>) {
        Some(Err(_)) => return refused(&Error::NotFound("file")),
        Some(Ok(id)) => Some(id),
        None => None,
    };
    let name = field("filename").or_else(|| field("name")).unwrap_or_default();
    match media::begin_upload(s, actor, name, length, replaces).await {
        Ok(state) => {
            let mut response = answer(StatusCode::CREATED);
            set(&mut response, header::LOCATION, &format!("{base}/{}", state.id));
            expires(&mut response, state.expires_at);
            response
        }
        Err(error) => refused(&error),
    }
}

/// `HEAD`: how far it is.
pub(crate) fn state(state: &UploadState) -> Response {
    let mut response = answer(StatusCode::OK);
    set(&mut response, OFFSET.clone(), &state.received.to_string());
    set(&mut response, LENGTH.clone(), &state.length.to_string());
    set(&mut response, header::CACHE_CONTROL, "no-store");
    expires(&mut response, state.expires_at);
    response
}

/// `PATCH`: takes what comes next. The last answer names the file.
pub(crate) async fn append(
    s: &Services,
    actor: &Actor,
    id: MediaId,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    if let Some(refusal) = wrong_version(headers) {
        return refusal;
    }
    if text_header(headers, header::CONTENT_TYPE) != Some(PIECE) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return problem(status, "not-a-piece", "Send Content-Type: application/offset+octet-stream.", &[]);
    }
    let Some(offset) = number(headers, &OFFSET) else {
        return unreadable("Say where the bytes belong: Upload-Offset.");
    };
    match media::receive(s, actor, id, offset, body.into_data_stream()).await {
        Ok(received) => {
            let mut response = answer(StatusCode::NO_CONTENT);
            set(&mut response, OFFSET.clone(), &received.received.to_string());
            match received.media {
                Some(media) => {
                    set(&mut response, MEDIA_ID.clone(), &media.id.to_string());
                    set(&mut response, MEDIA_URL.clone(), &media.address());
                    set(&mut response, MEDIA_KIND.clone(), media.kind.as_str());
                }
                None => expires(&mut response, received.expires_at),
            }
            response
        }
        Err(error) => refused(&error),
    }
}

/// `DELETE`: gives it up.
pub(crate) async fn abandon(s: &Services, actor: &Actor, id: MediaId) -> Response {
    match media::abandon_upload(s, actor, id).await {
        Ok(()) => answer(StatusCode::NO_CONTENT),
        Err(error) => refused(&error),
    }
}

fn wrong_version(headers: &HeaderMap) -> Option<Response> {
    let version = text_header(headers, &RESUMABLE)?;
    (version != VERSION).then(|| {
        let mut response =
            problem(StatusCode::PRECONDITION_FAILED, "tus-version", "This server speaks tus 1.0.0.", &[]);
        set(&mut response, HeaderName::from_static("tus-version"), VERSION);
        response
    })
}

fn unreadable(detail: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, "unreadable", detail, &[])
}

fn answer(status: StatusCode) -> Response {
    let mut response = status.into_response();
    set(&mut response, RESUMABLE.clone(), VERSION);
    response
}

fn expires(response: &mut Response, at: DateTime<Utc>) {
    set(response, EXPIRES.clone(), &at.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<i64> {
    text_header(headers, name)?.parse().ok().filter(|n| *n >= 0)
}

/// `key base64, key base64, …`
fn metadata(headers: &HeaderMap) -> Option<Vec<(String, String)>> {
    let text = text_header(headers, &METADATA).unwrap_or_default();
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let bytes = STANDARD.decode(value.trim()).ok()?;
            Some((key.to_owned(), String::from_utf8_lossy(&bytes).into_owned()))
        })
        .collect()
}
