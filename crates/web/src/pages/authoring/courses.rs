//! What can be done with a course as a whole.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error, Result as CoreResult, Services,
    authoring::{self, AuthoredCourse},
    identity::Actor,
    ids::CourseId,
};

use super::course_form::course_id;
use crate::{
    App,
    pages::{
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
};

/// Does it, and goes back to the course with a word about it. What stands against it is said there too.
async fn act(
    app: &App,
    ctx: &Ctx,
    id: &str,
    notice: Notice,
    action: impl AsyncFnOnce(&Services, &Actor, CourseId) -> CoreResult<AuthoredCourse>,
) -> Result<Response, PageError> {
    let id = course_id(id)?;
    match action(&app.services, ctx.actor()?, id).await {
        Ok(course) => Ok(ctx.redirect_with(&format!("/admin/courses/{}", course.id), notice)),
        Err(Error::Conflict { code: "not-ready", .. }) => {
            Ok(ctx.redirect_with(&format!("/admin/courses/{id}"), Notice::CourseNotReady))
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/courses/{id}/publish`
pub(crate) async fn publish(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    act(&app, &posted.ctx, &id, Notice::CoursePublished, authoring::publish_course).await
}

/// `POST /admin/courses/{id}/unpublish`
pub(crate) async fn unpublish(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    act(&app, &posted.ctx, &id, Notice::CourseUnpublished, authoring::unpublish_course).await
}

/// `POST /admin/courses/{id}/archive`
pub(crate) async fn archive(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    act(&app, &posted.ctx, &id, Notice::CourseArchived, authoring::archive_course).await
}

/// `POST /admin/courses/{id}/duplicate`
pub(crate) async fn duplicate(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    act(&app, &posted.ctx, &id, Notice::CourseDuplicated, authoring::duplicate_course).await
}

/// `POST /admin/courses/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    authoring::delete_course(&app.services, posted.ctx.actor()?, course_id(&id)?).await?;
    Ok(posted.ctx.redirect_with("/admin/courses", Notice::CourseDeleted))
}
