//! When lessons are due: the agenda, a course's plan, the secret link for calendar programs.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::{DateTime, Months, NaiveDate, Utc};
use momentum_core::{
    Error, FieldErrors, Result as CoreResult, catalog, engagement,
    ids::{CourseId, LessonId},
    learning::{self, AgendaLesson, Choice, CourseSchedule, Weekday, Weekdays},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, absent},
    http::{
        access::Access,
        day::{self, day},
        problem::{ApiError, Problems},
    },
    present,
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::User, routes!(agenda))
        .add(Access::User, routes!(plan, choose))
        .add(Access::User, routes!(link, make_link, remove_link))
}

/// A lesson on a date of the caller's calendar.
#[derive(Serialize, ToSchema)]
struct AgendaItem {
    course_id: CourseId,
    course_slug: String,
    course_title: String,
    lesson_id: LessonId,
    /// Day of the course.
    day: i64,
    title: String,
    minutes: i64,
    /// When it was done; when it is due, as long as it is open.
    date: NaiveDate,
    done: bool,
    /// Was due on a day that has passed, and is open.
    overdue: bool,
}

impl From<AgendaLesson> for AgendaItem {
    fn from(lesson: AgendaLesson) -> Self {
        Self {
            course_id: lesson.course.card.id,
            course_slug: lesson.course.card.slug.clone(),
            course_title: lesson.course.card.title.clone(),
            lesson_id: lesson.lesson_id,
            day: lesson.day,
            title: lesson.title,
            minutes: lesson.minutes,
            date: lesson.on,
            done: lesson.done,
            overdue: lesson.overdue,
        }
    }
}

/// The caller's lessons by date: due in courses under way, and done.
#[utoipa::path(get, path = "/me/schedule", tag = "learning",
    params(
        ("from" = Option<NaiveDate>, Query, description = "Default: today, by the caller's own calendar"),
        ("to" = Option<NaiveDate>, Query, description = "Default: a month after `from`. At most 366 days.")
    ),
    responses((status = 200, body = List<AgendaItem>), Problems))]
async fn agenda(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<AgendaItem>>, ApiError> {
    let mut errors = FieldErrors::default();
    let from = query.parsed(&mut errors, "from", day, day::WANTED);
    let to = query.parsed(&mut errors, "to", day, day::WANTED);
    errors.into_result()?;
    let from = from.unwrap_or_else(|| engagement::today(&app.services, &actor));
    let to = to.unwrap_or_else(|| from.checked_add_months(Months::new(1)).unwrap_or(from));
    let lessons = learning::agenda(&app.services, &actor, from, to).await?;
    Ok(Json(List::whole(lessons.into_iter().map(AgendaItem::from).collect())))
}

/// A choice of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum PlanChoice {
    /// The rest starts today, a lesson a day; the finish moves.
    Shift,
    /// The finish stays, with more lessons a day until that is caught up.
    CatchUp,
    /// A lesson on each of the `weekdays`, from now on.
    Weekdays,
    /// Everything stays, and what was missed so far is not asked about again.
    Leave,
}

/// A day of a course with its date.
#[derive(Serialize, ToSchema)]
struct PlannedDay {
    day: i64,
    due: NaiveDate,
    done: bool,
}

/// A plan that could be chosen.
#[derive(Serialize, ToSchema)]
struct PlanProposal {
    choice: PlanChoice,
    /// On which weekdays it plans.
    weekdays: Vec<Weekday>,
    finish_on: Option<NaiveDate>,
    /// The days that are open.
    days: Vec<PlannedDay>,
}

/// The caller's plan of a course.
#[derive(Serialize, ToSchema)]
struct PlanAnswer {
    course_id: CourseId,
    course_slug: String,
    /// The caller's day, which ends some hours after midnight, as for streaks.
    today: NaiveDate,
    /// Days with open lessons that have passed.
    missed_days: i64,
    /// On which weekdays the rest stands.
    weekdays: Vec<Weekday>,
    /// When the last open lesson is due.
    finish_on: Option<NaiveDate>,
    days: Vec<PlannedDay>,
    /// What each choice would give; those that are not possible now are missing.
    proposals: Vec<PlanProposal>,
}

impl From<CourseSchedule> for PlanAnswer {
    fn from(plan: CourseSchedule) -> Self {
        let proposals = plan.proposals.iter().map(|(choice, proposal)| PlanProposal {
            choice: match choice {
                Choice::Shift => PlanChoice::Shift,
                Choice::CatchUp => PlanChoice::CatchUp,
                Choice::Weekdays(_) => PlanChoice::Weekdays,
                Choice::Leave => PlanChoice::Leave,
            },
            weekdays: proposal.weekdays.list(),
            finish_on: proposal.finish_on(),
            days: proposal
                .due
                .iter()
                .map(|(day, due)| PlannedDay { day: *day, due: *due, done: false })
                .collect(),
        });
        Self {
            proposals: proposals.collect(),
            course_id: plan.course.card.id,
            course_slug: plan.course.card.slug.clone(),
            today: plan.today,
            missed_days: plan.missed,
            weekdays: plan.schedule.weekdays().list(),
            finish_on: plan.days.iter().filter(|day| !day.done).map(|day| day.due).max(),
            days: plan
                .days
                .iter()
                .map(|day| PlannedDay { day: day.day, due: day.due, done: day.done })
                .collect(),
        }
    }
}

