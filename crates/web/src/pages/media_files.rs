//! Files of the media library, handed out.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    ids::MediaId,
    media::{self, Delivery, Visibility, Wanted},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{failure::PageError, form::Params};
use crate::{
    App,
    http::{
        identity::text_header,
        range::{self, Asked},
    },
};

/// What stands in a header's `filename*` by its number only, see RFC 8187.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FileQuery {
    /// Width in pixels.
    w: Option<i64>,
    /// Version: the address then changes with the content.
    v: Option<i64>,
    exp: String,
    sig: String,
}

/// `GET|HEAD /media/{id}/{name}`
pub(crate) async fn show(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path((id, name)): Path<(String, String)>,
    Params(query): Params<FileQuery>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let id: MediaId = id.parse().map_err(|_| Error::NotFound("file"))?;
    let wanted = Wanted { name: &name, width: query.w, expires: &query.exp, signature: &query.sig };
    let file = media::deliver(s, id, &wanted).await?;
    let lasting = query.v == Some(file.media.version) && !file.provisional;
    let base = headers_of(&file, lasting)?;
    if range::has_already(text_header(&headers, header::IF_NONE_MATCH), &file.etag) {
        return Ok((StatusCode::NOT_MODIFIED, base).into_response());
    }
    let same = text_header(&headers, header::IF_RANGE).is_none_or(|tag| tag == file.etag);
    let asked = match (file.size, same) {
        (Some(size), true) => range::asked(text_header(&headers, header::RANGE), size),
        _ => Asked::Whole,
    };
    let size = file.size.unwrap_or_default();
    let part = match asked {
        Asked::Whole => None,
        Asked::Part(part) => Some(part),
        Asked::Nothing => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, base, range).into_response());
        }
    };
    let status = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let content_range = part.as_ref().map(|part| format!("bytes {}-{}/{size}", part.start, part.end - 1));
    let (length, body) = if method == Method::HEAD {
        let length = match &part {
            Some(part) => part.end - part.start,
            None => file.bytes(s).await?,
        };
        (length, Body::empty())
    } else {
        let content = file.open(s, part).await?;
        (content.size, Body::from_stream(content.stream))
    };
    let mut response = (status, base, body).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(value) = content_range {
        out.insert(header::CONTENT_RANGE, HeaderValue::from_str(&value).map_err(Error::internal)?);
    }
    Ok(response)
}

fn headers_of(file: &Delivery, lasting: bool) -> Result<HeaderMap, Error> {
    let private = file.media.visibility == Visibility::Private;
    let cache = match (private, lasting, file.provisional) {
        (true, ..) => "private, no-store",
        (false, true, _) => "public, max-age=31536000, immutable",
        (false, false, true) => "public, max-age=10",
        (false, false, false) => "public, max-age=300",
    };
    let shown = if file.shown { "inline" } else { "attachment" };
    // Names in addresses are plain letters; the other one is what people call it, for browsers that know more.
    let mut disposition = format!("{shown}; filename=\"{}\"", file.media.file_name);
    if file.media.name != file.media.file_name {
        let name = utf8_percent_encode(&file.media.name, ENCODED);
        disposition = format!("{disposition}; filename*=UTF-8''{name}");
    }
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_TYPE, file.content_type.as_str()),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, &file.etag),
        (header::ACCEPT_RANGES, if file.size.is_some() { "bytes" } else { "none" }),
        (header::CONTENT_DISPOSITION, &disposition),
    ] {
        headers.insert(name, HeaderValue::from_str(value).map_err(Error::internal)?);
    }
    Ok(headers)
}
