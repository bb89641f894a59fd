//! Writing a lesson.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::{Error, authoring, ids::LessonId};
use serde_json::json;

use super::lesson_form::{LessonForm, changed};
use crate::{
    App,
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
};

pub(super) fn lesson_id(text: &str) -> Result<LessonId, Error> {
    text.parse().map_err(|_| Error::NotFound("lesson"))
}

/// `GET /admin/lessons/{id}`: with the working copy, if there is one.
pub(crate) async fn edit(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let lesson = authoring::lesson(&app.services, ctx.actor()?, lesson_id(&id)?).await?;
    let content = lesson.draft.as_ref().map_or(&lesson.content, |draft| &draft.content);
    let mut view = LessonForm::of(lesson.version, content).view(&app, &ctx, &lesson);
    if let Some(draft) = lesson.draft.as_ref().filter(|draft| draft.outdated) {
        view.conflict = Some(changed(&authoring::compare(&lesson.content, &draft.content)));
    }
    ctx.render(&view)
}

/// `POST /admin/lessons/{id}`. Of a lesson that was deleted meanwhile the text comes back, to be copied.
pub(crate) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<LessonForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    let actor = ctx.actor()?;
    let saved = authoring::save_lesson(&app.services, actor, id, Some(form.version), form.content()).await;
    let error = match saved {
        Ok(_) => return Ok(ctx.redirect_with(&format!("/admin/lessons/{id}"), Notice::LessonSaved)),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => {
            match authoring::lesson(&app.services, actor, id).await {
                Ok(lesson) => return refused(&ctx, &error, &form.refused(&app, &ctx, &lesson, &error)),
                Err(other) => other,
            }
        }
        Err(other) => other,
    };
    match error {
        Error::NotFound(_) => refused(&ctx, &error, &form.of_deleted(&ctx, id)),
        other => Err(other.into()),
    }
}

/// `POST /admin/lessons/{id}/draft`: what was typed so far, sent by the script of the editor. Answers the version to name
/// with the next save.
pub(crate) async fn save_draft(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<LessonForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, wants_json } = posted;
    let id = lesson_id(&id)?;
    let saved =
        authoring::save_draft(&app.services, ctx.actor()?, id, Some(form.version), form.content()).await;
    if !wants_json {
        saved?;
        return Ok(ctx.redirect_with(&format!("/admin/lessons/{id}"), Notice::DraftKept));
    }
    match saved {
        Ok(version) => Ok(Json(json!({ "version": version })).into_response()),
        Err(error @ Error::Conflict { .. }) => {
            Ok((StatusCode::CONFLICT, Json(json!({ "message": error.to_string() }))).into_response())
        }
        Err(error @ Error::Invalid(_)) => {
            let message = json!({ "message": error.to_string() });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(message)).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/lessons/{id}/discard`
pub(crate) async fn discard(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = lesson_id(&id)?;
    authoring::discard_draft(&app.services, posted.ctx.actor()?, id).await?;
    Ok(posted.ctx.redirect_with(&format!("/admin/lessons/{id}"), Notice::DraftDiscarded))
}
