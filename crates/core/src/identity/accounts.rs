//! Making accounts and changing passwords.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_db::{Tx, sql};
use serde_json::Value;

use super::{
    AccountState, Actor, Email, Origin, Role, User,
    account_tokens::{self, Purpose},
    lifecycle::{self, Newcomer},
    limits, mfa, parse_time_zone,
    password::check_policy,
    profile::{self, clean_name},
    sign_in,
};
use crate::{
    Error, FieldErrors, Result, Services,
    audit::{self, Event},
    ids::UserId,
    messaging::{self, Message, Recipient},
    settings::General,
};

/// The password of the demo accounts.
pub const DEMO_PASSWORD: &str = "Momentum1!";

/// What a person types to get an account.
#[derive(Debug, Clone, Default)]
pub struct SignUp {
    pub email: String,
    pub password: String,
    pub name: String,
    /// IANA name; the site's default when missing or unknown, since a browser fills it in.
    pub time_zone: Option<String>,
}

/// An account to be made by an administrator or a program.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub sign_up: SignUp,
    pub role: Role,
    pub is_demo: bool,
}

/// Makes a free account, whose address has to be proved by the link in the welcome mail.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `email-taken`; [`Error::Forbidden`] `sign-up-closed`;
/// [`Error::TooManyRequests`].
pub async fn sign_up(s: &Services, input: SignUp, origin: &Origin) -> Result<User> {
    lifecycle::may_join(s).await?;
    limits::sign_up(s, &origin.address).await?;
    let account = NewAccount { sign_up: input, role: Role::Free, is_demo: false };
    let prepared = Prepared { verified: false, ..prepare(s, account).await? };
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let user = insert(s, &mut tx, &prepared, now).await?;
    let event = Event::of_account("identity.signed-up", user.id, Some(user.id), &origin.address);
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    Ok(user)
}

/// Makes an account of any role. Callers decide who may, and answer for the address.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `email-taken`.
pub async fn create_account(s: &Services, account: NewAccount) -> Result<User> {
    let prepared = prepare(s, account).await?;
    let mut tx = s.db.begin().await?;
    let user = insert(s, &mut tx, &prepared, s.clock.now()).await?;
    tx.commit().await?;
    Ok(user)
}

/// A checked account with its password hashed: hashing is slow, so it is done before a transaction begins.
pub(super) struct Prepared {
    email: Email,
    name: String,
    password_hash: Option<String>,
    pub(super) time_zone: String,
    role: Role,
    is_demo: bool,
    /// The address needs no proof.
    verified: bool,
    /// Gets a link that sets a password and proves the address.
    pub(super) invited: bool,
}

/// [`check_policy`] with the rules in force, for a password of who has this address and name. Everybody can read the one of the
/// demo accounts, so that it is known-weak where they aren't.
pub(super) async fn check_password(
    s: &Services,
    errors: &mut FieldErrors,
    password: &str,
    (email, name): (&str, &str),
) -> Result<()> {
    let about = [email, name, DEMO_PASSWORD];
    let about = if s.settings.demo { &about[..2] } else { &about[..] };
    check_policy(errors, &s.live.get(&s.db).await?.security, "password", password, about);
    Ok(())
}

pub(super) async fn prepare(s: &Services, account: NewAccount) -> Result<Prepared> {
    let input = account.sign_up;
    let mut errors = FieldErrors::default();
    let name = clean_name(&mut errors, &input.name);
    let email = Email::parse(&input.email);
    errors.check(email.is_some(), "email", "invalid", "Enter an email address, such as name@example.com.");
    if !account.is_demo {
        check_password(s, &mut errors, &input.password, (&input.email, &input.name)).await?;
    }
    errors.into_result()?;
    let email = email.ok_or_else(|| Error::internal("checked above"))?;
    lifecycle::pre_sign_up(s, &email).await?;
    let live = s.live.get(&s.db).await?;
    let time_zone = input.time_zone.as_deref().and_then(parse_time_zone);
    let time_zone = time_zone.unwrap_or_else(|| default_time_zone(&live.general));
    let password_hash = s.passwords.hash(&input.password).await?;
    Ok(Prepared {
        email,
        name,
        password_hash: Some(password_hash),
        time_zone: time_zone.name().to_owned(),
        role: account.role,
        is_demo: account.is_demo,
        verified: true,
        invited: false,
    })
}

fn default_time_zone(general: &General) -> Tz {
    parse_time_zone(&general.default_time_zone).unwrap_or(chrono_tz::UTC)
}

