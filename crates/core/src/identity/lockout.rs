//! What the owner of an account hears when somebody guesses at its password.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde::{Deserialize, Serialize};

use super::{
    AccountState, Email, Origin,
    account_tokens::{self, Purpose},
    limits,
};
use crate::{
    Result, Services, audit,
    ids::UserId,
    jobs::{self, Job, NewJob},
    messaging::{self, Message, Recipient},
};

pub(super) const LOCKOUT_MAIL: &str = "identity.lockout-mail";

#[derive(Serialize, Deserialize)]
struct LockoutMail {
    /// As it was typed: whether there is such an account is looked up by the job alone, so that the request takes the
    /// same time either way.
    account: String,
    address: String,
}

/// Has the owner told after this transaction, if there is one. What is no address at all, and may be a whole book, has none.
pub(super) async fn tell_later(
    tx: &mut Tx,
    account: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    if Email::parse(account).is_none() {
        return Ok(());
    }
    let payload =
        serde_json::json!(LockoutMail { account: account.to_owned(), address: origin.address.clone() });
    jobs::enqueue(tx, NewJob::new(LOCKOUT_MAIL, payload).dedup(format!("{LOCKOUT_MAIL}:{account}")), now)
        .await?;
    Ok(())
}

/// Tells the owner, with a link that opens the account again.
pub(super) async fn tell(s: &Services, job: &Job) -> Result<()> {
    let LockoutMail { account, address } = job.parse()?;
    let Some(email) = Email::parse(&account) else { return Ok(()) };
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let owner: Option<(UserId, String, AccountState)> =
        tx.opt(sql!("SELECT id, name, state FROM users WHERE email = $1", email.as_str())).await?;
    let Some((user, name, AccountState::Active)) = owner else { return Ok(()) };
    let token = account_tokens::issue(&mut tx, user, Purpose::Unlock, email.as_str(), now).await?;
    let unlock_link = format!("{}/unlock?token={token}", s.settings.base_url);
    let to = Recipient { user: Some(user), email: email.as_str().to_owned(), name };
    messaging::send(&mut tx, &to, &Message::Lockout { unlock_link, address: address.clone() }, now).await?;
    let event = audit::Event {
        actor: None,
        action: "identity.locked-out",
        target_kind: "user",
        target_id: user.to_string(),
        address: &address,
        before: serde_json::Value::Null,
        after: serde_json::Value::Null,
    };
    audit::record(&mut tx, &event, now).await?;
    jobs::finish(&mut tx, job).await?;
    Ok(tx.commit().await?)
}

/// Opens the account again: its owner followed the link.
///
/// # Errors
/// [`crate::Error::Conflict`] `link-not-valid`; [`crate::Error::TooManyRequests`].
pub async fn unlock(s: &Services, token: &str, origin: &Origin) -> Result<()> {
    limits::link(s, &origin.address).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let (user, email) = account_tokens::take(&mut tx, Purpose::Unlock, token, now).await?;
    limits::forget_failures(&mut tx, &email).await?;
    let event = audit::Event {
        actor: Some(user),
        action: "identity.unlocked",
        target_kind: "user",
        target_id: user.to_string(),
        address: &origin.address,
        before: serde_json::Value::Null,
        after: serde_json::Value::Null,
    };
    audit::record(&mut tx, &event, now).await?;
    Ok(tx.commit().await?)
}
