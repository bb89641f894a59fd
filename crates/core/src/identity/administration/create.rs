//! Making an account for somebody, who then chooses a password by the link in a mail.

use chrono::{DateTime, Utc};
use momentum_db::Tx;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::note;
use crate::{
    Error, FieldErrors, Result, Services,
    identity::{
        Actor, Email, Role, User,
        account_tokens::{self, Purpose},
        accounts::{self, Prepared},
        parse_time_zone,
        profile::clean_name,
    },
    ids::UserId,
    messaging::{self, Message, Recipient},
};

/// An account to be made for somebody.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewUser {
    pub email: String,
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Making an administrator needs a fresh proof of who you are.
    pub role: Role,
    /// IANA name; the site's own when missing.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// Makes an account and invites its owner by mail.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `email-taken`.
pub async fn create_user(s: &Services, actor: &Actor, new: NewUser) -> Result<User> {
    actor.require_admin()?;
    let now = s.clock.now();
    if new.role == Role::Admin {
        actor.require_recent_proof(now)?;
    }
    let mut errors = FieldErrors::default();
    let name = clean_name(&mut errors, &new.name);
    let email = Email::parse(&new.email);
    errors.check(email.is_some(), "email", "invalid", "Enter an email address, such as name@example.com.");
    let zone = new.time_zone.as_deref().map(str::trim).filter(|zone| !zone.is_empty());
    let known = zone.and_then(parse_time_zone);
    errors.check(
        zone.is_none() || known.is_some(),
        "time_zone",
        "unknown",
        "Choose a time zone from the list.",
    );
    errors.into_result()?;
    let email = email.ok_or_else(|| Error::internal("checked above"))?;
    let mut prepared = Prepared::without_password(s, email, name, new.role, false).await?;
    if let Some(zone) = known {
        zone.name().clone_into(&mut prepared.time_zone);
    }
    prepared.invited = true;

    let mut tx = s.db.begin().await?;
    let user = accounts::insert(s, &mut tx, &prepared, now).await?;
    invite(s, &mut tx, user.id, &user.email, &user.name, now).await?;
    let after = json!({ "role": user.role, "invited": true });
    note(&mut tx, actor, "identity.user-created", user.id, (Value::Null, after), now).await?;
    tx.commit().await?;
    Ok(user)
}

/// Sends a link that sets the account's first password.
pub(super) async fn invite(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    email: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let token = account_tokens::issue(tx, user, Purpose::Invite, email, now).await?;
    let to = Recipient { user: Some(user), email: email.to_owned(), name: name.to_owned() };
    let link = format!("{}/reset-password?token={token}", s.settings.base_url);
    messaging::send(tx, &to, &Message::Invitation { link }, now).await?;
    Ok(())
}
