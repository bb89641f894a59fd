//! The rules of points, and the ledger that they are written to.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use momentum_db::{FromRow, Statement, Tx, Value, row};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Tier;
use crate::{
    Result,
    ids::{CategoryId, UserId},
};

/// Why there are points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A lesson was completed.
    Lesson,
    /// A course was completed.
    Course,
    /// A quiz was passed.
    Quiz,
    /// A quiz was answered without a mistake.
    PerfectQuiz,
    /// A badge was earned.
    Badge,
    /// The review of a day was done.
    Review,
}

momentum_db::stored_as_word!(Reason);

/// A rule: what is done, the points for it, and why.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub reason: Reason,
    pub points: i64,
    pub text: &'static str,
}

/// What points are given for, once each, and for a review once a day: the whole table, except badges, whose points are their tier's.
pub const RULES: [Rule; 5] = [
    Rule { reason: Reason::Lesson, points: 10, text: "Complete a lesson" },
    Rule { reason: Reason::Course, points: 50, text: "Complete a course" },
    Rule { reason: Reason::Quiz, points: 5, text: "Pass a quiz" },
    Rule { reason: Reason::PerfectQuiz, points: 5, text: "Answer a quiz without a mistake" },
    Rule { reason: Reason::Review, points: 5, text: "Do your daily review, once a day" },
];

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Lesson, Self::Course, Self::Quiz, Self::PerfectQuiz, Self::Badge, Self::Review];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Course => "course",
            Self::Quiz => "quiz",
            Self::PerfectQuiz => "perfect-quiz",
            Self::Badge => "badge",
            Self::Review => "review",
        }
    }

    /// The points that its rule gives; none for badges, whose tier says it.
    #[must_use]
    pub fn points(self) -> i64 {
        RULES.iter().find(|rule| rule.reason == self).map_or(0, |rule| rule.points)
    }

    /// Whether it makes a day a day of learning.
    #[must_use]
    pub fn is_learning(self) -> bool {
        matches!(self, Self::Lesson | Self::Review)
    }
}

impl Tier {
    /// The points of a badge of this tier.
    #[must_use]
    pub fn points(self) -> i64 {
        match self {
            Self::Bronze => 20,
            Self::Silver => 50,
            Self::Gold => 100,
            Self::Platinum => 250,
        }
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Entry {
    pub reason: Reason,
    /// The lesson, course or badge; for a review its day.
    pub subject: Uuid,
    pub points: i64,
    pub earned_at: DateTime<Utc>,
    /// The learner's day that it counts for.
    pub day: NaiveDate,
    /// Where the learner was.
    pub time_zone: String,
    /// The local hour at which days ended then.
    pub day_end_hour: i64,
    pub category_id: Option<CategoryId>,
    /// For a course: days of learning it took, in percent of its length.
    pub pace_percent: Option<i64>,
}

/// The columns of a line, in the order of [`Entry::row`].
pub(super) const LEDGER_COLUMNS: [&str; 10] = [
    "user_id",
    "reason",
    "subject",
    "points",
    "earned_at",
    "day",
    "time_zone",
    "day_end_hour",
    "category_id",
    "pace_percent",
];

impl Entry {
    /// As it is stored for this person.
    pub(super) fn row(&self, user: UserId) -> [Value; 10] {
        row![
            user,
            self.reason.as_str(),
            self.subject,
            self.points,
            self.earned_at,
            self.day,
            self.time_zone.as_str(),
            self.day_end_hour,
            self.category_id.map(|id| id.0),
            self.pace_percent,
        ]
    }

    /// What lines are put in order by.
    pub(super) fn order(&self) -> (DateTime<Utc>, NaiveDate, &'static str, Uuid) {
        (self.earned_at, self.day, self.reason.as_str(), self.subject)
    }
}

/// The columns of an [`Entry`].
macro_rules! entry_columns {
    () => {
        "reason, subject, points, earned_at, day, time_zone, day_end_hour, category_id, pace_percent"
    };
}
pub(super) use entry_columns;

/// What stands for a day as the subject of a line: the same for the same day, so that it earns its points once.
pub(super) fn subject_of_day(day: NaiveDate) -> Uuid {
    Uuid::from_u128(u128::try_from(day.num_days_from_ce()).unwrap_or_default())
}

/// Writes a line; answers whether it is new. The same subject earns its points once.
pub(super) async fn write(tx: &mut Tx, user: UserId, entry: &Entry) -> Result<bool> {
    let mut insert =
        Statement::new(concat!("INSERT INTO points_ledger (user_id, ", entry_columns!(), ") VALUES ("));
    insert.push_list(entry.row(user)).push(") ON CONFLICT (user_id, reason, subject) DO NOTHING");
    let added = tx.run(insert).await?;
    Ok(added == 1)
}
