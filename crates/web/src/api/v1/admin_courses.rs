//! Making courses.

use std::fs::File;

use axum::{
    Json,
    body::Body,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error, FieldErrors,
    authoring::{
        self, AuthoredCourse, CourseDetails, CourseRow, CourseSort, CoursesFilter, ImportOptions, Version,
        VersionDetail, WhenTaken,
    },
    catalog::{Access as CourseAccess, CourseStatus},
    identity::Actor,
    ids::{CategoryId, CourseId, LessonId},
};
use serde_json::{Map, Value};
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Binary, Operations, merged, parse_id, taken},
    http::{
        access::Access,
        package::{self, Broken},
        problem::{ApiError, Problems, problem},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    let (schemas, paths, import) = routes!(import);
    // The handler counts for itself: packages go to the disk.
    let import = import.layer(DefaultBodyLimit::disable());
    operations
        .add(Access::Admin, routes!(list, create))
        .add(Access::Admin, routes!(show, update, remove))
        .add(Access::Admin, routes!(publish))
        .add(Access::Admin, routes!(unpublish))
        .add(Access::Admin, routes!(archive))
        .add(Access::Admin, routes!(duplicate))
        .add(Access::Admin, (schemas, paths, import))
        .add(Access::Admin, routes!(export))
        .add(Access::Admin, routes!(history))
        .add(Access::Admin, routes!(version))
        .add(Access::Admin, routes!(restore))
}

/// All courses, drafts too.
#[utoipa::path(get, path = "/admin/courses", tag = "admin",
    params(
        ("q" = Option<String>, Query, description = "Words in title, subtitle, tags or author"),
        ("status" = Option<CourseStatus>, Query),
        ("category" = Option<String>, Query, description = "Slug of a category"),
        ("access" = Option<CourseAccess>, Query),
        ("sort" = Option<CourseSort>, Query, description = "Default: changed"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<CourseRow>), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<CourseRow>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let sort = query
        .parsed(&mut errors, "sort", CourseSort::parse, "Sort by changed, title, learners or rating.")
        .unwrap_or(CourseSort::Changed);
    let filter = CoursesFilter {
        q: query.text("q").unwrap_or_default().chars().take(200).collect(),
        status: query.parsed(
            &mut errors,
            "status",
            CourseStatus::parse,
            "The status is draft, published or archived.",
        ),
        category: query.text("category").map(ToOwned::to_owned),
        access: query.parsed(
            &mut errors,
            "access",
            CourseAccess::parse,
            "The access is free, premium or paid.",
        ),
        sort,
        descending: sort != CourseSort::Title,
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let (items, total) = authoring::courses(&app.services, &actor, &filter).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// Details with what was sent in their place. A category may be named by its id too.
async fn details(
    app: &App,
    current: &CourseDetails,
    mut sent: Map<String, Value>,
) -> Result<CourseDetails, ApiError> {
    if let Some(id) = taken::<CategoryId>(&mut sent, "category_id")? {
        sent.insert("category".into(), authoring::category_slug(&app.services, id).await?.into());
    }
    Ok(merged(current, sent)?)
}

/// Adds a course as a draft. Needs a title and a category (`category`, a slug, or `category_id`); the rest can come later.
#[utoipa::path(post, path = "/admin/courses", tag = "admin", request_body = CourseDetails,
    responses((status = 201, body = AuthoredCourse), Problems))]
async fn create(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(sent): ApiJson<Map<String, Value>>,
) -> Result<(StatusCode, Json<AuthoredCourse>), ApiError> {
    let details = details(&app, &CourseDetails::default(), sent).await?;
    let course = authoring::create_course(&app.services, &actor, details).await?;
    Ok((StatusCode::CREATED, Json(course)))
}

fn course_id(text: &str) -> Result<CourseId, Error> {
    parse_id(text, "course")
}

/// A course with its lessons, drafts too, and what it needs before it can be published.
#[utoipa::path(get, path = "/admin/courses/{id}", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = AuthoredCourse), Problems))]
async fn show(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredCourse>, ApiError> {
    Ok(Json(authoring::course(&app.services, &actor, course_id(&id)?).await?))
}

/// Changes the fields that are sent. With `version`, the change is refused (409 `edited-meanwhile`) when somebody else has
/// changed the course since.
#[utoipa::path(patch, path = "/admin/courses/{id}", tag = "admin", params(("id" = CourseId, Path)),
    request_body = CourseDetails, responses((status = 200, body = AuthoredCourse), Problems))]
async fn update(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(mut sent): ApiJson<Map<String, Value>>,
) -> Result<Json<AuthoredCourse>, ApiError> {
    let id = course_id(&id)?;
    let based = taken(&mut sent, "version")?;
    let current = authoring::course(&app.services, &actor, id).await?;
    let details = details(&app, &current.details, sent).await?;
    // What was not sent was read just now, so it is that version which the change is made from.
    let based = based.or(Some(current.version));
    Ok(Json(authoring::save_course(&app.services, &actor, id, based, details).await?))
}

