//! Identity's background work.

use std::time::Duration;

use momentum_db::sql;

use super::mfa;
use crate::{
    Services,
    jobs::{Handlers, Schedule},
};

const CLEAN_SESSIONS: &str = "identity.clean-sessions";

/// What identity does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(CLEAN_SESSIONS, move |_job| {
        let s = s.clone();
        async move { clean_sessions(&s).await }
    })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(CLEAN_SESSIONS, Duration::from_secs(3_600))]
}

/// Removes sessions that have ended, with their refresh tokens, and forgets who has been quiet.
async fn clean_sessions(s: &Services) -> crate::Result<()> {
    let mut tx = s.db.begin().await?;
    let now = s.clock.now();
    let removed = tx.run(sql!("DELETE FROM sessions WHERE expires_at <= $1", now)).await?;
    for text in [
        "DELETE FROM external_sign_ins WHERE expires_at <= $1",
        "DELETE FROM external_tokens WHERE expires_at <= $1",
    ] {
        tx.run(sql!(text, now)).await?;
    }
    mfa::forget_expired(&mut tx, now).await?;
    tx.commit().await?;
    s.limits.forget_quiet();
    tracing::info!(removed, "cleaned ended sessions");
    Ok(())
}
