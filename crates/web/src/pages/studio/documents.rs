//! Documents that courses are made from.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    ids::ReferenceId,
    studio::{self, Reference},
};
use serde::Deserialize;
use serde_json::json;

use super::PassagePage;
use crate::{
    App,
    http::{identity::text_header, tus},
    pages::{
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Params, Posted, PostedFiles},
    },
    present,
    views::{DocumentLine, StudioDocumentPage, StudioDocumentsPage},
};

const PATH: &str = "/admin/ai/references";

/// What is said of too large a file.
pub(super) const TOO_LARGE: &str = "A document has at most 20 MB.";

/// Such as `PDF · 12 pages · 4,210 words`.
pub(super) fn facts(reference: &Reference) -> String {
    let format = match reference.format.as_str() {
        "pdf" => "PDF",
        "docx" => "Word",
        "markdown" => "Markdown",
        _ => "Text",
    };
    let mut facts = vec![format.to_owned()];
    facts.extend(reference.pages.map(|pages| present::count(pages, "page", "pages")));
    facts.push(present::count(reference.words, "word", "words"));
    facts.join(" · ")
}

fn line(reference: &Reference, now: DateTime<Utc>, zone: Tz) -> DocumentLine {
    DocumentLine {
        id: reference.id.to_string(),
        name: reference.name.clone(),
        facts: format!("{} · {}", facts(reference), present::bytes(reference.bytes)),
        added: present::moment(reference.created_at, now, zone),
    }
}

/// `GET /admin/ai/references`
pub(crate) async fn index(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let view = list(&app, &ctx, None).await?;
    ctx.render(&view)
}

async fn list(app: &App, ctx: &Ctx, upload_error: Option<String>) -> Result<StudioDocumentsPage, PageError> {
    let actor = ctx.actor()?;
    let references = studio::references(&app.services, actor).await?;
    let now = app.services.clock.now();
    Ok(StudioDocumentsPage {
        page: ctx.private_page("Documents", PATH),
        documents: references.iter().map(|one| line(one, now, actor.time_zone)).collect(),
        upload_error,
    })
}

/// `POST /admin/ai/references`: one file from the script, or several from the form.
pub(crate) async fn add(
    State(app): State<App>,
    headers: HeaderMap,
    posted: PostedFiles,
) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let wants_json =
        text_header(&headers, header::ACCEPT).is_some_and(|accept| accept.contains("application/json"));
    match keep(&app, &ctx, form.files, form.too_large).await {
        Ok(references) if wants_json => {
            let answer = references
                .first()
                .map(|one| json!({ "id": one.id, "name": one.name, "facts": facts(one) }))
                .unwrap_or_default();
            Ok((StatusCode::CREATED, Json(answer)).into_response())
        }
        Ok(_) => Ok(ctx.redirect_with(PATH, Notice::DocumentAdded)),
        Err(error) if wants_json => Ok(tus::refused(&error)),
        Err(error @ Error::Invalid(_)) => {
            let view = list(&app, &ctx, Some(first_message(&error))).await?;
            ctx.render_status(tus::media_status(&error), &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// Keeps the files of a form, in their order.
pub(super) async fn keep(
    app: &App,
    ctx: &Ctx,
    files: Vec<momentum_core::media::NewFile>,
    too_large: bool,
) -> Result<Vec<Reference>, Error> {
    if too_large {
        return Err(Error::invalid("file", "too-large", TOO_LARGE));
    }
    if files.is_empty() {
        return Err(Error::invalid("file", "required", "Choose a file first."));
    }
    let actor =
        ctx.actor.as_deref().ok_or_else(|| Error::unauthenticated("sign-in-required", "Sign in first."))?;
    let mut kept = Vec::with_capacity(files.len());
    for file in files {
        kept.push(studio::add_reference(&app.services, actor, &file.name, file.content).await?);
    }
    Ok(kept)
}

/// What is wrong, in words.
pub(super) fn first_message(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => {
            errors.as_slice().first().map(|one| one.message.to_string()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn reference_id(text: &str) -> Result<ReferenceId, Error> {
    text.parse().map_err(|_| Error::NotFound("reference"))
}

/// Which page of the passages.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PassagesQuery {
    pub(super) page: usize,
}

/// `GET /admin/ai/references/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
    Params(query): Params<PassagesQuery>,
) -> Result<Response, PageError> {
    let view = document(&app, &ctx, reference_id(&id)?, query.page).await?;
    ctx.render(&view)
}

async fn document(
    app: &App,
    ctx: &Ctx,
    id: ReferenceId,
    page: usize,
) -> Result<StudioDocumentPage, PageError> {
    let actor = ctx.actor()?;
    let (reference, passages) = studio::reference_passages(&app.services, actor, id).await?;
    let path = format!("{PATH}/{id}");
    let PassagePage { passages, total_label, newer_url, older_url } = PassagePage::of(&passages, page, &path);
    Ok(StudioDocumentPage {
        page: ctx.private_page(&reference.name, &path),
        document: line(&reference, app.services.clock.now(), actor.time_zone),
        passages,
        total_label,
        newer_url,
        older_url,
        delete_error: None,
    })
}

/// `POST /admin/ai/references/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    let id = reference_id(&id)?;
    match studio::delete_reference(&app.services, ctx.actor()?, id).await {
        Ok(()) => Ok(ctx.redirect_with(PATH, Notice::DocumentDeleted)),
        Err(error @ Error::Conflict { .. }) => {
            let mut view = document(&app, &ctx, id, 1).await?;
            view.delete_error = Some(error.to_string());
            ctx.render_status(StatusCode::CONFLICT, &view)
        }
        Err(other) => Err(other.into()),
    }
}
