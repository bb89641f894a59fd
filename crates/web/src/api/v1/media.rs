//! The media library.

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use momentum_core::{
    Error, FieldErrors, Services,
    ids::MediaId,
    media::{
        self, MAX_IN_ONE_PIECE, Media, MediaChanges, MediaFilter, MediaKind, MediaSort, MediaUse, NewFile,
        UseCounts, Visibility,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, BASE, Bearer, Binary, Operations, based_on, parse_id, tagged},
    http::{
        access::Access,
        files,
        problem::{ApiError, Problems, problem},
        tus,
    },
};

/// How long links to private files hold here.
const OPEN_FOR: TimeDelta = TimeDelta::hours(1);

pub(super) fn routes(operations: Operations) -> Operations {
    // What else the form has is small.
    let limit = || DefaultBodyLimit::max(MAX_IN_ONE_PIECE + 64 * 1024);
    let (schemas, paths, library) = routes!(list, upload);
    let operations = operations.add(Access::Admin, (schemas, paths, library.layer(limit())));
    let (schemas, paths, content) = routes!(replace);
    operations
        .add(Access::Admin, (schemas, paths, content.layer(limit())))
        .add(Access::Admin, routes!(show, update, remove))
        .add(Access::Admin, routes!(begin))
        .add(Access::Admin, routes!(progress, append, abandon))
}

/// A file with its addresses.
#[derive(Serialize, ToSchema)]
struct MediaAnswer {
    #[serde(flatten)]
    media: Media,
    /// For texts, resources and course pictures; stays when the content is replaced.
    url: String,
    /// Where the caller can read it now: of a private file a link that holds for an hour.
    content_url: String,
    /// The widths of a public picture, for `srcset`; empty when there is only one.
    srcset: String,
}

impl MediaAnswer {
    fn new(s: &Services, media: Media) -> Result<Self, Error> {
        Ok(Self {
            url: media.address(),
            content_url: media.shown_at(s, OPEN_FOR)?,
            srcset: media.srcset(),
            media,
        })
    }
}

/// A file in the list.
#[derive(Serialize, ToSchema)]
struct MediaListItem {
    #[serde(flatten)]
    file: MediaAnswer,
    used_in: UseCounts,
}

/// A file with where it is used.
#[derive(Serialize, ToSchema)]
struct MediaDetail {
    #[serde(flatten)]
    file: MediaAnswer,
    uses: Vec<MediaUse>,
}

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct FileForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Files of the library.
#[utoipa::path(get, path = "/admin/media", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "A part of the name"),
        ("kind" = Option<MediaKind>, Query),
        ("used" = Option<bool>, Query, description = "Only those that somebody uses, or only those that nobody uses"),
        ("sort" = Option<MediaSort>, Query, description = "Default: newest"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<MediaListItem>), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<MediaListItem>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let kind_is = "The kind is image, video, audio or document.";
    let kind = query.parsed(&mut errors, "kind", MediaKind::parse, kind_is);
    let used = query.parsed(&mut errors, "used", |text| text.parse().ok(), "Say true or false.");
    let sort = query.parsed(&mut errors, "sort", MediaSort::parse, "Sort by newest, oldest, name or size.");
    errors.into_result()?;
    let filter = MediaFilter {
        name: query.text("q").unwrap_or_default().chars().take(200).collect(),
        kind,
        used,
        sort: sort.unwrap_or(MediaSort::Newest),
        limit: page.limit,
        offset: page.offset,
    };
    let (files, total) = media::list(&app.services, &actor, &filter).await?;
    let items: Result<Vec<_>, Error> = files
        .into_iter()
        .map(|listed| {
            let file = MediaAnswer::new(&app.services, listed.media)?;
            Ok(MediaListItem { file, used_in: listed.used_in })
        })
        .collect();
    Ok(Json(List { items: items?, total, limit: page.limit, offset: page.offset }))
}

/// The one file of a form, or why there is none.
async fn one_file(app: &App, request: Request) -> Result<NewFile, Response> {
    let unreadable =
        |status| problem(status, "unreadable", "Send multipart/form-data with one field `file`.", &[]);
    let form =
        Multipart::from_request(request, app).await.map_err(|_| unreadable(StatusCode::BAD_REQUEST))?;
    let form = files::FileForm::read(form).await.map_err(unreadable)?;
    if form.too_large {
        let detail = "A form takes at most 20 MB. Send larger files in pieces, to /admin/media/uploads.";
        return Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail, &[]));
    }
    form.only("file").map_err(|error| tus::refused(&error))
}

/// Adds a file of at most 20 MB. Its kind is found by its content; pictures are written anew without what the camera noted.
#[utoipa::path(post, path = "/admin/media", tag = "admin",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Added.", body = MediaAnswer), Problems))]
async fn upload(State(app): State<App>, Bearer(actor): Bearer, request: Request) -> Response {
    let file = match one_file(&app, request).await {
        Ok(file) => file,
        Err(refusal) => return refusal,
    };
    let added = media::upload(&app.services, &actor, file).await;
    match added.and_then(|media| MediaAnswer::new(&app.services, media)) {
        Ok(answer) => (StatusCode::CREATED, Json(answer)).into_response(),
        Err(error) => tus::refused(&error),
    }
}

