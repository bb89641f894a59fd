//! Signing in: a proof of who somebody is becomes a session.
//!
//! However somebody proves it, the way ends in [`open_browser`] or [`open_api`]; there is no other way to a session. An account
//! with a second factor gets none without it: see [`super::mfa`]. The order of everything around it stands in
//! [`super::lifecycle`].

use chrono::{DateTime, Utc};
use momentum_db::{FromRow, Tx, sql};

use super::{
    Actor, Email, Origin, User,
    lifecycle::{self, AccountStatus, SignedIn},
    limits, mfa, profile,
    secret::{random_token, token_hash},
    sessions::{self, ApiTokens, Kind, api_tokens},
    types::{AccountState, Method},
};
use crate::{
    Error, Result, Services,
    ids::{SessionId, UserId},
};

/// A browser that has just signed in.
#[derive(Debug)]
pub struct BrowserSession {
    /// Goes into the cookie and is stored only as a hash.
    pub token: String,
    pub user: UserId,
}

/// Where a browser stands after its first proof.
#[derive(Debug)]
pub enum SignIn {
    /// Signed in.
    Done(BrowserSession),
    /// The account has a second factor. The token goes into a cookie of its own and names the challenge.
    SecondFactor(String),
}

/// Somebody who has proved who they are.
#[derive(Debug, Clone)]
pub(super) struct Proven {
    pub user: UserId,
    pub method: Method,
    /// Whether a second factor was part of it.
    pub second_factor: bool,
    /// Which password it was, as it is stored.
    password_hash: Option<String>,
}

impl Proven {
    /// Without a password.
    pub fn otherwise(user: UserId, method: Method, second_factor: bool) -> Self {
        Self { user, method, second_factor, password_hash: None }
    }

    /// Refuses when the password was changed while it was checked, which takes long. It stays until the transaction ends.
    async fn hold(&self, tx: &mut Tx) -> Result<()> {
        let Some(hash) = &self.password_hash else { return Ok(()) };
        let held = tx
            .run(sql!(
                "UPDATE users SET updated_at = updated_at WHERE id = $1 AND password_hash = $2",
                self.user,
                hash.as_str()
            ))
            .await?;
        if held == 0 { Err(invalid_credentials()) } else { Ok(()) }
    }
}

fn invalid_credentials() -> Error {
    Error::unauthenticated("invalid-credentials", "The email address or the password is not right.")
}

