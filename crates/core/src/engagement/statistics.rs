//! A learner's numbers, where they come from, and how days and streaks went.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    earn::moment,
    points::{self, Entry, Reason, entry_columns},
    repo::{self, LearnerRow},
    streak::Standing,
};
use crate::{Result, Services, identity::Actor, ids::UserId, known::Known};

/// What a person has done in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Statistics {
    /// The sum of the ledger.
    pub total_points: i64,
    /// Days in a row, until today or yesterday.
    pub current_streak: i64,
    pub longest_streak: i64,
    pub courses_completed: i64,
    pub lessons_completed: i64,
    pub time_spent_seconds: i64,
    pub badges_earned: i64,
}

/// A learner's numbers and streak.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    pub statistics: Statistics,
    pub streak: Standing,
}

impl Known for LearnerRow {
    fn weight(&self) -> usize {
        size_of::<Self>() + self.streak_zone.len()
    }
}

/// The actor's numbers, of whom is known how much time they have spent.
pub(crate) async fn known_numbers(s: &Services, actor: &Actor, time_spent_seconds: i64) -> Result<Numbers> {
    let read = || async { Ok(repo::learner(&mut s.db.read().await?, actor.user).await?.unwrap_or_default()) };
    let learner = s.known.get(&s.db, actor.user, Uuid::nil(), read).await?;
    Ok(numbers(s, &learner, actor, time_spent_seconds))
}

fn numbers(s: &Services, learner: &LearnerRow, actor: &Actor, time_spent_seconds: i64) -> Numbers {
    let streak = learner.streak().standing(&moment(s, actor));
    let statistics = Statistics {
        total_points: learner.counts.total_points,
        current_streak: streak.days,
        longest_streak: learner.counts.longest_streak,
        courses_completed: learner.counts.courses_completed,
        lessons_completed: learner.counts.lessons_completed,
        time_spent_seconds,
        badges_earned: learner.counts.badges_earned,
    };
    Numbers { statistics, streak }
}

/// How the actor's streak stands.
pub(crate) async fn standing(s: &Services, conn: &mut Conn, actor: &Actor) -> Result<Standing> {
    let learner = repo::learner(conn, actor.user).await?.unwrap_or_default();
    Ok(learner.streak().standing(&moment(s, actor)))
}

/// Notes time that the actor has spent today.
pub(crate) async fn add_time(s: &Services, tx: &mut Tx, actor: &Actor, seconds: i64) -> Result<()> {
    repo::add_seconds(tx, actor.user, moment(s, actor).day(), seconds).await?;
    Ok(())
}

/// The actor's numbers.
///
/// # Errors
/// When the database fails.
pub async fn statistics(s: &Services, actor: &Actor) -> Result<Statistics> {
    let mut conn = s.db.read().await?;
    let (seconds,): (i64,) = conn
        .one(sql!(
            "SELECT CAST(COALESCE(SUM(time_spent_seconds), 0) AS BIGINT) FROM enrollments WHERE user_id = $1",
            actor.user
        ))
        .await?;
    let learner = repo::learner(&mut conn, actor.user).await?.unwrap_or_default();
    Ok(numbers(s, &learner, actor, seconds).statistics)
}

/// What others see of somebody with a public profile; the caller has checked that they may.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PublicNumbers {
    pub total_points: i64,
    pub longest_streak: i64,
    pub badges_earned: i64,
}

/// The numbers on a public profile.
///
/// # Errors
/// When the database fails.
pub async fn public_numbers(s: &Services, user: UserId) -> Result<PublicNumbers> {
    let mut conn = s.db.read().await?;
    let counts = repo::learner(&mut conn, user).await?.unwrap_or_default().counts;
    Ok(PublicNumbers {
        total_points: counts.total_points,
        longest_streak: counts.longest_streak,
        badges_earned: counts.badges_earned,
    })
}

/// A line of the ledger with what it was for.
#[derive(Debug, Clone)]
pub struct PointsEntry {
    pub reason: Reason,
    /// The lesson, course or badge; for a review its day.
    pub subject: Uuid,
    /// Its title; none when it was deleted since, and for a review.
    pub title: Option<String>,
    pub points: i64,
    pub earned_at: DateTime<Utc>,
    /// The learner's day that it counts for.
    pub day: NaiveDate,
}

