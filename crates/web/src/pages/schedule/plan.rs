//! The plan of one course, and choosing another.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use momentum_core::{
    Error, catalog,
    learning::{self, Choice, CourseSchedule, Proposal, Weekday, Weekdays},
};
use serde::Deserialize;

use super::{
    plan_path,
    words::{day_or_today, in_sentence, listed, missed},
};
use crate::{
    App,
    http::problem::status_of,
    pages::{
        context::{Ctx, Notice},
        failure::PageError,
        form::{Params, Posted},
    },
    present, views,
    views::{PlanDate, PlanOption, PlanPage},
};

/// Weekdays to show a plan for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    /// `weekdays` when the form was sent, also with none of them.
    by: String,
    weekday: Vec<String>,
}

/// `GET /courses/{slug}/schedule`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(slug): Path<String>,
    Params(wish): Params<Wish>,
) -> Result<Response, PageError> {
    let asked = wish.by == "weekdays";
    let weekdays = weekdays_of(&wish.weekday);
    let shown = Shown { weekdays, no_weekday: asked && weekdays.is_none(), ..Shown::default() };
    page(&app, &ctx, &slug, StatusCode::OK, shown).await
}

/// A chosen plan.
#[derive(Deserialize)]
pub(crate) struct ChoiceForm {
    #[serde(default)]
    choice: String,
    #[serde(default)]
    weekday: Vec<String>,
    /// The day for which the plans were shown.
    #[serde(default)]
    today: String,
}

/// `POST /courses/{slug}/schedule`
pub(crate) async fn choose(
    State(app): State<App>,
    Path(slug): Path<String>,
    posted: Posted<ChoiceForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let weekdays = weekdays_of(&form.weekday);
    let choice = match (form.choice.as_str(), weekdays) {
        ("shift", _) => Some(Choice::Shift),
        ("catch-up", _) => Some(Choice::CatchUp),
        ("leave", _) => Some(Choice::Leave),
        ("weekdays", Some(weekdays)) => Some(Choice::Weekdays(weekdays)),
        _ => None,
    };
    let Some(choice) = choice else {
        let no_weekday = form.choice == "weekdays";
        let alert = (!no_weekday).then(|| "Choose one of the plans.".to_owned());
        let shown = Shown { weekdays, no_weekday, alert };
        return page(&app, &ctx, &slug, StatusCode::UNPROCESSABLE_ENTITY, shown).await;
    };
    let course = catalog::course(&app.services, &slug).await?;
    let as_of = form.today.parse::<NaiveDate>().ok();
    match learning::choose(&app.services, ctx.actor()?, course.card.id, choice, as_of).await {
        Ok(_) if choice == Choice::Leave => Ok(ctx.redirect_with("/dashboard", Notice::PlanLeft)),
        Ok(_) => Ok(ctx.redirect_with(&plan_path(&slug), Notice::PlanSaved)),
        Err(error @ Error::Conflict { code: "plan-outdated" | "finish-passed", .. }) => {
            let shown = Shown { weekdays, alert: Some(error.to_string()), ..Shown::default() };
            page(&app, &ctx, &slug, status_of(&error), shown).await
        }
        Err(error) => elsewhere(&ctx, &slug, error),
    }
}

/// Who has no plan for the course is sent where there is something to do.
fn elsewhere(ctx: &Ctx, slug: &str, error: Error) -> Result<Response, PageError> {
    match error {
        Error::Forbidden { code: "not-enrolled", .. } => {
            Ok(ctx.redirect_with(&format!("/courses/{slug}"), Notice::JoinFirst))
        }
        Error::Conflict { code: "course-completed", .. } => {
            Ok(Redirect::to(&format!("/courses/{slug}/completed")).into_response())
        }
        other => Err(other.into()),
    }
}

fn weekdays_of(names: &[String]) -> Option<Weekdays> {
    Weekdays::of(names.iter().filter_map(|name| Weekday::parse(name)))
}

/// What a page shows besides the plan.
#[derive(Default)]
struct Shown {
    /// Plan by these weekdays.
    weekdays: Option<Weekdays>,
    no_weekday: bool,
    alert: Option<String>,
}

async fn page(
    app: &App,
    ctx: &Ctx,
    slug: &str,
    status: StatusCode,
    shown: Shown,
) -> Result<Response, PageError> {
    let course = catalog::course(&app.services, slug).await?;
    let found = learning::course_schedule(&app.services, ctx.actor()?, course.card.id, shown.weekdays).await;
    let plan = match found {
        Ok(plan) => plan,
        Err(error) => return elsewhere(ctx, slug, error),
    };
    ctx.render_status(status, &view(ctx, &plan, &shown))
}

