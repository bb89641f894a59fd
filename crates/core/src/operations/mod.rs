//! What keeps an instance running well: repeated requests answered once, cleaning, health.

mod audit_log;
mod health;
mod idempotency;
pub mod jobs;
mod prepare;
mod seed;

pub use audit_log::{audit_entries, export_audit, verify_audit};
pub use health::{check_ready, measure};
pub use idempotency::{Attempt, StoredAnswer, abandon, begin, finish};
pub use prepare::prepare;
pub use seed::{SeedReport, SeedSize, seed};
