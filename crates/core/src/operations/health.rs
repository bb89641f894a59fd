//! Whether an instance can serve, and what it says about itself in numbers.

use crate::{Result, Services, jobs};

/// Whether the database answers.
///
/// # Errors
/// When it does not.
pub async fn check_ready(s: &Services) -> Result<()> {
    Ok(s.db.ping().await?)
}

/// Brings the gauges up to date that nobody else keeps: jobs by state.
pub async fn measure(s: &Services) {
    let counts = async {
        let mut conn = s.db.read().await?;
        jobs::counts(&mut conn).await
    };
    match counts.await {
        Ok(counts) => {
            for (state, count) in
                [("queued", counts.queued), ("running", counts.running), ("dead", counts.dead)]
            {
                #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
                metrics::gauge!("jobs", "state" => state).set(count as f64);
            }
        }
        Err(error) => tracing::warn!(%error, "jobs can't be counted"),
    }
}
