//! The audit log, as administrators see it.

use futures::Stream;

use crate::{
    Result, Services,
    audit::{self, AuditEntry, AuditFilter, Verdict},
    identity::Actor,
};

/// Entries that are read at a time for an export.
const PIECE: i64 = 1_000;

/// Entries of the audit log, the newest first, and how many there are in all.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators; [`crate::Error::Invalid`] for a time that ends before it
/// begins.
pub async fn audit_entries(
    s: &Services,
    actor: &Actor,
    filter: &AuditFilter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AuditEntry>, i64)> {
    actor.require_admin()?;
    filter.check()?;
    audit::entries(&mut s.db.read().await?, filter, limit, offset).await
}

/// All entries of the audit log that match, the oldest first, as `write` puts each piece of them: read piece by piece while
/// they are sent, so that they never stand in memory.
///
/// # Errors
/// As [`audit_entries`].
pub fn export_audit<T, W>(
    s: &Services,
    actor: &Actor,
    filter: AuditFilter,
    write: W,
) -> Result<impl Stream<Item = Result<T>> + Send + use<T, W>>
where
    T: Send + 'static,
    W: Fn(Vec<AuditEntry>) -> Result<T> + Send + Sync + 'static,
{
    actor.require_admin()?;
    filter.check()?;
    let parts = (s.clone(), filter, write);
    Ok(futures::stream::try_unfold((parts, 0), |((s, filter, write), after)| async move {
        let entries = audit::after(&mut s.db.read().await?, &filter, after, PIECE).await?;
        let Some(last) = entries.last().map(|entry| entry.sequence) else { return Ok(None) };
        let written = write(entries)?;
        Ok(Some((written, ((s, filter, write), last))))
    }))
}

/// Whether the audit log is whole.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn verify_audit(s: &Services, actor: &Actor) -> Result<Verdict> {
    actor.require_admin()?;
    audit::verify(&mut s.db.read().await?).await
}
