//! Proving again, within a session, who one is: before what a stranger at an open browser must not do.

use momentum_db::{Tx, sql};

use super::codes;
use crate::{
    Error, Result, Services,
    identity::{Actor, sign_in},
};

/// With what the actor can prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofChoice {
    pub password: bool,
    pub totp: bool,
    pub passkey: bool,
}

/// What the actor can prove it with. The password, where there is one: a code alone would let somebody with the phone in
/// hand do everything.
///
/// # Errors
/// When the database fails.
pub async fn step_up_choice(s: &Services, actor: &Actor) -> Result<ProofChoice> {
    let mut conn = s.db.read().await?;
    let (password, totp, passkey): (bool, bool, bool) = conn
        .one(sql!(
            "SELECT password_hash IS NOT NULL,
                    EXISTS (SELECT 1 FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL),
                    EXISTS (SELECT 1 FROM passkeys WHERE user_id = $1)
             FROM users WHERE id = $1",
            actor.user
        ))
        .await?;
    Ok(ProofChoice { password, totp: totp && !password, passkey })
}

/// Renews the proof of the actor's session with the password, or with a code where the account has no password.
///
/// # Errors
/// [`Error::Invalid`] for `password` or `otp`; [`Error::TooManyRequests`].
pub async fn step_up(s: &Services, actor: &Actor, password: Option<&str>, otp: Option<&str>) -> Result<()> {
    let (email, hash): (String, Option<String>) = {
        let mut conn = s.db.read().await?;
        conn.opt(sql!("SELECT email, password_hash FROM users WHERE id = $1", actor.user))
            .await?
            .ok_or(Error::NotFound("account"))?
    };
    let now = s.clock.now();
    if hash.is_some() {
        let password = password.unwrap_or_default();
        let place = &actor.origin.address;
        if !sign_in::prove_again(s, actor, &email, hash.as_deref(), password, place).await? {
            return Err(Error::invalid("password", "wrong", "This is not your password."));
        }
        let mut tx = s.db.begin().await?;
        renew(&mut tx, actor, now).await?;
        return Ok(tx.commit().await?);
    }
    let mut tx = s.db.begin().await?;
    let Some(used) =
        codes::check(s, &mut tx, actor.user, otp.unwrap_or_default(), &actor.origin, now).await?
    else {
        tx.commit().await?;
        return Err(Error::invalid("otp", "wrong", "This code is not right, or it was used already."));
    };
    renew(&mut tx, actor, now).await?;
    used.tell(s, &mut tx, actor.user, &actor.origin, now).await?;
    Ok(tx.commit().await?)
}

/// Notes that the actor has just proved who they are.
pub(super) async fn renew(tx: &mut Tx, actor: &Actor, now: chrono::DateTime<chrono::Utc>) -> Result<()> {
    tx.run(sql!(
        "UPDATE sessions SET proved_at = $3 WHERE id = $1 AND user_id = $2",
        actor.session,
        actor.user,
        now
    ))
    .await?;
    Ok(())
}
