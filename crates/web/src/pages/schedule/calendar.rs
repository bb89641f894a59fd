//! The month with the lessons of all courses.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use chrono::{Datelike, Months, NaiveDate};
use momentum_core::{
    engagement,
    learning::{self, AgendaLesson, DashboardCourse},
};
use serde::Deserialize;

use super::{plan_path, words::day_or_today};
use crate::{
    App,
    http::day::day,
    pages::{
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Params, Posted},
        standing::lesson_path,
    },
    present,
    views::{CalendarAddress, CalendarLesson, MonthDay, PlannedCourse, SchedulePage},
};

/// Which month.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Month {
    /// Such as `2026-11`.
    month: String,
}

/// `GET /schedule`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Params(asked): Params<Month>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let now = s.clock.now();
    let today = engagement::day_at(s, actor, now);
    let first_of = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let first = month_of(&asked.month).unwrap_or_else(|| first_of(today));
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let before = first.checked_sub_months(Months::new(1)).unwrap_or(first);
    let last = next.pred_opt().unwrap_or(first);
    let mut lessons = HashMap::<NaiveDate, Vec<CalendarLesson>>::new();
    for lesson in learning::agenda(s, actor, first, last).await? {
        lessons.entry(lesson.on).or_default().push(calendar_lesson(&lesson));
    }
    let days = first.iter_days().take_while(|day| *day <= last).map(|day| MonthDay {
        number: day.day(),
        iso: day.to_string(),
        label: present::day(day),
        today: day == today,
        lessons: lessons.remove(&day).unwrap_or_default(),
    });
    let mut cells: Vec<_> = (0..first.weekday().num_days_from_monday()).map(|_| None).collect();
    cells.extend(days.map(Some));
    cells.resize_with(cells.len().next_multiple_of(7), || None);
    let link = learning::calendar_link(s, actor).await?;
    let view = SchedulePage {
        page: ctx.private_page("Your schedule", "/schedule"),
        month: first.format("%B %Y").to_string(),
        before_url: month_path(before),
        after_url: month_path(next),
        today_url: (first != first_of(today)).then(|| "/schedule".to_owned()),
        weeks: cells.chunks(7).map(<[_]>::to_vec).collect(),
        courses: learning::dashboard(s, actor)
            .await?
            .active
            .iter()
            .map(|course| planned(course, today))
            .collect(),
        address: link.map(|link| {
            let url = present::calendar_address(&s.settings.base_url, &link.token);
            CalendarAddress {
                subscribe_url: url
                    .split_once("://")
                    .map(|(_, rest)| format!("webcal://{rest}"))
                    .unwrap_or_default(),
                url,
                made: present::moment(link.made_at, now, actor.time_zone),
            }
        }),
        zone: actor.time_zone.name().replace('_', " "),
    };
    ctx.render(&view)
}

/// The first day of a month.
fn month_of(text: &str) -> Option<NaiveDate> {
    day(&format!("{text}-01"))
}

fn month_path(first: NaiveDate) -> String {
    format!("/schedule?month={}", first.format("%Y-%m"))
}

fn calendar_lesson(lesson: &AgendaLesson) -> CalendarLesson {
    let card = &lesson.course.card;
    CalendarLesson {
        course_title: card.title.clone(),
        category: present::category(card),
        day: present::small(lesson.day),
        title: lesson.title.clone(),
        url: if lesson.open {
            lesson_path(&card.slug, lesson.day)
        } else {
            format!("/courses/{}", card.slug)
        },
        state: match (lesson.done, lesson.overdue) {
            (true, _) => "done",
            (false, true) => "open",
            (false, false) => "due",
        },
    }
}

fn planned(active: &DashboardCourse, today: NaiveDate) -> PlannedCourse {
    let card = &active.course.card;
    let finish = active.days.iter().filter(|(_, done)| !done).map(|(day, _)| active.schedule.due(*day)).max();
    PlannedCourse {
        title: card.title.clone(),
        category: present::category(card),
        url: plan_path(&card.slug),
        finish: match finish {
            Some(date) if date == today => "Finishes today".to_owned(),
            Some(date) if date > today => format!("Finishes on {}", day_or_today(date, today)),
            Some(date) => format!("Was planned until {}", present::day(date)),
            None => "All lessons are done".to_owned(),
        },
    }
}

/// `POST /schedule/calendar-link`
pub(crate) async fn make_link(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    learning::make_calendar_link(&app.services, posted.ctx.actor()?, false).await?;
    Ok(posted.ctx.redirect_with("/schedule#calendar", Notice::CalendarLinkMade))
}

/// `POST /schedule/calendar-link/replace`
pub(crate) async fn replace_link(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    learning::make_calendar_link(&app.services, posted.ctx.actor()?, true).await?;
    Ok(posted.ctx.redirect_with("/schedule#calendar", Notice::CalendarLinkReplaced))
}

/// `POST /schedule/calendar-link/remove`
pub(crate) async fn remove_link(
    State(app): State<App>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    learning::remove_calendar_link(&app.services, posted.ctx.actor()?).await?;
    Ok(posted.ctx.redirect_with("/schedule#calendar", Notice::CalendarLinkRemoved))
}
