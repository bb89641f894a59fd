use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{FromRow, Type, Value};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{QuizScore, QuizStandings, Schedule, rules, schedule::Plan};
use crate::{
    catalog::Course,
    engagement::Gain,
    ids::{CourseId, EnrollmentId, LessonId},
};

/// One person in one course.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Enrollment {
    pub id: EnrollmentId,
    pub course_id: CourseId,
    pub course_slug: String,
    pub course_title: String,
    pub enrolled_at: DateTime<Utc>,
    /// The learner's day of joining, as streaks count days.
    pub start_day: NaiveDate,
    pub completed_at: Option<DateTime<Utc>>,
    pub lessons_completed: i64,
    pub lesson_count: i64,
    pub time_spent_seconds: i64,
    /// 0 to 100; 100 only when every lesson is done.
    #[sqlx(default)]
    pub progress_percent: i64,
    /// The first lesson that is not done; absent when all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_lesson_id: Option<LessonId>,
    /// Quizzes that were handed in at least once.
    #[sqlx(json)]
    #[serde(serialize_with = "QuizStandings::as_list")]
    #[schema(value_type = Vec<QuizScore>)]
    pub quizzes: QuizStandings,
}

/// How far somebody is in a lesson.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct LessonProgress {
    pub lesson_id: LessonId,
    pub completed_at: Option<DateTime<Utc>>,
    pub time_spent_seconds: i64,
    pub video_position_seconds: i64,
}

impl LessonProgress {
    /// Nothing yet.
    #[must_use]
    pub fn none(lesson_id: LessonId) -> Self {
        Self { lesson_id, completed_at: None, time_spent_seconds: 0, video_position_seconds: 0 }
    }
}

/// What happened in a lesson.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct ProgressUpdate {
    pub lesson_id: LessonId,
    /// `true` marks the lesson complete; what is complete stays so.
    #[serde(default, deserialize_with = "null_is_false")]
    pub completed: bool,
    /// Seconds spent since the last report. No more is counted than has really passed.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 86_400)]
    pub time_spent_seconds: Option<i64>,
    /// Where the video stands.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 86_400)]
    pub video_position_seconds: Option<i64>,
}

/// How far somebody is in a course.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CourseProgress {
    pub id: CourseId,
    pub progress_percent: i64,
    pub lessons_completed: i64,
    pub lesson_count: i64,
    /// When the last lesson was done; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<DateTime<Utc>>,
}

fn null_is_false<'de, D: Deserializer<'de>>(field: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(field)?.unwrap_or(false))
}

/// The state after a report of progress.
#[derive(Debug, Clone)]
pub struct ProgressReport {
    pub lesson: LessonProgress,
    pub course: CourseProgress,
    /// Whether this very report completed the lesson.
    pub lesson_just_completed: bool,
    /// Whether this very report completed the course.
    pub course_just_completed: bool,
    /// What was earned with it.
    pub gain: Gain,
}

/// A note on a lesson.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Note {
    pub lesson_id: LessonId,
    /// Markdown.
    pub body: String,
    /// Counts the saves; a save may name the version that it is based on.
    pub version: i64,
    pub updated_at: Option<DateTime<Utc>>,
}

/// How a visitor stands to a course: what its button says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Not signed in.
    Visitor,
    /// May join at once.
    MayEnroll,
    /// Has to become a premium member.
    NeedsPremium,
    /// Has to buy the course.
    NeedsPayment,
    /// The course takes nobody in any more.
    Closed,
    /// Has joined.
    Enrolled {
        /// When the last lesson was done.
        completed_at: Option<DateTime<Utc>>,
        /// When its lessons are due.
        schedule: Schedule,
        /// Days whose lessons are done.
        done_days: DoneDays,
        /// The lesson that they were in last.
        last_lesson: Option<LessonId>,
        /// Seconds spent in all.
        time_spent_seconds: i64,
        /// Where they stand in the quizzes.
        quizzes: QuizStandings,
    },
}

impl Standing {
    /// Of somebody who joins on the day of learning `today`.
    #[must_use]
    pub fn joined(course: &Course, today: NaiveDate) -> Self {
        Self::Enrolled {
            completed_at: None,
            schedule: Schedule::new(today, course.drip, Plan::default()),
            done_days: DoneDays::default(),
            last_lesson: None,
            time_spent_seconds: 0,
            quizzes: QuizStandings::default(),
        }
    }

    /// Where somebody who has joined goes on: the lesson that was left unfinished, or else the first that is not done;
    /// none when all are. It may open later only when nothing else is left.
    #[must_use]
    pub fn resume_day(&self, course: &Course, today: NaiveDate) -> Option<i64> {
        let Self::Enrolled { schedule, done_days, last_lesson, .. } = self else { return None };
        rules::resume_day(course, schedule, *done_days, *last_lesson, today)
    }
}

/// The days of a course whose published lessons somebody has done, as its enrollment keeps them: bit `n - 1` stands for
/// day `n`. Courses have at most 21 days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Type)]
#[sqlx(transparent)]
pub struct DoneDays(i64);

impl DoneDays {
    /// These days, as far as a course can have them.
    pub fn of(days: impl IntoIterator<Item = i64>) -> Self {
        Self(days.into_iter().map(Self::bit).fold(0, std::ops::BitOr::bitor))
    }

    fn bit(day: i64) -> i64 {
        if (1..=63).contains(&day) { 1 << (day - 1) } else { 0 }
    }

    /// Whether the lesson of this day is done.
    #[must_use]
    pub fn contains(self, day: i64) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// Whether all of these are done.
    #[must_use]
    pub fn contains_all(self, days: Self) -> bool {
        self.0 & days.0 == days.0
    }

    /// How many are done.
    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether none is done.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<DoneDays> for Value {
    fn from(days: DoneDays) -> Self {
        Self::from(days.0)
    }
}
