//! Announcements as administrators write them.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Tx, sql};
use serde_json::{Value, json};

use super::{Announcement, Draft};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Actor,
    ids::AnnouncementId,
};

/// How many may be live or to come: all of them are kept in memory.
const MAX_AT_ONCE: i64 = 50;

macro_rules! columns {
    () => {
        "id, title, body, kind, audience, starts_at, ends_at, banner, dismissible, link_url, link_label, version,
         created_at, updated_at"
    };
}
pub(super) use columns;

/// A part of the list, latest begin first, and how many there are (counted up to 10,000).
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn announcements(
    s: &Services,
    actor: &Actor,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Announcement>, i64)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let (total,): (i64,) =
        conn.one("SELECT COUNT(*) FROM (SELECT 1 FROM announcements LIMIT 10000) AS found").await?;
    let items = conn
        .all(sql!(
            concat!(
                "SELECT ",
                columns!(),
                " FROM announcements ORDER BY starts_at DESC, id DESC LIMIT $1 OFFSET $2"
            ),
            limit,
            offset
        ))
        .await?;
    Ok((items, total))
}

/// One of them.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn announcement(s: &Services, actor: &Actor, id: AnnouncementId) -> Result<Announcement> {
    actor.require_admin()?;
    find(&mut s.db.read().await?, id).await
}

async fn find(conn: &mut Conn, id: AnnouncementId) -> Result<Announcement> {
    conn.opt(sql!(concat!("SELECT ", columns!(), " FROM announcements WHERE id = $1"), id))
        .await?
        .ok_or(Error::NotFound("announcement"))
}

/// Writes a new one. Without a begin it is live at once.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `too-many-announcements`.
pub async fn create(s: &Services, actor: &Actor, draft: Draft) -> Result<Announcement> {
    actor.require_admin()?;
    let now = s.clock.now();
    let draft = draft.tidy()?;
    let starts_at = draft.starts_at.unwrap_or(now);
    check_end(starts_at, draft.ends_at)?;
    let id = AnnouncementId::new();
    let mut tx = s.db.begin().await?;
    let (current,): (i64,) =
        tx.one(sql!("SELECT COUNT(*) FROM announcements WHERE ends_at IS NULL OR ends_at > $1", now)).await?;
    if current >= MAX_AT_ONCE {
        return Err(Error::conflict(
            "too-many-announcements",
            "There are 50 announcements live or to come. Delete some first.",
        ));
    }
    tx.run(sql!(
        "INSERT INTO announcements (id, title, body, kind, audience, starts_at, ends_at, banner, dismissible, link_url,
                link_label, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        id,
        draft.title,
        draft.body,
        draft.kind.as_str(),
        draft.audience.as_str(),
        starts_at,
        draft.ends_at,
        draft.banner,
        draft.dismissible,
        draft.link_url,
        draft.link_label,
        actor.user,
        now
    ))
    .await?;
    let made = find(&mut tx, id).await?;
    note(&mut tx, actor, "announcements.created", id, Value::Null, json!(made), now).await?;
    tx.commit().await?;
    s.announcements.changed(s).await?;
    Ok(made)
}

/// Changes one. `version` is the one that the change was made from; without it whatever is there is replaced.
///
/// # Errors
/// As [`create`]; [`Error::NotFound`]; [`Error::Conflict`] `announcement-changed` when somebody else was faster.
pub async fn update(
    s: &Services,
    actor: &Actor,
    id: AnnouncementId,
    draft: Draft,
    version: Option<i64>,
) -> Result<Announcement> {
    actor.require_admin()?;
    let now = s.clock.now();
    let draft = draft.tidy()?;
    let mut tx = s.db.begin().await?;
    let before = find(&mut tx, id).await?;
    let starts_at = draft.starts_at.unwrap_or(before.starts_at);
    check_end(starts_at, draft.ends_at)?;
    let changed = tx
        .run(sql!(
            "UPDATE announcements SET title = $3, body = $4, kind = $5, audience = $6, starts_at = $7, ends_at = $8,
                    banner = $9, dismissible = $10, link_url = $11, link_label = $12, updated_at = $13,
                    version = version + 1
             WHERE id = $1 AND version = $2",
            id,
            version.unwrap_or(before.version),
            draft.title,
            draft.body,
            draft.kind.as_str(),
            draft.audience.as_str(),
            starts_at,
            draft.ends_at,
            draft.banner,
            draft.dismissible,
            draft.link_url,
            draft.link_label,
            now
        ))
        .await?;
    if changed == 0 {
        return Err(Error::conflict(
            "announcement-changed",
            "Somebody else changed this announcement meanwhile. Yours is kept below; save again to replace theirs.",
        ));
    }
    let after = find(&mut tx, id).await?;
    note(&mut tx, actor, "announcements.changed", id, json!(before), json!(after), now).await?;
    tx.commit().await?;
    s.announcements.changed(s).await?;
    Ok(after)
}

/// Deletes one.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn delete(s: &Services, actor: &Actor, id: AnnouncementId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let before = find(&mut tx, id).await?;
    if tx.run(sql!("DELETE FROM announcements WHERE id = $1", id)).await? == 0 {
        return Err(Error::NotFound("announcement"));
    }
    note(&mut tx, actor, "announcements.deleted", id, json!(before), Value::Null, now).await?;
    tx.commit().await?;
    s.announcements.changed(s).await?;
    Ok(())
}

fn check_end(starts_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) -> Result<()> {
    if ends_at.is_some_and(|end| end <= starts_at) {
        return Err(Error::invalid("ends_at", "too-early", "It has to end after it begins."));
    }
    Ok(())
}

async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: AnnouncementId,
    before: Value,
    after: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "announcement",
        target_id: id.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}
