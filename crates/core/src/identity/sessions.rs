//! Signing in and staying signed in: browser cookies, refresh tokens, and the list of devices.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Changes, FromRow, Record, Statement, Tx, sql};

use super::{
    ACCESS_TOKEN_LIFE, AccountState, Actor, Email, Origin, Role, SessionInfo, User, parse_time_zone, profile,
    secret::{random_token, token_hash},
};
use crate::{
    Error, Result, Services,
    ids::{SessionId, UserId},
};

/// A session ends when it was not used for this long.
const SESSION_LIFE: TimeDelta = TimeDelta::days(30);

/// "Last seen" is exact to this; each use of a session is not worth a write.
const SEEN_STEP: TimeDelta = TimeDelta::minutes(5);

/// A browser that has just signed in.
#[derive(Debug)]
pub struct BrowserSession {
    /// Goes into the cookie and is stored only as a hash.
    pub token: String,
    pub user: UserId,
}

/// What an API client gets at sign-in and at refresh.
#[derive(Debug)]
pub struct ApiTokens {
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    pub refresh_token: String,
    pub user: User,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Browser,
    Api,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}

/// Signs a browser in. The session it had before, if any, ends: a session never outlives a sign-in.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-credentials`; [`Error::TooManyRequests`].
pub async fn sign_in_browser(
    s: &Services,
    email: &str,
    password: &str,
    previous_token: Option<&str>,
    origin: &Origin,
) -> Result<BrowserSession> {
    let user = check_credentials(s, email, password, origin).await?;
    let token = random_token()?;
    let mut tx = s.db.begin().await?;
    if let Some(previous) = previous_token {
        tx.run(sql!("DELETE FROM sessions WHERE token_hash = $1", token_hash(previous))).await?;
    }
    open_session(&mut tx, user, Kind::Browser, &token, origin, s.clock.now()).await?;
    tx.commit().await?;
    Ok(BrowserSession { token, user })
}

/// Signs an API client in.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-credentials`; [`Error::TooManyRequests`].
pub async fn sign_in_api(s: &Services, email: &str, password: &str, origin: &Origin) -> Result<ApiTokens> {
    let user = check_credentials(s, email, password, origin).await?;
    let refresh_token = random_token()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let session = open_session(&mut tx, user, Kind::Api, &refresh_token, origin, now).await?;
    let user = profile::load(&mut tx, user).await?.ok_or(Error::NotFound("account"))?;
    tx.commit().await?;
    api_tokens(s, user, session, refresh_token, now)
}

/// Exchanges a refresh token for new tokens. A token that was exchanged before ends its whole session: either
/// the client or a thief holds a stolen one, and nobody can tell which.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-token`.
pub async fn refresh(s: &Services, refresh_token: &str) -> Result<ApiTokens> {
    let invalid = || Error::unauthenticated("invalid-token", "The refresh token is not valid.");
    let old = token_hash(refresh_token);
    let next_token = random_token()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let session: Option<(SessionId, UserId)> = tx
        .opt(sql!(
            "UPDATE sessions SET token_hash = $2, last_seen_at = $3, expires_at = $4
             WHERE token_hash = $1 AND kind = 'api' AND expires_at > $3 RETURNING id, user_id",
            old.as_slice(),
            token_hash(&next_token),
            now,
            now + SESSION_LIFE
        ))
        .await?;
    let Some((session, user)) = session else {
        let reused: Option<(SessionId,)> = tx
            .opt(sql!("SELECT session_id FROM used_refresh_tokens WHERE token_hash = $1", old.as_slice()))
            .await?;
        if let Some((session,)) = reused {
            tracing::warn!(%session, "a refresh token was used twice; the session is revoked");
            tx.run(sql!("DELETE FROM sessions WHERE id = $1", session)).await?;
            tx.commit().await?;
        }
        return Err(invalid());
    };
    tx.run(sql!(
        "INSERT INTO used_refresh_tokens (token_hash, session_id, used_at) VALUES ($1, $2, $3)",
        old,
        session,
        now
    ))
    .await?;
    let user = profile::load(&mut tx, user).await?.ok_or_else(invalid)?;
    if user.state != AccountState::Active {
        return Err(invalid());
    }
    tx.commit().await?;
    api_tokens(s, user, session, next_token, now)
}

