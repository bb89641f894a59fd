//! Operations' background work.

use std::time::Duration;

use momentum_db::sql;

use super::idempotency::KEPT_FOR;
use crate::{
    Result, Services,
    jobs::{Handlers, Schedule, piece_by_piece},
};

const CLEAN_KEYS: &str = "operations.clean-idempotency-keys";

/// What operations does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(CLEAN_KEYS, move |_job| {
        let s = s.clone();
        async move { clean_keys(&s).await }
    })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(CLEAN_KEYS, Duration::from_secs(3_600))]
}

async fn clean_keys(s: &Services) -> Result<()> {
    let before = s.clock.now() - KEPT_FOR;
    piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM idempotency_keys WHERE created_at < $1 AND key_hash IN
                (SELECT key_hash FROM idempotency_keys WHERE created_at < $1 LIMIT $2)",
            before,
            most
        )
    })
    .await?;
    Ok(())
}
