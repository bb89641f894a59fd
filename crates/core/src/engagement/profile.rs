//! Changing one's profile: it can earn a badge, and it says whether somebody is on leaderboards.

use momentum_db::{Tx, sql};

use super::{
    earn::{Deed, Earning, Gain},
    repo::zone,
};
use crate::{
    Error, Result, Services,
    identity::{self, Actor, ProfileUpdate, User},
    ids::UserId,
};

/// A change of somebody's profile, and what it leads to in its own transaction.
pub(crate) struct ProfileChange {
    earning: Earning,
    user: UserId,
}

impl ProfileChange {
    /// Before the transaction begins.
    pub(crate) async fn of(s: &Services, user: UserId) -> Result<Self> {
        let found: Option<(String,)> = {
            let mut conn = s.db.read().await?;
            conn.opt(sql!("SELECT time_zone FROM users WHERE id = $1", user)).await?
        };
        let (time_zone,) = found.ok_or(Error::NotFound("user"))?;
        Ok(Self { earning: Earning::somewhere(s, user, zone(&time_zone)).await?, user })
    }

    /// After the change: badges, and whether they are on leaderboards.
    pub(crate) async fn made(&self, tx: &mut Tx) -> Result<Gain> {
        let gain = self.earning.earn(tx, &[Deed::Profile]).await?;
        relist(tx, self.user).await?;
        Ok(gain)
    }
}

/// Changes the actor's profile; answers it with what was earned.
///
/// # Errors
/// [`crate::Error::Invalid`] with every wrong field; nothing is changed then.
pub async fn update_profile(s: &Services, actor: &Actor, update: ProfileUpdate) -> Result<(User, Gain)> {
    let change = ProfileChange { earning: Earning::of(s, actor).await?, user: actor.user };
    let mut tx = s.db.begin().await?;
    let user = identity::change_profile(&mut tx, actor.user, update, s.clock.now()).await?;
    let gain = change.made(&mut tx).await?;
    tx.commit().await?;
    Ok((user, gain))
}

/// Puts somebody on leaderboards or takes them off, as their account and their wish say: to be called by whoever changes
/// either.
///
/// # Errors
/// When the database fails.
pub async fn relist(tx: &mut Tx, user: UserId) -> Result<()> {
    for statement in [
        "UPDATE learners SET listed = NOT listed WHERE user_id = $1 AND listed <>
                (SELECT p.on_leaderboards AND u.state = 'active' FROM users u JOIN profiles p ON p.user_id = u.id
                 WHERE u.id = $1)",
        "UPDATE learner_categories SET listed = NOT listed WHERE user_id = $1 AND listed <>
                (SELECT p.on_leaderboards AND u.state = 'active' FROM users u JOIN profiles p ON p.user_id = u.id
                 WHERE u.id = $1)",
    ] {
        tx.run(sql!(statement, user)).await?;
    }
    Ok(())
}
