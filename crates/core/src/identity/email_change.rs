//! Moving an account to another address: both the old and the new one have to confirm it, in any order.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    Actor, Email, Origin,
    account_tokens::{self, Purpose},
    lifecycle, limits, profile, sign_in,
};
use crate::{
    Error, FieldErrors, Result, Services,
    audit::{self, Event},
    ids::UserId,
    messaging::{self, Message, Recipient},
};

/// How long both sides have.
const LIFE: TimeDelta = TimeDelta::hours(24);

/// The links of a change.
const BOTH: [Purpose; 2] = [Purpose::ChangeEmailOld, Purpose::ChangeEmailNew];

/// The account's address and what is going on with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EmailStatus {
    pub email: String,
    /// Whether it was proved to be the person's.
    pub verified: bool,
    /// A change under way.
    pub pending: Option<PendingEmail>,
}

/// A change of address that waits for confirmation.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct PendingEmail {
    pub new_email: String,
    pub confirmed_by_old: bool,
    pub confirmed_by_new: bool,
    pub expires_at: DateTime<Utc>,
}

/// What a confirmation has come to.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct EmailConfirmation {
    pub confirmed_by_old: bool,
    pub confirmed_by_new: bool,
    /// The account has its new address.
    pub done: bool,
}

/// The actor's address, and a change under way.
///
/// # Errors
/// When the database fails.
pub async fn email_status(s: &Services, actor: &Actor) -> Result<EmailStatus> {
    let mut conn = s.db.read().await?;
    let user = profile::load(&mut conn, actor.user).await?.ok_or(Error::NotFound("account"))?;
    let pending = conn
        .opt(sql!(
            "SELECT new_email, old_confirmed_at IS NOT NULL AS confirmed_by_old,
                    new_confirmed_at IS NOT NULL AS confirmed_by_new, expires_at
             FROM email_changes WHERE user_id = $1 AND expires_at > $2",
            actor.user,
            s.clock.now()
        ))
        .await?;
    Ok(EmailStatus { email: user.email, verified: user.email_verified, pending })
}

/// Begins a change; one that was under way is replaced. Mails with links go to both addresses. An old address that was
/// never proved has no say, for it may be a typing mistake; it is asked when it is proved before the change is done. That an
/// address has an account already hears only who reads its mails, at the end.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::TooManyRequests`];
/// [`Error::Forbidden`] `step-up-required` for an account without a password.
pub async fn request_email_change(s: &Services, actor: &Actor, new: &str, password: &str) -> Result<()> {
    let now = s.clock.now();
    let (user, hash) = {
        let mut conn = s.db.read().await?;
        let user = profile::load(&mut conn, actor.user).await?.ok_or(Error::NotFound("account"))?;
        let (hash,): (Option<String>,) =
            conn.one(sql!("SELECT password_hash FROM users WHERE id = $1", actor.user)).await?;
        (user, hash)
    };
    let mut errors = FieldErrors::default();
    let new_email = Email::parse(new);
    errors.check(
        new_email.is_some(),
        "email",
        "invalid",
        "Enter an email address, such as name@example.com.",
    );
    let same = new_email.as_ref().is_some_and(|new| new.as_str() == user.email);
    errors.check(!same, "email", "unchanged", "This is your address already.");
    let proved =
        sign_in::prove_again(s, actor, &user.email, hash.as_deref(), password, "email-change").await?;
    errors.check(proved, "password", "wrong", "This is not your current password.");
    errors.into_result()?;
    let new_email = new_email.ok_or_else(|| Error::internal("checked above"))?;
    lifecycle::pre_sign_up(s, &new_email).await?;
    limits::email_change(s, user.id, new_email.as_str()).await?;

    let mut tx = s.db.begin().await?;
    let token =
        account_tokens::issue(&mut tx, user.id, Purpose::ChangeEmailNew, new_email.as_str(), now).await?;
    let link = confirm_link(s, &token);
    let mut to = Recipient { user: Some(user.id), email: new_email.as_str().to_owned(), name: user.name };
    messaging::send(&mut tx, &to, &Message::ChangeEmailNew { link }, now).await?;
    if user.email_verified {
        to.email.clone_from(&user.email);
        ask_old_side(s, &mut tx, &to, user.id, new_email.as_str(), now).await?;
    }
    tx.run(sql!(
        "INSERT INTO email_changes (user_id, new_email, old_confirmed_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id) DO UPDATE SET new_email = $2, old_confirmed_at = $3, new_confirmed_at = NULL,
                                             created_at = $4, expires_at = $5",
        user.id,
        new_email.as_str(),
        (!user.email_verified).then_some(now),
        now,
        now + LIFE
    ))
    .await?;
    let event = Event {
        actor: Some(user.id),
        action: "identity.email-change-requested",
        target_kind: "user",
        target_id: user.id.to_string(),
        address: &actor.origin.address,
        before: json!({ "email": user.email }),
        after: json!({ "email": new_email.as_str() }),
    };
    audit::record(&mut tx, &event, now).await?;
    Ok(tx.commit().await?)
}

