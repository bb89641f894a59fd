//! API calls with a token that another issuer signed, such as Amazon Cognito.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use momentum_db::sql;

use super::links;
use crate::{
    Error, Result, Services,
    identity::{Origin, secret::token_hash, sessions::Kind, sign_in},
    ids::SessionId,
};

/// The session of a token that a trusted issuer signed; `None` when no such issuer is named in it.
///
/// The first call with a token checks it and opens a session that lives as long as the token; later calls find that
/// session. When it is ended, the token is good no more.
pub(in crate::identity) async fn authenticate(
    s: &Services,
    token: &str,
    origin: &Origin,
) -> Result<Option<SessionId>> {
    let Some(provider) = unverified_issuer(token).and_then(|issuer| s.providers.of_issuer(&issuer)) else {
        return Ok(None);
    };
    let now = s.clock.now();
    let hash = token_hash(token);
    let known: Option<(Option<SessionId>,)> = {
        let mut conn = s.db.read().await?;
        // One that is too old is checked anew, and refused.
        conn.opt(sql!(
            "SELECT session_id FROM external_tokens WHERE token_hash = $1 AND expires_at > $2",
            hash.as_slice(),
            now
        ))
        .await?
    };
    if let Some((session,)) = known {
        return session.map(Some).ok_or_else(|| {
            Error::unauthenticated("session-ended", "This session has ended. Sign in again.")
        });
    }
    let (profile, expires_at) = provider.verify_token(token, now).await?;
    let proven =
        links::sign_in_or_up(s, &provider.info().id, &profile, None, origin).await.map_err(|error| {
            match error {
                // To an API client a person who can't have an account here is somebody without a good token.
                Error::Conflict { code, message } => Error::Unauthenticated { code, message },
                other => other,
            }
        })?;
    let mut tx = s.db.begin().await?;
    // Two first calls at once: the second finds the first one's row and ends without a session of its own.
    let first = tx
        .run(sql!(
            "INSERT INTO external_tokens (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT (token_hash) DO NOTHING",
            hash.as_slice(),
            expires_at
        ))
        .await?;
    if first == 0 {
        let (session,): (Option<SessionId>,) =
            tx.one(sql!("SELECT session_id FROM external_tokens WHERE token_hash = $1", hash)).await?;
        // What was read may be another's that is not on the disk yet.
        tx.commit().await?;
        return Ok(session);
    }
    let session = sign_in::open(s, &mut tx, &proven, Kind::Api, token, origin, now).await?;
    tx.run(sql!("UPDATE sessions SET expires_at = $2 WHERE id = $1", session, expires_at)).await?;
    tx.run(sql!("UPDATE external_tokens SET session_id = $2 WHERE token_hash = $1", hash, session)).await?;
    tx.commit().await?;
    Ok(Some(session))
}

/// The issuer that a token names. Nothing is proved by that: it only says whose keys to check it with.
fn unverified_issuer(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    claims.get("iss")?.as_str().map(ToOwned::to_owned)
}
