//! An account whose owner has lost every factor.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde_json::{Value, json};

use super::{lock_factors, notice::Change, recovery};
use crate::{Error, Result, Services, identity::Email, ids::UserId};

/// Removes every second factor of an account and ends its sessions. Whoever calls has made sure who asks for it. Answers
/// whether there was a factor.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub async fn reset_mfa(s: &Services, email: &str) -> Result<bool> {
    let email = Email::parse(email).ok_or(Error::NotFound("account"))?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let (user,): (UserId,) = tx
        .opt(sql!("SELECT id FROM users WHERE email = $1", email.as_str()))
        .await?
        .ok_or(Error::NotFound("account"))?;
    let change = Change {
        user,
        by: None,
        address: "",
        action: "identity.mfa-reset",
        before: Value::Null,
        after: json!({ "totp": false, "passkeys": 0 }),
        what: "All second factors were removed by an operator".into(),
    };
    let removed = remove_factors(s, &mut tx, change, now).await?;
    tx.commit().await?;
    Ok(removed)
}

/// Removes every second factor of an account, ends its sessions, and records it. Answers whether there was a factor.
pub(in crate::identity) async fn remove_factors(
    s: &Services,
    tx: &mut Tx,
    change: Change<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (apps, passkeys) = take_factors(tx, change.user).await?;
    let change = Change { before: json!({ "totp": apps > 0, "passkeys": passkeys }), ..change };
    change.record(s, tx, now).await?;
    Ok(apps + passkeys > 0)
}

/// Removes every second factor of an account and ends its sessions; for callers who record why. Answers how many authenticator apps
/// and passkeys there were.
pub(in crate::identity) async fn take_factors(tx: &mut Tx, user: UserId) -> Result<(u64, u64)> {
    lock_factors(tx, user).await?;
    let apps = tx.run(sql!("DELETE FROM totp_factors WHERE user_id = $1", user)).await?;
    let passkeys = tx.run(sql!("DELETE FROM passkeys WHERE user_id = $1", user)).await?;
    recovery::remove(tx, user).await?;
    super::challenge::forget(tx, user).await?;
    tx.run(sql!("DELETE FROM second_factor_tries WHERE user_id = $1", user)).await?;
    tx.run(sql!("DELETE FROM sessions WHERE user_id = $1", user)).await?;
    Ok((apps, passkeys))
}
