//! Second factors: an authenticator app (TOTP), passkeys, and recovery codes for the day when those are lost.
//!
//! An account with a factor is signed in to in two steps. The first proof opens no session but a *challenge*
//! ([`challenge`]); a code or a passkey turns it into a session, at most [`challenge::MAX_TRIES`] tries long. API clients
//! send both proofs at once. Codes are checked in one place ([`codes`]), which counts wrong ones and slows guessing down.
//!
//! Changing factors needs a fresh proof (`Actor::require_recent_proof`, renewed by [`step_up`]), is written to the audit log
//! and told to the owner by mail ([`notice`]).

mod ceremonies;
mod challenge;
mod codes;
mod notice;
mod passkeys;
mod qr;
mod recovery;
mod reset;
mod step_up;
mod throttle;
mod totp;
mod with_passkey;

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde::Serialize;
use utoipa::ToSchema;

pub use ceremonies::{Ceremony, passkeys_available};
pub use challenge::{CHALLENGE_LIFE, FactorChoice, finish_second_factor, second_factor_choice};
pub(super) use challenge::{
    forget as forget_challenges, forget_expired, open as open_challenge, prove_with_code,
};
pub(super) use notice::Change;
pub use passkeys::{
    NewPasskey, PasskeyInfo, add_passkey, begin_passkey, list_passkeys, remove_passkey, rename_passkey,
};
pub use qr::Qr;
pub use recovery::regenerate_recovery_codes;
pub use reset::reset_mfa;
pub(super) use reset::{remove_factors, take_factors};
pub use step_up::{ProofChoice, step_up, step_up_choice};
pub use totp::{PendingTotp, begin_totp, confirm_totp, pending_totp, remove_totp};
pub use with_passkey::{
    begin_passkey_sign_in, begin_second_factor_passkey, begin_step_up_passkey,
    finish_second_factor_with_passkey, sign_in_api_with_passkey, sign_in_browser_with_passkey,
    step_up_with_passkey,
};

use super::{Actor, Role};
use crate::{Error, Result, Services, ids::UserId};

/// How an account is protected besides its first proof.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct MfaState {
    /// Since when an authenticator app is a factor; null without one.
    pub totp_since: Option<DateTime<Utc>>,
    /// How many recovery codes can still be used.
    pub recovery_codes_left: i64,
    /// How many passkeys there are.
    pub passkey_count: i64,
    /// Whether people of this role have to have a second factor.
    #[sqlx(skip)]
    pub required: bool,
}

impl MfaState {
    /// Whether signing in takes a second factor.
    #[must_use]
    pub fn enabled(&self) -> bool {
        self.totp_since.is_some() || self.passkey_count > 0
    }
}

/// How the actor's account is protected.
///
/// # Errors
/// When the database fails.
pub async fn mfa_state(s: &Services, actor: &Actor) -> Result<MfaState> {
    let mut conn = s.db.read().await?;
    let mut state: MfaState = conn
        .one(sql!(
            "SELECT (SELECT confirmed_at FROM totp_factors WHERE user_id = $1) AS totp_since,
                    (SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL) AS recovery_codes_left,
                    (SELECT COUNT(*) FROM passkeys WHERE user_id = $1) AS passkey_count",
            actor.user
        ))
        .await?;
    drop(conn);
    state.required = required_for(s, actor.role).await?;
    Ok(state)
}

/// Whether an administrator asks everybody of this role for a second factor.
pub(super) async fn required_for(s: &Services, role: Role) -> Result<bool> {
    let live = s.live.get(&s.db).await?;
    Ok(live.security.mfa_required_for.iter().any(|name| name == role.as_str()))
}

/// What the rule that a role needs a second factor means for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Requirement {
    /// The role needs none, or the session has shown one.
    Met,
    /// The account has none: the session is good for setting one up.
    Enroll,
    /// The account has one, which this session hasn't shown: it is good for nothing.
    Prove,
}

/// How a session stands that has shown a second factor or not. One that has needs no question: when an account loses its
/// last factor, none of its sessions counts as having shown one ([`after_removal`]).
pub(super) async fn requirement(
    s: &Services,
    user: UserId,
    role: Role,
    second_factor: bool,
) -> Result<Requirement> {
    if second_factor || !required_for(s, role).await? {
        return Ok(Requirement::Met);
    }
    let has_factor = Box::pin(async { has_factor(&mut s.db.read().await?, user).await }).await?;
    Ok(if has_factor { Requirement::Prove } else { Requirement::Enroll })
}

/// Whether signing in to this account takes a second factor.
pub(super) async fn has_factor(conn: &mut Conn, user: UserId) -> Result<bool> {
    let (found,): (i64,) = conn
        .one(sql!(
            "SELECT COUNT(*) FROM (
                 SELECT user_id FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL
                 UNION ALL SELECT user_id FROM passkeys WHERE user_id = $1) AS factors",
            user
        ))
        .await?;
    Ok(found > 0)
}

/// Makes changes of an account's factors wait for each other.
async fn lock_factors(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.run(sql!("UPDATE users SET updated_at = updated_at WHERE id = $1", user)).await?;
    Ok(())
}

/// Notes that the actor's session has shown a second factor.
async fn shown(tx: &mut Tx, actor: &Actor) -> Result<()> {
    tx.run(sql!(
        "UPDATE sessions SET second_factor = TRUE WHERE id = $1 AND user_id = $2",
        actor.session,
        actor.user
    ))
    .await?;
    Ok(())
}

/// When the last factor goes, the recovery codes go too, and no session counts as having shown one; it can't go while the
/// role needs one.
async fn after_removal(tx: &mut Tx, actor: &Actor, required: bool) -> Result<()> {
    if has_factor(tx, actor.user).await? {
        return Ok(());
    }
    if required {
        return Err(Error::conflict(
            "last-factor",
            "Your role needs a second factor, and this is your last one. Add another first.",
        ));
    }
    tx.run(sql!("UPDATE sessions SET second_factor = FALSE WHERE user_id = $1", actor.user)).await?;
    recovery::remove(tx, actor.user).await
}
