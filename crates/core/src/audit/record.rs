use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde_json::Value;

use super::chain;
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

impl<'a> Event<'a> {
    /// Something that happened to an account, without more to tell.
    #[must_use]
    pub fn of_account(
        action: &'static str,
        account: UserId,
        actor: Option<UserId>,
        address: &'a str,
    ) -> Self {
        Self {
            actor,
            action,
            target_kind: "user",
            target_id: account.to_string(),
            address,
            before: Value::Null,
            after: Value::Null,
        }
    }
}

/// Adds an entry to the log.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, event: &Event<'_>, now: DateTime<Utc>) -> Result<()> {
    // Taking the next number holds the log's end until this transaction is over.
    let (sequence, previous): (i64, String) =
        tx.one("UPDATE audit_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence, hash").await?;
    let id = AuditEntryId::new();
    let (before, after) = (event.before.to_string(), event.after.to_string());
    let link = chain::Link {
        sequence,
        id,
        at: now,
        actor: event.actor,
        action: event.action,
        target_kind: event.target_kind,
        target_id: &event.target_id,
        address: event.address,
        before: &before,
        after: &after,
    };
    let hash = link.hash(&previous);
    tx.run(sql!(
        "INSERT INTO audit_log (sequence, id, at, actor_id, action, target_kind, target_id, address, before_state,
                after_state, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        sequence,
        id,
        now,
        event.actor.map(|user| user.0),
        event.action,
        event.target_kind,
        event.target_id.as_str(),
        event.address,
        before.as_str(),
        after.as_str(),
        hash.as_str()
    ))
    .await?;
    tx.run(sql!("UPDATE audit_head SET hash = $1 WHERE id = 1", hash)).await?;
    Ok(())
}
