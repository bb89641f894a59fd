//! Closing accounts and opening them again.

use crate::{
    Result, Services, engagement,
    identity::{Actor, administration},
    ids::UserId,
    reviews,
};

/// Closes an account until it is restored, ends its sessions at once, and takes its reviews out of the ratings.
///
/// # Errors
/// [`crate::Error::Forbidden`]; [`crate::Error::NotFound`]; [`crate::Error::Invalid`] when the reason is too long;
/// [`crate::Error::Conflict`] `own-account`, `last-admin`, `already-suspended`.
pub async fn suspend_user(s: &Services, actor: &Actor, user: UserId, reason: &str) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    let change = administration::close_account(s, &mut tx, actor, user, reason).await?;
    reviews::recount_of_user(&mut tx, user).await?;
    engagement::relist(&mut tx, user).await?;
    administration::note(&mut tx, actor, "identity.user-suspended", user, change, s.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens a suspended account again.
///
/// # Errors
/// [`crate::Error::Forbidden`]; [`crate::Error::NotFound`]; [`crate::Error::Conflict`] `not-suspended`.
pub async fn restore_user(s: &Services, actor: &Actor, user: UserId) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    let change = administration::open_account(s, &mut tx, actor, user).await?;
    reviews::recount_of_user(&mut tx, user).await?;
    engagement::relist(&mut tx, user).await?;
    administration::note(&mut tx, actor, "identity.user-restored", user, change, s.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
