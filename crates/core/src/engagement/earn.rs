//! What somebody earns by what they do, in the transaction in which they do it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use momentum_db::{Conn, Tx};
use uuid::Uuid;

use super::{
    Moment,
    badges::{Badge, Change, Done, Facts, Needs, badges},
    points::{self, Entry, Reason},
    repo::{self, CategoryGain, DayGain, LearnerRow},
    streak::{Advance, Standing},
};
use crate::{
    Error, Result, Services,
    catalog::{self, Category, CourseCard},
    identity::{self, Actor},
    ids::{CategoryId, CourseId, LessonId, UserId},
};

/// Something that was done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    /// A lesson was completed.
    Lesson { lesson: LessonId, category: CategoryId },
    /// A course was completed; it took so many percent of its days.
    Course { course: CourseId, category: CategoryId, pace_percent: i64 },
    /// The quiz of a lesson was passed.
    Quiz { lesson: LessonId, category: CategoryId, perfect: bool },
    /// The review of the day was done.
    Review,
    /// The profile was changed.
    Profile,
}

/// What was earned with it.
#[derive(Debug, Clone, Default)]
pub struct Gain {
    pub points: i64,
    pub badges: Vec<Arc<Badge>>,
    pub streak: Standing,
}

/// What has to be known to earn, read before the transaction begins.
pub(crate) struct Earning {
    badges: Arc<Vec<Arc<Badge>>>,
    categories: Arc<Vec<Category>>,
    user: UserId,
    moment: Moment,
}

impl Earning {
    /// For the actor, now.
    pub(crate) async fn of(s: &Services, actor: &Actor) -> Result<Self> {
        Self::at(s, actor.user, moment(s, actor)).await
    }

    /// For somebody who isn't here, now.
    pub(crate) async fn somewhere(s: &Services, user: UserId, zone: Tz) -> Result<Self> {
        Self::at(s, user, moment_in(s, zone, s.clock.now())).await
    }

    async fn at(s: &Services, user: UserId, moment: Moment) -> Result<Self> {
        Ok(Self { badges: badges(s).await?, categories: catalog::categories(s).await?, user, moment })
    }

    /// The category of a course.
    pub(crate) fn category_of(&self, course: &CourseCard) -> Result<CategoryId> {
        self.categories
            .iter()
            .find(|category| category.slug == course.category_slug)
            .map(|category| category.id)
            .ok_or_else(|| Error::internal("a course has no category"))
    }

    /// Counts a reviewed card for the day; answers how many that day has. Holds the learner from here on.
    pub(crate) async fn count_review(&self, tx: &mut Tx) -> Result<i64> {
        let learner = repo::hold_learner(tx, self.user, self.moment.at).await?;
        Ok(repo::add_review(tx, self.user, self.day(&learner)).await?)
    }

    /// Notes what was done, counts it, and awards what it fulfills. Each deed counts once, however often it is reported.
    /// Whoever calls holds the enrollment that it is about, if it is about one.
    pub(crate) async fn earn(&self, tx: &mut Tx, deeds: &[Deed]) -> Result<Gain> {
        let mut learner = repo::hold_learner(tx, self.user, self.moment.at).await?;
        let mut change = Change { before: learner.counts.clone(), ..Change::default() };
        let mut gained = Gained::default();
        for deed in deeds {
            self.note(tx, &mut learner, *deed, &mut gained, &mut change).await?;
        }
        for (category, gain) in &gained.categories {
            let now = repo::add_to_category(tx, self.user, *category, *gain, learner.listed, self.moment.at)
                .await?;
            change.categories.push(*category);
            change.new_category |= gain.lessons > 0 && now.lessons_completed == gain.lessons;
        }
        let badges = self.award(tx, &mut learner, &mut gained, change, self.moment.at).await?;
        if gained.points > 0 {
            repo::store_learner(tx, self.user, &learner).await?;
            for (day, gain) in &gained.days {
                repo::add_to_day(tx, self.user, *day, *gain).await?;
            }
        }
        Ok(Gain { points: gained.points, badges, streak: learner.streak().standing(&self.moment) })
    }

