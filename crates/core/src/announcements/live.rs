//! Announcements as people hear of them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use momentum_db::sql;

use super::{Announcement, admin::columns};
use crate::{
    Error, Result, Services,
    cache::Cache,
    catalog::markdown,
    identity::Actor,
    ids::{AnnouncementId, UserId},
    kept::Kept,
};

/// How many people's marks are remembered.
const REMEMBERED: usize = 10_000;

/// How long; on other servers a banner that was put away may come back for this long.
const FOR: Duration = Duration::from_secs(10);

/// An announcement with its text as HTML.
#[derive(Debug)]
pub struct Heard {
    pub announcement: Announcement,
    /// Sanitized.
    pub html: String,
}

impl From<Announcement> for Heard {
    fn from(announcement: Announcement) -> Self {
        let html = markdown::to_short_html(&announcement.body);
        Self { announcement, html }
    }
}

/// Whether somebody has put away what they have seen.
type Marks = HashMap<AnnouncementId, bool>;

/// What is live or to come, in memory.
pub struct Live {
    current: Kept<Vec<Arc<Heard>>>,
    marks: Cache<UserId, Arc<Marks>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { current: Kept::default(), marks: Cache::of_entries(REMEMBERED).for_at_most(FOR) }
    }
}

impl Live {
    /// Reads anew, after a change.
    pub(super) async fn changed(&self, s: &Services) -> Result<()> {
        self.current.fresh(read(s)).await?;
        Ok(())
    }
}

async fn read(s: &Services) -> Result<Vec<Arc<Heard>>> {
    let rows: Vec<Announcement> = s
        .db
        .read()
        .await?
        .all(sql!(
            concat!(
                "SELECT ",
                columns!(),
                " FROM announcements WHERE ends_at IS NULL OR ends_at > $1 ORDER BY starts_at DESC, id DESC LIMIT 200"
            ),
            s.clock.now()
        ))
        .await?;
    Ok(rows.into_iter().map(|announcement| Arc::new(announcement.into())).collect())
}

/// What is live for somebody, or for visitors, the latest first. Asks the database once a second at most, whoever asks.
///
/// # Errors
/// When it was never read and the database fails.
pub async fn heard(s: &Services, actor: Option<&Actor>) -> Result<Vec<Arc<Heard>>> {
    let all = s.announcements.current.get(|| read(s)).await?;
    let now = s.clock.now();
    Ok(all.iter().filter(|heard| heard.announcement.is_for(actor, now)).cloned().collect())
}

/// What is live for the actor, with whether they have seen it and whether they have put it away.
///
/// # Errors
/// When the database fails.
pub async fn for_me(s: &Services, actor: &Actor) -> Result<Vec<(Arc<Heard>, bool, bool)>> {
    let live = heard(s, Some(actor)).await?;
    if live.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(s, actor.user, &live).await?;
    Ok(live
        .into_iter()
        .map(|heard| {
            let mark = marks.get(&heard.announcement.id).copied();
            (heard, mark.is_some(), mark.unwrap_or(false))
        })
        .collect())
}

async fn marks(s: &Services, user: UserId, live: &[Arc<Heard>]) -> Result<Arc<Marks>> {
    if let Some(marks) = s.announcements.marks.get(&user) {
        return Ok(marks);
    }
    let mut statement = sql!(
        "SELECT announcement_id, dismissed_at IS NOT NULL FROM announcement_marks WHERE user_id = $1",
        user
    );
    statement
        .push(" AND announcement_id IN (")
        .push_list(live.iter().map(|heard| heard.announcement.id))
        .push(")");
    let rows: Vec<(AnnouncementId, bool)> = s.db.read().await?.all(statement).await?;
    let marks: Arc<Marks> = Arc::new(rows.into_iter().collect());
    s.announcements.marks.insert(user, marks.clone());
    Ok(marks)
}

/// Puts a banner away for the actor.
///
/// # Errors
/// [`Error::NotFound`] when it isn't live for them; [`Error::Conflict`] `not-dismissible`.
pub async fn dismiss(s: &Services, actor: &Actor, id: AnnouncementId) -> Result<()> {
    let live = heard(s, Some(actor)).await?;
    let found =
        live.iter().find(|heard| heard.announcement.id == id).ok_or(Error::NotFound("announcement"))?;
    if !found.announcement.dismissible {
        return Err(Error::conflict("not-dismissible", "This announcement stays until it is over."));
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    // It may have been deleted since it was kept in memory.
    tx.run(sql!(
        "INSERT INTO announcement_marks (user_id, announcement_id, seen_at, dismissed_at)
         SELECT $1, id, $3, $3 FROM announcements WHERE id = $2
         ON CONFLICT (user_id, announcement_id) DO UPDATE SET dismissed_at = $3",
        actor.user,
        id,
        now
    ))
    .await?;
    tx.commit().await?;
    s.announcements.marks.remove(&actor.user);
    Ok(())
}

/// Notes that the actor has seen what is live for them.
///
/// # Errors
/// When the database fails.
pub async fn mark_seen(s: &Services, actor: &Actor) -> Result<()> {
    let unseen: Vec<AnnouncementId> = for_me(s, actor)
        .await?
        .iter()
        .filter(|(_, seen, _)| !seen)
        .map(|(heard, ..)| heard.announcement.id)
        .collect();
    if unseen.is_empty() {
        return Ok(());
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    for id in unseen {
        tx.run(sql!(
            "INSERT INTO announcement_marks (user_id, announcement_id, seen_at)
             SELECT $1, id, $3 FROM announcements WHERE id = $2
             ON CONFLICT (user_id, announcement_id) DO NOTHING",
            actor.user,
            id,
            now
        ))
        .await?;
    }
    tx.commit().await?;
    s.announcements.marks.remove(&actor.user);
    Ok(())
}
