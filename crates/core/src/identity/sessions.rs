//! Staying signed in: browser cookies, access and refresh tokens, and the list of devices.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, FromRow, Statement, Tx, sql};
use serde_json::{Value, json};

use super::{
    ACCESS_TOKEN_LIFE, AccountState, Actor, Method, Origin, Role, SessionInfo, User, external,
    lifecycle::{self, AccountStatus},
    mfa::{self, Requirement},
    parse_time_zone, profile,
    secret::{random_token, token_hash},
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    ids::{SessionId, UserId},
    remembered,
    settings::Security,
};

/// "Last seen" is exact to this; each use of a session is not worth a write.
const SEEN_STEP: TimeDelta = TimeDelta::minutes(5);

/// What an API client gets at sign-in and at refresh.
#[derive(Debug)]
pub struct ApiTokens {
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    pub refresh_token: String,
    pub user: User,
}

/// What carries a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A cookie.
    Browser,
    /// Access and refresh tokens.
    Api,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }

    /// A session of this kind ends when it was not used for this long.
    pub(super) fn life(self, security: &Security) -> TimeDelta {
        match self {
            Self::Browser => security.session_idle(),
            Self::Api => security.refresh_life(),
        }
    }
}

/// Exchanges a refresh token for new tokens. A token that was exchanged before ends its whole session, and the owner hears
/// of it: either the client or a thief holds a stolen one, and nobody can tell which.
///
/// # Errors
/// [`Error::Unauthenticated`] `invalid-token`.
pub async fn refresh(s: &Services, refresh_token: &str, origin: &Origin) -> Result<ApiTokens> {
    let invalid = || Error::unauthenticated("invalid-token", "The refresh token is not valid.");
    let old = token_hash(refresh_token);
    let next_token = random_token()?;
    let now = s.clock.now();
    let live = s.live.get(&s.db).await?;
    let security = &live.security;
    let mut tx = s.db.begin().await?;
    // A token of another issuer is no refresh token: its session ends when it does.
    let session: Option<(SessionId, UserId, bool)> = tx
        .opt(sql!(
            "UPDATE sessions SET token_hash = $2, last_seen_at = $3, expires_at = $4
             WHERE token_hash = $1 AND kind = 'api' AND method <> 'provider' AND expires_at > $3 AND created_at > $5
                   AND last_seen_at > $6
             RETURNING id, user_id, second_factor",
            old.as_slice(),
            token_hash(&next_token),
            now,
            now + security.refresh_life(),
            now - security.session_max(),
            now - security.refresh_life()
        ))
        .await?;
    let Some((session, user, second_factor)) = session else {
        let reused: Option<(SessionId,)> = tx
            .opt(sql!("SELECT session_id FROM used_refresh_tokens WHERE token_hash = $1", old.as_slice()))
            .await?;
        if let Some((session,)) = reused {
            end_stolen(s, &mut tx, session, origin, now).await?;
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
    seen(&mut tx, user, now).await?;
    let user = profile::load(&mut tx, user).await?.ok_or_else(invalid)?;
    if user.state != AccountState::Active {
        return Err(invalid());
    }
    tx.commit().await?;
    if mfa::requirement(s, user.id, user.role, second_factor).await? == Requirement::Prove {
        end_unproven(s, session).await?;
        return Err(invalid());
    }
    api_tokens(s, user, session, next_token, now)
}

/// Ends a session of whose refresh tokens somebody has a copy.
async fn end_stolen(
    s: &Services,
    tx: &mut Tx,
    session: SessionId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let owner: Option<(UserId,)> =
        tx.opt(sql!("DELETE FROM sessions WHERE id = $1 RETURNING user_id", session)).await?;
    let Some((user,)) = owner else { return Ok(()) };
    tracing::warn!(%session, "a refresh token was used twice; the session is revoked");
    let change = mfa::Change {
        user,
        by: None,
        address: &origin.address,
        action: "identity.refresh-token-reused",
        before: json!({ "session": session }),
        after: Value::Null,
        what: "An app was signed out because its key was used twice, as if somebody had a copy".into(),
    };
    change.raise_alarm(s, tx, now).await
}

/// Ends a session that would have had to show a second factor, unless it has shown one meanwhile.
async fn end_unproven(s: &Services, session: SessionId) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM sessions WHERE id = $1 AND second_factor = FALSE", session)).await?;
    Ok(tx.commit().await?)
}

pub(super) fn api_tokens(
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
    let ended = tx
        .run(sql!("DELETE FROM sessions WHERE id = $1 AND user_id = $2", actor.session, actor.user))
        .await?;
    note_ended(s, &mut tx, actor, "identity.signed-out", ended).await?;
    Ok(tx.commit().await?)
}

/// Ends the session of one of the actor's refresh tokens, besides the one that asks.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_refresh_token(s: &Services, actor: &Actor, refresh_token: &str) -> Result<()> {
    let mut tx = s.db.begin().await?;
    let ended = tx
        .run(sql!(
            "DELETE FROM sessions WHERE token_hash = $1 AND user_id = $2",
            token_hash(refresh_token),
            actor.user
        ))
        .await?;
    note_ended(s, &mut tx, actor, "identity.signed-out", ended).await?;
    Ok(tx.commit().await?)
}

