//! Courses in and out as packages.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    authoring::{self, ImportOptions, WhenTaken},
};

use super::course_form::course_id;
use crate::{
    App,
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::PostedFiles,
    },
    views::ImportPage,
};

fn view(ctx: &Ctx) -> ImportPage {
    ImportPage {
        page: ctx.private_page("Import a course", "/admin/courses/import"),
        problems: Vec::new(),
        alert: None,
        rename: false,
    }
}

/// `GET /admin/courses/import`
pub(crate) async fn form(ctx: Ctx) -> Result<Response, PageError> {
    ctx.render(&view(&ctx))
}

/// `POST /admin/courses/import`
pub(crate) async fn import(State(app): State<App>, posted: PostedFiles) -> Result<Response, PageError> {
    let PostedFiles { ctx, form } = posted;
    let rename = form.field("rename").is_some();
    let options = ImportOptions { when_taken: if rename { WhenTaken::Rename } else { WhenTaken::Refuse } };
    let imported = match form.one("package", "The zip is larger than 50 MB.") {
        Ok(file) => authoring::import_course(&app.services, ctx.actor()?, file.content, options).await,
        Err(error) => Err(error),
    };
    let error = match imported {
        Ok(course) => {
            return Ok(ctx.redirect_with(&format!("/admin/courses/{}", course.id), Notice::CourseImported));
        }
        Err(error) => error,
    };
    let mut view = ImportPage { rename, ..view(&ctx) };
    match &error {
        Error::Invalid(errors) => {
            view.problems = errors
                .as_slice()
                .iter()
                .map(|error| (error.field.to_string(), error.message.to_string()))
                .collect();
        }
        Error::Conflict { .. } => view.alert = Some(error.to_string()),
        _ => return Err(error.into()),
    }
    refused(&ctx, &error, &view)
}

/// `GET /admin/courses/{id}/export`
pub(crate) async fn export(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let package = authoring::export_course(&app.services, ctx.actor()?, course_id(&id)?).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", package.file_name)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, package.zip).into_response())
}
