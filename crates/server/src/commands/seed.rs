//! `momentum seed`: a big made-up instance for benchmarks.

use momentum_core::operations::{self, SeedSize};

use crate::{config::Config, wiring};

/// Fills the database.
///
/// # Errors
/// With a message for the operator.
pub async fn run(config: Config, learners: u32, courses: u32) -> Result<(), String> {
    let db = wiring::open_database(&config).await?;
    db.migrate().await.map_err(|error| error.to_string())?;
    let s = wiring::services(&config, db)?;
    let count = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let size = SeedSize { learners: count(learners), courses: count(courses) };
    let report = operations::seed(&s, size, |line| tracing::info!("{line}"))
        .await
        .map_err(|error| error.to_string())?;
    tracing::info!(
        learners = report.learners,
        courses = report.courses,
        lessons = report.lessons,
        enrollments = report.enrollments,
        progress_rows = report.progress_rows,
        notes = report.notes,
        "seeded"
    );
    s.db.close().await;
    Ok(())
}