    async fn note(
        &self,
        tx: &mut Tx,
        learner: &mut LearnerRow,
        deed: Deed,
        gained: &mut Gained,
        change: &mut Change,
    ) -> Result<()> {
        match deed {
            Deed::Lesson { lesson, category } => {
                let advance = learner.streak().advance(&self.moment);
                let entry = self.entry(Reason::Lesson, lesson.0, advance.day).of(category);
                if points::write(tx, self.user, &entry).await? {
                    self.learned(tx, learner, advance, gained).await?;
                    learner.counts.lessons_completed += 1;
                    gained.category(category).lessons += 1;
                    gained.day(entry.day).lessons += 1;
                    gained.add(learner, &entry);
                }
            }
            Deed::Review => {
                let advance = learner.streak().advance(&self.moment);
                let entry = self.entry(Reason::Review, points::subject_of_day(advance.day), advance.day);
                if points::write(tx, self.user, &entry).await? {
                    self.learned(tx, learner, advance, gained).await?;
                    gained.add(learner, &entry);
                }
            }
            Deed::Course { course, category, pace_percent } => {
                let mut entry = self.entry(Reason::Course, course.0, self.day(learner)).of(category);
                entry.pace_percent = Some(pace_percent);
                if points::write(tx, self.user, &entry).await? {
                    learner.counts.courses_completed += 1;
                    gained.category(category).courses += 1;
                    gained.add(learner, &entry);
                }
            }
            Deed::Quiz { lesson, category, perfect } => {
                let day = self.day(learner);
                let passed = self.entry(Reason::Quiz, lesson.0, day).of(category);
                if points::write(tx, self.user, &passed).await? {
                    learner.counts.quizzes_passed += 1;
                    gained.add(learner, &passed);
                }
                let flawless = self.entry(Reason::PerfectQuiz, lesson.0, day).of(category);
                if perfect && points::write(tx, self.user, &flawless).await? {
                    learner.counts.perfect_quizzes += 1;
                    gained.add(learner, &flawless);
                }
            }
            Deed::Profile => change.profile = true,
        }
        Ok(())
    }

    /// Goes on with the streak, and marks the days that this decides.
    async fn learned(
        &self,
        tx: &mut Tx,
        learner: &mut LearnerRow,
        advance: Advance,
        gained: &mut Gained,
    ) -> Result<()> {
        learner.set_streak(&advance.streak);
        learner.counts.days_learned += i64::from(advance.is_new_day);
        for day in advance.frozen {
            repo::mark_day(tx, self.user, day, "frozen").await?;
        }
        for day in advance.traveled {
            repo::mark_day(tx, self.user, day, "traveled").await?;
        }
        gained.day(advance.day).learned = true;
        Ok(())
    }

    /// Awards what the change fulfills, with points for the moment `at`. Points of a badge may fulfill another one's rule, so it
    /// looks again until nothing is new.
    async fn award(
        &self,
        tx: &mut Tx,
        learner: &mut LearnerRow,
        gained: &mut Gained,
        mut change: Change,
        at: DateTime<Utc>,
    ) -> Result<Vec<Arc<Badge>>> {
        let mut awarded = Vec::new();
        loop {
            change.after = learner.counts.clone();
            let reachable: Vec<_> = self
                .badges
                .iter()
                .filter(|badge| badge.active && badge.rule.may_be_reached(&change))
                .cloned()
                .collect();
            let new = self.award_fulfilled(tx, learner, gained, &reachable, at).await?;
            if new.is_empty() {
                return Ok(awarded);
            }
            awarded.extend(new);
            // From here on, only points have changed.
            change = Change { before: change.after, ..Change::default() };
        }
    }

    /// Awards every badge whose rule is fulfilled already, of these or of all. What fulfilled them was done before, so their points
    /// count for when something was earned last: a new badge lifts nobody on the board of a week in which they did nothing.
    pub(super) async fn catch_up(&self, tx: &mut Tx, only: Option<&Arc<Badge>>) -> Result<()> {
        let mut learner = repo::hold_learner(tx, self.user, self.moment.at).await?;
        let mut gained = Gained::default();
        let all: Vec<_> = match only {
            Some(badge) => vec![badge.clone()],
            None => self.badges.iter().filter(|badge| badge.active).cloned().collect(),
        };
        let before = learner.counts.clone();
        let at = repo::last_earned_at(tx, self.user).await?.unwrap_or(self.moment.at);
        let mut awarded = self.award_fulfilled(tx, &mut learner, &mut gained, &all, at).await?;
        // Their points may fulfill what asks for points.
        let change = Change { before, ..Change::default() };
        awarded.extend(self.award(tx, &mut learner, &mut gained, change, at).await?);
        if !awarded.is_empty() {
            repo::store_learner(tx, self.user, &learner).await?;
            for (day, gain) in &gained.days {
                repo::add_to_day(tx, self.user, *day, *gain).await?;
            }
        }
        Ok(())
    }

