//! Whole histories of people who begin with nothing, for made-up data. They come to the same numbers and badges as if each deed had
//! been reported, and are computed in memory, because asking the database about each of a hundred thousand people takes minutes.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use momentum_db::{Rows, Tx, row};
use uuid::Uuid;

use super::{
    badges::{Badge, Done, Facts, badges},
    earn::moment_in,
    points::{Entry, LEDGER_COLUMNS, Reason},
    rebuild::Replayed,
};
use crate::{
    Result, Services,
    ids::{CategoryId, CourseId, LessonId, UserId},
};

/// What somebody has done.
pub(crate) struct History {
    user: UserId,
    zone: Tz,
    entries: Vec<Entry>,
    seconds: BTreeMap<NaiveDate, i64>,
}

impl History {
    pub(crate) fn new(user: UserId, zone: Tz) -> Self {
        Self { user, zone, entries: Vec::new(), seconds: BTreeMap::new() }
    }

    /// A lesson was completed, after this time in it.
    pub(crate) fn lesson(
        &mut self,
        id: LessonId,
        category: CategoryId,
        (at, day): (DateTime<Utc>, NaiveDate),
        seconds: i64,
    ) {
        self.entries.push(self.entry(Reason::Lesson, id.0, category, (at, day)));
        *self.seconds.entry(day).or_default() += seconds;
    }

    /// A course was completed, in all of its days.
    pub(crate) fn course(&mut self, id: CourseId, category: CategoryId, when: (DateTime<Utc>, NaiveDate)) {
        let entry = self.entry(Reason::Course, id.0, category, when);
        self.entries.push(Entry { pace_percent: Some(100), ..entry });
    }

    fn entry(
        &self,
        reason: Reason,
        subject: Uuid,
        category: CategoryId,
        (earned_at, day): (DateTime<Utc>, NaiveDate),
    ) -> Entry {
        Entry {
            reason,
            subject,
            points: reason.points(),
            earned_at,
            day,
            time_zone: self.zone.name().to_owned(),
            day_end_hour: 0,
            category_id: Some(category),
            pace_percent: None,
        }
    }
}

/// What histories are weighed against.
pub(crate) struct Historian {
    s: Services,
    badges: Arc<Vec<Arc<Badge>>>,
    open_categories: Vec<CategoryId>,
    profile_percent: i64,
}

impl Historian {
    /// For people whose profiles are all as complete as this, when these categories have courses.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn new(
        s: &Services,
        open_categories: Vec<CategoryId>,
        profile_percent: i64,
    ) -> Result<Self> {
        Ok(Self { s: s.clone(), badges: badges(s).await?, open_categories, profile_percent })
    }

    /// Adds what a history comes to. Time is counted for the learner from `counted_until` on.
    pub(crate) fn write(&self, rows: &mut HistoryRows, history: History, counted_until: DateTime<Utc>) {
        let History { user, zone, mut entries, seconds } = history;
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        let mut replayed = Replayed::of(&entries, true);
        for (badge, entry) in self.award(&mut replayed, &entries, zone) {
            rows.badges.push(row![user, badge, self.s.clock.now()]);
            entries.push(entry);
        }
        rows.push(user, &entries, &replayed, &seconds, counted_until);
    }

    /// The badges that this fulfills, each with its line in the ledger. Their points may fulfill what asks for points.
    fn award(&self, replayed: &mut Replayed, entries: &[Entry], zone: Tz) -> Vec<(Uuid, Entry)> {
        let now = moment_in(&self.s, zone, self.s.clock.now());
        let earned_at = entries.last().map_or(now.at, |entry| entry.earned_at);
        let mut facts = Facts {
            categories: replayed.categories(),
            log: entries.iter().map(Done::of).collect(),
            profile_percent: self.profile_percent,
            open_categories: self.open_categories.clone(),
            ..Facts::default()
        };
        let mut open: Vec<_> = self.badges.iter().filter(|badge| badge.active).collect();
        let mut awarded = Vec::new();
        loop {
            facts.counts = replayed.learner.counts.clone();
            let (new, rest): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|badge| badge.rule.is_fulfilled(&facts));
            if new.is_empty() {
                return awarded;
            }
            for badge in new {
                let today = now.day();
                let entry = Entry {
                    reason: Reason::Badge,
                    subject: badge.id.0,
                    points: badge.tier.points(),
                    earned_at,
                    day: replayed.learner.streak_day.map_or(today, |last| last.max(today)),
                    time_zone: zone.name().to_owned(),
                    day_end_hour: now.day_end_hour,
                    category_id: None,
                    pace_percent: None,
                };
                replayed.add(&entry);
                awarded.push((badge.id.0, entry));
            }
            open = rest;
        }
    }
}

