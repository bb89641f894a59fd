//! A forgotten password: a mail to the address, and a link in it that sets a new one.
//!
//! Whoever asks learns nothing about the account: each request enqueues the same job and nothing else, and only the job
//! looks whether there is somebody to write to.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Email, Origin,
    account_tokens::{self, Purpose},
    accounts::check_password,
    limits, mfa,
    verification::brake,
};
use crate::{
    Error, FieldErrors, Result, Services,
    audit::{self, Event},
    ids::UserId,
    jobs::{Job, NewJob, enqueue},
    messaging::{self, Message, Recipient},
};

/// Looks for the account of an address and writes to it.
pub(super) const RECOVERY_MAIL: &str = "identity.recovery-mail";

/// The mails that answer a request.
const ANSWERS: [&str; 2] = ["reset-password", "account-exists"];

#[derive(Serialize, Deserialize)]
struct Request {
    email: String,
    /// Where the request came from.
    address: String,
}

/// Asks for a mail with a link that sets a new password.
///
/// # Errors
/// [`Error::Invalid`] when it is no address at all; [`Error::TooManyRequests`], whether there is an account or not.
pub async fn request_password_reset(s: &Services, email: &str, origin: &Origin) -> Result<()> {
    let email = Email::parse(email).ok_or_else(|| {
        Error::invalid("email", "invalid", "Enter an email address, such as name@example.com.")
    })?;
    limits::recovery(s, email.as_str(), &origin.address).await?;
    let request = Request { email: email.as_str().to_owned(), address: origin.address.clone() };
    let payload = serde_json::to_value(&request).map_err(Error::internal)?;
    let job = NewJob::new(RECOVERY_MAIL, payload).dedup(format!("{RECOVERY_MAIL}:{}", request.email));
    let mut tx = s.db.begin().await?;
    enqueue(&mut tx, job, s.clock.now()).await?;
    Ok(tx.commit().await?)
}

#[derive(FromRow)]
struct Account {
    id: UserId,
    name: String,
    /// By an account elsewhere, and not by password. Whose address was never proved may be somebody else, so that its owner can
    /// set a password all the same.
    signs_in_elsewhere: bool,
}

/// Writes to the account of the address, if there is one that can be used: at most once a minute and five times an hour.
pub(super) async fn send_recovery_mail(s: &Services, job: &Job) -> Result<()> {
    let Request { email, address } = job.parse()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let account: Option<Account> = tx
        .opt(sql!(
            "SELECT id, name, password_hash IS NULL
                    AND email_verified_at IS NOT NULL
                    AND EXISTS (SELECT 1 FROM external_identities e WHERE e.user_id = users.id) AS signs_in_elsewhere
             FROM users WHERE email = $1 AND state = 'active' AND NOT is_demo",
            email.as_str()
        ))
        .await?;
    let Some(account) = account else { return Ok(()) };
    match brake(&mut tx, account.id, &ANSWERS, now).await {
        Ok(()) => {}
        Err(Error::TooManyRequests { .. }) => return Ok(()),
        Err(other) => return Err(other),
    }
    let message = if account.signs_in_elsewhere {
        Message::AccountExists { sign_in_link: format!("{}/sign-in", s.settings.base_url) }
    } else {
        let token = account_tokens::issue(&mut tx, account.id, Purpose::ResetPassword, &email, now).await?;
        Message::ResetPassword { link: format!("{}/reset-password?token={token}", s.settings.base_url) }
    };
    let to = Recipient { user: Some(account.id), email, name: account.name };
    messaging::send(&mut tx, &to, &message, now).await?;
    let event = Event {
        actor: None,
        action: "identity.password-reset-requested",
        target_kind: "user",
        target_id: account.id.to_string(),
        address: &address,
        before: Value::Null,
        after: Value::Null,
    };
    audit::record(&mut tx, &event, now).await?;
    Ok(tx.commit().await?)
}