async fn course_id(app: &App, key: &str) -> CoreResult<CourseId> {
    match key.parse() {
        Ok(id) => Ok(id),
        Err(_) => Ok(catalog::course(&app.services, key).await?.card.id),
    }
}

fn no_weekday() -> Error {
    Error::invalid("weekdays", "required", "Choose at least one weekday.")
}

/// The caller's plan of a course by its id or slug, with what could be chosen instead.
#[utoipa::path(get, path = "/courses/{id_or_slug}/schedule", tag = "learning",
    params(
        ("id_or_slug" = String, Path),
        ("weekdays" = Option<String>, Query, description = "Propose a plan for these, such as `monday,friday`; default: the present ones")
    ),
    responses((status = 200, body = PlanAnswer), Problems))]
async fn plan(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(key): Path<String>,
    query: ApiQuery,
) -> Result<Json<PlanAnswer>, ApiError> {
    let weekdays = query
        .text("weekdays")
        .map(|list| {
            let list: Option<Vec<_>> = list.split(',').map(|name| Weekday::parse(name.trim())).collect();
            list.and_then(Weekdays::of).ok_or_else(|| {
                Error::invalid("weekdays", "invalid", "Send names of weekdays such as monday,friday.")
            })
        })
        .transpose()?;
    let course = course_id(&app, &key).await?;
    Ok(Json(learning::course_schedule(&app.services, &actor, course, weekdays).await?.into()))
}

/// The plan to choose.
#[derive(Deserialize, ToSchema)]
struct PlanRequest {
    choice: PlanChoice,
    /// For `weekdays`: at least one.
    #[serde(default, deserialize_with = "absent")]
    weekdays: Vec<Weekday>,
    /// The day for which the proposals were made: on another day nothing is changed.
    #[serde(default)]
    today: Option<NaiveDate>,
}

/// Plans what is open in a course anew. What is done never moves; a course that opens day by day never opens a lesson
/// earlier than it would have.
#[utoipa::path(put, path = "/courses/{id_or_slug}/schedule", tag = "learning", request_body = PlanRequest,
    params(("id_or_slug" = String, Path)), responses((status = 200, body = PlanAnswer), Problems))]
async fn choose(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(key): Path<String>,
    ApiJson(body): ApiJson<PlanRequest>,
) -> Result<Json<PlanAnswer>, ApiError> {
    let choice = match body.choice {
        PlanChoice::Shift => Choice::Shift,
        PlanChoice::CatchUp => Choice::CatchUp,
        PlanChoice::Weekdays => Choice::Weekdays(Weekdays::of(body.weekdays).ok_or_else(no_weekday)?),
        PlanChoice::Leave => Choice::Leave,
    };
    let course = course_id(&app, &key).await?;
    Ok(Json(learning::choose(&app.services, &actor, course, choice, body.today).await?.into()))
}

/// The secret address under which calendar programs read the caller's lessons.
#[derive(Serialize, ToSchema)]
struct LinkAnswer {
    /// Whoever has it can read the lessons.
    url: String,
    made_at: DateTime<Utc>,
}

fn link_answer(app: &App, link: learning::CalendarLink) -> Json<LinkAnswer> {
    let url = present::calendar_address(&app.services.settings.base_url, &link.token);
    Json(LinkAnswer { url, made_at: link.made_at })
}

/// The caller's secret address for calendar programs, when there is one.
#[utoipa::path(get, path = "/me/calendar-link", tag = "learning",
    responses((status = 200, body = LinkAnswer), Problems))]
async fn link(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<LinkAnswer>, ApiError> {
    let link = learning::calendar_link(&app.services, &actor).await?;
    Ok(link_answer(&app, link.ok_or(Error::NotFound("calendar link"))?))
}

/// How to make the address.
#[derive(Deserialize, ToSchema)]
struct LinkRequest {
    /// Make a new one when there is one; the old one opens nothing any more.
    #[serde(default, deserialize_with = "absent")]
    replace: bool,
}

/// Makes the caller's secret address, or answers the one that there is.
#[utoipa::path(post, path = "/me/calendar-link", tag = "learning", request_body = LinkRequest,
    responses((status = 200, body = LinkAnswer), Problems))]
async fn make_link(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<LinkRequest>,
) -> Result<Json<LinkAnswer>, ApiError> {
    let link = learning::make_calendar_link(&app.services, &actor, body.replace).await?;
    Ok(link_answer(&app, link))
}

/// Removes the caller's secret address: it opens nothing any more.
#[utoipa::path(delete, path = "/me/calendar-link", tag = "learning",
    responses((status = 204, description = "Removed, or there was none."), Problems))]
async fn remove_link(State(app): State<App>, Bearer(actor): Bearer) -> Result<StatusCode, ApiError> {
    learning::remove_calendar_link(&app.services, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