/// What histories come to, before it is stored.
pub(crate) struct HistoryRows {
    ledger: Rows<10>,
    learners: Rows<18>,
    categories: Rows<9>,
    days: Rows<6>,
    badges: Rows<3>,
}

impl HistoryRows {
    /// The tables that it goes to.
    pub(crate) const TABLES: [&str; 5] =
        ["points_ledger", "learners", "learner_categories", "learner_days", "earned_badges"];

    pub(crate) fn new() -> Self {
        let [ledger, learners, categories, days, badges] = Self::TABLES;
        Self {
            ledger: Rows::new(ledger, LEDGER_COLUMNS),
            learners: Rows::new(
                learners,
                [
                    "user_id",
                    "time_counted_until",
                    "total_points",
                    "lessons_completed",
                    "courses_completed",
                    "quizzes_passed",
                    "perfect_quizzes",
                    "badges_earned",
                    "days_learned",
                    "current_streak",
                    "longest_streak",
                    "streak_day",
                    "streak_zone",
                    "streak_freezes",
                    "week",
                    "week_points",
                    "month",
                    "month_points",
                ],
            ),
            categories: Rows::new(
                categories,
                [
                    "user_id",
                    "category_id",
                    "lessons_completed",
                    "courses_completed",
                    "total_points",
                    "week",
                    "week_points",
                    "month",
                    "month_points",
                ],
            ),
            days: Rows::new(days, ["user_id", "day", "mark", "lessons", "points", "seconds"]),
            badges: Rows::new(badges, ["user_id", "badge_id", "earned_at"]),
        }
    }

    fn push(
        &mut self,
        user: UserId,
        entries: &[Entry],
        replayed: &Replayed,
        seconds: &BTreeMap<NaiveDate, i64>,
        counted_until: DateTime<Utc>,
    ) {
        for entry in entries {
            self.ledger.push(entry.row(user));
        }
        let (learner, counts) = (&replayed.learner, &replayed.learner.counts);
        self.learners.push(row![
            user,
            counted_until,
            counts.total_points,
            counts.lessons_completed,
            counts.courses_completed,
            counts.quizzes_passed,
            counts.perfect_quizzes,
            counts.badges_earned,
            counts.days_learned,
            counts.current_streak,
            counts.longest_streak,
            learner.streak_day,
            learner.streak_zone.as_str(),
            learner.streak_freezes,
            learner.week,
            learner.week_points,
            learner.month,
            learner.month_points,
        ]);
        for (id, category) in &replayed.categories {
            self.categories.push(row![
                user,
                *id,
                category.lessons,
                category.courses,
                category.points,
                category.week,
                category.week_points,
                category.month,
                category.month_points,
            ]);
        }
        for (day, row) in &replayed.days {
            let seconds = seconds.get(day).copied().unwrap_or_default();
            self.days.push(row![user, *day, row.mark, row.lessons, row.points, seconds]);
        }
    }

    /// Stores everything; none of these people may have any of it yet.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn store(self, tx: &mut Tx) -> Result<()> {
        tx.load(self.ledger).await?;
        tx.load(self.learners).await?;
        tx.load(self.categories).await?;
        tx.load(self.days).await?;
        tx.load(self.badges).await?;
        Ok(())
    }
}
