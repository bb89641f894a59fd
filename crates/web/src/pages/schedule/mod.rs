//! A learner's plan: the calendar of all courses, one course's plan, and the feed for calendar programs.

mod calendar;
mod feed;
mod plan;
mod words;

use axum::{
    http::Method,
    routing::{get, post},
};
use chrono::NaiveDate;
use momentum_core::{
    catalog::Course,
    learning::{DoneDays, Schedule},
};

use super::routing::Routes;
use crate::{
    http::access::Access::{Anyone, User},
    views::Rescue,
};

/// Their pages.
pub(super) fn routes(routes: Routes) -> Routes {
    let plan = "/courses/{slug}/schedule";
    let link = "/schedule/calendar-link";
    routes
        .page(Method::GET, "/schedule", User, get(calendar::show))
        .page(Method::POST, link, User, post(calendar::make_link))
        .page(Method::POST, &format!("{link}/replace"), User, post(calendar::replace_link))
        .page(Method::POST, &format!("{link}/remove"), User, post(calendar::remove_link))
        .page(Method::GET, plan, User, get(plan::show))
        .page(Method::POST, plan, User, post(plan::choose))
        .page(Method::GET, "/calendar/{file}", Anyone, get(feed::show))
}

/// Where the plan of a course is.
pub(super) fn plan_path(slug: &str) -> String {
    format!("/courses/{slug}/schedule")
}

/// The card about missed days in a course under way, when that is worth a question.
pub(super) fn rescue(
    course: &Course,
    schedule: &Schedule,
    done: DoneDays,
    today: NaiveDate,
) -> Option<Rescue> {
    let days: Vec<_> = course.lessons.iter().map(|lesson| (lesson.day, done.contains(lesson.day))).collect();
    rescue_of(course, schedule, &days, today)
}

/// As [`rescue`], with the course's days and whether each is done.
pub(super) fn rescue_of(
    course: &Course,
    schedule: &Schedule,
    days: &[(i64, bool)],
    today: NaiveDate,
) -> Option<Rescue> {
    Some(Rescue {
        title: words::missed(schedule.asks(today, days)?),
        course_title: course.card.title.clone(),
        url: plan_path(&course.card.slug),
    })
}