#[derive(FromRow)]
struct NamedEntry {
    #[sqlx(flatten)]
    entry: Entry,
    title: Option<String>,
}

/// The actor's ledger, the latest first, and how many lines it has.
///
/// # Errors
/// When the database fails.
pub async fn points_history(
    s: &Services,
    actor: &Actor,
    limit: i64,
    offset: i64,
) -> Result<(Vec<PointsEntry>, i64)> {
    let mut conn = s.db.read().await?;
    let (total,): (i64,) =
        conn.one(sql!("SELECT COUNT(*) FROM points_ledger WHERE user_id = $1", actor.user)).await?;
    let rows: Vec<NamedEntry> = conn
        .all(sql!(
            concat!(
                "SELECT ",
                entry_columns!(),
                ", CASE reason WHEN 'course' THEN (SELECT title FROM courses WHERE id = subject)
                               WHEN 'badge' THEN (SELECT name FROM badges WHERE id = subject)
                               WHEN 'review' THEN NULL
                               ELSE (SELECT title FROM lessons WHERE id = subject) END AS title
                 FROM points_ledger WHERE user_id = $1 ORDER BY earned_at DESC, reason, subject LIMIT $2 OFFSET $3"
            ),
            actor.user,
            limit,
            offset
        ))
        .await?;
    let entries = rows.into_iter().map(|row| PointsEntry {
        reason: row.entry.reason,
        subject: row.entry.subject,
        title: row.title,
        points: row.entry.points,
        earned_at: row.entry.earned_at,
        day: row.entry.day,
    });
    Ok((entries.collect(), total))
}

/// A day of a learner.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LearnerDay {
    pub day: NaiveDate,
    /// `learned`, `frozen`, `traveled`, or empty.
    pub mark: String,
    pub lessons: i64,
    /// Cards of daily reviews.
    pub reviews: i64,
    pub points: i64,
    pub seconds: i64,
}

/// What happened since a day, one entry for each day on which something happened.
pub(crate) async fn days_since(conn: &mut Conn, user: UserId, from: NaiveDate) -> Result<Vec<LearnerDay>> {
    let days = conn
        .all(sql!(
            "SELECT day, mark, lessons, reviews, points, seconds FROM learner_days WHERE user_id = $1 AND day >= $2
             ORDER BY day",
            user,
            from
        ))
        .await?;
    Ok(days)
}

/// When and where a lesson was completed.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LessonMoment {
    pub earned_at: DateTime<Utc>,
    /// The learner's day that it counts for.
    pub day: NaiveDate,
    /// IANA name.
    pub time_zone: String,
}

/// Lessons that were completed since a day.
pub(crate) async fn lessons_since(
    conn: &mut Conn,
    user: UserId,
    from: NaiveDate,
) -> Result<Vec<LessonMoment>> {
    let lessons = conn
        .all(sql!(
            "SELECT earned_at, day, time_zone FROM points_ledger WHERE user_id = $1 AND reason = 'lesson' AND day >= $2",
            user,
            from
        ))
        .await?;
    Ok(lessons)
}

/// A run of days in a row that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PastStreak {
    pub from: NaiveDate,
    /// Its last day of learning.
    pub to: NaiveDate,
    /// Days of learning.
    pub days: i64,
    /// The first day without learning and without a freeze; none for the streak that still runs.
    pub missed: Option<NaiveDate>,
    /// Days in a row without learning from then on, today not among them; 0 for the streak that still runs.
    pub missed_days: i64,
}

/// The day that the last learning counts for, at least today: whoever traveled west may have learned on the day after.
pub(crate) async fn latest_day(conn: &mut Conn, user: UserId, today: NaiveDate) -> Result<NaiveDate> {
    let learner = repo::learner(conn, user).await?.unwrap_or_default();
    Ok(learner.streak_day.map_or(today, |last| last.max(today)))
}

/// The reviews of a learner's day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct ReviewDay {
    /// Cards that were reviewed.
    pub reviewed: i64,
    /// When the review of the day was done, which earned its points.
    pub done_at: Option<DateTime<Utc>>,
}

