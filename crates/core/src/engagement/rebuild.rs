//! Computing anew what follows from the ledger: totals, streaks, and what was done by category and day.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Tx, sql};

use super::{
    Moment,
    badges::CategoryFacts,
    day::{month_of, week_of},
    earn::Earning,
    points::{Entry, Reason},
    repo::{self, LearnerRow, zone},
};
use crate::{
    Result, Services,
    ids::{CategoryId, UserId},
};

/// Learners a transaction.
const A_TIME: i64 = 100;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub learners: u64,
    /// Whose numbers were not what the ledger says.
    pub corrected: u64,
}

/// Computes everybody's numbers anew from the ledger. People may go on learning meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn rebuild_statistics(s: &Services) -> Result<Rebuilt> {
    go_through(s, false).await
}

/// As [`rebuild_statistics`], and gives everybody the badges that they have earned: for learners of a time before badges.
///
/// # Errors
/// When the database fails.
pub async fn catch_up(s: &Services) -> Result<Rebuilt> {
    go_through(s, true).await
}

async fn go_through(s: &Services, award: bool) -> Result<Rebuilt> {
    let mut report = Rebuilt::default();
    let mut after: Option<UserId> = None;
    loop {
        let users: Vec<(UserId, String)> = {
            let mut query =
                sql!("SELECT l.user_id, u.time_zone FROM learners l JOIN users u ON u.id = l.user_id");
            if let Some(after) = after {
                query.push(" WHERE l.user_id > ").push_bind(after);
            }
            query.push(" ORDER BY l.user_id LIMIT ").push_bind(A_TIME);
            s.db.read().await?.all(query).await?
        };
        let Some((last, _)) = users.last() else { return Ok(report) };
        after = Some(*last);
        let mut earnings = Vec::with_capacity(users.len());
        for (user, time_zone) in &users {
            earnings.push(Earning::somewhere(s, *user, zone(time_zone)).await?);
        }
        let mut tx = s.db.begin().await?;
        for ((user, _), earning) in users.iter().zip(earnings) {
            report.learners += 1;
            report.corrected += u64::from(rebuild(&mut tx, *user, s.clock.now()).await?);
            if award {
                earning.catch_up(&mut tx, None).await?;
            }
        }
        tx.commit().await?;
    }
}