    /// Awards those of the badges whose rule is fulfilled, with points for the moment `at`.
    async fn award_fulfilled(
        &self,
        tx: &mut Tx,
        learner: &mut LearnerRow,
        gained: &mut Gained,
        badges: &[Arc<Badge>],
        at: DateTime<Utc>,
    ) -> Result<Vec<Arc<Badge>>> {
        let mut awarded = Vec::new();
        if badges.is_empty() {
            return Ok(awarded);
        }
        let needs = badges.iter().map(|badge| badge.rule.needs()).fold(Needs::default(), Needs::and);
        let facts = facts(tx, self.user, learner, needs, &open(&self.categories)).await?;
        for badge in badges {
            if badge.rule.is_fulfilled(&facts)
                && repo::add_badge(tx, self.user, badge.id, self.moment.at).await?
            {
                let mut entry = self.entry(Reason::Badge, badge.id.0, self.day(learner));
                entry.points = badge.tier.points();
                entry.earned_at = at;
                points::write(tx, self.user, &entry).await?;
                learner.counts.badges_earned += 1;
                gained.add(learner, &entry);
                awarded.push(badge.clone());
            }
        }
        Ok(awarded)
    }

    /// The day that points without learning count for: never before the last day of learning.
    fn day(&self, learner: &LearnerRow) -> NaiveDate {
        let today = self.moment.day();
        learner.streak_day.map_or(today, |last| last.max(today))
    }

    fn entry(&self, reason: Reason, subject: Uuid, day: NaiveDate) -> Entry {
        Entry {
            reason,
            subject,
            points: reason.points(),
            earned_at: self.moment.at,
            day,
            time_zone: self.moment.zone.name().to_owned(),
            day_end_hour: self.moment.day_end_hour,
            category_id: None,
            pace_percent: None,
        }
    }
}

impl Entry {
    fn of(mut self, category: CategoryId) -> Self {
        self.category_id = Some(category);
        self
    }
}

/// What is to be added when all deeds are noted.
#[derive(Debug, Default)]
struct Gained {
    points: i64,
    days: BTreeMap<NaiveDate, DayGain>,
    categories: BTreeMap<CategoryId, CategoryGain>,
}

impl Gained {
    fn day(&mut self, day: NaiveDate) -> &mut DayGain {
        self.days.entry(day).or_default()
    }

    fn category(&mut self, category: CategoryId) -> &mut CategoryGain {
        self.categories.entry(category).or_default()
    }

    fn add(&mut self, learner: &mut LearnerRow, entry: &Entry) {
        learner.add_points(entry.points, entry.earned_at);
        self.points += entry.points;
        self.day(entry.day).points += entry.points;
        if let Some(category) = entry.category_id {
            self.category(category).points += entry.points;
        }
    }
}

/// What rules look at, as far as it is asked for.
pub(super) async fn facts(
    conn: &mut Conn,
    user: UserId,
    learner: &LearnerRow,
    needs: Needs,
    open_categories: &[CategoryId],
) -> Result<Facts> {
    let mut facts = Facts {
        counts: learner.counts.clone(),
        open_categories: open_categories.to_vec(),
        ..Facts::default()
    };
    if needs.categories {
        facts.categories = repo::categories(conn, user).await?;
    }
    if needs.log {
        let entries = repo::ledger(conn, user).await?;
        facts.log = entries
            .iter()
            .filter(|entry| matches!(entry.reason, Reason::Lesson | Reason::Course))
            .map(Done::of)
            .collect();
    }
    if needs.profile {
        facts.profile_percent = identity::profile_percent(conn, user).await?;
    }
    Ok(facts)
}

/// Categories with published courses: those that can be mastered.
pub(super) async fn open_categories(s: &Services) -> Result<Vec<CategoryId>> {
    Ok(open(&catalog::categories(s).await?))
}

fn open(categories: &[Category]) -> Vec<CategoryId> {
    categories.iter().filter(|category| category.course_count > 0).map(|category| category.id).collect()
}

/// This moment as the actor's calendar sees it.
#[must_use]
pub fn moment(s: &Services, actor: &Actor) -> Moment {
    moment_in(s, actor.time_zone, s.clock.now())
}

/// The moment `at` as the calendar of somebody in `zone` sees it.
#[must_use]
pub(crate) fn moment_in(s: &Services, zone: Tz, at: DateTime<Utc>) -> Moment {
    Moment { at, zone, day_end_hour: i64::from(s.live.now().learning.day_end_hour) }
}

/// The actor's day of learning at the moment `at`: the one day by which lessons are due and open, and streaks and reviews count.
#[must_use]
pub fn day_at(s: &Services, actor: &Actor, at: DateTime<Utc>) -> NaiveDate {
    moment_in(s, actor.time_zone, at).day()
}

/// The actor's day of learning now.
#[must_use]
pub fn today(s: &Services, actor: &Actor) -> NaiveDate {
    moment(s, actor).day()
}
