//! Courses in and out as packages.

use std::fs::File;

use axum::{
    extract::{FromRequest, Multipart, Path, Request, State, multipart::MultipartError},
    response::Response,
};
use momentum_core::{
    Error,
    authoring::{self, ImportOptions, WhenTaken},
};

use super::course_form::course_id;
use crate::{
    App,
    http::package::{self, Broken},
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::check_origin,
    },
    views::ImportPage,
};

/// The posted form. It exists only when it came from our own page.
pub(crate) struct Posted {
    ctx: Ctx,
    rename: bool,
    package: Result<Option<File>, Broken>,
}

impl FromRequest<App> for Posted {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let ctx = Ctx::new(app, request.headers(), request.uri(), request.extensions());
        let headers = request.headers().clone();
        let unreadable =
            |_: MultipartError| PageError::bad_request("The file could not be read. Choose it again.");
        let Ok(mut form) = Multipart::from_request(request, app).await else {
            check_origin(&ctx, &headers, None)?;
            return Err(PageError::bad_request("The file could not be read. Choose it again."));
        };
        let (mut token, mut rename, mut package) = (None, false, Ok(None));
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            match field.name() {
                Some("csrf") => token = Some(field.text().await.map_err(unreadable)?),
                Some("rename") => rename = true,
                Some("package") => {
                    // Whoever only pretends to be our page doesn't fill the disk.
                    check_origin(&ctx, &headers, token.as_deref())?;
                    package = package::arrive_in(&app.services, field).await;
                    if package.is_err() {
                        break;
                    }
                }
                _ => {}
            }
        }
        check_origin(&ctx, &headers, token.as_deref())?;
        Ok(Self { ctx, rename, package })
    }
}

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
pub(crate) async fn import(State(app): State<App>, posted: Posted) -> Result<Response, PageError> {
    let Posted { ctx, rename, package } = posted;
    let options = ImportOptions { when_taken: if rename { WhenTaken::Rename } else { WhenTaken::Refuse } };
    let imported = match package {
        Ok(Some(file)) => authoring::import_course(&app.services, ctx.actor()?, file, options).await,
        Ok(None) => Err(Error::invalid("package", "required", "Choose a file first.")),
        Err(broken) => Err(broken.into()),
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
    Ok(package::leave(package))
}
