//! Courses and lessons as learners will see them.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    authoring,
    catalog::{Course, CourseStatus, LessonOutline},
    engagement,
    ids::LessonId,
    learning::{LessonView, Standing},
};

use super::{course_form::course_id, editor::lesson_id};
use crate::{
    App,
    pages::{
        context::Ctx,
        courses::{course_view, drawn_cover},
        failure::PageError,
        lessons::lesson_view,
    },
    present,
    views::{Completion, DayState, EnrollAction, Flash, FlashKind, LessonLink, OutlineDay, Page, QuizState},
};

/// Says on the page what it is.
fn mark(page: &mut Page) {
    page.robots_noindex = true;
    page.flash =
        Some(Flash { kind: FlashKind::Info, text: "A preview: only administrators see this page.".into() });
}

fn lesson_preview(id: LessonId) -> String {
    format!("/admin/lessons/{id}/preview")
}

/// Every day of the outline leads to its preview, also those that open later.
fn open_days(course: &Course, days: &mut [OutlineDay]) {
    for (day, lesson) in days.iter_mut().zip(&course.lessons) {
        if matches!(day.state, DayState::Later | DayState::Locked) {
            day.state = DayState::Open;
        }
        day.opens = None;
        day.url = Some(lesson_preview(lesson.id));
    }
}

/// `GET /admin/courses/{id}/preview`
pub(crate) async fn course(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let course = authoring::preview_course(&app.services, actor, course_id(&id)?).await?;
    let today = engagement::today(&app.services, actor);
    let mut view = course_view(&app, &ctx, &course, &Standing::joined(&course, today)).await?;
    let first = course.lessons.first().map(|lesson| (present::small(lesson.day), lesson_preview(lesson.id)));
    view.action = EnrollAction::Look { first };
    view.plan_url = None;
    if course.status == CourseStatus::Draft && course.card.thumbnail_url.is_none() {
        view.cover.src = format!("/admin/courses/{}/cover.svg#art", course.card.id);
    }
    open_days(&course, &mut view.outline);
    mark(&mut view.page);
    ctx.render(&view)
}

/// `GET /admin/courses/{id}/cover.svg`: the drawn cover, of drafts too.
pub(crate) async fn cover(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let course = authoring::preview_course(&app.services, ctx.actor()?, course_id(&id)?).await?;
    Ok(drawn_cover(&course.card, "private, no-cache"))
}

/// `GET /admin/lessons/{id}/preview`: with what was typed last.
pub(crate) async fn lesson(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = lesson_id(&id)?;
    let actor = ctx.actor()?;
    let (course, lesson) = authoring::preview_lesson(&app.services, actor, id).await?;
    let (course, lesson) = (Arc::new(course), Arc::new(lesson));
    let (before, after) = course.around(lesson.day);
    let (before, after) = (before.cloned(), after.cloned());
    let today = engagement::today(&app.services, actor);
    let mut view = lesson_view(&app, &ctx, &LessonView::joined(course.clone(), lesson, today), None).await?;
    view.is_look = true;
    view.course_url = format!("/admin/courses/{}/preview", course.card.id);
    view.completion = Completion::Look { editor_url: format!("/admin/lessons/{id}") };
    if let Some(quiz) = &mut view.quiz {
        quiz.state = QuizState::Look;
        quiz.url = format!("/admin/lessons/{id}/quiz/preview");
    }
    open_days(&course, &mut view.days);
    let link = |lesson: LessonOutline| LessonLink {
        day: crate::present::small(lesson.day),
        title: lesson.title,
        url: lesson_preview(lesson.id),
    };
    (view.prev, view.next) = (before.map(link), after.map(link));
    mark(&mut view.page);
    ctx.render(&view)
}
