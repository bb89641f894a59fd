//! Changing one's profile: it can earn a badge, and it says whether somebody is on leaderboards.

use momentum_db::{Tx, sql};

use super::earn::{Deed, Earning, Gain};
use crate::{
    Result, Services,
    identity::{self, Actor, ProfileUpdate, User},
    ids::UserId,
};

/// Changes the actor's profile; answers it with what was earned.
///
/// # Errors
/// [`crate::Error::Invalid`] with every wrong field; nothing is changed then.
pub async fn update_profile(s: &Services, actor: &Actor, update: ProfileUpdate) -> Result<(User, Gain)> {
    let earning = Earning::of(s, actor).await?;
    let mut tx = s.db.begin().await?;
    let user = identity::change_profile(&mut tx, actor.user, update, s.clock.now()).await?;
    let gain = earning.earn(&mut tx, &[Deed::Profile]).await?;
    relist(&mut tx, actor.user).await?;
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
