//! Links in mails: random, stored as hashes, good once and for a while, one live for each purpose and account.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, Tx, sql};

use super::secret::{random_token, token_hash};
use crate::{Error, Result, ids::UserId};

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    VerifyEmail,
    ResetPassword,
    /// Sets the first password of an account that somebody else made.
    Invite,
    /// Sent to the old address.
    ChangeEmailOld,
    /// Sent to the new address.
    ChangeEmailNew,
    /// Opens an account at whose password somebody guessed.
    Unlock,
}

impl Purpose {
    /// As stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::Invite => "invite",
            Self::ChangeEmailOld => "change-email-old",
            Self::ChangeEmailNew => "change-email-new",
            Self::Unlock => "unlock",
        }
    }

    /// How long a link works.
    fn life(self) -> TimeDelta {
        match self {
            Self::VerifyEmail => TimeDelta::days(3),
            Self::Invite => TimeDelta::days(7),
            Self::ResetPassword | Self::Unlock => TimeDelta::hours(1),
            Self::ChangeEmailOld | Self::ChangeEmailNew => TimeDelta::hours(24),
        }
    }
}

/// Makes a token for a link that goes to `email`. The one before, if any, is good no more.
pub(super) async fn issue(
    tx: &mut Tx,
    user: UserId,
    purpose: Purpose,
    email: &str,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = random_token()?;
    tx.run(sql!(
        "INSERT INTO account_tokens (token_hash, user_id, purpose, email, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, purpose) DO UPDATE SET token_hash = $1, email = $4, created_at = $5, expires_at = $6",
        token_hash(&token),
        user,
        purpose.as_str(),
        email,
        now,
        now + purpose.life()
    ))
    .await?;
    Ok(token)
}

/// Whose token it is and the address that it was sent to. It is gone afterwards: of many at the same moment one gets it.
///
/// # Errors
/// [`Error::Conflict`] `link-not-valid`.
pub(super) async fn take(
    tx: &mut Tx,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(UserId, String)> {
    tx.opt(sql!(
        "DELETE FROM account_tokens WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
         RETURNING user_id, email",
        token_hash(token),
        purpose.as_str(),
        now
    ))
    .await?
    .ok_or_else(not_valid)
}

/// As [`take`], without using it up.
pub(super) async fn peek(
    conn: &mut Conn,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(UserId, String)> {
    conn.opt(sql!(
        "SELECT user_id, email FROM account_tokens WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3",
        token_hash(token),
        purpose.as_str(),
        now
    ))
    .await?
    .ok_or_else(not_valid)
}

/// Makes the account's links for these purposes good no more.
pub(super) async fn forget(tx: &mut Tx, user: UserId, purposes: &[Purpose]) -> Result<()> {
    let mut statement = sql!("DELETE FROM account_tokens WHERE user_id = $1 AND purpose IN (", user);
    statement.push_list(purposes.iter().map(|purpose| purpose.as_str())).push(")");
    tx.run(statement).await?;
    Ok(())
}

/// Makes all of the account's links good no more.
pub(super) async fn forget_all(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.run(sql!("DELETE FROM account_tokens WHERE user_id = $1", user)).await?;
    Ok(())
}

/// What a link that was used, replaced, is too old, or never was ours answers. It doesn't say which.
pub(super) fn not_valid() -> Error {
    Error::conflict(
        "link-not-valid",
        "This link was used already, was replaced by a newer one, or is too old.",
    )
}