fn api_tokens(
    s: &Services,
    user: User,
    session: SessionId,
    refresh_token: String,
    now: DateTime<Utc>,
) -> Result<ApiTokens> {
    let access_token = s.signing.issue(user.id, user.role, session, now)?;
    Ok(ApiTokens { access_token, expires_in: ACCESS_TOKEN_LIFE.num_seconds(), refresh_token, user })
}

/// Ends the actor's own session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(s: &Services, actor: &Actor) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM sessions WHERE id = $1 AND user_id = $2", actor.session, actor.user)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends the session of one of the actor's refresh tokens, besides the one that asks.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_refresh_token(s: &Services, actor: &Actor, refresh_token: &str) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "DELETE FROM sessions WHERE token_hash = $1 AND user_id = $2",
        token_hash(refresh_token),
        actor.user
    ))
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Whose cookie this is, if it is good.
///
/// # Errors
/// When the database fails.
pub async fn authenticate_cookie(s: &Services, token: &str) -> Result<Option<Actor>> {
    let hash = token_hash(token);
    let row =
        session_row(s, hash.clone(), sql!(" WHERE s.token_hash = $1 AND s.kind = 'browser'", hash)).await?;
    accept(s, row).await
}

/// Who carries this access token.
///
/// # Errors
/// [`Error::Unauthenticated`] when it is forged, expired, or its session has ended.
pub async fn authenticate_token(s: &Services, token: &str) -> Result<Actor> {
    let claims = s.signing.verify(token, s.clock.now())?;
    let which = sql!(" WHERE s.id = $1 AND s.user_id = $2 AND s.kind = 'api'", claims.sid, claims.user_id);
    let row = session_row(s, claims.sid.0.as_bytes().to_vec(), which).await?;
    let row = row.filter(|row| row.user_id == claims.user_id);
    accept(s, row)
        .await?
        .ok_or_else(|| Error::unauthenticated("session-ended", "This session has ended. Sign in again."))
}

#[derive(Clone, FromRow)]
pub(super) struct SessionRow {
    id: SessionId,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    user_id: UserId,
    role: Role,
    state: AccountState,
    is_demo: bool,
    name: String,
    time_zone: String,
    /// For [`super::KnownSessions`].
    pub(super) session_row: i64,
    pub(super) user_row: i64,
}

/// The session under `key` in memory, or else the one that `which` finds in the database.
async fn session_row(s: &Services, key: Vec<u8>, which: Statement) -> Result<Option<SessionRow>> {
    if let Some(row) = s.sessions.find(&s.db, &key) {
        return Ok(Some(row));
    }
    let moment = s.db.changes().map(Changes::now);
    let mut conn = s.db.read().await?;
    let mut query = sql!(
        "SELECT s.id, s.last_seen_at, s.expires_at, u.id AS user_id, u.role, u.state, u.is_demo, u.name, u.time_zone, "
    );
    query.push(conn.row_numbers()).push(" FROM sessions s JOIN users u ON u.id = s.user_id");
    let row: Option<SessionRow> = conn.opt(query.and(which)).await?;
    if let Some(row) = &row {
        s.sessions.remember(key, moment, row);
    }
    Ok(row)
}

