//! Badges as they are earned, for those who look at the site just then.
//!
//! Whoever earns a badge may do so in another tab, through an app, on another server, or by a rule that an administrator has
//! changed. So each process looks once a second at what was earned last, as long as somebody listens, and tells those whom
//! it concerns. This is a courtesy: what somebody misses stands on the page of badges all the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::sql;
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

/// A badge that was earned.
#[derive(Debug, Clone)]
pub struct Celebration {
    pub badge: Arc<Badge>,
    pub at: DateTime<Utc>,
}

/// Who listens, and what they have been told.
#[derive(Default)]
pub struct Celebrations(Mutex<Listening>);

#[derive(Default)]
struct Listening {
    listeners: HashMap<UserId, broadcast::Sender<Celebration>>,
    /// Told within the time that is looked back.
    told: HashMap<(UserId, BadgeId), DateTime<Utc>>,
}

impl Celebrations {
    fn lock(&self) -> MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one page hears.
pub struct Listener {
    missed: std::vec::IntoIter<Celebration>,
    news: broadcast::Receiver<Celebration>,
    since: DateTime<Utc>,
}

impl Listener {
    /// The next badge; none when the program stops.
    pub async fn next(&mut self) -> Option<Celebration> {
        if let Some(missed) = self.missed.next() {
            self.since = self.since.max(missed.at);
            return Some(missed);
        }
        loop {
            match self.news.recv().await {
                // What was earned before is on the page already.
                Ok(news) if news.at > self.since => return Some(news),
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// Listens for badges that the actor earns after `since`, which may lie up to half an hour back, or from now on.
///
/// # Errors
/// [`Error::TooManyRequests`] with very many pages open; when the database fails.
pub async fn listen(s: &Services, actor: &Actor, since: Option<DateTime<Utc>>) -> Result<Listener> {
    let now = s.clock.now();
    let since = since.unwrap_or(now).clamp(now - CATCH_UP, now);
    let news = {
        let mut listening = s.celebrations.lock();
        let sender = listening.listeners.entry(actor.user).or_insert_with(|| broadcast::channel(16).0);
        if sender.receiver_count() >= MOST_LISTENERS {
            return Err(Error::TooManyRequests { retry_after_seconds: 60 });
        }
        sender.subscribe()
    };
    let earned: Vec<(BadgeId, DateTime<Utc>)> = {
        let mut conn = s.db.read().await?;
        conn.all(sql!(
            "SELECT badge_id, earned_at FROM earned_badges WHERE user_id = $1 AND earned_at > $2 ORDER BY earned_at",
            actor.user,
            since
        ))
        .await?
    };
    let missed = named(s, earned).await?;
    Ok(Listener { missed: missed.into_iter(), news, since })
}

async fn named(s: &Services, earned: Vec<(BadgeId, DateTime<Utc>)>) -> Result<Vec<Celebration>> {
    let badges = badges(s).await?;
    let known = |id| badges.iter().find(|badge| badge.id == id).cloned();
    Ok(earned.into_iter().filter_map(|(id, at)| Some(Celebration { badge: known(id)?, at })).collect())
}

/// Tells listeners what was earned, once a second, until told to stop; then it lets them go.
pub async fn run(s: Services, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = look(&s).await {
            tracing::debug!(%error, "what was earned can't be read; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
    s.celebrations.lock().listeners.clear();
}

/// Tells listeners what was earned since the last look.
///
/// # Errors
/// When the database fails.
pub async fn look(s: &Services) -> Result<()> {
    let from = s.clock.now() - LOOK_BACK;
    {
        let mut listening = s.celebrations.lock();
        listening.listeners.retain(|_, sender| sender.receiver_count() > 0);
        listening.told.retain(|_, at| *at > from);
        if listening.listeners.is_empty() {
            return Ok(());
        }
    }
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
    let mut listening = s.celebrations.lock();
    for (user, id, at) in earned.into_iter().rev() {
        let Some(sender) = listening.listeners.get(&user).cloned() else { continue };
        let Some(badge) = badges.iter().find(|badge| badge.id == id) else { continue };
        if listening.told.insert((user, id), at).is_none() {
            // Nobody there any more: then nobody misses it.
            let _ = sender.send(Celebration { badge: badge.clone(), at });
        }
    }
    Ok(())
}