/// A file with where it is used.
#[utoipa::path(get, path = "/admin/media/{id}", tag = "admin", params(("id" = MediaId, Path)),
    responses((status = 200, body = MediaDetail,
        headers(("ETag" = String, description = "The revision, for If-Match"))), Problems))]
async fn show(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = parse_id(&id, "file")?;
    let media = media::find(&app.services, &actor, id).await?;
    let uses = media::uses(&app.services, &actor, id).await?;
    let file = MediaAnswer::new(&app.services, media)?;
    Ok(tagged(file.media.revision, MediaDetail { file, uses }))
}

/// What to change; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MediaPatch {
    /// What people call it, at most 200 characters, without slashes; it ends as the address does, which stays.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    alt: Option<String>,
    #[serde(default)]
    visibility: Option<Visibility>,
}

/// Changes what is said about a file. With If-Match a change that was made from an older revision is refused with 409.
#[utoipa::path(patch, path = "/admin/media/{id}", tag = "admin", request_body = MediaPatch,
    params(
        ("id" = MediaId, Path),
        ("If-Match" = Option<String>, Header, description = "The revision that was read")
    ),
    responses((status = 200, body = MediaAnswer,
        headers(("ETag" = String, description = "The revision, for If-Match"))), Problems))]
async fn update(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<MediaPatch>,
) -> Result<Response, ApiError> {
    let MediaPatch { name, alt, visibility } = body;
    let changes = MediaChanges { name, alt, visibility, revision: based_on(&headers)? };
    let media = media::edit(&app.services, &actor, parse_id(&id, "file")?, changes).await?;
    Ok(tagged(media.revision, MediaAnswer::new(&app.services, media)?))
}

/// Gives a file new content of the same kind. Its address stays.
#[utoipa::path(put, path = "/admin/media/{id}/content", tag = "admin", params(("id" = MediaId, Path)),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = MediaAnswer), Problems))]
async fn replace(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let file = match one_file(&app, request).await {
        Ok(file) => file,
        Err(refusal) => return refusal,
    };
    let replaced = async {
        let media = media::replace(&app.services, &actor, parse_id(&id, "file")?, file).await?;
        MediaAnswer::new(&app.services, media)
    };
    match replaced.await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => tus::refused(&error),
    }
}

/// Deletes a file that nobody uses.
#[utoipa::path(delete, path = "/admin/media/{id}", tag = "admin", params(("id" = MediaId, Path)),
    responses((status = 204, description = "Deleted."), Problems))]
async fn remove(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    media::delete(&app.services, &actor, parse_id(&id, "file")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Announces a large file, which then comes in pieces (tus 1.0). `Upload-Metadata` has `filename`, and `replaces` with the
/// id of a file that gets this content. An upload that rests for a day is given up.
#[utoipa::path(post, path = "/admin/media/uploads", tag = "admin",
    params(
        ("Upload-Length" = i64, Header, description = "Bytes in all"),
        ("Upload-Metadata" = Option<String>, Header, description = "Names with Base64 values, by commas")
    ),
    responses((status = 201, description = "`Location` says where the pieces go."), Problems))]
async fn begin(State(app): State<App>, Bearer(actor): Bearer, headers: HeaderMap) -> Response {
    tus::create(&app.services, &actor, &headers, &format!("{BASE}/admin/media/uploads")).await
}

/// How far an upload is: `Upload-Offset` of `Upload-Length`.
#[utoipa::path(head, path = "/admin/media/uploads/{id}", tag = "admin", params(("id" = MediaId, Path)),
    responses((status = 200, description = "`Upload-Offset` says how many bytes are there."), Problems))]
async fn progress(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    Ok(tus::state(&media::upload_state(&app.services, &actor, parse_id(&id, "upload")?).await?))
}

/// Takes what comes next. What arrives before a connection breaks is kept. The answer to the last piece names the file in
/// `Media-Id` and `Media-Url`.
#[utoipa::path(patch, path = "/admin/media/uploads/{id}", tag = "admin",
    params(("id" = MediaId, Path), ("Upload-Offset" = i64, Header, description = "Where these bytes belong")),
    request_body(content = inline(Binary), content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset` says how many bytes are there."), Problems))]
async fn append(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    match parse_id(&id, "upload") {
        Ok(id) => tus::append(&app.services, &actor, id, &parts.headers, body).await,
        Err(error) => tus::refused(&error),
    }
}

/// Gives an upload up.
#[utoipa::path(delete, path = "/admin/media/uploads/{id}", tag = "admin", params(("id" = MediaId, Path)),
    responses((status = 204, description = "Given up."), Problems))]
async fn abandon(State(app): State<App>, Bearer(actor): Bearer, Path(id): Path<String>) -> Response {
    match parse_id(&id, "upload") {
        Ok(id) => tus::abandon(&app.services, &actor, id).await,
        Err(error) => tus::refused(&error),
    }
}
