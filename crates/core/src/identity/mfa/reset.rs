//! For the operator: an account whose owner has lost every factor.

use momentum_db::sql;
use serde_json::json;

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
    lock_factors(&mut tx, user).await?;
    let apps = tx.run(sql!("DELETE FROM totp_factors WHERE user_id = $1", user)).await?;
    let passkeys = tx.run(sql!("DELETE FROM passkeys WHERE user_id = $1", user)).await?;
    recovery::remove(&mut tx, user).await?;
    tx.run(sql!("DELETE FROM sign_in_challenges WHERE user_id = $1", user)).await?;
    tx.run(sql!("DELETE FROM second_factor_tries WHERE user_id = $1", user)).await?;
    tx.run(sql!("DELETE FROM sessions WHERE user_id = $1", user)).await?;
    let change = Change {
        user,
        by: None,
        address: "",
        action: "identity.mfa-reset",
        before: json!({ "totp": apps > 0, "passkeys": passkeys }),
        after: json!({ "totp": false, "passkeys": 0 }),
        what: "All second factors were removed by an operator".into(),
    };
    change.record(s, &mut tx, now).await?;
    tx.commit().await?;
    Ok(apps + passkeys > 0)
}
