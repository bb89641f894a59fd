//! Search's background work.

use std::time::Duration;

use chrono::TimeDelta;
use momentum_db::sql;

use crate::{
    Result, Services,
    jobs::{Handlers, Schedule, piece_by_piece},
};

const RETIRE: &str = "search.retire-queries";

/// How long it is kept what people looked for.
const KEPT_FOR: TimeDelta = TimeDelta::days(400);

/// What search does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let s = s.clone();
    Handlers::new().on(RETIRE, move |_job| {
        let s = s.clone();
        async move { retire(&s).await }
    })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(RETIRE, Duration::from_secs(24 * 3_600))]
}

async fn retire(s: &Services) -> Result<()> {
    let before = (s.clock.now() - KEPT_FOR).date_naive();
    piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM search_queries WHERE (day, query) IN
                (SELECT day, query FROM search_queries WHERE day < $1 LIMIT $2)",
            before,
            most
        )
    })
    .await?;
    Ok(())
}
