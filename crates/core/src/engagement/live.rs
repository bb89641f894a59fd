//! Badges and progress as they come about, for those who look at the site just then.
//!
//! Whoever learns may do so in another tab, through an app, on another server; badges come by rules that an administrator has
//! changed, too. So each process looks once a second at what was earned last and how far those are who listen, as long as
//! somebody does, and tells those whom it concerns. This is a courtesy: what somebody misses stands on their pages all the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, FromRow, sql};
use serde::Serialize;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::badges::{Badge, badges};
use crate::{
    Error, Result, Services,
    identity::Actor,
    ids::{BadgeId, UserId},
};

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How far back it is looked each time: transactions may commit some seconds after the moment that they note.
const LOOK_BACK: TimeDelta = TimeDelta::seconds(10);

/// The longest time that somebody was away and still hears of what they have missed.
const CATCH_UP: TimeDelta = TimeDelta::minutes(30);

/// Badges that are read at once. When a new rule awards more than that in ten seconds, some only see it on their page.
const MOST: i64 = 5_000;

/// Pages that one person can have open.
const MOST_LISTENERS: usize = 20;

/// How many people's progress is asked for in one statement.
const PEOPLE_AT_ONCE: usize = 500;

/// Something that has happened to somebody.
#[derive(Debug, Clone)]
pub enum News {
    Badge(Celebration),
    /// They are further than they were.
    Progress(Progress),
}

/// A badge that was earned.
#[derive(Debug, Clone)]
pub struct Celebration {
    pub badge: Arc<Badge>,
    pub at: DateTime<Utc>,
}

/// How far somebody is, in the numbers that change with every step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, FromRow)]
pub struct Progress {
    /// Courses that they have joined, the finished ones among them.
    pub courses_joined: i64,
    pub courses_completed: i64,
    pub lessons_completed: i64,
    pub total_points: i64,
}

/// Who listens, and what they have been told.
#[derive(Default)]
pub struct Listeners(Mutex<Listening>);

#[derive(Default)]
struct Listening {
    people: HashMap<UserId, Person>,
    /// Told within the time that is looked back.
    told: HashMap<(UserId, BadgeId), DateTime<Utc>>,
}

/// Somebody with at least one page open.
struct Person {
    news: broadcast::Sender<News>,
    /// What their pages know.
    progress: Option<Progress>,
}

impl Default for Person {
    fn default() -> Self {
        Self { news: broadcast::channel(16).0, progress: None }
    }
}