/// Removes a course that nobody has joined; others can be archived.
#[utoipa::path(delete, path = "/admin/courses/{id}", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 204, description = "Removed."), Problems))]
async fn remove(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    authoring::delete_course(&app.services, &actor, course_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a course to everybody, with every lesson that is written.
#[utoipa::path(post, path = "/admin/courses/{id}/publish", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = AuthoredCourse), Problems))]
async fn publish(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredCourse>, ApiError> {
    Ok(Json(authoring::publish_course(&app.services, &actor, course_id(&id)?).await?))
}

/// Makes a course a draft again; its learners lose it until it is published once more.
#[utoipa::path(post, path = "/admin/courses/{id}/unpublish", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = AuthoredCourse), Problems))]
async fn unpublish(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredCourse>, ApiError> {
    Ok(Json(authoring::unpublish_course(&app.services, &actor, course_id(&id)?).await?))
}

/// Takes a course out of the catalog; those who joined it go on.
#[utoipa::path(post, path = "/admin/courses/{id}/archive", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = AuthoredCourse), Problems))]
async fn archive(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<AuthoredCourse>, ApiError> {
    Ok(Json(authoring::archive_course(&app.services, &actor, course_id(&id)?).await?))
}

/// Makes a draft with the same details, lessons and quizzes.
#[utoipa::path(post, path = "/admin/courses/{id}/duplicate", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 201, body = AuthoredCourse), Problems))]
async fn duplicate(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<AuthoredCourse>), ApiError> {
    let course = authoring::duplicate_course(&app.services, &actor, course_id(&id)?).await?;
    Ok((StatusCode::CREATED, Json(course)))
}

/// Takes a course in from a package (a zip as the body): as a draft, wholly or not at all.
#[utoipa::path(post, path = "/admin/courses/import", tag = "admin",
    params(("when_taken" = Option<String>, Query,
            description = "When there is a course with that slug: refuse (default), or rename")),
    request_body(content = inline(Binary), content_type = "application/zip"),
    responses((status = 201, body = AuthoredCourse), Problems))]
async fn import(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
    body: Body,
) -> Result<Response, Response> {
    let file = package::arrive(&app.services, body).await.map_err(|broken| match broken {
        Broken::TooLarge => {
            problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The package is larger than 4 GB.", &[])
        }
        Broken::Off => problem(StatusCode::BAD_REQUEST, "unreadable", "The package could not be read.", &[]),
        Broken::Error(error) => ApiError(error).into_response(),
    })?;
    let course = take_in(&app, &actor, &query, file).await.map_err(IntoResponse::into_response)?;
    Ok((StatusCode::CREATED, Json(course)).into_response())
}

async fn take_in(app: &App, actor: &Actor, query: &ApiQuery, file: File) -> Result<AuthoredCourse, ApiError> {
    let mut errors = FieldErrors::default();
    let parse = |word: &str| match word {
        "refuse" => Some(WhenTaken::Refuse),
        "rename" => Some(WhenTaken::Rename),
        _ => None,
    };
    let when_taken = query.parsed(&mut errors, "when_taken", parse, "Send refuse or rename.");
    errors.into_result()?;
    let options = ImportOptions { when_taken: when_taken.unwrap_or_default() };
    Ok(authoring::import_course(&app.services, actor, file, options).await?)
}

/// A course as a package: a zip of Markdown.
#[utoipa::path(get, path = "/admin/courses/{id}/export", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, description = "The package.", content_type = "application/zip", body = inline(Binary)), Problems))]
async fn export(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let package = authoring::export_course(&app.services, &actor, course_id(&id)?).await?;
    Ok(package::leave(package))
}

/// What a course and its lessons were, the newest first.
#[utoipa::path(get, path = "/admin/courses/{id}/versions", tag = "admin",
    params(
        ("id" = CourseId, Path),
        ("lesson_id" = Option<LessonId>, Query, description = "Only of this lesson"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<Version>), Problems))]
async fn history(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    query: ApiQuery,
) -> Result<Json<List<Version>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let lesson = query.parsed(&mut errors, "lesson_id", |text| text.parse().ok(), "This is no id.");
    errors.into_result()?;
    let (items, total) =
        authoring::history(&app.services, &actor, course_id(&id)?, lesson, page.limit, page.offset).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound("version"))
}

/// One version, and how it differs from the one before.
#[utoipa::path(get, path = "/admin/courses/{id}/versions/{number}", tag = "admin",
    params(("id" = CourseId, Path), ("number" = i64, Path)),
    responses((status = 200, body = VersionDetail), Problems))]
async fn version(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path((id, version)): Path<(String, String)>,
) -> Result<Json<VersionDetail>, ApiError> {
    Ok(Json(authoring::version(&app.services, &actor, course_id(&id)?, number(&version)?).await?))
}

/// Puts a version in place of what is there now. Pictures, videos and resources that are gone from the media library are left
/// out, and an address that can't be had any more isn't taken back; the answer shows what the course has. Texts come back as they
/// were, also where they name files that are gone.
#[utoipa::path(post, path = "/admin/courses/{id}/versions/{number}/restore", tag = "admin",
    params(("id" = CourseId, Path), ("number" = i64, Path)),
    responses((status = 200, body = AuthoredCourse), Problems))]
async fn restore(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path((id, version)): Path<(String, String)>,
) -> Result<Json<AuthoredCourse>, ApiError> {
    let id = course_id(&id)?;
    authoring::restore(&app.services, &actor, id, number(&version)?).await?;
    Ok(Json(authoring::course(&app.services, &actor, id).await?))
}
