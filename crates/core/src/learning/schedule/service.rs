//! A learner's plan of one course: looking at it and choosing another.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde_json::json;

use super::{Choice, Plan, Proposal, Schedule, Weekdays, replan::Ground};
use crate::{
    Error, Result, Services,
    catalog::{self, Course},
    engagement,
    identity::Actor,
    ids::{CourseId, UserId},
    learning::{DoneDays, progress::not_enrolled},
};

/// The plan of one course, with what could be chosen instead.
#[derive(Debug, Clone)]
pub struct CourseSchedule {
    pub course: Arc<Course>,
    /// The learner's day of learning.
    pub today: NaiveDate,
    pub schedule: Schedule,
    /// The course's days, in order.
    pub days: Vec<Day>,
    /// Days with open lessons that have passed.
    pub missed: i64,
    /// What each choice would give; those that are not possible are missing, and so is leaving it.
    pub proposals: Vec<(Choice, Proposal)>,
}

/// A day of a course with its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub day: i64,
    pub due: NaiveDate,
    pub done: bool,
}

#[derive(FromRow)]
struct Row {
    start_day: NaiveDate,
    #[sqlx(json)]
    plan: Plan,
    done_days: DoneDays,
    completed_at: Option<DateTime<Utc>>,
}

/// The actor's plan of a course; `weekdays` are those for which a plan is to be proposed, the present ones unless said.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] `not-enrolled`; [`Error::Conflict`] `course-completed`.
pub async fn course_schedule(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    weekdays: Option<Weekdays>,
) -> Result<CourseSchedule> {
    let course = catalog::course_by_id(s, course).await?;
    let today = engagement::today(s, actor);
    let mut conn = s.db.read().await?;
    let row: Option<Row> = conn
        .opt(sql!(
            "SELECT start_day, plan, done_days, completed_at FROM enrollments WHERE user_id = $1 AND course_id = $2",
            actor.user,
            course.card.id
        ))
        .await?;
    let row = open(row)?;
    let learned_today = learned_on(&mut conn, actor.user, course.card.id, today).await?;
    Ok(seen(course, row, today, learned_today, weekdays))
}

/// Chooses another plan for what is open in a course. `as_of` is the day for which the choice was shown: dates of another
/// day are not what was chosen.
///
/// # Errors
/// As [`course_schedule`]; [`Error::Conflict`] `plan-outdated` on another day, `finish-passed` when it is too late to catch up.
pub async fn choose(
    s: &Services,
    actor: &Actor,
    course: CourseId,
    choice: Choice,
    as_of: Option<NaiveDate>,
) -> Result<CourseSchedule> {
    let course = catalog::course_by_id(s, course).await?;
    let now = s.clock.now();
    let today = engagement::day_at(s, actor, now);
    if as_of.is_some_and(|day| day != today) {
        return Err(Error::conflict(
            "plan-outdated",
            "A new day has begun meanwhile. Look at the new dates first.",
        ));
    }
    let mut tx = s.db.begin().await?;
    let row = open(hold(&mut tx, actor.user, course.card.id).await?)?;
    let learned_today = learned_on(&mut tx, actor.user, course.card.id, today).await?;
    let schedule = Schedule::new(row.start_day, course.drip, row.plan.clone());
    let days = days_of(&course, row.done_days);
    let ground = Ground { schedule: &schedule, days: &days, today, learned_today };
    let mut plan = ground.choose(choice).ok_or_else(|| {
        Error::conflict(
            "finish-passed",
            "The finish day has passed, so it can't be kept. Choose another plan.",
        )
    })?;
    if plan != row.plan {
        plan.revision += 1;
        plan.made_at = Some(now);
        tx.run(sql!(
            "UPDATE enrollments SET plan = $3 WHERE user_id = $1 AND course_id = $2",
            actor.user,
            course.card.id,
            json!(plan)
        ))
        .await?;
    }
    tx.commit().await?;
    Ok(seen(course, Row { plan, ..row }, today, learned_today, None))
}

/// Takes the lock of the enrollment, which stands until the transaction ends.
async fn hold(tx: &mut Tx, user: UserId, course: CourseId) -> Result<Option<Row>> {
    let row = tx.opt(sql!(
        "UPDATE enrollments SET plan = plan WHERE user_id = $1 AND course_id = $2
         RETURNING start_day, plan, done_days, completed_at",
        user,
        course
    ));
    Ok(row.await?)
}

fn open(row: Option<Row>) -> Result<Row> {
    let row = row.ok_or_else(not_enrolled)?;
    if row.completed_at.is_some() {
        return Err(Error::conflict(
            "course-completed",
            "This course is finished. There is nothing left to plan.",
        ));
    }
    Ok(row)
}

/// Whether a lesson of the course was completed on this day.
async fn learned_on(conn: &mut Conn, user: UserId, course: CourseId, day: NaiveDate) -> Result<bool> {
    let (lessons,): (i64,) = conn
        .one(sql!(
            "SELECT COUNT(*) FROM lesson_progress WHERE user_id = $1 AND course_id = $2 AND completed_on = $3",
            user,
            course,
            day
        ))
        .await?;
    Ok(lessons > 0)
}

fn days_of(course: &Course, done: DoneDays) -> Vec<(i64, bool)> {
    course.lessons.iter().map(|lesson| (lesson.day, done.contains(lesson.day))).collect()
}

fn seen(
    course: Arc<Course>,
    row: Row,
    today: NaiveDate,
    learned_today: bool,
    weekdays: Option<Weekdays>,
) -> CourseSchedule {
    let schedule = Schedule::new(row.start_day, course.drip, row.plan);
    let days = days_of(&course, row.done_days);
    let ground = Ground { schedule: &schedule, days: &days, today, learned_today };
    let weekdays = weekdays.unwrap_or_else(|| schedule.weekdays());
    let missed = schedule.missed(today, &days);
    let choices = [Choice::Shift, Choice::CatchUp, Choice::Weekdays(weekdays)];
    let proposals = choices
        .into_iter()
        // Who missed nothing has nothing to shift or to catch up with.
        .filter(|choice| missed > 0 || matches!(choice, Choice::Weekdays(_)))
        .filter_map(|choice| Some((choice, ground.propose(choice)?)))
        .collect();
    CourseSchedule {
        today,
        missed,
        proposals,
        days: days
            .iter()
            .map(|(day, done)| Day { day: *day, due: schedule.due(*day), done: *done })
            .collect(),
        schedule,
        course,
    }
}
