//! Messaging's background work.

use std::time::Duration;

use chrono::TimeDelta;
use momentum_db::sql;

use super::delivery;
use crate::{
    Result, Services,
    jobs::{Handlers, Schedule},
};

/// Delivers one mail.
pub(super) const DELIVER: &str = "messaging.deliver";

const CLEAN_MAILS: &str = "messaging.clean-mails";

/// How long mails are kept. They hold addresses and, while these live, links.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

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

async fn clean_mails(s: &Services) -> Result<()> {
    let mut tx = s.db.begin().await?;
    let removed = tx.run(sql!("DELETE FROM mails WHERE created_at < $1", s.clock.now() - KEPT_FOR)).await?;
    tx.commit().await?;
    tracing::info!(removed, "cleaned old mails");
    Ok(())
}
