//! SQLite's one writer, and commits that many transactions share.
//!
//! A commit waits for the disk, and while it waits nobody else can write. So transactions that come one upon the other
//! share one commit (a batch): each works behind a savepoint of its own inside one transaction of the engine, and is
//! told that it is done only when that one is on the disk. A transaction that fails or is dropped goes back to its
//! savepoint and leaves the others alone.
//!
//! When a batch ends needs no clock: the first transaction that is done sends a task that waits until the batch before is on
//! the disk and then queues up for the writer as everybody does. Whoever queued before it is in the batch; whoever comes
//! later is in the next one. So the writer works on a batch while the disk takes the one before, and nobody waits for
//! company (docs/adr/0015).

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::migrate::Migrator;
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, oneshot},
};

use crate::{
    Changes, Error, Result,
    checkpoint::{self, Checkpointer},
    conn::Hook,
    embedded::{Connection, Log, Options, aside},
};

/// How soon it is noticed that another process has written, in milliseconds.
const LOOK_EVERY: u64 = 1_000;

/// How long another process may write before one of ours gives up.
const OTHERS_MAY_TAKE: Duration = Duration::from_secs(10);

/// How soon to ask again whether it is done.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// How soon the log is carried over again after that failed, or somebody who read was in the way.
const CHECKPOINT_AGAIN: Duration = Duration::from_secs(1);

/// The one connection that writes; who comes first gets it next.
#[derive(Clone)]
pub struct Writer {
    /// `None` when it is closed.
    line: Arc<Mutex<Option<Writing>>>,
    /// Held while a batch is on its way to the disk; always before the writer is.
    log: Arc<Mutex<Log>>,
    /// Held while the log is carried over; always before the two others are. `None` when it is closed.
    checkpointer: Arc<Mutex<Option<Checkpointer>>>,
    patience: Duration,
    runtime: Handle,
    changes: Changes,
    /// Milliseconds after `opened` at which to look for other processes again, and those of the last look.
    look_at: Arc<AtomicU64>,
    looked_at: Arc<AtomicU64>,
    /// Held while somebody looks.
    looking: Arc<std::sync::Mutex<()>>,
    opened: Instant,
}

/// The writer, held by whoever's turn it is.
type Held = OwnedMappedMutexGuard<Option<Writing>, Writing>;

/// The connection, and what is open on it.
struct Writing {
    conn: Connection,
    batch: Option<Batch>,
    changes: Changes,
    /// Moves when another connection than this one has written to the file.
    others: i64,
}

/// A transaction of the engine that transactions of the program share. The newest of them works behind the savepoint
/// `mine`.
#[derive(Default)]
struct Batch {
    /// Those that are done and wait for the disk.
    kept: Vec<Kept>,
    /// Whether something that nobody wants stands behind the savepoint.
    leftovers: bool,
    /// Whether the task that ends it is under way.
    ending: bool,
}

/// A transaction that is done, as far as its owner is concerned.
struct Kept {
    hooks: Vec<Hook>,
    done: oneshot::Sender<Result<()>>,
}

impl Writer {
    pub(crate) fn open(options: &Options, patience: Duration) -> Result<Self> {
        let changes = Changes::new();
        let mut conn = Connection::open(options)?;
        let noted = changes.clone();
        conn.on_change(move |table, row| noted.note(table, row))?;
        let noted = changes.clone();
        conn.on_person(move |person| noted.note_person(person))?;
        conn.watch_people()?;
        let mut writing = Writing { conn, batch: None, changes: changes.clone(), others: 0 };
        writing.others = writing.others_version()?;
        writing.conn.never_wait()?;
        Ok(Self {
            line: Arc::new(Mutex::new(Some(writing))),
            log: Arc::new(Mutex::new(Log::of(options))),
            checkpointer: Arc::new(Mutex::new(Some(Checkpointer::open(options)?))),
            patience,
            runtime: Handle::current(),
            changes,
            look_at: Arc::default(),
            looked_at: Arc::default(),
            looking: Arc::default(),
            opened: Instant::now(),
        })
    }

