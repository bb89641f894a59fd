//! The life of an account: what happens around signing up, signing in and issuing tokens, in this order.
//!
//! | moment | hook | may refuse |
//! |---|---|---|
//! | somebody makes an account for themselves | [`may_join`] | yes |
//! | an address is to get an account | [`pre_sign_up`] | yes |
//! | the account's row is made | [`post_confirmation`] | no |
//! | somebody says who they are | [`pre_authentication`] | yes |
//! | they have proved it, and their session is opened | [`post_authentication`] | no |
//! | a token is issued for the session | [`pre_token`] | no |
//!
//! Every way to sign in passes here: [`super::sign_in`] has the one function that opens a session. What follows an event
//! (mail, statistics, notices) is written in the transaction of the event.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};

use super::{AccountState, Email, Method, Origin, Role, devices, verification};
use crate::{
    Error, Result, Services, audit,
    ids::{SessionId, UserId},
    messaging::Recipient,
};

/// Before an account is made: may this address have one here?
///
/// # Errors
/// [`Error::Invalid`] `domain-not-allowed`.
pub(super) async fn pre_sign_up(s: &Services, email: &Email) -> Result<()> {
    if s.live.get(&s.db).await?.security.admits(email.domain()) {
        return Ok(());
    }
    Err(Error::invalid("email", "domain-not-allowed", "Addresses of this domain can’t have an account here."))
}

/// Before somebody makes an account for themselves: may anybody do so?
///
/// # Errors
/// [`Error::Forbidden`] `sign-up-closed`.
pub(super) async fn may_join(s: &Services) -> Result<()> {
    if s.live.get(&s.db).await?.general.sign_up_open {
        return Ok(());
    }
    Err(Error::forbidden("sign-up-closed", "Accounts here are made by invitation."))
}

/// An account that was just made.
#[derive(Debug)]
pub(super) struct Newcomer<'a> {
    pub user: UserId,
    pub email: &'a str,
    pub name: &'a str,
    /// The address needs no proof: whoever made the account answers for it.
    pub verified: bool,
    pub now: DateTime<Utc>,
}

/// Within the transaction that made an account: what every account has, and a welcome with the link that proves the
/// address.
pub(super) async fn post_confirmation(s: &Services, tx: &mut Tx, event: &Newcomer<'_>) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO profiles (user_id, favorite_categories, locale) VALUES ($1, $2, $3)",
        event.user,
        serde_json::json!([]),
        s.live.now().general.default_language.as_str()
    ))
    .await?;
    if !event.verified {
        let to =
            Recipient { user: Some(event.user), email: event.email.to_owned(), name: event.name.to_owned() };
        verification::welcome(s, tx, &to, event.user, event.now).await?;
    }
    Ok(())
}

/// What decides whether an account can be signed in to at all, whatever the proof.
#[derive(Debug, Clone, Copy)]
pub(super) struct AccountStatus {
    pub state: AccountState,
    pub is_demo: bool,
}

/// Before a proof is accepted: is the account one that can be used? The answer is never told to whoever asks, only that
/// signing in failed.
pub(super) fn pre_authentication(s: &Services, status: AccountStatus) -> bool {
    status.state == AccountState::Active && (!status.is_demo || s.settings.demo)
}

/// Somebody who has signed in.
#[derive(Debug)]
pub(super) struct SignedIn<'a> {
    pub user: UserId,
    pub session: SessionId,
    pub method: Method,
    pub origin: &'a Origin,
    pub now: DateTime<Utc>,
}

/// Within the transaction that opened a session: the login log, and a mail when somebody signs in from where they never
/// did.
pub(super) async fn post_authentication(s: &Services, tx: &mut Tx, event: &SignedIn<'_>) -> Result<()> {
    tracing::info!(user = %event.user, session = %event.session, method = event.method.as_str(), "signed in");
    devices::notice(s, tx, event).await?;
    let entry = audit::Event {
        actor: Some(event.user),
        action: "identity.signed-in",
        target_kind: "session",
        target_id: event.session.to_string(),
        address: &event.origin.address,
        before: serde_json::Value::Null,
        after: serde_json::json!({ "method": event.method.as_str() }),
    };
    audit::record(tx, &entry, event.now).await
}

/// The claims that a token carries besides the registered ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenClaims {
    pub user_id: UserId,
    pub role: Role,
}

/// Before a token is issued: what it says about its owner.
pub(super) fn pre_token(user: UserId, role: Role) -> TokenClaims {
    TokenClaims { user_id: user, role }
}
