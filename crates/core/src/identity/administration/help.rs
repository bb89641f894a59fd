//! Helping somebody back into their account, or keeping somebody else out of it.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, sql};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{create::invite, note, require_other};
use crate::{
    Error, Result, Services,
    identity::{
        Actor, SessionInfo,
        account_tokens::{self, Purpose},
        mfa::{Change, forget_challenges, remove_factors},
        sessions::sessions_of,
        verification::brake,
    },
    ids::UserId,
    messaging::{self, Message, Recipient},
};

/// How somebody gets into their account.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct AccountAccess {
    pub has_password: bool,
    /// Whether there is an authenticator app.
    pub has_totp: bool,
    pub passkey_count: i64,
    /// Accounts elsewhere that open this one.
    pub external_count: i64,
    /// A demo account, which signs in on a demo site only.
    pub is_demo: bool,
    pub suspended_at: Option<DateTime<Utc>>,
    /// Why; for administrators.
    pub suspended_reason: String,
    /// Where the account is signed in.
    #[sqlx(skip)]
    pub sessions: Vec<SessionInfo>,
}

/// How somebody gets into their account. Who may ask is decided by the caller.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn account_access(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<AccountAccess> {
    let mut access: AccountAccess = conn
        .opt(sql!(
            "SELECT password_hash IS NOT NULL AS has_password, is_demo, suspended_at, suspended_reason,
                    EXISTS (SELECT 1 FROM totp_factors t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS has_totp,
                    (SELECT COUNT(*) FROM passkeys p WHERE p.user_id = u.id) AS passkey_count,
                    (SELECT COUNT(*) FROM external_identities e WHERE e.user_id = u.id) AS external_count
             FROM users u WHERE u.id = $1",
            user
        ))
        .await?
        .ok_or(Error::NotFound("user"))?;
    access.sessions = sessions_of(conn, user, now).await?;
    Ok(access)
}

/// Ends every session of an account. Answers how many there were.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Conflict`] `own-account`.
pub async fn sign_out_everywhere(s: &Services, actor: &Actor, user: UserId) -> Result<u64> {
    actor.require_admin()?;
    require_other(actor, user)?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.opt::<(UserId,)>(sql!("UPDATE users SET updated_at = $2 WHERE id = $1 RETURNING id", user, now))
        .await?
        .ok_or(Error::NotFound("user"))?;
    let ended = tx.run(sql!("DELETE FROM sessions WHERE user_id = $1", user)).await?;
    forget_challenges(&mut tx, user).await?;
    let after = json!({ "sessions_ended": ended });
    note(&mut tx, actor, "identity.user-signed-out", user, (Value::Null, after), now).await?;
    tx.commit().await?;
    Ok(ended)
}

#[derive(FromRow)]
struct Account {
    email: String,
    name: String,
    has_password: bool,
    usable: bool,
}

/// Sends a link that sets a new password, or the first one. The administrator doesn't get to see it.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Conflict`] `not-usable`; [`Error::TooManyRequests`] when one was
/// sent a moment ago.
pub async fn send_password_link(s: &Services, actor: &Actor, user: UserId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let account: Account = tx
        .opt(sql!(
            "UPDATE users SET updated_at = $2 WHERE id = $1
             RETURNING email, name, password_hash IS NOT NULL AS has_password,
                       state = 'active' AND NOT is_demo AS usable",
            user,
            now
        ))
        .await?
        .ok_or(Error::NotFound("user"))?;
    if !account.usable {
        return Err(Error::conflict(
            "not-usable",
            "No link was sent: the account is suspended, or it is a demo account.",
        ));
    }
    brake(&mut tx, user, &["reset-password", "invitation"], now).await?;
    if account.has_password {
        let token = account_tokens::issue(&mut tx, user, Purpose::ResetPassword, &account.email, now).await?;
        let link = format!("{}/reset-password?token={token}", s.settings.base_url);
        let to = Recipient { user: Some(user), email: account.email, name: account.name };
        messaging::send(&mut tx, &to, &Message::ResetPassword { link }, now).await?;
    } else {
        invite(s, &mut tx, user, &account.email, &account.name, now).await?;
    }
    note(&mut tx, actor, "identity.password-link-sent", user, (Value::Null, Value::Null), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes every second factor of somebody who has lost them, ends their sessions, and tells them. Answers whether there
/// was a factor.
///
/// # Errors
/// [`Error::Forbidden`], also `step-up-required`; [`Error::NotFound`]; [`Error::Conflict`] `own-account`.
pub async fn reset_second_factors(s: &Services, actor: &Actor, user: UserId) -> Result<bool> {
    actor.require_admin()?;
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    require_other(actor, user)?;
    let mut tx = s.db.begin().await?;
    tx.opt::<(UserId,)>(sql!("SELECT id FROM users WHERE id = $1", user))
        .await?
        .ok_or(Error::NotFound("user"))?;
    let change = Change {
        user,
        by: Some(actor.user),
        address: &actor.origin.address,
        action: "identity.mfa-reset",
        before: Value::Null,
        after: json!({ "totp": false, "passkeys": 0 }),
        what: "All second factors were removed by an administrator".into(),
    };
    let removed = remove_factors(s, &mut tx, change, now).await?;
    tx.commit().await?;
    Ok(removed)
}
