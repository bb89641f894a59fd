//! What to learn next: courses that fit a person, each with a reason, and what came of recommending them.
//!
//! `score.rs` says how well a course fits, as a sum of named parts; it knows facts and no database. `service.rs` gathers the
//! facts, keeps what was found for a day and serves it. What it was found from is kept with it as a hash, so that joining or
//! finishing a course, other favorite categories or another role make it stale in the very transaction that changes them,
//! without anybody having to say so. `impressions.rs`, `clicks.rs` and `report.rs` count what came of it.

mod clicks;
mod impressions;
pub mod jobs;
mod repo;
mod report;
pub mod score;
mod service;
mod types;

pub use clicks::click;
pub use impressions::{Impressions, flush, keep_flushing};
pub use report::{CourseResult, Period, ReasonResult, Report, ResultRow, Results, report};
pub use service::{FEWEST, KEPT_FOR, MOST, recommendations};
pub use types::{Reason, ReasonKind, Recommendation, Recommendations};
