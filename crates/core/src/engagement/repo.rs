//! Engagement's SQL: the row that stands for a person as a learner, what they did in a category and on a day.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use momentum_db::{Conn, FromRow, Result, Tx, sql};

use super::{
    badges::CategoryFacts,
    day::{month_of, week_of},
    points::{Entry, entry_columns},
    streak::Streak,
};
use crate::ids::{BadgeId, CategoryId, UserId};

/// What somebody has done in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub(in crate::engagement) struct Counts {
    pub total_points: i64,
    pub lessons_completed: i64,
    pub courses_completed: i64,
    pub quizzes_passed: i64,
    pub perfect_quizzes: i64,
    pub badges_earned: i64,
    pub days_learned: i64,
    pub current_streak: i64,
    pub longest_streak: i64,
}

/// The row that stands for one person as a learner.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub(in crate::engagement) struct LearnerRow {
    #[sqlx(flatten)]
    pub counts: Counts,
    pub streak_day: Option<NaiveDate>,
    pub streak_zone: String,
    pub streak_freezes: i64,
    pub week: Option<NaiveDate>,
    pub week_points: i64,
    pub month: Option<NaiveDate>,
    pub month_points: i64,
    pub listed: bool,
}

macro_rules! learner_columns {
    () => {
        "total_points, lessons_completed, courses_completed, quizzes_passed, perfect_quizzes, badges_earned,
         days_learned, current_streak, longest_streak, streak_day, streak_zone, streak_freezes, week, week_points,
         month, month_points, listed"
    };
}

impl LearnerRow {
    /// The streak as of its last day.
    pub fn streak(&self) -> Streak {
        Streak {
            current: self.counts.current_streak,
            longest: self.counts.longest_streak,
            last: self.streak_day.map(|day| (day, zone(&self.streak_zone))),
            freezes: self.streak_freezes,
        }
    }

    pub fn set_streak(&mut self, streak: &Streak) {
        self.counts.current_streak = streak.current;
        self.counts.longest_streak = streak.longest;
        self.streak_freezes = streak.freezes;
        self.streak_day = streak.last.map(|(day, _)| day);
        self.streak_zone = streak.last.map_or("UTC", |(_, zone)| zone.name()).to_owned();
    }

    /// Counts points in all, of this week and of this month.
    pub fn add_points(&mut self, points: i64, at: DateTime<Utc>) {
        self.counts.total_points += points;
        let (week, month) = (Some(week_of(at)), Some(month_of(at)));
        if self.week != week {
            (self.week, self.week_points) = (week, 0);
        }
        if self.month != month {
            (self.month, self.month_points) = (month, 0);
        }
        self.week_points += points;
        self.month_points += points;
    }
}

/// A zone that was stored.
pub(super) fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The row of a learner, held until the transaction ends; it is made when there is none.
pub(super) async fn hold_learner(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<LearnerRow> {
    // A column that stands in no index, so that holding the row moves nothing.
    let there = tx
        .opt(sql!(
            concat!(
                "UPDATE learners SET time_counted_until = time_counted_until WHERE user_id = $1 RETURNING ",
                learner_columns!()
            ),
            user
        ))
        .await?;
    if let Some(row) = there {
        return Ok(row);
    }
    tx.one(sql!(
        concat!(
            "INSERT INTO learners (user_id, time_counted_until, listed)
             SELECT u.id, $2, p.on_leaderboards AND u.state = 'active'
             FROM users u JOIN profiles p ON p.user_id = u.id WHERE u.id = $1
             ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
             RETURNING ",
            learner_columns!()
        ),
        user,
        now
    ))
    .await
}

/// The row of a learner; without one, nothing was done yet.
pub(super) async fn learner(conn: &mut Conn, user: UserId) -> Result<Option<LearnerRow>> {
    conn.opt(sql!(concat!("SELECT ", learner_columns!(), " FROM learners WHERE user_id = $1"), user)).await
}

pub(super) async fn store_learner(tx: &mut Tx, user: UserId, row: &LearnerRow) -> Result<()> {
    let counts = &row.counts;
    tx.run(sql!(
        "UPDATE learners SET total_points = $2, lessons_completed = $3, courses_completed = $4, quizzes_passed = $5,
                perfect_quizzes = $6, badges_earned = $7, days_learned = $8, current_streak = $9, longest_streak = $10,
                streak_day = $11, streak_zone = $12, streak_freezes = $13, week = $14, week_points = $15, month = $16,
                month_points = $17
         WHERE user_id = $1",
        user,
        counts.total_points,
        counts.lessons_completed,
        counts.courses_completed,
        counts.quizzes_passed,
        counts.perfect_quizzes,
        counts.badges_earned,
        counts.days_learned,
        counts.current_streak,
        counts.longest_streak,
        row.streak_day,
        row.streak_zone.as_str(),
        row.streak_freezes,
        row.week,
        row.week_points,
        row.month,
        row.month_points
    ))
    .await?;
    Ok(())
}

/// What an event adds to a category.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CategoryGain {
    pub lessons: i64,
    pub courses: i64,
    pub points: i64,
}