    /// What has changed. Whoever asks looks for other processes, at most once a second.
    pub(crate) fn changes(&self) -> &Changes {
        let now = self.millis();
        if now < self.look_at.load(Ordering::Acquire) {
            return &self.changes;
        }
        // Who comes meanwhile waits the few microseconds of a look: what they remember may be wrong.
        let _looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        if now < self.look_at.load(Ordering::Acquire) {
            return &self.changes;
        }
        match self.line.try_lock() {
            Ok(mut line) => {
                if let Some(writing) = line.as_mut() {
                    self.look_for_others(writing);
                }
            }
            // One of ours is writing. What others did before that is seen when it is done; after a pause that may be too late.
            Err(_) => {
                if now > self.looked_at.load(Ordering::Acquire) + 2 * LOOK_EVERY {
                    self.changes.publish_all();
                }
                self.runtime.spawn(self.clone().look_in_turn());
            }
        }
        self.look_at.store(now + LOOK_EVERY, Ordering::Release);
        &self.changes
    }

    async fn look_in_turn(self) {
        if let Ok(mut held) = self.hold().await {
            self.look_for_others(&mut held);
        }
    }

    /// Nobody else can write while one of ours holds the writer, so what it sees is all there is.
    fn look_for_others(&self, writing: &mut Writing) {
        match writing.others_version() {
            Ok(version) if version == writing.others => {}
            Ok(version) => {
                writing.others = version;
                self.changes.publish_all();
            }
            Err(error) => {
                tracing::warn!(%error, "whether another process has written can't be told");
                self.changes.publish_all();
            }
        }
        self.looked_at.store(self.millis(), Ordering::Release);
    }

