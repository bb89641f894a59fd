//! Badges as administrators make them.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Badge, Rule, Tier, badge_columns, refresh};
use crate::{
    Error, FieldErrors, Result, Services, audit, catalog,
    engagement::{emblems, jobs},
    identity::Actor,
    ids::BadgeId,
    names,
};

/// What an administrator says about a badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BadgeDetails {
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What it is for, to those who see it.
    #[schema(min_length = 1, max_length = 200)]
    pub description: String,
    pub tier: Tier,
    /// Name of a drawing.
    #[schema(schema_with = emblems::schema)]
    pub emblem: String,
    pub rule: Rule,
    /// Whether it can be earned.
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

impl BadgeDetails {
    async fn checked(mut self, s: &Services) -> Result<Self> {
        let mut errors = FieldErrors::default();
        for text in [&mut self.name, &mut self.description] {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        names::check(&mut errors, "name", &self.name);
        names::check(&mut errors, "description", &self.description);
        let length = |text: &str| text.chars().count();
        errors.check(!self.name.is_empty(), "name", "required", "Enter a name.");
        errors.check(length(&self.name) <= 60, "name", "too-long", "Use at most 60 characters.");
        errors.check(!self.description.is_empty(), "description", "required", "Say what it is for.");
        errors.check(
            length(&self.description) <= 200,
            "description",
            "too-long",
            "Use at most 200 characters.",
        );
        let known = emblems::is_known(&self.emblem);
        errors.check(known, "emblem", "unknown", "Choose one of the drawings.");
        self.rule.check(&mut errors);
        if let Some(id) = self.rule.category() {
            let known = catalog::categories(s).await?.iter().any(|category| category.id == id);
            errors.check(known, "rule.category_id", "unknown", "Choose one of the categories.");
        }
        errors.into_result()?;
        Ok(self)
    }
}

/// Every badge, in order.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn all_badges(s: &Services, actor: &Actor) -> Result<Vec<Badge>> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    Ok(conn.all(concat!("SELECT ", badge_columns!(), " FROM badges b ORDER BY b.position, b.id")).await?)
}

/// One badge.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn managed_badge(s: &Services, actor: &Actor, id: BadgeId) -> Result<Badge> {
    all_badges(s, actor).await?.into_iter().find(|badge| badge.id == id).ok_or(Error::NotFound("badge"))
}

/// Two badges of the same name couldn't be told apart. Called behind the lock of [`lock_names`].
async fn check_name(tx: &mut Tx, id: BadgeId, name: &str) -> Result<()> {
    let others: Vec<(String,)> = tx.all(sql!("SELECT name FROM badges WHERE id <> $1", id)).await?;
    if others.iter().any(|(other,)| other.to_lowercase() == name.to_lowercase()) {
        return Err(Error::invalid("name", "taken", "There is a badge with this name. Choose another."));
    }
    Ok(())
}

/// Makes whoever names a badge wait for others who do.
async fn lock_names(tx: &mut Tx) -> Result<()> {
    tx.run("UPDATE badges SET updated_at = updated_at WHERE id = (SELECT id FROM badges ORDER BY position, id LIMIT 1)")
        .await?;
    Ok(())
}

/// Makes a badge. Whoever has done already what it takes gets it soon.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with every wrong field.
pub async fn create_badge(s: &Services, actor: &Actor, details: BadgeDetails) -> Result<Badge> {
    actor.require_admin()?;
    let details = details.checked(s).await?;
    let now = s.clock.now();
    let id = BadgeId::new();
    let mut tx = s.db.begin().await?;
    lock_names(&mut tx).await?;
    check_name(&mut tx, id, &details.name).await?;
    // The number of tries is bounded: names that differ in nothing but signs are rare.
    let base = slug(&details.name);
    let mut added = None;
    for number in 1..=50 {
        let slug = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        added = tx
            .opt::<Badge>(sql!(
                concat!(
                    "INSERT INTO badges AS b (id, slug, name, description, tier, emblem, rule, active, position, created_at,
                            updated_at)
                     SELECT $1, $2, $3, $4, $5, $6, $7, $8, COALESCE((SELECT MAX(position) FROM badges), 0) + 1, $9, $9
                     WHERE TRUE
                     ON CONFLICT (slug) DO NOTHING RETURNING ",
                    "id, slug, name, description, tier, emblem, rule, active, position, version, created_at, updated_at"
                ),
                id,
                slug,
                details.name.as_str(),
                details.description.as_str(),
                details.tier.as_str(),
                details.emblem.as_str(),
                json!(details.rule),
                details.active,
                now
            ))
            .await?;
        if added.is_some() {
            break;
        }
    }
    let badge = added.ok_or_else(|| {
        Error::invalid("name", "taken", "There are too many badges with this name. Choose another.")
    })?;
    note(&mut tx, actor, "engagement.badge-created", id, json!(null), json!(details), now).await?;
    if badge.active {
        jobs::sweep_later(&mut tx, id, now).await?;
    }
    tx.commit().await?;
    refresh(s).await?;
    Ok(badge)
}

