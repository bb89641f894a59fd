//! The lessons of all courses by date: when those that are open are due, and when the others were done.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, sql};

use super::{Plan, Schedule};
use crate::{
    Error, Result, Services,
    catalog::Course,
    engagement,
    identity::Actor,
    ids::{CourseId, EnrollmentId, LessonId, UserId},
    learning::{DoneDays, dashboard::still_there},
};

/// An agenda has no more days than this.
pub const MOST_DAYS: i64 = 366;

/// A lesson on a date.
#[derive(Debug, Clone)]
pub struct AgendaLesson {
    pub course: Arc<Course>,
    pub lesson_id: LessonId,
    /// Day of the course.
    pub day: i64,
    pub title: String,
    pub minutes: i64,
    /// When it is due; when it was done, once it is.
    pub on: NaiveDate,
    pub done: bool,
    /// Was due on a day that has passed, and is open.
    pub overdue: bool,
    /// Whether it may be opened today.
    pub open: bool,
    pub(super) enrollment: EnrollmentId,
    /// When its date was set.
    pub(super) dated_at: DateTime<Utc>,
    pub(super) revision: i64,
}

#[derive(FromRow)]
struct EnrollmentRow {
    id: EnrollmentId,
    course_id: CourseId,
    enrolled_at: DateTime<Utc>,
    start_day: NaiveDate,
    #[sqlx(json)]
    plan: Plan,
    completed_at: Option<DateTime<Utc>>,
    done_days: DoneDays,
}

/// What is read of one learner.
pub(super) struct Facts {
    enrollments: Vec<EnrollmentRow>,
    done: HashMap<LessonId, (NaiveDate, DateTime<Utc>)>,
}

pub(super) async fn facts(conn: &mut Conn, user: UserId) -> Result<Facts> {
    let enrollments = conn
        .all(sql!(
            "SELECT id, course_id, enrolled_at, start_day, plan, completed_at, done_days FROM enrollments
             WHERE user_id = $1 ORDER BY enrolled_at, id",
            user
        ))
        .await?;
    let done: Vec<(LessonId, NaiveDate, DateTime<Utc>)> = conn
        .all(sql!(
            "SELECT lesson_id, completed_on, completed_at FROM lesson_progress
             WHERE user_id = $1 AND completed_on IS NOT NULL AND completed_at IS NOT NULL",
            user
        ))
        .await?;
    Ok(Facts { enrollments, done: done.into_iter().map(|(lesson, on, at)| (lesson, (on, at))).collect() })
}

/// The lessons with a date from `from` to `to`, by date, course and day.
pub(super) async fn lessons(
    s: &Services,
    facts: Facts,
    today: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<AgendaLesson>> {
    let mut found = Vec::new();
    for row in facts.enrollments {
        let Some(course) = still_there(s, row.course_id).await? else { continue };
        let schedule = Schedule::new(row.start_day, course.drip, row.plan);
        let plan = schedule.plan();
        let planned_at = plan.made_at.unwrap_or(row.enrolled_at);
        for lesson in &course.lessons {
            let done = facts.done.get(&lesson.id);
            let due = schedule.due(lesson.day);
            // A finished course has nothing open, also when lessons were added since.
            if done.is_none() && (row.completed_at.is_some() || row.done_days.contains(lesson.day)) {
                continue;
            }
            let (on, dated_at) = done.copied().unwrap_or((due, planned_at));
            if !(from..=to).contains(&on) {
                continue;
            }
            found.push(AgendaLesson {
                course: course.clone(),
                lesson_id: lesson.id,
                day: lesson.day,
                title: lesson.title.clone(),
                minutes: lesson.minutes,
                on,
                done: done.is_some(),
                overdue: done.is_none() && due < today,
                open: schedule.is_open(lesson.day, today),
                enrollment: row.id,
                dated_at,
                revision: plan.revision,
            });
        }
    }
    found.sort_by(|a, b| (a.on, &a.course.card.title, a.day).cmp(&(b.on, &b.course.card.title, b.day)));
    Ok(found)
}

/// The actor's lessons with a date from `from` to `to`.
///
/// # Errors
/// [`Error::Invalid`] when it ends before it begins, or is longer than [`MOST_DAYS`].
pub async fn agenda(
    s: &Services,
    actor: &Actor,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<AgendaLesson>> {
    if to < from {
        return Err(Error::invalid("to", "before-from", "The last day is before the first."));
    }
    if (to - from).num_days() >= MOST_DAYS {
        return Err(Error::invalid("to", "too-long", "Ask for at most 366 days at once."));
    }
    let facts = {
        let mut conn = s.db.read().await?;
        facts(&mut conn, actor.user).await?
    };
    lessons(s, facts, engagement::today(s, actor), from, to).await
}