/// Sends the link by which the old address agrees, there.
async fn ask_old_side(
    s: &Services,
    tx: &mut Tx,
    to: &Recipient,
    user: UserId,
    new_email: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let token = account_tokens::issue(tx, user, Purpose::ChangeEmailOld, &to.email, now).await?;
    let message = Message::ChangeEmailOld { new_email: new_email.to_owned(), link: confirm_link(s, &token) };
    messaging::send(tx, to, &message, now).await?;
    Ok(())
}

/// Asks the account's address, which is about to be proved, about a change under way: while it wasn't proved it had no say.
pub(super) async fn ask_proved_side(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let asked: Option<(String,)> = tx
        .opt(sql!(
            "UPDATE email_changes SET old_confirmed_at = NULL
             WHERE user_id = $1 AND expires_at > $2 AND old_confirmed_at IS NOT NULL
                   AND EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.email_verified_at IS NULL)
             RETURNING new_email",
            user,
            now
        ))
        .await?;
    let Some((new_email,)) = asked else { return Ok(()) };
    let owner = profile::load(tx, user).await?.ok_or_else(account_tokens::not_valid)?;
    let to = Recipient { user: Some(user), email: owner.email, name: owner.name };
    ask_old_side(s, tx, &to, user, &new_email, now).await
}

fn confirm_link(s: &Services, token: &str) -> String {
    format!("{}/confirm-email?token={token}", s.settings.base_url)
}

/// Calls the change off. Nothing under way is what was wanted, too.
///
/// # Errors
/// When the database fails.
pub async fn cancel_email_change(s: &Services, actor: &Actor) -> Result<()> {
    let mut tx = s.db.begin().await?;
    account_tokens::forget(&mut tx, actor.user, &BOTH).await?;
    tx.run(sql!("DELETE FROM email_changes WHERE user_id = $1", actor.user)).await?;
    Ok(tx.commit().await?)
}

/// Whose account one of the links of a change is about, by name, and the address that it is to have. The link stays good.
///
/// # Errors
/// [`Error::Conflict`] `link-not-valid`.
pub async fn email_change_of_link(s: &Services, token: &str) -> Result<(String, String)> {
    let now = s.clock.now();
    let mut conn = s.db.read().await?;
    let (user, _) = match account_tokens::peek(&mut conn, Purpose::ChangeEmailNew, token, now).await {
        Err(Error::Conflict { .. }) => {
            account_tokens::peek(&mut conn, Purpose::ChangeEmailOld, token, now).await?
        }
        found => found?,
    };
    conn.opt(sql!(
        "SELECT u.name, c.new_email FROM email_changes c JOIN users u ON u.id = c.user_id
         WHERE c.user_id = $1 AND c.expires_at > $2",
        user,
        now
    ))
    .await?
    .ok_or_else(account_tokens::not_valid)
}

/// A change with one more side that agrees.
#[derive(FromRow)]
struct Agreed {
    new_email: String,
    confirmed_by_old: bool,
    confirmed_by_new: bool,
}

