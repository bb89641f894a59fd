//! The one place where a typed code is checked, whoever asks for it.

use chrono::{DateTime, Utc};
use momentum_db::Tx;

use super::{notice::Change, recovery, throttle, totp};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Origin,
    ids::UserId,
};

/// What proved the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::identity) enum Used {
    App,
    Passkey,
    RecoveryCode {
        /// How many are left.
        left: i64,
    },
}

/// Checks a code of the authenticator app (six digits) or a recovery code, and uses it up. `None` when it is wrong: then
/// the transaction has to be committed all the same, because the try was counted and noted. The owner hears of it when
/// there were too many: whoever guesses at codes has got past the password.
///
/// # Errors
/// [`Error::TooManyRequests`] after too many wrong ones.
pub(super) async fn check(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    code: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<Used>> {
    let tries = throttle::begin(tx, user, now).await?;
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).take(64).collect();
    let used = if code.len() == totp::DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
        totp::consume(s, tx, user, &code, now).await?.then_some(Used::App)
    } else {
        recovery::consume(s, tx, user, &code, now).await?.map(|left| Used::RecoveryCode { left })
    };
    match used {
        Some(_) => throttle::forget(tx, user).await?,
        None => note_wrong(s, tx, user, tries, origin, now).await?,
    }
    Ok(used)
}

async fn note_wrong(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    tries: i64,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    if tries != throttle::TOLD_AT {
        let event = Event::of_account("identity.second-factor-failed", user, None, &origin.address);
        return audit::record(tx, &event, now).await;
    }
    let change = Change {
        user,
        by: None,
        address: &origin.address,
        action: "identity.second-factor-failed",
        before: serde_json::Value::Null,
        after: serde_json::json!({ "wrong_codes": tries }),
        what: format!("Somebody got past the first step of signing in and typed {tries} wrong codes"),
    };
    change.raise_alarm(s, tx, now).await
}

/// The answer for a wrong code at sign-in.
pub(super) fn wrong() -> Error {
    Error::unauthenticated("invalid-otp", "This code is not right, or it was used already.")
}

impl Used {
    /// Tells the owner when a recovery code was used. Written last in the transaction.
    pub(in crate::identity) async fn tell(
        self,
        s: &Services,
        tx: &mut Tx,
        user: UserId,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let Self::RecoveryCode { left } = self else { return Ok(()) };
        let change = Change {
            user,
            by: Some(user),
            address: &origin.address,
            action: "identity.recovery-code-used",
            before: serde_json::json!({ "left": left + 1 }),
            after: serde_json::json!({ "left": left }),
            what: format!("A recovery code was used to sign in; {left} are left"),
        };
        change.record(s, tx, now).await
    }
}