/// Changes a badge. Those who have earned it keep it; whoever fulfills the new rule gets it soon. `based_on` is the version
/// that the change was made from; without it whatever is there is replaced.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `badge-changed`
/// when somebody else was faster.
pub async fn update_badge(
    s: &Services,
    actor: &Actor,
    id: BadgeId,
    details: BadgeDetails,
    based_on: Option<i64>,
) -> Result<Badge> {
    actor.require_admin()?;
    let details = details.checked(s).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    lock_names(&mut tx).await?;
    // The write comes first, for its lock.
    tx.run(sql!("UPDATE badges SET updated_at = updated_at WHERE id = $1", id)).await?;
    let before = one(&mut tx, id).await?;
    if based_on.is_some_and(|version| version != before.version) {
        return Err(Error::conflict("badge-changed", "Somebody else changed this badge meanwhile."));
    }
    check_name(&mut tx, id, &details.name).await?;
    tx.run(sql!(
        "UPDATE badges SET name = $2, description = $3, tier = $4, emblem = $5, rule = $6, active = $7, updated_at = $8,
                version = version + 1
         WHERE id = $1",
        id,
        details.name.as_str(),
        details.description.as_str(),
        details.tier.as_str(),
        details.emblem.as_str(),
        json!(details.rule),
        details.active,
        now
    ))
    .await?;
    let badge = one(&mut tx, id).await?;
    if badge.active && (badge.rule != before.rule || !before.active) {
        jobs::sweep_later(&mut tx, id, now).await?;
    }
    note(&mut tx, actor, "engagement.badge-changed", id, json!(before), json!(details), now).await?;
    tx.commit().await?;
    refresh(s).await?;
    Ok(badge)
}

/// Deletes a badge that nobody has and that can't be earned any more. A badge that somebody has can be retired: it is theirs.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Conflict`] `badge-earned` or `badge-active`.
pub async fn delete_badge(s: &Services, actor: &Actor, id: BadgeId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE badges SET updated_at = updated_at WHERE id = $1", id)).await?;
    let badge = one(&mut tx, id).await?;
    let (holders,): (i64,) =
        tx.one(sql!("SELECT COUNT(*) FROM earned_badges WHERE badge_id = $1", id)).await?;
    if holders > 0 {
        return Err(Error::conflict(
            "badge-earned",
            "Somebody has earned this badge, so it can’t be deleted. Retire it: then nobody earns it any more.",
        ));
    }
    if badge.active {
        return Err(Error::conflict(
            "badge-active",
            "Somebody could earn it this very moment. Retire it first.",
        ));
    }
    tx.run(sql!("DELETE FROM badges WHERE id = $1", id)).await?;
    note(&mut tx, actor, "engagement.badge-deleted", id, json!(badge), json!(null), now).await?;
    tx.commit().await?;
    refresh(s).await
}

async fn one(tx: &mut Tx, id: BadgeId) -> Result<Badge> {
    tx.opt(sql!(concat!("SELECT ", badge_columns!(), " FROM badges b WHERE b.id = $1"), id))
        .await?
        .ok_or(Error::NotFound("badge"))
}

async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: BadgeId,
    before: serde_json::Value,
    after: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = audit::Event {
        actor: Some(actor.user),
        action,
        target_kind: "badge",
        target_id: id.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}

/// The name as it stands in addresses.
fn slug(name: &str) -> String {
    let words: Vec<_> = name
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    if words.is_empty() { "badge".to_owned() } else { words.join("-") }
}

/// How a badge is doing.
#[derive(Debug, Clone)]
pub struct BadgeStatistics {
    pub badge: Arc<Badge>,
    /// Who has it.
    pub holders: i64,
    /// Who got it in the last thirty days.
    pub recent: i64,
    /// Of a hundred learners, how many have it.
    pub share_percent: f64,
    pub first_earned_at: Option<DateTime<Utc>>,
    pub last_earned_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Holders {
    badge_id: BadgeId,
    holders: i64,
    recent: i64,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

/// How every badge is doing, in order.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn badge_statistics(s: &Services, actor: &Actor) -> Result<Vec<BadgeStatistics>> {
    let badges = all_badges(s, actor).await?;
    let mut conn = s.db.read().await?;
    let rows: Vec<Holders> = conn
        .all(sql!(
            "SELECT badge_id, COUNT(*) AS holders, CAST(SUM(CASE WHEN earned_at > $1 THEN 1 ELSE 0 END) AS BIGINT) AS recent,
                    MIN(earned_at) AS first_at, MAX(earned_at) AS last_at
             FROM earned_badges GROUP BY badge_id",
            s.clock.now() - TimeDelta::days(30)
        ))
        .await?;
    let (learners,): (i64,) = conn.one("SELECT COUNT(*) FROM learners").await?;
    Ok(badges
        .into_iter()
        .map(|badge| {
            let row = rows.iter().find(|row| row.badge_id == badge.id);
            let holders = row.map_or(0, |row| row.holders);
            BadgeStatistics {
                holders,
                recent: row.map_or(0, |row| row.recent),
                share_percent: if learners > 0 { holders as f64 * 100.0 / learners as f64 } else { 0.0 },
                first_earned_at: row.map(|row| row.first_at),
                last_earned_at: row.map(|row| row.last_at),
                badge: Arc::new(badge),
            }
        })
        .collect())
}