    /// Since it was opened.
    fn millis(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Begins a transaction as soon as those who came before are done with theirs, within the writer's patience.
    pub(crate) async fn begin(&self) -> Result<Turn> {
        let mut held = tokio::time::timeout(self.patience, self.hold())
            .await
            .map_err(|_| Error::Unavailable("the writer was not free in time".into()))??;
        // Between two attempts nothing is open, so a caller who goes away can't leave the connection between two states.
        let began = Instant::now();
        loop {
            match held.make_room() {
                Ok(()) => return Ok(Turn { held, writer: self.clone(), kept: false }),
                // Another process is writing.
                Err(Error::Contention(_)) if began.elapsed() < OTHERS_MAY_TAKE => {
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Brings the schema up to date, alone with the connection.
    pub(crate) async fn migrate(&self, migrator: &Migrator) -> Result<()> {
        let mut log = self.log.lock().await;
        let mut held = self.hold().await?;
        held.end().reach(&mut log).tell();
        held.conn.unwatch_people()?;
        let done = aside(|| held.conn.migrate(migrator));
        held.conn.watch_people()?;
        self.changes.publish_all();
        done?;
        log.sync()
    }

    /// Waits for those who came before, and closes the connection.
    pub(crate) async fn close(&self) {
        let checkpointer = self.checkpointer.lock().await.take();
        let mut log = self.log.lock().await;
        let Some(mut writing) = self.line.lock().await.take() else { return };
        writing.end().reach(&mut log).tell();
        let closed = checkpointer.map_or(Ok(()), Checkpointer::close);
        if let Err(error) = closed.and_then(|()| writing.conn.close()) {
            // Nothing is lost: the log is folded into the file at the next start.
            tracing::debug!(%error, "the writer did not close cleanly");
        }
    }

    async fn hold(&self) -> Result<Held> {
        let line = self.line.clone().lock_owned().await;
        OwnedMutexGuard::try_map(line, Option::as_mut)
            .map_err(|_| Error::Unavailable("the database is closed".into()))
    }

    /// Ends the batch that is open when this one's turn comes. Others may write while it is on its way to the disk.
    async fn end_batch(self) {
        let mut log = self.log.lock().await;
        let Ok(mut held) = self.hold().await else { return };
        let ended = held.end();
        let due = held.conn.behind().is_ok_and(|pages| pages >= checkpoint::DUE);
        drop(held);
        let ended = ended.reach(&mut log);
        drop(log);
        ended.tell();
        if due {
            self.checkpoint().await;
        }
    }

    /// Carries the log over, unless that is being done.
    async fn checkpoint(&self) {
        let Ok(mut guard) = self.checkpointer.try_lock() else { return };
        let Some(checkpointer) = guard.as_mut() else { return };
        match self.checkpoint_with(checkpointer).await {
            Ok(true) => return,
            Ok(false) => tracing::debug!("somebody reads from the log, so it doesn't begin anew"),
            Err(error) => tracing::warn!(%error, "the log can't be carried over into the database's file"),
        }
        tokio::time::sleep(CHECKPOINT_AGAIN).await;
    }

    /// Answers whether the log begins anew.
    async fn checkpoint_with(&self, checkpointer: &mut Checkpointer) -> Result<bool> {
        // Again and again, because the log grows meanwhile: so little is left for which everybody has to wait.
        for _ in 0..checkpoint::ROUNDS {
            checkpointer.most()?;
        }
        let mut log = self.log.lock().await;
        let mut held = self.hold().await?;
        let ended = held.end();
        let carried = checkpointer.rest();
        drop(held);
        let ended = ended.reach(&mut log);
        drop(log);
        ended.tell();
        carried
    }
}

impl Writing {
    /// Sets the savepoint behind which the next transaction works, opening a batch when there is none.
    fn make_room(&mut self) -> Result<()> {
        if let Some(batch) = &mut self.batch {
            let leftovers = std::mem::take(&mut batch.leftovers);
            let room = if leftovers {
                self.run("ROLLBACK TO mine")
            } else {
                self.run("RELEASE mine").and_then(|()| self.run("SAVEPOINT mine"))
            };
            match room {
                Ok(()) => return Ok(()),
                // The engine has rolled everything back by itself, as it does when the disk is full.
                Err(error) => self.fail(&error).tell(),
            }
        }
        self.run("BEGIN IMMEDIATE")?;
        if let Err(error) = self.run("SAVEPOINT mine") {
            self.roll_back();
            return Err(error);
        }
        self.batch = Some(Batch::default());
        Ok(())
    }

    /// Commits what is kept, for all of them at once. It is on the disk when the log is.
    fn end(&mut self) -> Ended {
        let Some(batch) = &self.batch else { return Ended::default() };
        if batch.kept.is_empty() {
            self.batch = None;
            self.roll_back();
            return Ended::default();
        }
        let cleared = if batch.leftovers { self.run("ROLLBACK TO mine") } else { Ok(()) };
        match cleared.and_then(|()| aside(|| self.run("COMMIT"))) {
            Ok(()) => {
                self.changes.publish();
                Ended { kept: self.batch.take().unwrap_or_default().kept, failure: None }
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Gives the whole batch up.
    fn fail(&mut self, error: &Error) -> Ended {
        self.roll_back();
        Ended { kept: self.batch.take().unwrap_or_default().kept, failure: Some(error.to_string()) }
    }

    fn roll_back(&mut self) {
        if let Err(error) = self.run("ROLLBACK") {
            // The engine has done so already.
            tracing::debug!(%error, "nothing to roll back");
        }
    }

    /// The engine's number for "another connection has changed the file" (`PRAGMA data_version`).
    fn others_version(&mut self) -> Result<i64> {
        let version: Option<(i64,)> = self.conn.opt(&"PRAGMA data_version".into())?;
        Ok(version.map_or(0, |(version,)| version))
    }

    fn run(&mut self, text: &'static str) -> Result<()> {
        self.conn.run_text(text, &[]).map(|_| ())
    }
}

/// What came of a batch.
#[derive(Default)]
struct Ended {
    kept: Vec<Kept>,
    failure: Option<String>,
}

impl Ended {
    /// Brings what was committed to the disk.
    fn reach(mut self, log: &mut Log) -> Self {
        if self.failure.is_none()
            && !self.kept.is_empty()
            && let Err(error) = log.sync()
        {
            self.failure = Some(error.to_string());
        }
        self
    }

    /// Tells everybody who waits.
    fn tell(self) {
        for kept in self.kept {
            let outcome = match &self.failure {
                None => {
                    kept.hooks.into_iter().for_each(|hook| hook());
                    Ok(())
                }
                Some(why) => Err(Error::Unavailable(format!("the commit failed: {why}"))),
            };
            // Who doesn't wait any more doesn't want to know.
            let _ = kept.done.send(outcome);
        }
    }
}

/// One transaction's time with the writer. Dropped without [`Turn::keep`], it leaves nothing behind.
pub(crate) struct Turn {
    held: Held,
    writer: Writer,
    kept: bool,
}

impl Turn {
    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.held.conn
    }

    /// Hands the writer on and waits until the batch is on the disk. The hooks run then, also when nobody waits any
    /// more.
    pub(crate) async fn keep(mut self, hooks: Vec<Hook>) -> Result<()> {
        let (done, told) = oneshot::channel();
        self.held.batch.get_or_insert_default().kept.push(Kept { hooks, done });
        self.kept = true;
        drop(self);
        told.await.map_err(|_| Error::Unavailable("the program is ending".into()))?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(batch) = &mut self.held.batch else { return };
        batch.leftovers |= !self.kept;
        if !batch.ending {
            batch.ending = true;
            self.writer.runtime.spawn(self.writer.clone().end_batch());
        }
    }
}