impl Prepared {
    /// An account that is signed in to otherwise than by password.
    ///
    /// # Errors
    /// As [`lifecycle::pre_sign_up`].
    pub(super) async fn without_password(
        s: &Services,
        email: Email,
        name: String,
        role: Role,
        verified: bool,
    ) -> Result<Self> {
        lifecycle::pre_sign_up(s, &email).await?;
        let time_zone = default_time_zone(&s.live.get(&s.db).await?.general).name().to_owned();
        Ok(Self {
            email,
            name,
            password_hash: None,
            time_zone,
            role,
            is_demo: false,
            verified,
            invited: false,
        })
    }
}

pub(super) async fn insert(
    s: &Services,
    tx: &mut Tx,
    account: &Prepared,
    now: DateTime<Utc>,
) -> Result<User> {
    let id = UserId::new();
    let added = tx
        .run(sql!(
            "INSERT INTO users (id, email, name, password_hash, role, state, is_demo, time_zone, created_at, updated_at,
                    email_verified_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT (email) DO NOTHING",
            id,
            account.email.as_str(),
            account.name.as_str(),
            account.password_hash.as_deref(),
            account.role.as_str(),
            AccountState::Active.as_str(),
            account.is_demo,
            account.time_zone.as_str(),
            now,
            account.verified.then_some(now)
        ))
        .await?;
    if added == 0 {
        return Err(Error::conflict("email-taken", "There is an account with this email address already."));
    }
    let newcomer = Newcomer {
        user: id,
        email: account.email.as_str(),
        name: &account.name,
        welcome: !account.verified && !account.invited,
        now,
    };
    lifecycle::post_confirmation(s, tx, &newcomer).await?;
    profile::load(tx, id).await?.ok_or_else(|| Error::internal("the new account is gone"))
}

/// Makes the three demo accounts, unless they are there.
///
/// # Errors
/// When the database fails.
pub async fn create_demo_accounts(s: &Services) -> Result<()> {
    for (email, name, role) in [
        ("admin@example.com", "Alex Admin", Role::Admin),
        ("premium@example.com", "Priya Premium", Role::Premium),
        ("free@example.com", "Finn Free", Role::Free),
    ] {
        let sign_up = SignUp {
            email: email.into(),
            name: name.into(),
            password: DEMO_PASSWORD.into(),
            time_zone: None,
        };
        match create_account(s, NewAccount { sign_up, role, is_demo: true }).await {
            Ok(_) | Err(Error::Conflict { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Changes the password, or sets the first one of an account that was signed in to otherwise; ends every other session of
/// the account, and tells its owner by mail.
///
/// # Errors
/// [`Error::Invalid`] when the current password is wrong, or the new one is the same or breaks the policy; [`Error::Forbidden`]
/// `step-up-required` for an account without a password.
pub async fn change_password(s: &Services, actor: &Actor, current: &str, new: &str) -> Result<()> {
    let (email, hash): (String, Option<String>) = {
        let mut conn = s.db.read().await?;
        conn.opt(sql!("SELECT email, password_hash FROM users WHERE id = $1", actor.user))
            .await?
            .ok_or(Error::NotFound("account"))?
    };
    if !sign_in::prove_again(s, actor, &email, hash.as_deref(), current, "password-change").await? {
        return Err(Error::invalid("current_password", "wrong", "This is not your current password."));
    }
    let mut errors = FieldErrors::default();
    check_password(s, &mut errors, new, (&email, &actor.name)).await?;
    let same = hash.is_some() && new == current;
    errors.check(!same, "password", "unchanged", "This is your password already. Choose another one.");
    errors.into_result()?;
    let new_hash = s.passwords.hash(new).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    account_tokens::forget(&mut tx, actor.user, &[Purpose::ResetPassword]).await?;
    // The password that was checked may have been reset meanwhile, by its owner.
    let changed = tx
        .run(sql!(
            "UPDATE users SET password_hash = $2, updated_at = $3
             WHERE id = $1 AND COALESCE(password_hash, '') = COALESCE($4, '')",
            actor.user,
            new_hash,
            now,
            hash
        ))
        .await?;
    if changed == 0 {
        return Err(Error::invalid("current_password", "wrong", "This is not your current password."));
    }
    mfa::forget_challenges(&mut tx, actor.user).await?;
    tx.run(sql!("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", actor.user, actor.session)).await?;
    let to = Recipient { user: Some(actor.user), email, name: actor.name.clone() };
    let message =
        Message::PasswordChanged { address: actor.origin.address.clone(), at: now, also: String::new() };
    messaging::send(&mut tx, &to, &message, now).await?;
    let event = Event {
        actor: Some(actor.user),
        action: "identity.password-changed",
        target_kind: "user",
        target_id: actor.user.to_string(),
        address: &actor.origin.address,
        before: Value::Null,
        after: Value::Null,
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    Ok(())
}
