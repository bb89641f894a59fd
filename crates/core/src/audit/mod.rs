//! Who did what, when and from where: an append-only log of what matters for security and administration.
//!
//! Each entry's hash covers the one before it, so that a changed or missing entry shows. An entry is written in the
//! transaction of what it tells of: both happen or neither. Write it last, because the log is one row that all writers of
//! entries queue at.

mod chain;

use chrono::{DateTime, Timelike, Utc};
use momentum_db::{Tx, sql};
use serde_json::Value;

use crate::{
    Result,
    ids::{AuditEntryId, UserId},
};

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// Who did it; nobody for the program itself or a visitor.
    pub actor: Option<UserId>,
    /// `area.what-happened`, such as `identity.password-changed`.
    pub action: &'static str,
    /// What it was done to, such as `user`.
    pub target_kind: &'static str,
    /// Its id.
    pub target_id: String,
    /// The client's address.
    pub address: &'a str,
    /// What it was before, without secrets; null when that says nothing.
    pub before: Value,
    /// What it is now, without secrets.
    pub after: Value,
}

/// Adds an entry to the log.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, event: &Event<'_>, now: DateTime<Utc>) -> Result<()> {
    // As exact as both engines store it, so that the hash can be computed again from the row.
    let now = now.with_nanosecond(now.nanosecond() / 1_000 * 1_000).unwrap_or(now);
    let (last, previous): (i64, String) =
        tx.one("UPDATE audit_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence, hash").await?;
    let hash = chain::link(&previous, last, event, now);
    tx.run(sql!(
        "INSERT INTO audit_log (sequence, id, at, actor_id, action, target_kind, target_id, address, before_state,
                after_state, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        last,
        AuditEntryId::new(),
        now,
        event.actor.map(|user| user.0),
        event.action,
        event.target_kind,
        event.target_id.as_str(),
        event.address,
        event.before.to_string(),
        event.after.to_string(),
        hash.as_str()
    ))
    .await?;
    tx.run(sql!("UPDATE audit_head SET hash = $1 WHERE id = 1", hash)).await?;
    Ok(())
}