/// Signs a browser in, or asks for the second factor. The session it had before, if any, ends with signing in: a session
/// never outlives a sign-in.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-credentials`; [`Error::TooManyRequests`].
pub async fn sign_in_browser(
    s: &Services,
    email: &str,
    password: &str,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<SignIn> {
    let proven = prove_by_password(s, email, password, origin).await?;
    open_browser(s, proven, previous_token, origin).await
}

/// Signs an API client in. `otp` is the second proof, for accounts that need one.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-credentials`, `mfa-required`, `invalid-otp`; [`Error::TooManyRequests`].
pub async fn sign_in_api(
    s: &Services,
    email: &str,
    password: &str,
    otp: Option<&str>,
    origin: &Origin,
) -> Result<ApiTokens> {
    let proven = prove_by_password(s, email, password, origin).await?;
    open_api(s, proven, otp, origin).await
}

/// Opens a browser's session, or a challenge when a second factor is missing.
pub(super) async fn open_browser(
    s: &Services,
    proven: Proven,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<SignIn> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    proven.hold(&mut tx).await?;
    let done = if !proven.second_factor && mfa::has_factor(&mut tx, proven.user).await? {
        SignIn::SecondFactor(mfa::open_challenge(&mut tx, &proven, now).await?)
    } else {
        SignIn::Done(open_browser_in(s, &mut tx, proven, previous_token, origin, now).await?)
    };
    tx.commit().await?;
    Ok(done)
}

/// Opens a browser's session for somebody from whom no further proof is asked.
pub(super) async fn open_browser_in(
    s: &Services,
    tx: &mut Tx,
    proven: Proven,
    previous_token: Option<&str>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<BrowserSession> {
    let token = random_token()?;
    if let Some(previous) = previous_token {
        tx.run(sql!("DELETE FROM sessions WHERE token_hash = $1", token_hash(previous))).await?;
    }
    let user = proven.user;
    open(s, tx, &proven, Kind::Browser, &token, origin, now).await?;
    Ok(BrowserSession { token, user })
}

/// Opens an API client's session; `otp` is the second proof where one is missing.
pub(super) async fn open_api(
    s: &Services,
    mut proven: Proven,
    otp: Option<&str>,
    origin: &Origin,
) -> Result<ApiTokens> {
    let refresh_token = random_token()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    proven.hold(&mut tx).await?;
    let mut second = None;
    if !proven.second_factor && mfa::has_factor(&mut tx, proven.user).await? {
        let (checked, used) = mfa::prove_with_code(s, tx, &proven, otp, origin).await?;
        (tx, second) = (checked, Some(used));
        proven.second_factor = true;
    }
    let session = open(s, &mut tx, &proven, Kind::Api, &refresh_token, origin, now).await?;
    let user: User = profile::load(&mut tx, proven.user).await?.ok_or(Error::NotFound("account"))?;
    if let Some(used) = second {
        used.tell(s, &mut tx, proven.user, origin, now).await?;
    }
    tx.commit().await?;
    api_tokens(s, user, session, refresh_token, now)
}

/// Opens a session within a transaction.
pub(super) async fn open(
    s: &Services,
    tx: &mut Tx,
    proven: &Proven,
    kind: Kind,
    token: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<SessionId> {
    let session = SessionId::new();
    let user_agent: String = origin.user_agent.chars().take(300).collect();
    tx.run(sql!(
        "INSERT INTO sessions (id, user_id, kind, token_hash, user_agent, address, method, second_factor, created_at,
                last_seen_at, proved_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $10)",
        session,
        proven.user,
        kind.as_str(),
        token_hash(token),
        user_agent,
        origin.address.as_str(),
        proven.method.as_str(),
        proven.second_factor,
        now,
        now + kind.life(&s.live.now().security)
    ))
    .await?;
    sessions::seen(tx, proven.user, now).await?;
    let event = SignedIn { user: proven.user, session, method: proven.method, origin, now };
    lifecycle::post_authentication(s, tx, &event).await?;
    Ok(session)
}

#[derive(FromRow)]
struct CredentialsRow {
    id: UserId,
    password_hash: Option<String>,
    state: AccountState,
    is_demo: bool,
}

/// The account to which email and password belong. Every failure is the same answer after the same time.
async fn prove_by_password(s: &Services, email: &str, password: &str, origin: &Origin) -> Result<Proven> {
    let account = email.trim().to_lowercase();
    limits::sign_in(s, &account, &origin.address).await?;
    let found: Option<CredentialsRow> = match Email::parse(email) {
        Some(email) => {
            let mut conn = s.db.read().await?;
            conn.opt(sql!(
                "SELECT id, password_hash, state, is_demo FROM users WHERE email = $1",
                email.as_str()
            ))
            .await?
        }
        None => None,
    };
    let hash = found.as_ref().and_then(|row| row.password_hash.as_deref());
    let matches = s.passwords.verify(password, hash).await?;
    let owner = found.as_ref().map(|row| row.id);
    match found {
        Some(row) if matches && lifecycle::pre_authentication(s, row.status()) => {
            limits::sign_in_succeeded(s, &account).await?;
            Ok(Proven {
                user: row.id,
                method: Method::Password,
                second_factor: false,
                password_hash: row.password_hash,
            })
        }
        _ => {
            limits::sign_in_failed(s, &account, owner, origin).await?;
            Err(invalid_credentials())
        }
    }
}

/// Whether the actor knows the account's password (`hash`), or, where it has none, has just proved otherwise who they are.
/// Wrong ones count like those at sign-in; `place` is whose allowance the try takes from besides the account's.
///
/// # Errors
/// [`Error::TooManyRequests`]; [`Error::Forbidden`] `step-up-required` for an account without a password.
pub(super) async fn prove_again(
    s: &Services,
    actor: &Actor,
    email: &str,
    hash: Option<&str>,
    password: &str,
    place: &str,
) -> Result<bool> {
    if hash.is_none() {
        actor.require_recent_proof(s.clock.now())?;
        return Ok(true);
    }
    limits::sign_in(s, email, place).await?;
    let right = s.passwords.verify(password, hash).await?;
    if right {
        limits::sign_in_succeeded(s, email).await?;
    } else {
        limits::sign_in_failed(s, email, Some(actor.user), &actor.origin).await?;
    }
    Ok(right)
}

impl CredentialsRow {
    fn status(&self) -> AccountStatus {
        AccountStatus { state: self.state, is_demo: self.is_demo }
    }
}
