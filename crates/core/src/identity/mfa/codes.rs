//! The one place where a typed code is checked, whoever asks for it.

use chrono::{DateTime, Utc};
use momentum_db::Tx;

use super::{notice::Change, recovery, throttle, totp};
use crate::{Error, Result, Services, identity::Origin, ids::UserId};

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
/// the transaction has to be committed all the same, because the try was counted.
///
/// # Errors
/// [`Error::TooManyRequests`] after too many wrong ones.
pub(super) async fn check(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Used>> {
    throttle::begin(tx, user, now).await?;
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).take(64).collect();
    let used = if code.len() == totp::DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
        totp::consume(s, tx, user, &code, now).await?.then_some(Used::App)
    } else {
        recovery::consume(s, tx, user, &code, now).await?.map(|left| Used::RecoveryCode { left })
    };
    if used.is_some() {
        throttle::forget(tx, user).await?;
    }
    Ok(used)
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