/// What the actor has reviewed today.
pub(crate) async fn review_day(s: &Services, conn: &mut Conn, actor: &Actor) -> Result<ReviewDay> {
    let day = latest_day(conn, actor.user, moment(s, actor).day()).await?;
    let found = conn
        .opt(sql!(
            "SELECT d.reviews AS reviewed, p.earned_at AS done_at
             FROM learner_days d
             LEFT JOIN points_ledger p ON p.user_id = d.user_id AND p.reason = 'review' AND p.subject = $3
             WHERE d.user_id = $1 AND d.day = $2",
            actor.user,
            day,
            points::subject_of_day(day)
        ))
        .await?;
    Ok(found.unwrap_or_default())
}

/// How a streak stands and how it came to be.
#[derive(Debug, Clone)]
pub struct StreakHistory {
    pub standing: Standing,
    pub today: NaiveDate,
    /// The last weeks, one entry for each day on which something happened.
    pub days: Vec<LearnerDay>,
    /// Streaks of at least two days and, however short, the one that runs and the last that ended; the latest first.
    pub streaks: Vec<PastStreak>,
    /// The local hour at which a day ends.
    pub day_end_hour: i64,
}

/// Days that the calendar of the streak page shows.
const CALENDAR: TimeDelta = TimeDelta::days(371);

/// Runs that it lists.
const RUNS: usize = 10;

/// The actor's streak with its history.
///
/// # Errors
/// When the database fails.
pub async fn streak(s: &Services, actor: &Actor) -> Result<StreakHistory> {
    let moment = moment(s, actor);
    let today = moment.day();
    let mut conn = s.db.read().await?;
    let learner = repo::learner(&mut conn, actor.user).await?.unwrap_or_default();
    let days = days_since(&mut conn, actor.user, NaiveDate::default()).await?;
    let standing = learner.streak().standing(&moment);
    let mut streaks = runs(&days, today);
    if let Some(last) = streaks.last_mut()
        && standing.days > 0
    {
        (last.missed, last.missed_days) = (None, 0);
    }
    let lost = streaks.iter().rfind(|run| run.missed.is_some()).map(|run| run.from);
    streaks.retain(|run| run.days > 1 || run.missed.is_none() || Some(run.from) == lost);
    streaks.reverse();
    streaks.truncate(RUNS);
    let days = days.into_iter().filter(|day| day.day > today - CALENDAR).collect();
    Ok(StreakHistory { standing, today, days, streaks, day_end_hour: moment.day_end_hour })
}

/// Days in a row, in order: learned ones, held together by frozen and traveled ones.
fn runs(days: &[LearnerDay], today: NaiveDate) -> Vec<PastStreak> {
    let mut runs: Vec<PastStreak> = Vec::new();
    let mut held_until = None;
    for day in days.iter().filter(|day| !day.mark.is_empty()) {
        let learned = i64::from(day.mark == "learned");
        match runs.last_mut() {
            Some(run) if held_until == day.day.pred_opt() => {
                run.days += learned;
                if learned == 1 {
                    run.to = day.day;
                }
            }
            _ if learned == 1 => {
                end(runs.last_mut(), day.day);
                runs.push(PastStreak { from: day.day, to: day.day, days: 1, missed: None, missed_days: 0 });
            }
            _ => continue,
        }
        held_until = Some(day.day);
        if let Some(run) = runs.last_mut() {
            run.missed = day.day.succ_opt();
        }
    }
    end(runs.last_mut(), today);
    runs
}

/// Counts what was missed after a run until something was learned again.
fn end(run: Option<&mut PastStreak>, next: NaiveDate) {
    if let Some(run) = run
        && let Some(missed) = run.missed
    {
        run.missed_days = (next - missed).num_days().max(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_held_together_by_freezes() {
        let first = NaiveDate::from_ymd_opt(2026, 2, 27).unwrap();
        let day = |n: i64, mark: &str| LearnerDay {
            day: first + TimeDelta::days(n),
            mark: mark.to_owned(),
            lessons: 0,
            reviews: 0,
            points: 0,
            seconds: 0,
        };
        let days = [day(0, "learned"), day(1, "frozen"), day(2, "learned"), day(3, ""), day(6, "learned")];
        let found = runs(&days, first + TimeDelta::days(8));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].days, found[0].to), (2, first + TimeDelta::days(2)));
        assert_eq!((found[0].missed, found[0].missed_days), (Some(first + TimeDelta::days(3)), 3));
        assert_eq!((found[1].days, found[1].missed_days), (1, 1));
    }
}
