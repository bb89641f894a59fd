use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use momentum_db::Db;
use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    Backoff, Handlers, Jitter, Job, Schedule,
    queue::{self, BELL, Claims},
    schedule,
    settle::{Outcome, Settling},
};
use crate::{Error, Result, ports::Clock};

/// How a worker works. The default suits production.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// How many jobs run at a time.
    pub concurrency: usize,
    /// How long it takes at most to see a job that another process enqueued, or one whose time has come.
    pub poll: Duration,
    /// How long a crashed worker's job waits for another worker. Renewed every third of it while the job runs.
    pub lease: Duration,
    /// How long running jobs may go on after the worker was told to stop.
    pub stop_within: Duration,
    /// How long failed jobs wait.
    pub backoff: Backoff,
    /// Seed of the back-off's jitter; `None` takes one from the system.
    pub jitter_seed: Option<u64>,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            concurrency: 4,
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(60),
            stop_within: Duration::from_secs(20),
            backoff: Backoff::default(),
            jitter_seed: None,
        }
    }
}

/// What [`Worker::run_due`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs that succeeded.
    pub succeeded: usize,
    /// What went wrong with the others, as `kind: error`.
    pub failures: Vec<String>,
}

/// Runs jobs. Cheap to clone; clones share nothing but their configuration, as workers in other processes do.
#[derive(Clone)]
pub struct Worker(Arc<Shared>);

struct Shared {
    db: Db,
    clock: Arc<dyn Clock>,
    handlers: Handlers,
    schedules: Vec<Schedule>,
    options: WorkerOptions,
    jitter: Jitter,
}

impl Worker {
    /// A worker for the kinds that `handlers` knows, which also keeps `schedules`.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, handlers: Handlers, schedules: Vec<Schedule>) -> Self {
        Self::with_options(db, clock, handlers, schedules, WorkerOptions::default())
    }

    /// The same, working as `options` say.
    #[must_use]
    pub fn with_options(
        db: Db,
        clock: Arc<dyn Clock>,
        handlers: Handlers,
        schedules: Vec<Schedule>,
        options: WorkerOptions,
    ) -> Self {
        let jitter = options.jitter_seed.map_or_else(Jitter::from_system, Jitter::seeded);
        Self(Arc::new(Shared { db, clock, handlers, schedules, options, jitter }))
    }

    /// Works until `stop`: then claims nothing more, lets running jobs end for as long as the options say, and puts
    /// back those that didn't, for another worker to begin at once. Trouble with the database is logged and waited
    /// out. Dropping the future instead is like a crash: what was running is claimed again when its lease runs out.
    pub async fn run(&self, stop: CancellationToken) {
        let mut running = Running::default();
        loop {
            // Listening begins before looking, so a commit in between isn't slept through.
            let bell = BELL.notified();
            tokio::pin!(bell);
            bell.as_mut().enable();
            if stop.is_cancelled() {
                break;
            }
            let free = self.0.options.concurrency.max(1).saturating_sub(running.len());
            match self.0.next(free).await {
                Ok(jobs) => {
                    for job in jobs {
                        running.start(&self.0, job);
                    }
                }
                Err(why) => tracing::warn!(%why, "the job queue can't be read"),
            }
            let full = running.len() >= self.0.options.concurrency.max(1);
            tokio::select! {
                () = stop.cancelled() => break,
                () = running.one_ended(), if !running.is_empty() => {}
                () = &mut bell, if !full => {}
                () = tokio::time::sleep(self.0.options.poll) => {}
            }
        }
        running.wind_down(&self.0).await;
    }

    /// Runs every job that is due now, one after the other, also those that they enqueue, until none is due. A failed
    /// job waits for its back-off like ever. For tests and for programs that work through the queue once.
    ///
    /// # Errors
    /// When the database fails; failed jobs are no error.
    pub async fn run_due(&self) -> Result<Ran> {
        let mut ran = Ran::default();
        loop {
            let jobs = self.0.next(1).await?;
            if jobs.is_empty() {
                return Ok(ran);
            }
            for job in jobs {
                let job = Arc::new(job);
                match self.0.perform(Arc::clone(&job)).await {
                    Outcome::Done => ran.succeeded += 1,
                    Outcome::Failed(why) => ran.failures.push(format!("{}: {why}", job.kind)),
                    Outcome::LeaseLost => ran.failures.push(format!("{}: the lease was lost", job.kind)),
                }
            }
        }
    }

    /// As [`Worker::run_due`], and a failed job is an error: what a test wants that expects everything to go well.
    ///
    /// # Errors
    /// [`Error::Internal`] with what failed.
    pub async fn drain(&self) -> Result<usize> {
        let ran = self.run_due().await?;
        if ran.failures.is_empty() {
            Ok(ran.succeeded)
        } else {
            Err(Error::Internal(ran.failures.join("; ")))
        }
    }
}

