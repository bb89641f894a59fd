//! What keeps an instance running well: repeated requests answered once, cleaning, health.

mod health;
mod idempotency;
pub mod jobs;
mod prepare;
mod seed;

pub use health::{check_ready, measure};
pub use idempotency::{Attempt, StoredAnswer, abandon, begin, finish};
pub use prepare::prepare;
pub use seed::{SeedReport, SeedSize, seed};
