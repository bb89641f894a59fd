//! Who did what, when and from where: an append-only log of what matters for security and administration.
//!
//! Each entry's hash covers the one before it, so that a changed or missing entry shows ([`verify`]); the database itself
//! refuses to change entries. An entry is written in the transaction of what it tells of: both happen or neither. Write it
//! last, because the log's end is one row that all writers of entries queue at.

mod chain;
pub mod jobs;
mod read;
mod record;
mod verify;

pub use read::{AuditEntry, AuditFilter, about, after, entries};
pub use record::{Event, record};
pub use verify::{Verdict, verify};