/// What kind of link this is, whose, and to which address it was sent: both kinds set a password.
async fn peek(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<(Purpose, UserId, String)> {
    for purpose in [Purpose::ResetPassword, Purpose::Invite] {
        match account_tokens::peek(conn, purpose, token, now).await {
            Ok((user, email)) => return Ok((purpose, user, email)),
            Err(Error::Conflict { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Err(account_tokens::not_valid())
}

/// Whether using the link takes other ways into the account away, without using it up.
///
/// # Errors
/// [`Error::Conflict`] `link-not-valid`.
pub async fn check_reset_link(s: &Services, token: &str) -> Result<bool> {
    let mut conn = s.db.read().await?;
    let (_, user, _) = peek(&mut conn, token, s.clock.now()).await?;
    let (takes_others,): (bool,) = conn
        .opt(sql!(
            "SELECT email_verified_at IS NULL
                    AND (EXISTS (SELECT 1 FROM totp_factors t WHERE t.user_id = users.id AND t.confirmed_at IS NOT NULL)
                         OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = users.id)
                         OR EXISTS (SELECT 1 FROM external_identities e WHERE e.user_id = users.id))
             FROM users WHERE id = $1",
            user
        ))
        .await?
        .ok_or_else(account_tokens::not_valid)?;
    Ok(takes_others)
}

/// Sets a new password by the link from the mail. That proves the address too; the account is signed out everywhere and
/// everything else that was pending for it ends. Whoever made an account for an address that was never proved need not be its
/// owner, so with the first proof every other way into it goes: connected services, authenticators and passkeys.
///
/// # Errors
/// [`Error::Conflict`] `link-not-valid`; [`Error::Invalid`] when the password breaks the policy, and the link stays good.
pub async fn reset_password(s: &Services, token: &str, password: &str, origin: &Origin) -> Result<()> {
    limits::link(s, &origin.address).await?;
    let now = s.clock.now();
    let name: String = {
        let mut conn = s.db.read().await?;
        let (_, user, email) = peek(&mut conn, token, now).await?;
        let (name,): (String,) = conn
            .opt(sql!("SELECT name FROM users WHERE id = $1", user))
            .await?
            .ok_or_else(account_tokens::not_valid)?;
        let mut errors = FieldErrors::default();
        check_password(s, &mut errors, password, (email.as_str(), &name)).await?;
        errors.into_result()?;
        name
    };
    let hash = s.passwords.hash(password).await?;

    let mut tx = s.db.begin().await?;
    let (purpose, ..) = peek(&mut tx, token, now).await?;
    let (user, email) = account_tokens::take(&mut tx, purpose, token, now).await?;
    tx.run(sql!("DELETE FROM email_changes WHERE user_id = $1", user)).await?;
    let changed = tx
        .run(sql!(
            "UPDATE users SET password_hash = $3, updated_at = $4
             WHERE id = $1 AND email = $2 AND state = 'active' AND NOT is_demo",
            user,
            email.as_str(),
            hash,
            now
        ))
        .await?;
    if changed == 0 {
        return Err(account_tokens::not_valid());
    }
    let first_proof = tx
        .run(sql!(
            "UPDATE users SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL",
            user,
            now
        ))
        .await?
        == 1;
    let removed = if first_proof { Some(take_other_ways_in(&mut tx, user).await?) } else { None };
    tx.run(sql!("DELETE FROM sessions WHERE user_id = $1", user)).await?;
    mfa::forget_challenges(&mut tx, user).await?;
    account_tokens::forget_all(&mut tx, user).await?;
    limits::forget_failures(&mut tx, &email).await?;
    let to = Recipient { user: Some(user), email, name };
    let also = removed.as_ref().map(OtherWaysIn::in_words).unwrap_or_default();
    let message = Message::PasswordChanged { address: origin.address.clone(), at: now, also };
    messaging::send(&mut tx, &to, &message, now).await?;
    let event = Event {
        actor: Some(user),
        action: "identity.password-reset",
        target_kind: "user",
        target_id: user.to_string(),
        address: &origin.address,
        before: Value::Null,
        after: json!({ "signed_out_everywhere": true, "removed": removed }),
    };
    audit::record(&mut tx, &event, now).await?;
    Ok(tx.commit().await?)
}

/// How many ways into an account there were besides its password.
#[derive(Serialize)]
struct OtherWaysIn {
    authenticators: u64,
    passkeys: u64,
    connected_services: u64,
}

impl OtherWaysIn {
    /// A sentence for the mail that tells of the new password; nothing when there were none.
    fn in_words(&self) -> String {
        let second_step = self.authenticators + self.passkeys > 0;
        let what = match (second_step, self.connected_services > 0) {
            (true, true) => "its second step was turned off and its connected services were disconnected",
            (true, false) => "its second step was turned off",
            (false, true) => "its connected services were disconnected",
            (false, false) => return String::new(),
        };
        format!("Its address was never confirmed before, so {what}.")
    }
}

/// Removes every way into an account but its password.
async fn take_other_ways_in(tx: &mut Tx, user: UserId) -> Result<OtherWaysIn> {
    let (authenticators, passkeys) = mfa::take_factors(tx, user).await?;
    let connected_services = tx.run(sql!("DELETE FROM external_identities WHERE user_id = $1", user)).await?;
    Ok(OtherWaysIn { authenticators, passkeys, connected_services })
}
