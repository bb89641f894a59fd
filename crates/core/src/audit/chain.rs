//! The hash of an entry, over its fields and the hash before it.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use crate::ids::{AuditEntryId, UserId};

/// An entry as it is hashed: what the row holds, whichever way it was got.
pub(super) struct Link<'a> {
    pub sequence: i64,
    pub id: AuditEntryId,
    pub at: DateTime<Utc>,
    pub actor: Option<UserId>,
    pub action: &'a str,
    pub target_kind: &'a str,
    pub target_id: &'a str,
    pub address: &'a str,
    pub before: &'a str,
    pub after: &'a str,
}

impl Link<'_> {
    /// SHA-256 in hexadecimal, over the hash before it and every field, each with its length in front, so that no two
    /// entries read alike.
    pub(super) fn hash(&self, previous: &str) -> String {
        // Whole microseconds: what both engines keep.
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let actor = self.actor.map(|user| user.to_string()).unwrap_or_default();
        let fields = [
            previous,
            &self.sequence.to_string(),
            &self.id.to_string(),
            &at,
            &actor,
            self.action,
            self.target_kind,
            self.target_id,
            self.address,
            self.before,
            self.after,
        ];
        let mut hasher = Sha256::new();
        for field in fields {
            hasher.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(field);
        }
        hex::encode(hasher.finalize())
    }
}
