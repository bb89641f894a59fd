//! Badges: what there is to earn, and who has earned it.
//!
//! Rules are data ([`Rule`]). They are evaluated in the transaction of what can fulfill them ([`super::earn`]), and for
//! everybody when a rule is new or has changed ([`super::jobs`]). What was earned stays, whatever becomes of the rule.

mod admin;
mod own;
mod rule;
mod standard;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use admin::{
    BadgeDetails, BadgeStatistics, all_badges, badge_statistics, create_badge, delete_badge, managed_badge,
    update_badge,
};
pub use own::{
    EarnedBadge, MAX_SHOWCASE, OwnBadge, badge_by_slug, earned_with, own_badges, public_badges, set_showcase,
    shared_badge,
};
pub use rule::{CategoryFacts, Change, Done, Facts, Needs, Rule};
pub(super) use standard::add as add_standard;

use crate::{Result, Services, ids::BadgeId, kept::Kept};

/// How precious a badge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    Bronze,
    Silver,
    Gold,
    Platinum,
}

momentum_db::stored_as_word!(Tier);

impl Tier {
    /// From the easiest.
    pub const ALL: [Self; 4] = [Self::Bronze, Self::Silver, Self::Gold, Self::Platinum];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
        }
    }
}

/// Something to earn.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Badge {
    pub id: BadgeId,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub tier: Tier,
    /// Name of the drawing in its middle.
    pub emblem: String,
    #[sqlx(json)]
    pub rule: Rule,
    /// Whether it can be earned.
    pub active: bool,
    /// Its place in lists.
    pub position: i64,
    /// Counts the changes; a change names the version it was made from.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

macro_rules! badge_columns {
    () => {
        "b.id, b.slug, b.name, b.description, b.tier, b.emblem, b.rule, b.active, b.position, b.version, b.created_at, b.updated_at"
    };
}
pub(in crate::engagement) use badge_columns;

/// All badges in memory; what another server changed is known within a second.
#[derive(Default)]
pub struct KnownBadges(Kept<Vec<Arc<Badge>>>);

/// Every badge, also those that can't be earned any more, in order.
///
/// # Errors
/// When they were never read and the database fails.
pub async fn badges(s: &Services) -> Result<Arc<Vec<Arc<Badge>>>> {
    s.badges.0.get(|| async { read(&mut s.db.read().await?).await }).await
}

/// Reads them anew, after a change.
async fn refresh(s: &Services) -> Result<()> {
    s.badges.0.fresh(async { read(&mut s.db.read().await?).await }).await?;
    Ok(())
}

async fn read(conn: &mut Conn) -> Result<Vec<Arc<Badge>>> {
    let all: Vec<Badge> =
        conn.all(concat!("SELECT ", badge_columns!(), " FROM badges b ORDER BY b.position, b.id")).await?;
    Ok(all.into_iter().map(Arc::new).collect())
}