async fn accept(s: &Services, row: Option<SessionRow>) -> Result<Option<Actor>> {
    let now = s.clock.now();
    let Some(row) = row.filter(|row| {
        row.expires_at > now && row.state == AccountState::Active && (!row.is_demo || s.settings.demo)
    }) else {
        return Ok(None);
    };
    if now - row.last_seen_at > SEEN_STEP {
        let mut tx = s.db.begin().await?;
        tx.run(sql!(
            "UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1",
            row.id,
            now,
            now + SESSION_LIFE
        ))
        .await?;
        tx.commit().await?;
    }
    Ok(Some(Actor {
        user: row.user_id,
        session: row.id,
        role: row.role,
        name: row.name,
        time_zone: parse_time_zone(&row.time_zone).unwrap_or(chrono_tz::UTC),
    }))
}

/// The actor's sessions, most recently used first.
///
/// # Errors
/// When the database fails.
pub async fn list_sessions(s: &Services, actor: &Actor) -> Result<Vec<SessionInfo>> {
    let mut conn = s.db.read().await?;
    let mut sessions: Vec<SessionInfo> = conn
        .all(sql!(
            "SELECT id, kind, user_agent, address, created_at, last_seen_at, expires_at FROM sessions
             WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, id LIMIT 200",
            actor.user,
            s.clock.now()
        ))
        .await?;
    for session in &mut sessions {
        session.current = session.id == actor.session;
    }
    Ok(sessions)
}

/// Ends one of the actor's sessions.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs or has ended.
pub async fn revoke_session(s: &Services, actor: &Actor, session: SessionId) -> Result<()> {
    let mut tx = s.db.begin().await?;
    let ended =
        tx.run(sql!("DELETE FROM sessions WHERE id = $1 AND user_id = $2", session, actor.user)).await?;
    if ended == 0 {
        return Err(Error::NotFound("session"));
    }
    tx.commit().await?;
    Ok(())
}

/// Ends all of the actor's sessions but this one.
///
/// # Errors
/// When the database fails.
pub async fn revoke_other_sessions(s: &Services, actor: &Actor) -> Result<u64> {
    let mut tx = s.db.begin().await?;
    let ended = tx
        .run(sql!("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", actor.user, actor.session))
        .await?;
    tx.commit().await?;
    Ok(ended)
}

async fn open_session(
    tx: &mut Tx,
    user: UserId,
    kind: Kind,
    token: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<SessionId> {
    let id = SessionId::new();
    let user_agent: String = origin.user_agent.chars().take(300).collect();
    tx.run(sql!(
        "INSERT INTO sessions (id, user_id, kind, token_hash, user_agent, address, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        id,
        user,
        kind.as_str(),
        token_hash(token),
        user_agent,
        origin.address.as_str(),
        now,
        now + SESSION_LIFE
    ))
    .await?;
    Ok(id)
}

/// The account to which email and password belong. Every failure is the same answer after the same time.
async fn check_credentials(s: &Services, email: &str, password: &str, origin: &Origin) -> Result<UserId> {
    let refused =
        || Error::unauthenticated("invalid-credentials", "The email address or the password is not right.");
    let account = email.trim().to_lowercase();
    s.limits.sign_in(&account, &origin.address)?;
    let found = match Email::parse(email) {
        Some(email) => find::<CredentialsRow>(s, &email).await?,
        None => None,
    };
    let hash = found.as_ref().and_then(|row| row.password_hash.as_deref());
    let matches = s.passwords.verify(password, hash).await?;
    match found {
        Some(row) if matches && row.state == AccountState::Active && (!row.is_demo || s.settings.demo) => {
            Ok(row.id)
        }
        _ => Err(refused()),
    }
}

#[derive(FromRow)]
struct CredentialsRow {
    id: UserId,
    password_hash: Option<String>,
    state: AccountState,
    is_demo: bool,
}

async fn find<T: Record>(s: &Services, email: &Email) -> Result<Option<T>> {
    let mut conn = s.db.read().await?;
    Ok(conn
        .opt(sql!("SELECT id, password_hash, state, is_demo FROM users WHERE email = $1", email.as_str()))
        .await?)
}