/// Notes that the actor ended sessions of theirs, if there were any, as the last thing of the transaction.
async fn note_ended(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    sessions: u64,
) -> Result<()> {
    if sessions == 0 {
        return Ok(());
    }
    let event = Event {
        after: json!({ "sessions": sessions }),
        ..Event::of_account(action, actor.user, Some(actor.user), &actor.origin.address)
    };
    audit::record(tx, &event, s.clock.now()).await
}

/// Whose cookie this is, if it is good.
///
/// # Errors
/// When the database fails.
pub async fn authenticate_cookie(s: &Services, token: &str, origin: Origin) -> Result<Option<Actor>> {
    let hash = token_hash(token);
    let which = |hash| sql!(" WHERE s.token_hash = $1 AND s.kind = 'browser'", hash);
    let row = session_row(s, hash, which).await?;
    accept(s, row, Kind::Browser, origin).await
}

/// Who carries this access token.
///
/// # Errors
/// [`Error::Unauthenticated`] when it is forged, expired, or its session has ended.
pub async fn authenticate_token(s: &Services, token: &str, origin: Origin) -> Result<Actor> {
    let session = match external::authenticate_external_token(s, token, &origin).await? {
        Some(session) => session,
        None => s.signing.verify(token, s.clock.now())?,
    };
    let which = |_| sql!(" WHERE s.id = $1 AND s.kind = 'api'", session);
    let row = session_row(s, session.0.as_bytes().to_vec(), which).await?;
    accept(s, row, Kind::Api, origin)
        .await?
        .ok_or_else(|| Error::unauthenticated("session-ended", "This session has ended. Sign in again."))
}

#[derive(Clone, FromRow)]
pub(super) struct SessionRow {
    id: SessionId,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    proved_at: Option<DateTime<Utc>>,
    second_factor: bool,
    method: String,
    expires_at: DateTime<Utc>,
    user_id: UserId,
    role: Role,
    state: AccountState,
    is_demo: bool,
    name: String,
    avatar: Option<String>,
    email_verified: bool,
    time_zone: String,
    /// For [`super::KnownSessions`].
    pub(super) session_row: i64,
    pub(super) user_row: i64,
}

/// The session under `key` in memory, or else the one that `which` finds in the database.
/// The session that is remembered under this key, or else the one that `which` finds.
async fn session_row(
    s: &Services,
    key: Vec<u8>,
    which: impl FnOnce(Vec<u8>) -> Statement,
) -> Result<Option<Arc<SessionRow>>> {
    match s.sessions.find(&s.db, &key) {
        Some(row) => Ok(Some(row)),
        // Aside, so that whoever is known doesn't carry what it takes to read who that is.
        None => {
            let which = which(key.clone());
            Box::pin(read_session(s, key, which)).await
        }
    }
}

