//! The studio: courses and lessons that programs write.

mod jobs;
mod references;
mod review;
mod usage;
mod writing;

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Operations;

pub(super) fn routes(operations: Operations) -> Operations {
    let operations = writing::routes(operations);
    let operations = jobs::routes(operations);
    let operations = usage::routes(operations);
    let operations = references::routes(operations);
    review::routes(operations)
}

/// What was used.
#[derive(Serialize, ToSchema)]
struct UsageAnswer {
    input_tokens: i64,
    output_tokens: i64,
    cost_usd: f64,
}

/// Millionths of a dollar as dollars.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn usd(micros: i64) -> f64 {
    micros as f64 / 1e6
}
