//! Identity's background work.

use std::time::Duration;

use momentum_db::sql;

use super::{
    administration::import::{self, IMPORT_USERS},
    limits,
    lockout::{self, LOCKOUT_MAIL},
    mfa,
    recovery::{RECOVERY_MAIL, send_recovery_mail},
};
use crate::{
    Services,
    jobs::{Handlers, Schedule, piece_by_piece},
};

const CLEAN_SESSIONS: &str = "identity.clean-sessions";
const CLEAN_LINKS: &str = "identity.clean-links";

/// What identity does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let (sessions, links, lockouts, mails, imports) = (s.clone(), s.clone(), s.clone(), s.clone(), s.clone());
    Handlers::new()
        .on(CLEAN_SESSIONS, move |_job| {
            let s = sessions.clone();
            async move { clean_sessions(&s).await }
        })
        .on(CLEAN_LINKS, move |_job| {
            let s = links.clone();
            async move { clean_links(&s).await }
        })
        .on(LOCKOUT_MAIL, move |job| {
            let s = lockouts.clone();
            async move { lockout::tell(&s, &job).await }
        })
        .on(IMPORT_USERS, move |job| {
            let s = imports.clone();
            async move { import::run(&s, &job).await }
        })
        .on(RECOVERY_MAIL, move |job| {
            let s = mails.clone();
            async move { send_recovery_mail(&s, &job).await }
        })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    let hour = Duration::from_secs(3_600);
    vec![Schedule::new(CLEAN_SESSIONS, hour), Schedule::new(CLEAN_LINKS, hour)]
}

/// Removes sessions that have ended, with their refresh tokens, and forgets who has been quiet.
async fn clean_sessions(s: &Services) -> crate::Result<()> {
    let now = s.clock.now();
    // A session in use for long has many of these.
    piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM used_refresh_tokens WHERE token_hash IN
                (SELECT t.token_hash FROM used_refresh_tokens t JOIN sessions s ON s.id = t.session_id
                 WHERE s.expires_at <= $1 LIMIT $2)",
            now,
            most
        )
    })
    .await?;
    let removed = piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM sessions WHERE expires_at <= $1 AND id IN
                (SELECT id FROM sessions WHERE expires_at <= $1 LIMIT $2)",
            now,
            most
        )
    })
    .await?;
    limits::clean(s, now).await?;
    let mut tx = s.db.begin().await?;
    for text in [
        "DELETE FROM external_sign_ins WHERE expires_at <= $1",
        "DELETE FROM external_tokens WHERE expires_at <= $1",
    ] {
        tx.run(sql!(text, now)).await?;
    }
    mfa::forget_expired(&mut tx, now).await?;
    import::clean(&mut tx, now).await?;
    tx.commit().await?;
    tracing::info!(removed, "cleaned ended sessions");
    Ok(())
}

/// Removes links that nobody followed in time, and changes of address that nobody confirmed.
async fn clean_links(s: &Services) -> crate::Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM account_tokens WHERE expires_at <= $1", now)).await?;
    tx.run(sql!("DELETE FROM email_changes WHERE expires_at <= $1", now)).await?;
    tx.commit().await?;
    Ok(())
}
