//! The lessons of a course.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    authoring::{self, AuthoredCourse, Direction, LessonContent, LessonRow},
    ids::LessonId,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    course_form::{course_id, head},
    editor::lesson_id,
    lesson_state,
};
use crate::{
    App,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
    present,
    views::{CourseLessonsPage, Field, LessonLine},
};

/// `GET /admin/courses/{id}/lessons`
pub(crate) async fn of_course(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let course = authoring::course(&app.services, ctx.actor()?, course_id(&id)?).await?;
    ctx.render(&view(&ctx, &course))
}

fn view(ctx: &Ctx, course: &AuthoredCourse) -> CourseLessonsPage {
    let path = format!("/admin/courses/{}/lessons", course.id);
    let days = course.details.duration_days;
    let full = i64::try_from(course.lessons.len()).unwrap_or(i64::MAX) >= days;
    CourseLessonsPage {
        page: ctx.private_page(&format!("Lessons of {}", course.details.title), &path),
        head: head(course, "lessons"),
        lessons: course.lessons.iter().map(line).collect(),
        days,
        missing: course
            .checklist
            .iter()
            .find(|item| item.key == "lessons")
            .and_then(|item| item.hint.clone()),
        add: (!full).then(|| Field::text("title", "Title of the next lesson").required().max_length(150)),
    }
}

fn line(lesson: &LessonRow) -> LessonLine {
    let facts = [
        present::minutes(lesson.minutes),
        present::count(lesson.action_item_count, "action item", "action items"),
        present::count(lesson.question_count, "question", "questions"),
    ];
    let (status, status_label) = lesson_state(lesson.status, lesson.hidden);
    LessonLine {
        id: lesson.id.to_string(),
        day: lesson.day,
        title: lesson.title.clone(),
        status,
        status_label,
        facts: facts.join(" · "),
        is_preview: lesson.is_preview,
        has_draft: lesson.has_draft,
        empty: !lesson.written,
    }
}

/// The title of a lesson to add.
#[derive(Deserialize)]
pub(crate) struct NewLesson {
    #[serde(default)]
    title: String,
}

/// `POST /admin/courses/{id}/lessons`
pub(crate) async fn add(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<NewLesson>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = course_id(&id)?;
    let actor = ctx.actor()?;
    let content = LessonContent { title: form.title.clone(), ..LessonContent::default() };
    match authoring::add_lesson(&app.services, actor, id, None, content).await {
        Ok(lesson) => Ok(ctx.redirect_with(&format!("/admin/lessons/{}", lesson.id), Notice::LessonAdded)),
        Err(error @ Error::Invalid(_)) => {
            let course = authoring::course(&app.services, actor, id).await?;
            let mut view = view(&ctx, &course);
            if let (Error::Invalid(errors), Some(field)) = (&error, &mut view.add) {
                field.value = form.title;
                mark(errors, &mut [field]);
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// The lessons in their new order.
#[derive(Deserialize)]
pub(crate) struct Order {
    order: Vec<LessonId>,
}

/// `POST /admin/courses/{id}/lessons/order`, sent by a script.
pub(crate) async fn order(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Order>,
) -> Result<Response, PageError> {
    let actor = posted.ctx.actor()?;
    match authoring::order_lessons(&app.services, actor, course_id(&id)?, &posted.form.order).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error @ Error::Invalid(_)) => {
            let message = json!({ "message": error.to_string() });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(message)).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Which lesson moves where.
#[derive(Deserialize)]
pub(crate) struct Move {
    lesson: LessonId,
    direction: String,
}

/// `POST /admin/courses/{id}/lessons/move`
pub(crate) async fn shift(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Move>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = course_id(&id)?;
    let direction = if form.direction == "earlier" { Direction::Earlier } else { Direction::Later };
    authoring::move_lesson(&app.services, ctx.actor()?, id, form.lesson, direction).await?;
    Ok(ctx.redirect_with(&format!("/admin/courses/{id}/lessons"), Notice::OrderSaved))
}

/// `POST /admin/lessons/{id}/publish`
pub(crate) async fn publish(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let lesson = authoring::publish_lesson(&app.services, posted.ctx.actor()?, lesson_id(&id)?).await?;
    Ok(posted.ctx.redirect_with(&format!("/admin/lessons/{}", lesson.id), Notice::LessonPublished))
}

/// `POST /admin/lessons/{id}/unpublish`
pub(crate) async fn unpublish(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let lesson = authoring::unpublish_lesson(&app.services, posted.ctx.actor()?, lesson_id(&id)?).await?;
    Ok(posted.ctx.redirect_with(&format!("/admin/lessons/{}", lesson.id), Notice::LessonUnpublished))
}

/// `POST /admin/lessons/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let course = authoring::delete_lesson(&app.services, posted.ctx.actor()?, lesson_id(&id)?).await?;
    Ok(posted.ctx.redirect_with(&format!("/admin/courses/{course}/lessons"), Notice::LessonDeleted))
}
