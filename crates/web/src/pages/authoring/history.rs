//! What a course and its lessons were.

use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    authoring::{self, Version},
    ids::{CourseId, LessonId},
};
use serde::Deserialize;

use super::{
    course_form::{course_id, head},
    lesson_form::changed,
};
use crate::{
    App,
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Params, Posted},
    },
    present,
    views::{HistoryLine, HistoryPage, VersionPage},
};

/// Versions on a page.
const PAGE: i64 = 50;

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct HistoryQuery {
    lesson: String,
    page: i64,
}

/// `GET /admin/courses/{id}/history`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
    Params(query): Params<HistoryQuery>,
) -> Result<Response, PageError> {
    let id = course_id(&id)?;
    let actor = ctx.actor()?;
    let lesson: Option<LessonId> = query.lesson.parse().ok();
    let page = query.page.clamp(1, 10_000);
    let offset = (page - 1) * PAGE;
    let course = authoring::course(&app.services, actor, id).await?;
    let (versions, total) = authoring::history(&app.services, actor, id, lesson, PAGE, offset).await?;
    let now = app.services.clock.now();
    let path = format!("/admin/courses/{id}/history");
    let only = lesson.map(|id| format!("lesson={id}&")).unwrap_or_default();
    let at = |page: i64| format!("{path}?{only}page={page}");
    let view = HistoryPage {
        page: ctx.private_page(&format!("History of {}", course.details.title), &path),
        head: head(&course, "history"),
        only: lesson.and(versions.first().map(|version| version.title.clone())),
        versions: versions.iter().map(|version| line(version, now, actor.time_zone)).collect(),
        newer_url: (page > 1).then(|| at(page - 1)),
        older_url: (offset + PAGE < total).then(|| at(page + 1)),
    };
    ctx.render(&view)
}

fn line(version: &Version, now: DateTime<Utc>, zone: Tz) -> HistoryLine {
    HistoryLine {
        number: version.number,
        change: present::sentence(version.change.as_str()),
        what: match version.lesson_id {
            Some(_) => version.title.clone(),
            None => "Course details".to_owned(),
        },
        by: version.created_by_name.clone(),
        at: present::moment(version.created_at, now, zone),
    }
}

fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound("version"))
}

/// `GET /admin/courses/{id}/history/{number}`
pub(crate) async fn version(
    State(app): State<App>,
    ctx: Ctx,
    Path((id, version)): Path<(String, String)>,
) -> Result<Response, PageError> {
    ctx.render(&version_page(&app, &ctx, course_id(&id)?, number(&version)?).await?)
}

async fn version_page(app: &App, ctx: &Ctx, id: CourseId, number: i64) -> Result<VersionPage, PageError> {
    let actor = ctx.actor()?;
    let course = authoring::course(&app.services, actor, id).await?;
    let version = authoring::version(&app.services, actor, id, number).await?;
    let now = app.services.clock.now();
    Ok(VersionPage {
        page: ctx.private_page(
            &format!("Version {number} of {}", course.details.title),
            &format!("/admin/courses/{id}/history/{number}"),
        ),
        head: head(&course, "history"),
        alert: None,
        changes: changed(&version.difference),
        is_current: version.is_current,
        version: line(&version.version, now, actor.time_zone),
    })
}

/// `POST /admin/courses/{id}/history/{number}/restore`
pub(crate) async fn restore(
    State(app): State<App>,
    Path((id, version)): Path<(String, String)>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let (id, number) = (course_id(&id)?, number(&version)?);
    let ctx = posted.ctx;
    let error = match authoring::restore(&app.services, ctx.actor()?, id, number).await {
        Ok(left_out) => {
            let notice = match (left_out.files, left_out.in_texts, left_out.address) {
                (false, false, false) => Notice::VersionRestored,
                (true, false, false) => Notice::VersionRestoredWithoutFiles,
                (false, true, false) => Notice::VersionRestoredNamesGone,
                (true, true, false) => Notice::VersionRestoredWithoutFilesNamesGone,
                (false, false, true) => Notice::VersionRestoredWithoutAddress,
                (true, false, true) => Notice::VersionRestoredWithoutBoth,
                (_, true, true) => Notice::VersionRestoredWithoutAddressNamesGone,
            };
            return Ok(ctx.redirect_with(&format!("/admin/courses/{id}/history"), notice));
        }
        Err(error) => error,
    };
    let why = match &error {
        Error::Invalid(errors) => {
            let messages: Vec<_> = errors.as_slice().iter().map(|error| &*error.message).collect();
            messages.join(" ")
        }
        Error::Conflict { message, .. } => message.to_string(),
        _ => return Err(error.into()),
    };
    let view = VersionPage { alert: Some(why), ..version_page(&app, &ctx, id, number).await? };
    refused(&ctx, &error, &view)
}
