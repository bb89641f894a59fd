//! The audit log, as administrators see it.

use crate::{
    Result, Services,
    audit::{self, AuditEntry, AuditFilter, Verdict},
    identity::Actor,
};

/// Entries of the audit log, the newest first, and how many there are in all.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn audit_entries(
    s: &Services,
    actor: &Actor,
    filter: &AuditFilter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AuditEntry>, i64)> {
    actor.require_admin()?;
    audit::entries(&mut s.db.read().await?, filter, limit, offset).await
}

/// Calls `each` for every entry of the audit log, the oldest first.
///
/// # Errors
/// As [`audit_entries`].
pub async fn export_audit(
    s: &Services,
    actor: &Actor,
    filter: &AuditFilter,
    each: impl FnMut(AuditEntry) + Send,
) -> Result<()> {
    actor.require_admin()?;
    audit::export(&mut s.db.read().await?, filter, each).await
}

/// Whether the audit log is whole.
///
/// # Errors
/// As [`audit_entries`].
pub async fn verify_audit(s: &Services, actor: &Actor) -> Result<Verdict> {
    actor.require_admin()?;
    audit::verify(&mut s.db.read().await?).await
}
