//! What keeps an instance running well: repeated requests answered once, cleaning, health, the mailbox.

mod audit_log;
mod health;
mod idempotency;
pub mod jobs;
mod mailbox;
mod overview;
mod prepare;
mod search;
mod seed;

pub use audit_log::{audit_entries, export_audit, verify_audit};
pub use health::{check_ready, measure};
pub use idempotency::{Attempt, StoredAnswer, abandon, begin, finish};
pub use mailbox::{OpenedMail, mail_html, mails, open_mail, retry_mail};
pub use overview::{LatestEnrollment, LatestUser, Overview, overview};
pub use prepare::prepare;
pub use search::{Found, Hit, search};
pub use seed::{SeedReport, SeedSize, seed};
