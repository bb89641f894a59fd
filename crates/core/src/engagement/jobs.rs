//! Engagement's background work: catching up on a time before points, and giving badges to those who have done already what they take.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    badges::{self, Badge, badges},
    earn::{Earning, facts, open_categories},
    rebuild,
    repo::{self, zone},
};
use crate::{
    Result, Services,
    ids::{BadgeId, UserId},
    jobs::{self, Handlers, NewJob},
};

const SWEEP: &str = "engagement.sweep-badge";
const CATCH_UP: &str = "engagement.catch-up";

/// Until then every server knows the badge: who fulfills it later gets it at that moment.
const KNOWN_EVERYWHERE_AFTER: TimeDelta = TimeDelta::seconds(5);

/// People read at a time.
const A_TIME: i64 = 500;

#[derive(Serialize, Deserialize)]
struct Sweep {
    badge_id: BadgeId,
}

/// What engagement does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let (sweeping, catching_up) = (s.clone(), s.clone());
    Handlers::new()
        .on(SWEEP, move |job| {
            let s = sweeping.clone();
            async move { sweep(&s, job.parse::<Sweep>()?.badge_id).await }
        })
        .on(CATCH_UP, move |_| {
            let s = catching_up.clone();
            async move { catch_up(&s).await }
        })
}

/// Gives a badge to everybody who fulfills its rule, soon.
pub(super) async fn sweep_later(tx: &mut Tx, badge: BadgeId, now: DateTime<Utc>) -> Result<()> {
    let job = NewJob::new(SWEEP, json!(Sweep { badge_id: badge }))
        .dedup(format!("{SWEEP}:{badge}"))
        .at(now + KNOWN_EVERYWHERE_AFTER);
    jobs::enqueue(tx, job, now).await?;
    Ok(())
}

/// Adds the badges that every site begins with, once; learners who are there already get their numbers and badges by a job.
///
/// # Errors
/// When the database fails.
pub async fn prepare(s: &Services) -> Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let first = tx
        .run(sql!("UPDATE instance SET badges_added_at = $1 WHERE id = 1 AND badges_added_at IS NULL", now))
        .await?;
    if first == 1 {
        badges::add_standard(&mut tx, now).await?;
        if tx.opt::<(i64,)>("SELECT CAST(1 AS BIGINT) FROM learners LIMIT 1").await?.is_some() {
            jobs::enqueue(&mut tx, NewJob::new(CATCH_UP, json!({})).dedup(CATCH_UP), now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn catch_up(s: &Services) -> Result<()> {
    let report = rebuild::catch_up(s).await?;
    tracing::info!(learners = report.learners, "learners have their points, streaks and badges");
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    // Those who never learned can have a complete profile.
    for badge in badges(s).await?.iter().filter(|badge| badge.active && badge.rule.needs().profile) {
        sweep_later(&mut tx, badge.id, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn sweep(s: &Services, id: BadgeId) -> Result<()> {
    let Some(badge) = badges(s).await?.iter().find(|badge| badge.id == id && badge.active).cloned() else {
        return Ok(());
    };
    let mut after: Option<UserId> = None;
    loop {
        let people: Vec<(UserId, String)> = {
            let mut query = sql!("SELECT id, time_zone FROM users WHERE state <> 'deleted'");
            if let Some(after) = after {
                query.push(" AND id > ").push_bind(after);
            }
            query.push(" ORDER BY id LIMIT ").push_bind(A_TIME);
            s.db.read().await?.all(query).await?
        };
        let Some((last, _)) = people.last() else { return Ok(()) };
        after = Some(*last);
        let open = open_categories(s).await?;
        for (user, time_zone) in people {
            let fulfilled = {
                let mut conn = s.db.read().await?;
                let learner = repo::learner(&mut conn, user).await?.unwrap_or_default();
                let facts = facts(&mut conn, user, &learner, badge.rule.needs(), &open).await?;
                badge.rule.is_fulfilled(&facts)
            };
            if fulfilled {
                award(s, user, &time_zone, &badge).await?;
            }
        }
    }
}

async fn award(s: &Services, user: UserId, time_zone: &str, badge: &Arc<Badge>) -> Result<()> {
    let earning = Earning::somewhere(s, user, zone(time_zone)).await?;
    let mut tx = s.db.begin().await?;
    earning.catch_up(&mut tx, Some(badge)).await?;
    tx.commit().await?;
    Ok(())
}