fn view(ctx: &Ctx, plan: &CourseSchedule, shown: &Shown) -> PlanPage {
    let card = &plan.course.card;
    let title = (plan.missed > 0).then(|| missed(plan.missed));
    let mut options: Vec<_> = plan
        .proposals
        .iter()
        // A plan by weekdays is shown when it was asked for.
        .filter(|(choice, _)| shown.weekdays.is_some() || !matches!(choice, Choice::Weekdays(_)))
        .map(|(choice, proposal)| option(plan, *choice, proposal, shown))
        .collect();
    if title.is_some() {
        options.push(PlanOption {
            value: "leave",
            checked: false,
            title: "Leave it as it is",
            text: "Nothing moves. We’ll ask again when more days have passed.".into(),
            finish: None,
            dates: Vec::new(),
        });
    }
    if options.iter().all(|option| !option.checked)
        && let Some(first) = options.first_mut()
    {
        first.checked = true;
    }
    let ticked = shown.weekdays.unwrap_or_else(|| plan.schedule.weekdays());
    let on = |date| in_sentence(&day_or_today(date, plan.today));
    let finish = plan.days.iter().filter(|day| !day.done).map(|day| day.due).max();
    PlanPage {
        page: ctx.private_page(&format!("Your plan: {}", card.title), &plan_path(&card.slug)),
        slug: card.slug.clone(),
        course_title: card.title.clone(),
        category: present::category(card),
        missed: title,
        finish: finish.map(on).unwrap_or_default(),
        alert: shown.alert.clone(),
        options,
        planned_weekdays: shown
            .weekdays
            .map(|weekdays| weekdays.list().into_iter().map(Weekday::as_str).collect())
            .unwrap_or_default(),
        as_of: plan.today.to_string(),
        weekdays: Weekday::ALL
            .into_iter()
            .map(|weekday| views::Choice {
                value: weekday.as_str().to_owned(),
                label: present::sentence(weekday.as_str()),
                selected: !shown.no_weekday && ticked.contains(weekday),
            })
            .collect(),
        weekdays_error: shown.no_weekday,
        dates: as_planned(plan),
    }
}

fn option(plan: &CourseSchedule, choice: Choice, proposal: &Proposal, shown: &Shown) -> PlanOption {
    let dates = proposal.by_date();
    let on = |date: NaiveDate| day_or_today(date, plan.today);
    let first = dates.keys().next().copied().map(on).unwrap_or_default();
    let (value, title, text) = match choice {
        Choice::Shift if first == "Today" => {
            ("shift", "Start again today", "The rest begins today, one lesson a day.".to_owned())
        }
        Choice::Shift | Choice::Leave => {
            ("shift", "Move everything back", format!("The rest begins on {first}, one lesson a day."))
        }
        Choice::CatchUp => ("catch-up", "Keep the finish day", doubled(plan, &dates)),
        Choice::Weekdays(weekdays) => {
            let names: Vec<_> =
                weekdays.list().into_iter().map(|day| present::sentence(day.as_str())).collect();
            let text = match names.len() {
                7 => "One lesson every day".to_owned(),
                _ => format!("One lesson on every {}", listed(&names)),
            };
            ("weekdays", "Learn on your weekdays", format!("{text}, beginning {}.", in_sentence(&first)))
        }
    };
    PlanOption {
        value,
        checked: value == "weekdays" && shown.weekdays.is_some(),
        title,
        text,
        finish: proposal.finish_on().map(|date| in_sentence(&on(date))),
        dates: plan_dates(plan, &dates, false),
    }
}

/// On which days how many lessons are and how long they take, as in `2 lessons today and on Tuesday, March 3, up to 32 min a
/// day; one on each other day.`
fn doubled(plan: &CourseSchedule, dates: &BTreeMap<NaiveDate, Vec<i64>>) -> String {
    let lessons = &plan.course.lessons;
    let mut by_count = BTreeMap::<usize, Vec<(String, i64)>>::new();
    for (date, days) in dates.iter().filter(|(_, days)| days.len() > 1) {
        let minutes = lessons.iter().filter(|lesson| days.contains(&lesson.day)).map(|lesson| lesson.minutes);
        let day = in_sentence(&day_or_today(*date, plan.today));
        by_count.entry(days.len()).or_default().push((day, minutes.sum()));
    }
    if by_count.is_empty() {
        return "One lesson a day.".to_owned();
    }
    let parts = by_count.into_iter().rev().map(|(count, dates)| {
        let (days, minutes): (Vec<_>, Vec<_>) = dates.into_iter().unzip();
        let most = minutes.iter().copied().max().unwrap_or(0);
        let time = present::minutes(most);
        let time = match days.len() {
            1 => format!("about {time} in all"),
            _ if minutes.iter().all(|minutes| *minutes == most) => format!("about {time} a day"),
            _ => format!("up to {time} a day"),
        };
        format!("{count} lessons {}, {time}", listed(&days))
    });
    let parts: Vec<_> = parts.collect();
    let rest = if dates.values().any(|days| days.len() == 1) { "; one on each other day" } else { "" };
    format!("{}{rest}.", listed(&parts))
}

/// The dates of the plan as it is.
fn as_planned(plan: &CourseSchedule) -> Vec<PlanDate> {
    let (mut done, mut open) = (BTreeMap::<_, Vec<i64>>::new(), BTreeMap::<_, Vec<i64>>::new());
    for day in &plan.days {
        let dates = if day.done { &mut done } else { &mut open };
        dates.entry(day.due).or_default().push(day.day);
    }
    [plan_dates(plan, &done, true), plan_dates(plan, &open, false)].concat()
}

fn plan_dates(plan: &CourseSchedule, dates: &BTreeMap<NaiveDate, Vec<i64>>, done: bool) -> Vec<PlanDate> {
    let title = |day: &i64| plan.course.lessons.iter().find(|lesson| lesson.day == *day);
    dates
        .iter()
        .map(|(date, days)| {
            let numbers: Vec<_> = days.iter().map(ToString::to_string).collect();
            let word = if days.len() == 1 { "Day" } else { "Days" };
            PlanDate {
                date: day_or_today(*date, plan.today),
                days: format!("{word} {}", listed(&numbers)),
                titles: days.iter().filter_map(title).map(|lesson| lesson.title.clone()).collect(),
                done,
            }
        })
        .collect()
}
