//! Documents that courses are made from.

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    ids::ReferenceId,
    studio::{self, MAX_REFERENCE_BYTES, PassageView, Reference},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::super::List;
use crate::{
    App,
    api::{Bearer, Operations, parse_id},
    http::{
        access::Access,
        files,
        problem::{ApiError, Problems, problem},
        tus,
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    let (schemas, paths, references) = routes!(references, add_reference);
    // What else the form has is small.
    let references = references.layer(DefaultBodyLimit::max(MAX_REFERENCE_BYTES + 64 * 1024));
    operations
        .add(Access::Admin, (schemas, paths, references))
        .add(Access::Admin, routes!(reference, remove_reference))
}

/// Documents, newest first.
#[utoipa::path(get, path = "/admin/ai/references", tag = "admin",
    responses((status = 200, body = List<Reference>), Problems))]
async fn references(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<Reference>>, ApiError> {
    Ok(Json(List::whole(studio::references(&app.services, &actor).await?)))
}

/// A form with one document.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct ReferenceForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Adds a document that courses can be made from: PDF, DOCX, Markdown or plain text, at most 20 MB. Only its text is kept.
#[utoipa::path(post, path = "/admin/ai/references", tag = "admin",
    request_body(content = ReferenceForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Reference), Problems))]
async fn add_reference(State(app): State<App>, Bearer(actor): Bearer, request: Request) -> Response {
    let unreadable =
        |status| problem(status, "unreadable", "Send multipart/form-data with one field `file`.", &[]);
    let Ok(form) = Multipart::from_request(request, &app).await else {
        return unreadable(StatusCode::BAD_REQUEST);
    };
    let form = match files::FileForm::read(form).await {
        Ok(form) => form,
        Err(status) => return unreadable(status),
    };
    if form.too_large {
        return problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "A document has at most 20 MB.", &[]);
    }
    let file = match form.only("file") {
        Ok(file) => file,
        Err(error) => return tus::refused(&error),
    };
    match studio::add_reference(&app.services, &actor, &file.name, file.content).await {
        Ok(reference) => (StatusCode::CREATED, Json(reference)).into_response(),
        Err(error) => tus::refused(&error),
    }
}

/// A document with its text.
#[derive(Serialize, ToSchema)]
struct ReferenceDetail {
    #[serde(flatten)]
    reference: Reference,
    passages: Vec<PassageView>,
}

fn reference_id(text: &str) -> Result<ReferenceId, Error> {
    parse_id(text, "reference")
}

/// A document with its text in pieces.
#[utoipa::path(get, path = "/admin/ai/references/{id}", tag = "admin", params(("id" = ReferenceId, Path)),
    responses((status = 200, body = ReferenceDetail), Problems))]
async fn reference(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ReferenceDetail>, ApiError> {
    let (reference, passages) = studio::reference_passages(&app.services, &actor, reference_id(&id)?).await?;
    Ok(Json(ReferenceDetail { reference, passages }))
}

/// Forgets a document. Courses that were made from it keep their passages.
#[utoipa::path(delete, path = "/admin/ai/references/{id}", tag = "admin", params(("id" = ReferenceId, Path)),
    responses((status = 204, description = "Forgotten."), Problems))]
async fn remove_reference(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    studio::delete_reference(&app.services, &actor, reference_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
