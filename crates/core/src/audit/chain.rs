//! The hash of an entry, over its fields and the hash before it.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use super::Event;

/// SHA-256 in hexadecimal, over the previous hash and every field, each with its length before it, so that no two entries read alike.
pub(super) fn link(previous: &str, sequence: i64, event: &Event<'_>, at: DateTime<Utc>) -> String {
    let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let actor = event.actor.map(|user| user.to_string()).unwrap_or_default();
    let (before, after) = (event.before.to_string(), event.after.to_string());
    let sequence = sequence.to_string();
    let fields = [
        sequence.as_str(),
        &at,
        &actor,
        event.action,
        event.target_kind,
        &event.target_id,
        event.address,
        &before,
        &after,
    ];
    let mut hasher = Sha256::new_with_prefix(previous);
    for field in fields {
        hasher.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(field);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
