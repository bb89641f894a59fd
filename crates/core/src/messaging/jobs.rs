//! Messaging's background work.

use std::time::Duration;

use chrono::TimeDelta;
use momentum_db::sql;

use super::delivery;
use crate::{
    Result, Services,
    jobs::{Handlers, Schedule, piece_by_piece},
};

/// Delivers one mail.
pub(super) const DELIVER: &str = "messaging.deliver";

const CLEAN_MAILS: &str = "messaging.clean-mails";

/// What messaging does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let (deliver, clean) = (s.clone(), s.clone());
    Handlers::new()
        .on(DELIVER, move |job| {
            let s = deliver.clone();
            async move { delivery::deliver(&s, &job).await }
        })
        .on(CLEAN_MAILS, move |_job| {
            let s = clean.clone();
            async move { clean_mails(&s).await }
        })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(CLEAN_MAILS, Duration::from_secs(3_600))]
}

/// Removes mails that are older than the settings say. They hold addresses and, while these live, links.
async fn clean_mails(s: &Services) -> Result<()> {
    let days = s.live.fresh(&s.db).await?.system.mail_retention_days;
    let before = s.clock.now() - TimeDelta::days(days.into());
    let removed = piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE created_at < $1 LIMIT $2)",
            before,
            most
        )
    })
    .await?;
    tracing::info!(removed, "cleaned old mails");
    Ok(())
}
