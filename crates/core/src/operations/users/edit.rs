//! Changing accounts.

use crate::{
    Result, Services, engagement,
    identity::{
        Actor, User,
        administration::{self, UserUpdate},
    },
    ids::UserId,
};

/// Changes somebody's profile and role.
///
/// # Errors
/// [`crate::Error::Forbidden`]; [`crate::Error::NotFound`]; [`crate::Error::Invalid`] with every wrong field;
/// [`crate::Error::Conflict`] `last-admin`, `edited-meanwhile`. Nothing is changed then.
pub async fn update_user(s: &Services, actor: &Actor, user: UserId, update: UserUpdate) -> Result<User> {
    actor.require_admin()?;
    let profile = engagement::ProfileChange::of(s, user).await?;
    let mut tx = s.db.begin().await?;
    let changed = administration::change_account(s, &mut tx, actor, user, update).await?;
    profile.made(&mut tx).await?;
    tx.commit().await?;
    Ok(changed)
}
