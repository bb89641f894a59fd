//! Courses in and out as packages.

use axum::{
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
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
        form::check_origin,
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
pub(crate) async fn import(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let ctx = Ctx::new(&app, request.headers(), request.uri(), request.extensions());
    let headers = request.headers().clone();
    let unreadable = || PageError::bad_request("The package could not be read. Choose it again.");
    let Ok(mut form) = Multipart::from_request(request, &app).await else {
        check_origin(&ctx, &headers, None)?;
        return Err(unreadable());
    };
    let (mut token, mut package, mut rename) = (None, Ok(Vec::new()), false);
    while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
        match field.name() {
            Some("csrf") => token = Some(field.text().await.map_err(|_| unreadable())?),
            Some("rename") => rename = true,
            Some("package") => {
                package = field.bytes().await.map(|bytes| bytes.to_vec());
                if package.is_err() {
                    break;
                }
            }
            _ => {}
        }
    }
    check_origin(&ctx, &headers, token.as_deref())?;
    let options = ImportOptions { when_taken: if rename { WhenTaken::Rename } else { WhenTaken::Refuse } };
    let imported = match package {
        Ok(zip) => authoring::import_course(&app.services, ctx.actor()?, zip, options).await,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Error::invalid("package", "too-large", "The zip is larger than 50 MB."))
        }
        Err(_) => return Err(unreadable()),
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