/// Confirms the change by one of its two links; the second one carries it out. Then every session ends but the
/// confirming one. Works whether signed in or not.
///
/// # Errors
/// [`Error::Conflict`] `link-not-valid`, or `email-taken` when the address has another account, which ends the
/// change; [`Error::TooManyRequests`].
pub async fn confirm_email_change(
    s: &Services,
    token: &str,
    actor: Option<&Actor>,
    origin: &Origin,
) -> Result<EmailConfirmation> {
    limits::link(s, &origin.address).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let (user, by_new) = match account_tokens::take(&mut tx, Purpose::ChangeEmailNew, token, now).await {
        Ok((user, _)) => (user, true),
        Err(Error::Conflict { .. }) => {
            (account_tokens::take(&mut tx, Purpose::ChangeEmailOld, token, now).await?.0, false)
        }
        Err(other) => return Err(other),
    };
    // Locks the change, so that two links at the same moment see each other.
    let agreed: Agreed = tx
        .opt(sql!(
            "UPDATE email_changes
             SET new_confirmed_at = CASE WHEN $3 THEN $2 ELSE new_confirmed_at END,
                 old_confirmed_at = CASE WHEN $3 THEN old_confirmed_at ELSE $2 END
             WHERE user_id = $1 AND expires_at > $2
             RETURNING new_email, old_confirmed_at IS NOT NULL AS confirmed_by_old,
                       new_confirmed_at IS NOT NULL AS confirmed_by_new",
            user,
            now,
            by_new
        ))
        .await?
        .ok_or_else(account_tokens::not_valid)?;
    let done = agreed.confirmed_by_old && agreed.confirmed_by_new;
    if done {
        tx.run(sql!("DELETE FROM email_changes WHERE user_id = $1", user)).await?;
        account_tokens::forget(&mut tx, user, &BOTH).await?;
        if taken(&mut tx, &agreed.new_email).await? {
            tx.commit().await?;
            return Err(email_taken());
        }
        let keep = actor.filter(|actor| actor.user == user);
        move_account(&mut tx, user, &agreed.new_email, keep, origin, now).await?;
    }
    tx.commit().await?;
    Ok(EmailConfirmation {
        confirmed_by_old: agreed.confirmed_by_old,
        confirmed_by_new: agreed.confirmed_by_new,
        done,
    })
}

/// Gives the account its new address, which is proved by now, and ends what hung on the old one.
async fn move_account(
    tx: &mut Tx,
    user: UserId,
    new_email: &str,
    keep: Option<&Actor>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = profile::load(tx, user).await?.ok_or_else(account_tokens::not_valid)?;
    let moved = tx
        .run(sql!(
            "UPDATE users SET email = $2, email_verified_at = $3, updated_at = $3
             WHERE id = $1 AND state = 'active'",
            user,
            new_email,
            now
        ))
        .await
        .map_err(|error| match error {
            // Taken in this very moment.
            momentum_db::Error::Duplicate(_) => email_taken(),
            other => other.into(),
        })?;
    if moved == 0 {
        return Err(account_tokens::not_valid());
    }
    let session = keep.map(|actor| actor.session.0);
    tx.run(sql!("DELETE FROM sessions WHERE user_id = $1 AND ($2 IS NULL OR id <> $2)", user, session))
        .await?;
    // Links that were sent to the old address must not open the account.
    account_tokens::forget_all(tx, user).await?;
    if before.email_verified {
        let to = Recipient { user: Some(user), email: before.email.clone(), name: before.name };
        messaging::send(tx, &to, &Message::EmailChanged { new_email: new_email.to_owned() }, now).await?;
    }
    let event = Event {
        actor: Some(user),
        action: "identity.email-changed",
        target_kind: "user",
        target_id: user.to_string(),
        address: &origin.address,
        before: json!({ "email": before.email }),
        after: json!({ "email": new_email }),
    };
    audit::record(tx, &event, now).await
}

async fn taken(tx: &mut Tx, email: &str) -> Result<bool> {
    Ok(tx.opt::<(UserId,)>(sql!("SELECT id FROM users WHERE email = $1", email)).await?.is_some())
}

fn email_taken() -> Error {
    Error::conflict("email-taken", "There is an account with this email address already.")
}
