//! The durable queue: what is enqueued is done, once as far as anyone can tell, whatever happens to the workers.

mod crashes;
mod dedup;
mod retries;
mod schedules;
mod workers;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_core::{
    Error,
    ids::JobId,
    jobs::{self, Backoff, Counts, Handlers, NewJob, Schedule, Worker, WorkerOptions},
    ports::{Clock, ManualClock},
};
use momentum_db::sql;
use momentum_testkit::TestDb;
use serde_json::json;
use tokio::sync::Notify;

/// A queue, a clock that stands still, and a list of what the handlers did.
struct Queue {
    db: TestDb,
    clock: ManualClock,
    done: Done,
}

/// What the handlers did, in order.
#[derive(Clone, Default)]
struct Done(Arc<Mutex<Vec<String>>>);

impl Done {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn list(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

const LEASE: Duration = Duration::from_secs(60);

impl Queue {
    async fn new() -> Self {
        let clock = ManualClock::at("2030-01-01T10:00:00Z".parse().unwrap());
        Self { db: TestDb::new().await, clock, done: Done::default() }
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    async fn enqueue(&self, job: NewJob) -> Option<JobId> {
        let mut tx = self.db.begin().await.unwrap();
        let id = jobs::enqueue(&mut tx, job, self.now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Handlers that tests share: `note` notes its payload's text, `fail` notes and fails, `panic` panics.
    fn handlers(&self) -> Handlers {
        let (done, failed) = (self.done.clone(), self.done.clone());
        Handlers::new()
            .on("note", move |job| {
                let done = done.clone();
                async move {
                    done.note(job.payload["text"].as_str().unwrap());
                    Ok(())
                }
            })
            .on("fail", move |job| {
                let failed = failed.clone();
                async move {
                    failed.note(format!("failed {}", job.attempt));
                    Err(Error::Unavailable("the outside world".into()))
                }
            })
            .on("panic", |_job| async { panic!("a handler's bug") })
    }

    fn worker(&self, handlers: Handlers) -> Worker {
        self.scheduled_worker(handlers, Vec::new())
    }

    fn scheduled_worker(&self, handlers: Handlers, schedules: Vec<Schedule>) -> Worker {
        let options = WorkerOptions {
            lease: LEASE,
            poll: Duration::from_millis(20),
            backoff: Backoff { base: Duration::from_secs(10), cap: Duration::from_secs(3600) },
            jitter_seed: Some(42),
            ..WorkerOptions::default()
        };
        Worker::with_options(self.db.clone(), Arc::new(self.clock.clone()), handlers, schedules, options)
    }

    /// A worker with the shared handlers.
    fn plain_worker(&self) -> Worker {
        self.worker(self.handlers())
    }

    async fn counts(&self) -> Counts {
        jobs::counts(&mut self.db.read().await.unwrap()).await.unwrap()
    }

    /// Attempts, error and due time of the only job there is.
    async fn only_job(&self) -> (i64, Option<String>, DateTime<Utc>) {
        self.db
            .read()
            .await
            .unwrap()
            .one(sql!("SELECT attempts, last_error, run_at FROM jobs"))
            .await
            .unwrap()
    }

    async fn retry_dead(&self, id: JobId) -> momentum_core::Result<()> {
        let mut tx = self.db.begin().await.unwrap();
        jobs::retry_dead(&mut tx, id, self.now()).await?;
        tx.commit().await.unwrap();
        Ok(())
    }
}

fn note(text: &str) -> NewJob {
    NewJob::new("note", json!({ "text": text }))
}

fn queued(count: i64) -> Counts {
    Counts { queued: count, ..Counts::default() }
}

/// A handler that can be watched and held in the middle.
#[derive(Clone, Default)]
struct Gate {
    begun: Arc<Notify>,
    open: Arc<Notify>,
}

impl Gate {
    async fn pass(&self) {
        self.begun.notify_one();
        self.open.notified().await;
    }
}

/// Waits for something that another task does, and gives up after a time that no machine needs.
async fn eventually<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("it happens in time")
}
