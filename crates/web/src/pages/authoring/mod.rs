//! Administration: making courses and lessons.

mod categories;
mod course_form;
mod courses;
mod editor;
mod history;
mod lesson_form;
mod lessons;
mod list;
mod packages;
mod preview;
mod question_form;
mod quiz;

use axum::{
    extract::DefaultBodyLimit,
    http::Method,
    routing::{MethodRouter, get, post},
};
use momentum_core::{
    authoring::LessonStatus,
    catalog::{CourseStatus, Question},
};

use super::routing::Routes;
use crate::{App, http::access::Access};
pub(super) use lesson_form::changed;

/// Long texts have room.
const ROOMY: usize = 2 * 1024 * 1024;

/// Every page and form target of the makers of courses.
pub(super) fn routes(routes: Routes) -> Routes {
    let page = |routes: Routes, path: &str, handler| routes.page(Method::GET, path, Access::Admin, handler);
    let form = |routes: Routes, path: &str, handler: MethodRouter<App>| {
        routes.page(Method::POST, path, Access::Admin, handler.layer(DefaultBodyLimit::max(ROOMY)))
    };

    let routes = page(routes, "/admin/categories", get(categories::index));
    let routes = form(routes, "/admin/categories", post(categories::create));
    let routes = page(routes, "/admin/categories/new", get(categories::new));
    let routes = page(routes, "/admin/categories/{id}", get(categories::edit));
    let routes = form(routes, "/admin/categories/{id}", post(categories::save));
    let routes = form(routes, "/admin/categories/{id}/delete", post(categories::delete));
    let routes = page(routes, "/admin/courses", get(list::courses));
    let routes = form(routes, "/admin/courses/bulk", post(list::bulk));
    let routes = page(routes, "/admin/lessons", get(list::lessons));
    let routes = page(routes, "/admin/courses/new", get(course_form::new));
    let routes = form(routes, "/admin/courses/new", post(course_form::create));
    let routes = page(routes, "/admin/courses/import", get(packages::form));
    let routes = routes.page(
        Method::POST,
        "/admin/courses/import",
        Access::Admin,
        // The handler counts for itself: packages go to the disk.
        post(packages::import).layer(DefaultBodyLimit::disable()),
    );
    let routes = page(routes, "/admin/courses/{id}", get(course_form::edit));
    let routes = form(routes, "/admin/courses/{id}", post(course_form::save));
    let routes = form(routes, "/admin/courses/{id}/publish", post(courses::publish));
    let routes = form(routes, "/admin/courses/{id}/unpublish", post(courses::unpublish));
    let routes = form(routes, "/admin/courses/{id}/archive", post(courses::archive));
    let routes = form(routes, "/admin/courses/{id}/duplicate", post(courses::duplicate));
    let routes = form(routes, "/admin/courses/{id}/delete", post(courses::delete));
    let routes = page(routes, "/admin/courses/{id}/export", get(packages::export));
    let routes = page(routes, "/admin/courses/{id}/preview", get(preview::course));
    let routes = page(routes, "/admin/courses/{id}/cover.svg", get(preview::cover));
    let routes = page(routes, "/admin/courses/{id}/history", get(history::index));
    let routes = page(routes, "/admin/courses/{id}/history/{number}", get(history::version));
    let routes = form(routes, "/admin/courses/{id}/history/{number}/restore", post(history::restore));

    let routes = page(routes, "/admin/courses/{id}/lessons", get(lessons::of_course));
    let routes = form(routes, "/admin/courses/{id}/lessons", post(lessons::add));
    let routes = form(routes, "/admin/courses/{id}/lessons/order", post(lessons::order));
    let routes = form(routes, "/admin/courses/{id}/lessons/move", post(lessons::shift));
    let routes = page(routes, "/admin/lessons/{id}", get(editor::edit));
    let routes = form(routes, "/admin/lessons/{id}", post(editor::save));
    let routes = form(routes, "/admin/lessons/{id}/draft", post(editor::save_draft));
    let routes = form(routes, "/admin/lessons/{id}/discard", post(editor::discard));
    let routes = form(routes, "/admin/lessons/{id}/publish", post(lessons::publish));
    let routes = form(routes, "/admin/lessons/{id}/unpublish", post(lessons::unpublish));
    let routes = form(routes, "/admin/lessons/{id}/delete", post(lessons::delete));
    let routes = page(routes, "/admin/lessons/{id}/preview", get(preview::lesson));

    let routes = page(routes, "/admin/lessons/{id}/quiz", get(quiz::show));
    let routes = page(routes, "/admin/lessons/{id}/quiz/preview", get(quiz::preview));
    let routes = form(routes, "/admin/lessons/{id}/quiz/rules", post(quiz::rules));
    let routes = form(routes, "/admin/lessons/{id}/quiz/order", post(quiz::order));
    let routes = page(routes, "/admin/lessons/{id}/quiz/new", get(quiz::new));
    let routes = form(routes, "/admin/lessons/{id}/quiz/new", post(quiz::create));
    let question = "/admin/lessons/{id}/quiz/questions/{key}";
    let routes = page(routes, question, get(quiz::edit));
    let routes = form(routes, question, post(quiz::update));
    let routes = form(routes, &format!("{question}/move"), post(quiz::shift));
    let routes = form(routes, &format!("{question}/duplicate"), post(quiz::duplicate));
    form(routes, &format!("{question}/delete"), post(quiz::delete))
}

/// A status in words.
fn status_label(status: CourseStatus) -> &'static str {
    match status {
        CourseStatus::Draft => "Draft",
        CourseStatus::Published => "Published",
        CourseStatus::Archived => "Archived",
    }
}

/// Where a lesson stands towards learners: the value of a badge's `data-state`, and the same in words.
fn lesson_state(status: LessonStatus, hidden: bool) -> (&'static str, &'static str) {
    match status {
        LessonStatus::Draft if hidden => ("hidden", "Hidden"),
        LessonStatus::Draft => ("draft", "Draft"),
        LessonStatus::Published => ("published", "Published"),
    }
}

/// What a question's kind is called.
pub(super) fn kind_label(question: &Question) -> &'static str {
    quiz::KINDS.iter().find(|(kind, _)| *kind == question.kind()).map_or("", |(_, label)| label)
}

/// The lines of a text, without empty ones.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}
