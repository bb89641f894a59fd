//! The log's background work: keeping it within the time that the settings name.

use std::time::Duration;

use chrono::TimeDelta;
use momentum_db::sql;

use crate::{
    Result, Services,
    jobs::{Handlers, PIECE, Schedule},
};

const PRUNE: &str = "audit.prune";

/// What the log does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(PRUNE, move |_job| {
        let s = s.clone();
        async move { prune(&s).await }
    })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(PRUNE, Duration::from_secs(86_400))]
}

/// Removes entries that are older than the retention time. The last one's hash is kept, so that the rest can still be
/// verified.
async fn prune(s: &Services) -> Result<()> {
    let days = s.live.fresh(&s.db).await?.security.audit_retention_days;
    if days == 0 {
        return Ok(());
    }
    let before = s.clock.now() - TimeDelta::days(i64::from(days));
    loop {
        let mut tx = s.db.begin().await?;
        let oldest: Vec<(i64, String)> = tx
            .all(sql!(
                "SELECT sequence, hash FROM audit_log WHERE at < $1 ORDER BY sequence LIMIT $2",
                before,
                PIECE
            ))
            .await?;
        let Some((sequence, hash)) = oldest.into_iter().last() else { return Ok(()) };
        tx.run(sql!("DELETE FROM audit_log WHERE sequence <= $1", sequence)).await?;
        tx.run(sql!(
            "UPDATE audit_head SET pruned_sequence = $1, pruned_hash = $2 WHERE id = 1",
            sequence,
            hash
        ))
        .await?;
        tx.commit().await?;
    }
}
