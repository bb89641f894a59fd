//! Between the first proof and the second: a row that a cookie names. It is no session and opens nothing by itself.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};

use super::codes::{self, Used};
use crate::{
    Error, Result, Services,
    identity::{
        AccountState, BrowserSession, Method, Origin,
        lifecycle::{self, AccountStatus},
        secret::{random_token, token_hash},
        sign_in::{self, Proven},
    },
    ids::UserId,
};

/// So long the second proof may take.
pub const CHALLENGE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// Wrong codes after which one has to begin again with the password.
const MAX_TRIES: i64 = 5;

/// With what somebody can answer the challenge.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct FactorChoice {
    pub totp: bool,
    pub passkey: bool,
}

/// A challenge that waits for its answer.
#[derive(Debug, FromRow)]
pub(super) struct Pending {
    user_id: UserId,
    method: String,
    tries: i64,
}

fn expired() -> Error {
    Error::unauthenticated("challenge-expired", "This took too long or too many tries. Sign in again.")
}

/// Begins a challenge; answers the token for the cookie.
pub(in crate::identity) async fn open(tx: &mut Tx, first: &Proven, now: DateTime<Utc>) -> Result<String> {
    let token = random_token()?;
    tx.run(sql!(
        "INSERT INTO sign_in_challenges (token_hash, user_id, method, expires_at) VALUES ($1, $2, $3, $4)",
        token_hash(&token),
        first.user,
        first.method.as_str(),
        now + CHALLENGE_LIFE
    ))
    .await?;
    Ok(token)
}

/// How the challenge of this cookie can be answered.
///
/// # Errors
/// [`Error::Unauthenticated`] `challenge-expired`.
pub async fn second_factor_choice(s: &Services, token: &str) -> Result<FactorChoice> {
    let mut conn = s.db.read().await?;
    let user = user_of(&mut conn, token, s.clock.now()).await?;
    Ok(conn
        .one(sql!(
            "SELECT EXISTS (SELECT 1 FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS totp,
                    EXISTS (SELECT 1 FROM passkeys WHERE user_id = $1) AS passkey",
            user
        ))
        .await?)
}

/// Whose challenge this is.
pub(super) async fn user_of(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<UserId> {
    let found: Option<(UserId,)> = conn
        .opt(sql!(
            "SELECT user_id FROM sign_in_challenges WHERE token_hash = $1 AND expires_at > $2 AND tries < $3",
            token_hash(token),
            now,
            MAX_TRIES
        ))
        .await?;
    found.map(|(user,)| user).ok_or_else(expired)
}

/// Answers a challenge with a code of the authenticator app or a recovery code: only now there is a session. The one that
/// the browser had before, if any, ends.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-otp` or `challenge-expired`; [`Error::TooManyRequests`].
pub async fn finish_second_factor(
    s: &Services,
    token: &str,
    code: &str,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<BrowserSession> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let pending = count_try(&mut tx, token, now).await?;
    let Some(used) = codes::check(s, &mut tx, pending.user_id, code, origin, now).await? else {
        let last = pending.tries >= MAX_TRIES;
        tx.commit().await?;
        return Err(if last { expired() } else { codes::wrong() });
    };
    finish(s, tx, token, &pending, used, previous_token, origin).await
}

/// Counts a try and holds the challenge until the end of the transaction.
pub(super) async fn count_try(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<Pending> {
    tx.opt(sql!(
        "UPDATE sign_in_challenges SET tries = tries + 1 WHERE token_hash = $1 AND expires_at > $2 AND tries < $3
         RETURNING user_id, method, tries",
        token_hash(token),
        now,
        MAX_TRIES
    ))
    .await?
    .ok_or_else(expired)
}

pub(super) async fn finish(
    s: &Services,
    mut tx: Tx,
    token: &str,
    pending: &Pending,
    used: Used,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<BrowserSession> {
    let now = s.clock.now();
    tx.run(sql!("DELETE FROM sign_in_challenges WHERE token_hash = $1", token_hash(token))).await?;
    let (state, is_demo): (AccountState, bool) =
        tx.one(sql!("SELECT state, is_demo FROM users WHERE id = $1", pending.user_id)).await?;
    if !lifecycle::pre_authentication(s, AccountStatus { state, is_demo }) {
        return Err(expired());
    }
    let method = Method::parse(&pending.method).unwrap_or(Method::Password);
    let proven = Proven::otherwise(pending.user_id, method, true);
    let session = sign_in::open_browser_in(s, &mut tx, proven, previous_token, origin, now).await?;
    used.tell(s, &mut tx, pending.user_id, origin, now).await?;
    tx.commit().await?;
    Ok(session)
}

/// The second proof of an API client, sent together with the first.
///
/// # Errors
/// [`Error::Unauthenticated`] `mfa-required` without a code, `invalid-otp` with a wrong one; [`Error::TooManyRequests`].
pub(in crate::identity) async fn prove_with_code(
    s: &Services,
    mut tx: Tx,
    first: &Proven,
    code: Option<&str>,
    origin: &Origin,
) -> Result<(Tx, Used)> {
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
        return Err(Error::unauthenticated(
            "mfa-required",
            "This account has a second factor. Send a code of the authenticator app, or a recovery code, as otp.",
        ));
    };
    match codes::check(s, &mut tx, first.user, code, origin, s.clock.now()).await? {
        Some(used) => Ok((tx, used)),
        None => {
            // The try was counted.
            tx.commit().await?;
            Err(codes::wrong())
        }
    }
}

/// Ends what a person has proved so far without being signed in.
pub(in crate::identity) async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.run(sql!("DELETE FROM sign_in_challenges WHERE user_id = $1", user)).await?;
    Ok(())
}

/// Removes challenges and ceremonies that nobody finished.
pub(in crate::identity) async fn forget_expired(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!("DELETE FROM sign_in_challenges WHERE expires_at <= $1", now)).await?;
    tx.run(sql!("DELETE FROM passkey_ceremonies WHERE expires_at <= $1", now)).await?;
    Ok(())
}
