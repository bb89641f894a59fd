//! The courses that somebody has joined, as their pages need them again and again.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::FromRow;
use uuid::Uuid;

use super::{DoneDays, QuizStandings, Schedule, repo, schedule::Plan};
use crate::{
    Result, Services,
    catalog::Course,
    ids::{CourseId, LessonId, UserId},
    known::Known,
};

/// A course that somebody has joined.
#[derive(Debug, FromRow)]
pub(crate) struct OwnCourse {
    pub course_id: CourseId,
    pub enrolled_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    pub(super) start_day: NaiveDate,
    #[sqlx(json)]
    pub(super) plan: Plan,
    pub(super) lessons_completed: i64,
    pub(super) time_spent_seconds: i64,
    pub(super) last_lesson_id: Option<LessonId>,
    pub(super) done_days: DoneDays,
    #[sqlx(json)]
    pub(super) quizzes: QuizStandings,
}

impl OwnCourse {
    pub(super) fn schedule(&self, course: &Course) -> Schedule {
        Schedule::new(self.start_day, course.drip, self.plan.clone())
    }
}

/// The courses that somebody has joined, the most recently used first.
pub(crate) struct OwnCourses(Vec<OwnCourse>);

impl OwnCourses {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, OwnCourse> {
        self.0.iter()
    }

    pub(crate) fn find(&self, course: CourseId) -> Option<&OwnCourse> {
        self.iter().find(|own| own.course_id == course)
    }
}

impl Known for OwnCourses {
    fn weight(&self) -> usize {
        self.iter().map(|own| size_of_val(own) + own.plan.weight() + own.quizzes.weight()).sum()
    }
}

/// The courses that this person has joined.
pub(crate) async fn own_courses(s: &Services, user: UserId) -> Result<Arc<OwnCourses>> {
    let read = || async { Ok(OwnCourses(repo::own_courses(&mut s.db.read().await?, user).await?)) };
    s.known.get(&s.db, user, Uuid::nil(), read).await
}