/// Adds to what somebody has done in a category; answers what it is now.
pub(super) async fn add_to_category(
    tx: &mut Tx,
    user: UserId,
    category: CategoryId,
    gain: CategoryGain,
    listed: bool,
    at: DateTime<Utc>,
) -> Result<CategoryFacts> {
    tx.one(sql!(
        "INSERT INTO learner_categories (user_id, category_id, lessons_completed, courses_completed, total_points, week,
                week_points, month, month_points, listed)
         VALUES ($1, $2, $3, $4, $5, $6, $5, $7, $5, $8)
         ON CONFLICT (user_id, category_id) DO UPDATE SET
                lessons_completed = learner_categories.lessons_completed + $3,
                courses_completed = learner_categories.courses_completed + $4,
                total_points = learner_categories.total_points + $5,
                week = $6,
                week_points = CASE WHEN learner_categories.week = $6 THEN learner_categories.week_points ELSE 0 END + $5,
                month = $7,
                month_points =
                    CASE WHEN learner_categories.month = $7 THEN learner_categories.month_points ELSE 0 END + $5
         RETURNING category_id, lessons_completed, courses_completed",
        user,
        category,
        gain.lessons,
        gain.courses,
        gain.points,
        week_of(at),
        month_of(at),
        listed
    ))
    .await
}

pub(super) async fn categories(conn: &mut Conn, user: UserId) -> Result<Vec<CategoryFacts>> {
    conn.all(sql!(
        "SELECT category_id, lessons_completed, courses_completed FROM learner_categories WHERE user_id = $1",
        user
    ))
    .await
}

/// What an event adds to a day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DayGain {
    pub learned: bool,
    pub lessons: i64,
    pub points: i64,
}

pub(super) async fn add_to_day(tx: &mut Tx, user: UserId, day: NaiveDate, gain: DayGain) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO learner_days (user_id, day, mark, lessons, points) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, day) DO UPDATE SET
                mark = CASE WHEN $3 <> '' THEN $3 ELSE learner_days.mark END,
                lessons = learner_days.lessons + $4, points = learner_days.points + $5",
        user,
        day,
        if gain.learned { "learned" } else { "" },
        gain.lessons,
        gain.points
    ))
    .await?;
    Ok(())
}

/// A card that was reviewed on a day; answers how many there are.
pub(super) async fn add_review(tx: &mut Tx, user: UserId, day: NaiveDate) -> Result<i64> {
    let (reviews,): (i64,) = tx
        .one(sql!(
            "INSERT INTO learner_days (user_id, day, reviews) VALUES ($1, $2, 1)
             ON CONFLICT (user_id, day) DO UPDATE SET reviews = learner_days.reviews + 1
             RETURNING reviews",
            user,
            day
        ))
        .await?;
    Ok(reviews)
}

/// Time that was spent on a day.
pub(super) async fn add_seconds(tx: &mut Tx, user: UserId, day: NaiveDate, seconds: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO learner_days (user_id, day, seconds) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, day) DO UPDATE SET seconds = learner_days.seconds + $3",
        user,
        day,
        seconds
    ))
    .await?;
    Ok(())
}

/// Marks a day on which nothing was learned and the streak held all the same.
pub(super) async fn mark_day(tx: &mut Tx, user: UserId, day: NaiveDate, mark: &'static str) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO learner_days (user_id, day, mark) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, day) DO UPDATE SET mark = $3",
        user,
        day,
        mark
    ))
    .await?;
    Ok(())
}

/// When the learner earned something last.
pub(super) async fn last_earned_at(conn: &mut Conn, user: UserId) -> Result<Option<DateTime<Utc>>> {
    let last: Option<(DateTime<Utc>,)> = conn
        .opt(sql!(
            "SELECT earned_at FROM points_ledger WHERE user_id = $1 ORDER BY earned_at DESC LIMIT 1",
            user
        ))
        .await?;
    Ok(last.map(|(at,)| at))
}

/// The ledger of a learner, in the order in which it was earned.
pub(super) async fn ledger(conn: &mut Conn, user: UserId) -> Result<Vec<Entry>> {
    conn.all(sql!(
        concat!(
            "SELECT ",
            entry_columns!(),
            " FROM points_ledger WHERE user_id = $1 ORDER BY earned_at, day, reason, subject"
        ),
        user
    ))
    .await
}

/// Notes a badge as earned; answers whether it is new.
pub(super) async fn add_badge(tx: &mut Tx, user: UserId, badge: BadgeId, at: DateTime<Utc>) -> Result<bool> {
    let added = tx
        .run(sql!(
            "INSERT INTO earned_badges (user_id, badge_id, earned_at)
             SELECT $1, id, $3 FROM badges WHERE id = $2 AND active
             ON CONFLICT (user_id, badge_id) DO NOTHING",
            user,
            badge,
            at
        ))
        .await?;
    Ok(added == 1)
}