impl Shared {
    /// Keeps the schedules and claims up to `limit` due jobs.
    async fn next(&self, limit: usize) -> Result<Vec<Job>> {
        let now = self.clock.now();
        schedule::tick(&self.db, &self.schedules, now).await?;
        let kinds = || self.handlers.kinds().collect::<Vec<_>>().into_iter();
        if limit == 0 || !queue::any_due(&mut self.db.read().await?, kinds(), now).await? {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        let Claims { jobs, buried } = queue::claim(&mut tx, kinds(), limit, now, self.lease_end(now)).await?;
        tx.commit().await?;
        for id in buried {
            tracing::error!(job = %id, "the job is dead: its worker stopped in the middle of the last attempt");
            metrics::counter!("momentum_jobs_total", "outcome" => "dead").increment(1);
        }
        Ok(jobs)
    }

    fn lease_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        after(now, self.options.lease)
    }

    /// Runs one claimed job to its end and records that.
    async fn perform(&self, job: Arc<Job>) -> Outcome {
        let span = tracing::info_span!("job", id = %job.id, kind = %job.kind, attempt = job.attempt);
        let begun = Instant::now();
        let outcome = async {
            let result = tokio::select! {
                // The lease first: a handler that never waits would use up the task's time, and the lease would run out.
                biased;
                () = self.hold(&job) => {
                    tracing::warn!("another worker has taken over this job");
                    return Outcome::LeaseLost;
                }
                result = self.handle(&job) => result,
            };
            self.settle(&job, result).await
        }
        .instrument(span)
        .await;
        metrics::counter!("momentum_jobs_total", "outcome" => outcome.name()).increment(1);
        metrics::histogram!("momentum_job_seconds", "kind" => job.kind.clone())
            .record(begun.elapsed().as_secs_f64());
        outcome
    }

    async fn handle(&self, job: &Arc<Job>) -> Result<()> {
        let work = async {
            match self.handlers.get(&job.kind) {
                Some(handler) => handler(Arc::clone(job)).await,
                None => Err(Error::Internal(format!("no handler for {}", job.kind))),
            }
        };
        AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            Err(Error::Internal(format!("panic: {}", text.as_deref().unwrap_or("without words"))))
        })
    }

    /// Renews the lease; returns when it is lost.
    async fn hold(&self, job: &Job) {
        loop {
            tokio::time::sleep(self.options.lease / 3).await;
            match self.renew(job).await {
                Ok(true) => {}
                Ok(false) => return,
                // Two more tries fit into the lease.
                Err(why) => tracing::warn!(%why, "the lease could not be renewed"),
            }
        }
    }

    async fn renew(&self, job: &Job) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let held = queue::renew(&mut tx, job, self.lease_end(self.clock.now())).await?;
        tx.commit().await?;
        Ok(held)
    }

    async fn settle(&self, job: &Job, result: Result<()>) -> Outcome {
        let now = self.clock.now();
        let settling = match result {
            Ok(()) => Settling::Remove,
            Err(why) if job.is_last_attempt() => Settling::Bury(why.to_string()),
            Err(why) => {
                let mut wait = self.options.backoff.delay(job.attempt, self.jitter.next());
                if let Error::TooManyRequests { retry_after_seconds } = why {
                    wait = wait.max(Duration::from_secs(retry_after_seconds));
                }
                Settling::Retry { at: after(now, wait), error: why.to_string() }
            }
        };
        settling.record(&self.db, job).await
    }

    /// Puts back a job that was interrupted, without counting the attempt.
    async fn interrupt(&self, job: &Job) {
        let settling = Settling::Interrupt { at: self.clock.now() };
        settling.record(&self.db, job).await;
    }
}

fn after(now: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(wait)
        .ok()
        .and_then(|wait| now.checked_add_signed(wait))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The jobs that a worker is at.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    jobs: HashMap<Id, Arc<Job>>,
}

impl Running {
    fn len(&self) -> usize {
        self.tasks.len()
    }

    fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    fn start(&mut self, worker: &Arc<Shared>, job: Job) {
        let (worker, job) = (Arc::clone(worker), Arc::new(job));
        let performed = Arc::clone(&job);
        let task = self.tasks.spawn(async move {
            worker.perform(performed).await;
        });
        self.jobs.insert(task.id(), job);
    }

    /// Waits for the end of one job. Nothing is lost when the wait is broken off.
    async fn one_ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => {
                self.jobs.remove(&id);
            }
            // Neither aborted nor panicking can a task end here: the handler's panic is caught within.
            Some(Err(why)) => {
                self.jobs.remove(&why.id());
            }
            None => {}
        }
    }

    async fn wind_down(mut self, worker: &Shared) {
        let deadline = tokio::time::sleep(worker.options.stop_within);
        tokio::pin!(deadline);
        while !self.is_empty() {
            tokio::select! {
                () = self.one_ended() => {}
                () = &mut deadline => break,
            }
        }
        self.tasks.shutdown().await;
        for job in self.jobs.values() {
            tracing::warn!(job = %job.id, kind = %job.kind, "the job was interrupted and goes back to the queue");
            worker.interrupt(job).await;
        }
    }
}