async fn read_session(s: &Services, key: Vec<u8>, which: Statement) -> Result<Option<Arc<SessionRow>>> {
    let before = remembered::before(&s.db);
    let mut conn = s.db.read().await?;
    let mut query = sql!(
        "SELECT s.id, s.created_at, s.last_seen_at, s.proved_at, s.second_factor, s.method, s.expires_at,
                u.id AS user_id, u.role, u.state, u.is_demo, u.name, u.avatar, u.email_verified_at IS NOT NULL AS email_verified, u.time_zone, "
    );
    query.push(conn.row_numbers()).push(" FROM sessions s JOIN users u ON u.id = s.user_id");
    let row: Option<SessionRow> = conn.opt(query.and(which)).await?;
    let row = row.map(Arc::new);
    if let Some(row) = &row {
        s.sessions.remember(key, before, row.clone());
    }
    Ok(row)
}

/// Notes that a session is in use.
async fn prolong(s: &Services, row: &SessionRow, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1", row.id, now, until))
        .await?;
    seen(&mut tx, row.user_id, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn accept(
    s: &Services,
    row: Option<Arc<SessionRow>>,
    kind: Kind,
    origin: Origin,
) -> Result<Option<Actor>> {
    let now = s.clock.now();
    let live = s.live.get(&s.db).await?;
    let life = kind.life(&live.security);
    let Some(row) = row.filter(|row| {
        let status = AccountStatus { state: row.state, is_demo: row.is_demo };
        let young = row.created_at + live.security.session_max() > now;
        let in_use = row.expires_at > now && row.last_seen_at + life > now;
        in_use && young && lifecycle::pre_authentication(s, status)
    }) else {
        return Ok(None);
    };
    // Tokens of a trusted issuer are taken as that issuer gave them: they end when they say, and it has asked for what it asks
    // for.
    let by_issuer = kind == Kind::Api && row.method == Method::Provider.as_str();
    if now - row.last_seen_at > SEEN_STEP {
        let until = if by_issuer { row.expires_at } else { now + life };
        Box::pin(prolong(s, &row, now, until)).await?;
    }
    let requirement = mfa::requirement(s, row.user_id, row.role, row.second_factor).await?;
    if requirement == Requirement::Prove && !by_issuer {
        end_unproven(s, row.id).await?;
        return Ok(None);
    }
    Ok(Some(Actor {
        user: row.user_id,
        session: row.id,
        role: row.role,
        avatar_url: row.avatar.as_deref().map(|version| profile::avatar_path(row.user_id, version)),
        name: row.name.clone(),
        email_verified: row.email_verified,
        time_zone: parse_time_zone(&row.time_zone).unwrap_or(chrono_tz::UTC),
        proved_at: row.proved_at.unwrap_or(row.created_at),
        must_enroll: requirement == Requirement::Enroll,
        origin,
    }))
}

/// Notes that somebody was here.
pub(super) async fn seen(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!("UPDATE users SET last_seen_at = $2 WHERE id = $1", user, now)).await?;
    Ok(())
}

/// The actor's sessions, most recently used first.
///
/// # Errors
/// When the database fails.
pub async fn list_sessions(s: &Services, actor: &Actor) -> Result<Vec<SessionInfo>> {
    let mut sessions = sessions_of(&mut s.db.read().await?, actor.user, s.clock.now()).await?;
    for session in &mut sessions {
        session.current = session.id == actor.session;
    }
    Ok(sessions)
}

/// Somebody's sessions, most recently used first.
pub(super) async fn sessions_of(
    conn: &mut Conn,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<SessionInfo>> {
    Ok(conn
        .all(sql!(
            "SELECT id, kind, user_agent, address, created_at, last_seen_at, expires_at, second_factor FROM sessions
             WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, id LIMIT 200",
            user,
            now
        ))
        .await?)
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
    note_ended(s, &mut tx, actor, "identity.sessions-revoked", ended).await?;
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
    note_ended(s, &mut tx, actor, "identity.sessions-revoked", ended).await?;
    tx.commit().await?;
    Ok(ended)
}
