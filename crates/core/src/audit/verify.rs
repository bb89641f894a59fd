use momentum_db::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use super::{AuditEntry, chain::Link};
use crate::Result;

/// Whether the log is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verdict {
    /// Entries that were checked.
    pub entries: i64,
    /// The first entry that is missing or was changed; null when the log is whole.
    pub broken_at: Option<i64>,
    /// The last entry's hash. Kept elsewhere, it proves later that nothing up to here was changed.
    pub head: String,
}

/// Computes the whole chain again.
///
/// # Errors
/// When the database fails.
pub async fn verify(conn: &mut Conn) -> Result<Verdict> {
    let (last, head, mut sequence, mut hash): (i64, String, i64, String) =
        conn.one("SELECT sequence, hash, pruned_sequence, pruned_hash FROM audit_head WHERE id = 1").await?;
    let (mut entries, mut broken_at) = (0, None);
    let all =
        "SELECT sequence, id, at, actor_id, NULL AS actor_email, action, target_kind, target_id, address,
                      before_state, after_state, hash
               FROM audit_log ORDER BY sequence";
    conn.for_each(all, |entry: AuditEntry| {
        // What is added meanwhile is for the next time.
        if broken_at.is_some() || entry.sequence > last {
            return;
        }
        sequence += 1;
        if entry.sequence != sequence || link(&entry).hash(&hash) != entry.hash {
            broken_at = Some(sequence);
        }
        entries += 1;
        hash = entry.hash;
    })
    .await?;
    if broken_at.is_none() && (sequence != last || hash != head) {
        broken_at = Some(sequence + 1);
    }
    Ok(Verdict { entries, broken_at, head })
}

fn link(entry: &AuditEntry) -> Link<'_> {
    Link {
        sequence: entry.sequence,
        id: entry.id,
        at: entry.at,
        actor: entry.actor_id,
        action: &entry.action,
        target_kind: &entry.target_kind,
        target_id: &entry.target_id,
        address: &entry.address,
        before: &entry.before_state,
        after: &entry.after_state,
    }
}
