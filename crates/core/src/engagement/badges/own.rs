//! Badges of people: how far they are, what they have earned, what they show.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use momentum_db::{FromRow, sql};
use uuid::Uuid;

use super::{Badge, Needs, badge_columns, badges};
use crate::{
    Error, FieldErrors, Result, Services,
    engagement::{
        earn::{facts, open_categories},
        repo,
    },
    identity::{self, Actor, PublicProfile},
    ids::{BadgeId, UserId},
    known::Known,
};

/// Badges that a profile shows first.
pub const MAX_SHOWCASE: usize = 6;

/// A badge as it stands for the actor.
#[derive(Debug, Clone)]
pub struct OwnBadge {
    pub badge: Arc<Badge>,
    /// What they have, at most what it takes.
    pub have: i64,
    /// What it takes.
    pub take: i64,
    pub earned_at: Option<DateTime<Utc>>,
    /// Place in the showcase, from 1.
    pub showcase: Option<i64>,
}

impl OwnBadge {
    /// 0 to 100; 100 only when it is earned or about to be.
    #[must_use]
    pub fn progress_percent(&self) -> i64 {
        if self.earned_at.is_some() { 100 } else { (self.have * 100 / self.take.max(1)).clamp(0, 100) }
    }
}

/// A badge that somebody has.
#[derive(Debug, Clone, FromRow)]
pub struct EarnedBadge {
    #[sqlx(flatten)]
    pub badge: Badge,
    pub earned_at: DateTime<Utc>,
    /// Place in the showcase, from 1.
    pub showcase: Option<i64>,
    /// How many people have it.
    pub holders: i64,
}

type Earned = (BadgeId, DateTime<Utc>, Option<i64>);

/// Every badge that can be earned or that the actor has, in order, with the actor's progress.
///
/// # Errors
/// When the database fails.
pub async fn own_badges(s: &Services, actor: &Actor) -> Result<Vec<OwnBadge>> {
    let all = badges(s).await?;
    let open = open_categories(s).await?;
    let mut conn = s.db.read().await?;
    let earned: Vec<Earned> = conn
        .all(sql!("SELECT badge_id, earned_at, showcase FROM earned_badges WHERE user_id = $1", actor.user))
        .await?;
    let learner = repo::learner(&mut conn, actor.user).await?.unwrap_or_default();
    let open_badges =
        all.iter().filter(|badge| badge.active && !earned.iter().any(|(id, ..)| *id == badge.id));
    let needs = open_badges.map(|badge| badge.rule.needs()).fold(Needs::default(), Needs::and);
    let facts = facts(&mut conn, actor.user, &learner, needs, &open).await?;
    Ok(all
        .iter()
        .filter_map(|badge| {
            let mine = earned.iter().find(|(id, ..)| *id == badge.id);
            if !badge.active && mine.is_none() {
                return None;
            }
            let (have, take) = badge.rule.progress(&facts);
            Some(OwnBadge {
                badge: badge.clone(),
                have: have.min(take),
                take,
                earned_at: mine.map(|(_, at, _)| *at),
                showcase: mine.and_then(|(.., place)| *place),
            })
        })
        .collect())
}

/// A badge by its name in addresses.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn badge_by_slug(s: &Services, slug: &str) -> Result<Arc<Badge>> {
    badges(s).await?.iter().find(|badge| badge.slug == slug).cloned().ok_or(Error::NotFound("badge"))
}

/// What the actor earned at this moment: the badges of what was done then.
///
/// # Errors
/// When the database fails.
pub async fn earned_with(s: &Services, actor: &Actor, at: DateTime<Utc>) -> Result<Vec<Arc<Badge>>> {
    let read = || async {
        let mut conn = s.db.read().await?;
        let select = sql!("SELECT badge_id, earned_at FROM earned_badges WHERE user_id = $1", actor.user);
        Ok(WhenEarned(conn.all(select).await?))
    };
    let earned = s.known.get(&s.db, actor.user, Uuid::nil(), read).await?;
    // PostgreSQL keeps microseconds.
    let with = |when: &DateTime<Utc>| when.timestamp_micros() == at.timestamp_micros();
    let ids: Vec<BadgeId> = earned.0.iter().filter(|(_, when)| with(when)).map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let all = badges(s).await?;
    Ok(all.iter().filter(|badge| ids.contains(&badge.id)).cloned().collect())
}

/// All badges of somebody.
struct WhenEarned(Vec<(BadgeId, DateTime<Utc>)>);

impl Known for WhenEarned {
    fn weight(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}

/// The badges of somebody whose profile may be seen: the showcase first, then the others, the latest first. The caller has
/// checked that it may be seen.
///
/// # Errors
/// When the database fails.
pub async fn public_badges(s: &Services, user: UserId) -> Result<Vec<EarnedBadge>> {
    let mut conn = s.db.read().await?;
    Ok(conn
        .all(sql!(
            concat!(
                "SELECT ",
                badge_columns!(),
                ", e.earned_at, e.showcase, CAST(0 AS BIGINT) AS holders
                 FROM earned_badges e JOIN badges b ON b.id = e.badge_id WHERE e.user_id = $1
                 ORDER BY CASE WHEN e.showcase IS NULL THEN 1 ELSE 0 END, e.showcase, e.earned_at DESC, b.position"
            ),
            user
        ))
        .await?)
}

/// A badge that somebody with a public profile shares, or that is the viewer's own.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person, they keep their profile to themselves, or don't have the badge.
pub async fn shared_badge(
    s: &Services,
    viewer: Option<&Actor>,
    user: UserId,
    slug: &str,
) -> Result<(PublicProfile, EarnedBadge)> {
    let person = identity::public_profile(s, viewer, user).await?;
    let mut conn = s.db.read().await?;
    let badge: Option<EarnedBadge> = conn
        .opt(sql!(
            concat!(
                "SELECT ",
                badge_columns!(),
                ", e.earned_at, e.showcase,
                 (SELECT COUNT(*) FROM earned_badges other WHERE other.badge_id = b.id) AS holders
                 FROM earned_badges e JOIN badges b ON b.id = e.badge_id WHERE e.user_id = $1 AND b.slug = $2"
            ),
            user,
            slug
        ))
        .await?;
    Ok((person, badge.ok_or(Error::NotFound("badge"))?))
}

/// Chooses the badges that the actor's profile shows first, in this order.
///
/// # Errors
/// [`Error::Invalid`] for too many, one twice, or one that they don't have; nothing is changed then.
pub async fn set_showcase(s: &Services, actor: &Actor, chosen: &[BadgeId]) -> Result<()> {
    let mut errors = FieldErrors::default();
    errors.check(
        chosen.len() <= MAX_SHOWCASE,
        "badge_ids",
        "too-many",
        format!("Choose at most {MAX_SHOWCASE} badges."),
    );
    let twice = chosen.iter().enumerate().any(|(i, id)| chosen[..i].contains(id));
    errors.check(!twice, "badge_ids", "duplicate", "Choose each badge once.");
    errors.into_result()?;
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE earned_badges SET showcase = NULL WHERE user_id = $1", actor.user)).await?;
    for (place, id) in (1_i64..).zip(chosen) {
        let shown = tx
            .run(sql!(
                "UPDATE earned_badges SET showcase = $3 WHERE user_id = $1 AND badge_id = $2",
                actor.user,
                *id,
                place
            ))
            .await?;
        if shown == 0 {
            return Err(Error::invalid("badge_ids", "not-earned", "Choose badges that you have."));
        }
    }
    tx.commit().await?;
    Ok(())
}