/// Computes somebody's numbers anew; answers whether they were others.
pub(super) async fn rebuild(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<bool> {
    let before = repo::hold_learner(tx, user, now).await?;
    let ledger = repo::ledger(tx, user).await?;
    let replayed = Replayed::of(&ledger, before.listed);
    if before != replayed.learner {
        repo::store_learner(tx, user, &replayed.learner).await?;
    }
    store_categories(tx, user, &replayed).await?;
    store_days(tx, user, &replayed).await?;
    Ok(before != replayed.learner)
}

/// What a ledger comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Replayed {
    pub learner: LearnerRow,
    pub categories: BTreeMap<CategoryId, CategoryRow>,
    pub days: BTreeMap<NaiveDate, DayRow>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CategoryRow {
    pub lessons: i64,
    pub courses: i64,
    pub points: i64,
    pub week: Option<NaiveDate>,
    pub week_points: i64,
    pub month: Option<NaiveDate>,
    pub month_points: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DayRow {
    pub mark: &'static str,
    pub lessons: i64,
    pub points: i64,
}

impl Replayed {
    /// Goes through the lines in the order in which they were written.
    pub fn of(ledger: &[Entry], listed: bool) -> Self {
        let mut replayed =
            Self { learner: LearnerRow { listed, ..LearnerRow::default() }, ..Self::default() };
        "UTC".clone_into(&mut replayed.learner.streak_zone);
        for entry in ledger {
            replayed.add(entry);
        }
        replayed
    }

    /// What rules of badges look at.
    pub fn categories(&self) -> Vec<CategoryFacts> {
        let facts = |(id, row): (&CategoryId, &CategoryRow)| CategoryFacts {
            category_id: *id,
            lessons_completed: row.lessons,
            courses_completed: row.courses,
        };
        self.categories.iter().map(facts).collect()
    }

    /// Goes on with the next line.
    pub fn add(&mut self, entry: &Entry) {
        let learner = &mut self.learner;
        learner.add_points(entry.points, entry.earned_at);
        if entry.reason.is_learning() {
            let moment = Moment {
                at: entry.earned_at,
                zone: zone(&entry.time_zone),
                day_end_hour: entry.day_end_hour,
            };
            let advance = learner.streak().advance_to(&moment, entry.day);
            learner.set_streak(&advance.streak);
            learner.counts.days_learned += i64::from(advance.is_new_day);
            for (days, mark) in [(advance.frozen, "frozen"), (advance.traveled, "traveled")] {
                for day in days {
                    self.days.entry(day).or_default().mark = mark;
                }
            }
            self.days.entry(entry.day).or_default().mark = "learned";
        }
        let (lessons, courses) =
            (i64::from(entry.reason == Reason::Lesson), i64::from(entry.reason == Reason::Course));
        learner.counts.lessons_completed += lessons;
        learner.counts.courses_completed += courses;
        learner.counts.quizzes_passed += i64::from(entry.reason == Reason::Quiz);
        learner.counts.perfect_quizzes += i64::from(entry.reason == Reason::PerfectQuiz);
        learner.counts.badges_earned += i64::from(entry.reason == Reason::Badge);
        let day = self.days.entry(entry.day).or_default();
        day.lessons += lessons;
        day.points += entry.points;
        if let Some(id) = entry.category_id {
            let category = self.categories.entry(id).or_default();
            category.lessons += lessons;
            category.courses += courses;
            category.add_points(entry.points, entry.earned_at);
        }
    }
}

impl CategoryRow {
    fn add_points(&mut self, points: i64, at: DateTime<Utc>) {
        let (week, month) = (Some(week_of(at)), Some(month_of(at)));
        if self.week != week {
            (self.week, self.week_points) = (week, 0);
        }
        if self.month != month {
            (self.month, self.month_points) = (month, 0);
        }
        self.points += points;
        self.week_points += points;
        self.month_points += points;
    }
}

async fn store_categories(tx: &mut Tx, user: UserId, replayed: &Replayed) -> Result<()> {
    tx.run(sql!("DELETE FROM learner_categories WHERE user_id = $1", user)).await?;
    for (id, row) in &replayed.categories {
        tx.run(sql!(
            "INSERT INTO learner_categories (user_id, category_id, lessons_completed, courses_completed, total_points, week,
                    week_points, month, month_points, listed)
             SELECT $1, id, $3, $4, $5, $6, $7, $8, $9, $10 FROM categories WHERE id = $2",
            user,
            *id,
            row.lessons,
            row.courses,
            row.points,
            row.week,
            row.week_points,
            row.month,
            row.month_points,
            replayed.learner.listed
        ))
        .await?;
    }
    Ok(())
}

/// The time that was spent and the cards that were reviewed stay: they aren't in the ledger.
async fn store_days(tx: &mut Tx, user: UserId, replayed: &Replayed) -> Result<()> {
    tx.run(sql!("UPDATE learner_days SET mark = '', lessons = 0, points = 0 WHERE user_id = $1", user))
        .await?;
    for (day, row) in &replayed.days {
        tx.run(sql!(
            "INSERT INTO learner_days (user_id, day, mark, lessons, points) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, day) DO UPDATE SET mark = $3, lessons = $4, points = $5",
            user,
            *day,
            row.mark,
            row.lessons,
            row.points
        ))
        .await?;
    }
    tx.run(sql!(
        "DELETE FROM learner_days WHERE user_id = $1 AND mark = '' AND lessons = 0 AND points = 0 AND seconds = 0
         AND reviews = 0",
        user
    ))
    .await?;
    Ok(())
}
