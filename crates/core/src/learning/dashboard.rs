//! What a learner sees first.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::sql;

use super::{DayPlan, OwnCourse, QuizStandings, Schedule, own_courses, rules};
use crate::{
    Error, Result, Services,
    catalog::{self, Course},
    engagement::{self, Statistics},
    identity::Actor,
    ids::{CourseId, UserId},
};

/// How many finished courses the dashboard shows.
const FINISHED_SHOWN: usize = 12;

/// A learner's courses, plan and numbers.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// The learner's day of learning.
    pub today: NaiveDate,
    /// Courses under way, the most recently used first.
    pub active: Vec<DashboardCourse>,
    /// Finished courses, the latest first.
    pub finished: Vec<FinishedCourse>,
    pub statistics: Statistics,
    pub streak: engagement::Standing,
}

/// A course under way.
#[derive(Debug, Clone)]
pub struct DashboardCourse {
    pub course: Arc<Course>,
    pub plan: DayPlan,
    /// When its lessons are due.
    pub schedule: Schedule,
    /// Its days in order with whether each is done.
    pub days: Vec<(i64, bool)>,
    /// Where to go on: the lesson that was left unfinished, or else the first that is open.
    pub resume_day: Option<i64>,
    /// Whether that lesson was begun already.
    pub resume_begun: bool,
    pub progress_percent: i64,
    pub lessons_completed: i64,
    pub time_spent_seconds: i64,
    /// Where they stand in its quizzes.
    pub quizzes: QuizStandings,
}

/// A finished course.
#[derive(Debug, Clone)]
pub struct FinishedCourse {
    pub course: Arc<Course>,
    pub completed_at: DateTime<Utc>,
}

/// The actor's dashboard.
///
/// # Errors
/// When the database fails.
pub async fn dashboard(s: &Services, actor: &Actor) -> Result<Dashboard> {
    let today = engagement::today(s, actor);
    let joined = own_courses(s, actor.user).await?;
    let seconds = joined.iter().map(|own| own.time_spent_seconds).sum();
    let numbers = engagement::known_numbers(s, actor, seconds).await?;
    let mut finished: Vec<_> =
        joined.iter().filter_map(|own| Some((own.course_id, own.completed_at?))).collect();
    finished.sort_by_key(|(_, completed_at)| std::cmp::Reverse(*completed_at));
    finished.truncate(FINISHED_SHOWN);
    Ok(Dashboard {
        today,
        active: active_courses(s, joined.iter().filter(|own| own.completed_at.is_none()), today).await?,
        finished: with_courses(s, finished).await?,
        statistics: numbers.statistics,
        streak: numbers.streak,
    })
}

async fn active_courses(
    s: &Services,
    joined: impl Iterator<Item = &OwnCourse>,
    today: NaiveDate,
) -> Result<Vec<DashboardCourse>> {
    let mut active = Vec::new();
    for own in joined {
        let Some(course) = still_there(s, own.course_id).await? else { continue };
        let days: Vec<(i64, bool)> =
            course.lessons.iter().map(|lesson| (lesson.day, own.done_days.contains(lesson.day))).collect();
        let left_at = own.last_lesson_id.and_then(|id| course.lessons.iter().find(|lesson| lesson.id == id));
        let schedule = own.schedule(&course);
        let resume_day = rules::resume_day(&course, &schedule, own.done_days, own.last_lesson_id, today);
        active.push(DashboardCourse {
            resume_day,
            resume_begun: resume_day.is_some() && resume_day == left_at.map(|lesson| lesson.day),
            plan: rules::plan(&schedule, today, &days),
            progress_percent: rules::percent(own.lessons_completed, course.card.lesson_count),
            lessons_completed: own.lessons_completed,
            time_spent_seconds: own.time_spent_seconds,
            quizzes: own.quizzes.clone(),
            schedule,
            days,
            course,
        });
    }
    Ok(active)
}

/// The course, unless it was taken back meanwhile: then its learners see the others.
pub(super) async fn still_there(s: &Services, id: CourseId) -> Result<Option<Arc<Course>>> {
    match catalog::course_by_id(s, id).await {
        Ok(course) => Ok(Some(course)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn with_courses(s: &Services, finished: Vec<(CourseId, DateTime<Utc>)>) -> Result<Vec<FinishedCourse>> {
    let mut list = Vec::with_capacity(finished.len());
    for (course, completed_at) in finished {
        if let Some(course) = still_there(s, course).await? {
            list.push(FinishedCourse { course, completed_at });
        }
    }
    Ok(list)
}

/// The finished courses of a person whose profile may be seen; the caller has checked that.
///
/// # Errors
/// When the database fails.
pub async fn finished_courses(s: &Services, user: UserId) -> Result<Vec<FinishedCourse>> {
    let rows: Vec<(CourseId, DateTime<Utc>)> = {
        let mut conn = s.db.read().await?;
        conn.all(sql!(
            "SELECT course_id, completed_at FROM enrollments WHERE user_id = $1 AND completed_at IS NOT NULL
             ORDER BY completed_at DESC LIMIT 50",
            user
        ))
        .await?
    };
    with_courses(s, rows).await
}
