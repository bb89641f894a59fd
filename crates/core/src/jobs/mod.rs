//! Durable background jobs: side effects are rows first.
//!
//! A service calls [`enqueue`] inside its own transaction, so the job exists exactly when the change does. A
//! [`Worker`] claims due jobs with a lease and runs the handler of their kind, **at least once**: a handler must
//! bear being run again, or end with [`finish`] in the transaction of its own writes, which makes those writes
//! happen once.
//!
//! - A finished job's row is removed. A failed one (an error or a panic) waits out an exponential back-off with
//!   jitter; after its last attempt it is *dead* and kept for an administrator ([`dead`], [`retry_dead`]).
//! - A worker that crashes leaves a lease that runs out; then the job is claimed again. That counts as an attempt,
//!   so a job that kills its worker dies too, in the end. A worker that was only slow finds its lease gone and can
//!   neither finish nor fail the job.
//! - A job whose kind this program doesn't know stays queued: a newer program, running beside this one during an
//!   update, put it there and will run it.
//! - A recurring job is a [`Schedule`]: however many workers there are, each slot is enqueued once.
//!
//! Workers in the process that enqueues wake up at the commit, others look once a second. PostgreSQL's `NOTIFY`
//! would save that second, but takes a lock across the whole server at each commit.

mod admin;
mod backoff;
mod handlers;
mod pieces;
mod queue;
mod schedule;
mod settle;
mod types;
mod worker;

pub use admin::{Counts, DeadJob, counts, dead, is_alive, last_words, retry_dead};
pub use backoff::{Backoff, Jitter};
pub use handlers::Handlers;
pub(crate) use pieces::{PIECE, piece_by_piece};
pub use queue::{enqueue, finish};
pub use schedule::Schedule;
pub use types::{Job, NewJob};
pub use worker::{Ran, Worker, WorkerOptions};