impl Listeners {
    fn lock(&self) -> MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one page hears.
pub struct Listener {
    /// How far they were when it began to listen.
    pub progress: Progress,
    missed: std::vec::IntoIter<Celebration>,
    news: broadcast::Receiver<News>,
    since: DateTime<Utc>,
}

impl Listener {
    /// What happens next; none when the program stops.
    pub async fn next(&mut self) -> Option<News> {
        if let Some(missed) = self.missed.next() {
            self.since = self.since.max(missed.at);
            return Some(News::Badge(missed));
        }
        loop {
            match self.news.recv().await {
                // What was earned before is on the page already.
                Ok(News::Badge(badge)) if badge.at <= self.since => {}
                Ok(news) => return Some(news),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// Listens for what happens to the actor from now on, and for badges that they have earned after `since`, which may lie up to
/// half an hour back.
///
/// # Errors
/// [`Error::TooManyRequests`] with very many pages open; when the database fails.
pub async fn listen(s: &Services, actor: &Actor, since: Option<DateTime<Utc>>) -> Result<Listener> {
    let now = s.clock.now();
    let since = since.unwrap_or(now).clamp(now - CATCH_UP, now);
    let news = {
        let mut listening = s.listeners.lock();
        let person = listening.people.entry(actor.user).or_default();
        if person.news.receiver_count() >= MOST_LISTENERS {
            return Err(Error::TooManyRequests { retry_after_seconds: 60 });
        }
        person.news.subscribe()
    };
    let (earned, progress) = {
        let mut conn = s.db.read().await?;
        let earned: Vec<(BadgeId, DateTime<Utc>)> = conn
            .all(sql!(
                "SELECT badge_id, earned_at FROM earned_badges WHERE user_id = $1 AND earned_at > $2 ORDER BY earned_at",
                actor.user,
                since
            ))
            .await?;
        (earned, progress_of(&mut conn, &[actor.user]).await?.remove(&actor.user).unwrap_or_default())
    };
    if let Some(person) = s.listeners.lock().people.get_mut(&actor.user) {
        // Another page of theirs may know more, or less: then the next look tells both.
        person.progress.get_or_insert(progress);
    }
    let missed = named(s, earned).await?;
    Ok(Listener { progress, missed: missed.into_iter(), news, since })
}

/// How far these people are. Who has joined nothing is missing.
async fn progress_of(conn: &mut Conn, people: &[UserId]) -> Result<HashMap<UserId, Progress>> {
    let mut found = HashMap::with_capacity(people.len());
    for some in people.chunks(PEOPLE_AT_ONCE) {
        let mut statement = sql!(
            "SELECT l.user_id, l.courses_completed, l.lessons_completed, l.total_points,
                    (SELECT COUNT(*) FROM enrollments e WHERE e.user_id = l.user_id) AS courses_joined
             FROM learners l WHERE l.user_id IN ("
        );
        statement.push_list(some.iter().copied()).push(")");
        let rows: Vec<LearnersProgress> = conn.all(statement).await?;
        found.extend(rows.into_iter().map(|row| (row.user_id, row.progress)));
    }
    Ok(found)
}

#[derive(FromRow)]
struct LearnersProgress {
    user_id: UserId,
    #[sqlx(flatten)]
    progress: Progress,
}

async fn named(s: &Services, earned: Vec<(BadgeId, DateTime<Utc>)>) -> Result<Vec<Celebration>> {
    let badges = badges(s).await?;
    let known = |id| badges.iter().find(|badge| badge.id == id).cloned();
    Ok(earned.into_iter().filter_map(|(id, at)| Some(Celebration { badge: known(id)?, at })).collect())
}

/// Tells listeners what happens, once a second, until told to stop; then it lets them go.
pub async fn run(s: Services, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = look(&s).await {
            tracing::debug!(%error, "what has happened can't be read; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
    s.listeners.lock().people.clear();
}

/// Tells listeners what has happened since the last look.
///
/// # Errors
/// When the database fails.
pub async fn look(s: &Services) -> Result<()> {
    let from = s.clock.now() - LOOK_BACK;
    let people: Vec<UserId> = {
        let mut listening = s.listeners.lock();
        listening.people.retain(|_, person| person.news.receiver_count() > 0);
        listening.told.retain(|_, at| *at > from);
        listening.people.keys().copied().collect()
    };
    if people.is_empty() {
        return Ok(());
    }
    tell_badges(s, from).await?;
    tell_progress(s, &people).await
}

async fn tell_badges(s: &Services, from: DateTime<Utc>) -> Result<()> {
    let earned: Vec<(UserId, BadgeId, DateTime<Utc>)> = {
        let mut conn = s.db.read().await?;
        conn.all(sql!(
            "SELECT user_id, badge_id, earned_at FROM earned_badges WHERE earned_at > $1 ORDER BY earned_at DESC LIMIT $2",
            from,
            MOST
        ))
        .await?
    };
    if earned.is_empty() {
        return Ok(());
    }
    let badges = badges(s).await?;
    let mut listening = s.listeners.lock();
    let Listening { people, told } = &mut *listening;
    for (user, id, at) in earned.into_iter().rev() {
        let Some(person) = people.get(&user) else { continue };
        let Some(badge) = badges.iter().find(|badge| badge.id == id) else { continue };
        if told.insert((user, id), at).is_none() {
            // Nobody there any more: then nobody misses it.
            let _ = person.news.send(News::Badge(Celebration { badge: badge.clone(), at }));
        }
    }
    Ok(())
}

async fn tell_progress(s: &Services, people: &[UserId]) -> Result<()> {
    let found = {
        let mut conn = s.db.read().await?;
        progress_of(&mut conn, people).await?
    };
    let mut listening = s.listeners.lock();
    for (user, progress) in found {
        let Some(person) = listening.people.get_mut(&user) else { continue };
        if person.progress.replace(progress) != Some(progress) {
            let _ = person.news.send(News::Progress(progress));
        }
    }
    Ok(())
}
