//! SQLite in the task that asks.
//!
//! A query on a file takes a few microseconds; handing it to a thread and back takes a hundred. So statements run where
//! they are asked for, and only what waits for the disk or takes long steps aside (docs/adr/0014). `rusqlite` talks to the
//! engine; its rows are read through sqlx's traits, so that one row type serves both engines.

mod driver;
mod migrate;
mod people;
mod row;

use std::{
    collections::HashSet,
    fs::File,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, OpenFlags, StatementStatus};
use sqlx::FromRow;
use tokio::runtime::{Handle, RuntimeFlavor};

pub use row::EmbeddedRow;

use crate::{Error, Result, Statement, Value};

/// How many statements a connection keeps prepared; more than the product has.
const STATEMENT_CACHE: usize = 400;

/// A statement that took more steps of SQLite's machine than this, some 2 ms of work, steps aside the next time, so that the
/// other tasks of its thread go on. Steps, because time also passes while the processor does something else.
const QUICK: i32 = 100_000;

/// How many slow statements are remembered.
const MOST_SLOW: usize = 1_000;

/// Longer than this is worth a line in the log.
const WORTH_A_LINE: Duration = Duration::from_secs(1);

/// How to open the file.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub path: PathBuf,
    /// Makes the file when it is missing, and may change it.
    pub writes: bool,
    /// Pages that it keeps in memory, in KiB: the upper levels of the indexes. The system keeps the rest of the file.
    pub cache_kib: u32,
}

/// The log of the file, to which every commit is appended.
pub(crate) struct Log {
    path: PathBuf,
    /// Open from the first commit on. Closing it is harmless: the engine's locks are on other files.
    file: Option<File>,
    /// The disk has refused it once. What it lacks since then would make everything after it worthless.
    failed: bool,
}

impl Log {
    pub(crate) fn of(options: &Options) -> Self {
        let mut path = options.path.clone().into_os_string();
        path.push("-wal");
        Self { path: path.into(), file: None, failed: false }
    }

    /// Waits until everything that was committed is on the disk. After a failure it fails until the program starts anew: the
    /// engine then reads of the log what is whole.
    pub(crate) fn sync(&mut self) -> Result<()> {
        if self.failed {
            return Err(Error::Unavailable("the disk has refused a commit; start the program anew".into()));
        }
        let synced = aside(|| {
            let file = match self.file.take() {
                Some(file) => file,
                None => File::open(&self.path)?,
            };
            file.sync_data()?;
            Ok::<_, std::io::Error>(file)
        });
        match synced {
            Ok(file) => {
                self.file = Some(file);
                Ok(())
            }
            Err(error) => {
                self.failed = true;
                Err(Error::Unavailable(format!("{}: {error}", self.path.display())))
            }
        }
    }
}

/// Takes a row and says whether it wants another one.
// Not a type parameter: otherwise everything that is done with rows would be compiled once for each type.
type EachRow<'a> = &'a mut dyn FnMut(&EmbeddedRow) -> Result<bool, sqlx::Error>;

/// One connection to the file.
pub(crate) struct Connection {
    // Never locked: whoever has the connection has it alone. It only lets a reference to a connection be sent.
    inner: Mutex<rusqlite::Connection>,
    slow: HashSet<String>,
}

impl Connection {
    pub(crate) fn open(options: &Options) -> Result<Self> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, options.writes);
        let conn = aside(|| rusqlite::Connection::open_with_flags(&options.path, flags))?;
        conn.busy_timeout(Duration::from_secs(10))?;
        conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // NORMAL: a commit is written to the log; the writer brings the log to the disk before anybody is told (`Log`).
        // The log is carried over into the file beside the writer (`checkpoint`); should that lag behind, the engine does it.
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 64000; PRAGMA journal_size_limit = 134217728",
        )?;
        conn.pragma_update(None, "cache_size", -i64::from(options.cache_kib))?;
        if !options.writes {
            conn.execute_batch("PRAGMA query_only = ON")?;
        }
        Ok(Self { inner: Mutex::new(conn), slow: HashSet::new() })
    }

    /// How many pages of the log the file doesn't have yet. Not inside a transaction.
    pub(crate) fn behind(&mut self) -> Result<i64> {
        let state: Option<(i64, i64, i64)> = self.opt(&"PRAGMA wal_checkpoint(NOOP)".into())?;
        Ok(state.map_or(0, |(_, pages, carried)| pages - carried))
    }

    /// From here on, whoever meets another process that writes is told so at once, and waits without keeping a thread.
    pub(crate) fn never_wait(&mut self) -> Result<()> {
        self.wait_at_most(Duration::ZERO)
    }

    /// How long a statement waits, keeping its thread, for those who are in its way.
    pub(crate) fn wait_at_most(&mut self, patience: Duration) -> Result<()> {
        Ok(self.raw().busy_timeout(patience)?)
    }

    /// Calls `noted` with table and row number of whatever this connection changes.
    pub(crate) fn on_change(&mut self, mut noted: impl FnMut(&str, i64) + Send + 'static) -> Result<()> {
        self.raw().update_hook(Some(move |_, _: &str, table: &str, row| noted(table, row)))?;
        Ok(())
    }

    pub(crate) fn all<T>(&mut self, statement: &Statement) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, EmbeddedRow>,
    {
        let mut found = Vec::new();
        self.each(statement.text(), statement.values(), &mut |row| {
            found.push(T::from_row(row)?);
            Ok(true)
        })?;
        // What was read often stays in memory as it is.
        found.shrink_to_fit();
        Ok(found)
    }

    pub(crate) fn opt<T>(&mut self, statement: &Statement) -> Result<Option<T>>
    where
        T: for<'r> FromRow<'r, EmbeddedRow>,
    {
        let mut found = None;
        self.each(statement.text(), statement.values(), &mut |row| {
            found = Some(T::from_row(row)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// Calls `each` for every row. Steps aside: this is for long lists.
    pub(crate) fn for_each<T>(&mut self, statement: &Statement, mut each: impl FnMut(T) + Send) -> Result<()>
    where
        T: for<'r> FromRow<'r, EmbeddedRow>,
    {
        aside(|| {
            self.each(statement.text(), statement.values(), &mut |row| {
                each(T::from_row(row)?);
                Ok(true)
            })
        })
    }

    /// Runs a statement to its end; answers how many rows it changed.
    pub(crate) fn run(&mut self, statement: &Statement) -> Result<u64> {
        self.run_text(statement.text(), statement.values())
    }

    /// As [`Connection::run`], for text that this crate made.
    pub(crate) fn run_text(&mut self, text: &str, values: &[Value]) -> Result<u64> {
        self.each(text, values, &mut |_| Ok(true))?;
        Ok(self.raw().changes())
    }

    pub(crate) fn close(self) -> Result<()> {
        let conn = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(aside(|| conn.close().map_err(|(_, error)| error))?)
    }

    /// Runs a statement as long as `each` wants rows.
    fn each(&mut self, text: &str, values: &[Value], each: EachRow<'_>) -> Result<()> {
        let began = Instant::now();
        let known_slow = !self.slow.is_empty() && self.slow.contains(text);
        let conn = self.raw();
        let done = if known_slow {
            aside(|| rows(conn, text, values, each))
        } else {
            rows(conn, text, values, each)
        };
        let took = began.elapsed();
        if took > WORTH_A_LINE {
            tracing::warn!(seconds = took.as_secs_f64(), statement = text, "a statement took long");
        }
        let is_slow = done? > QUICK;
        if is_slow && !known_slow {
            if self.slow.len() >= MOST_SLOW {
                self.slow.clear();
            }
            self.slow.insert(text.to_owned());
        } else if known_slow && !is_slow {
            self.slow.remove(text);
        }
        Ok(())
    }

    fn raw(&mut self) -> &mut rusqlite::Connection {
        self.inner.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers how many steps it took.
fn rows(conn: &rusqlite::Connection, text: &str, values: &[Value], each: EachRow<'_>) -> Result<i32> {
    let mut statement = conn.prepare_cached(text)?;
    bind(&mut statement, values)?;
    let columns = row::columns(&statement);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if !each(&EmbeddedRow::read(row, &columns)?)? {
            break;
        }
    }
    drop(rows);
    Ok(statement.reset_status(StatementStatus::VmStep))
}

/// SQLite takes `$2` for a name and numbers names as they come, so the second parameter need not be `$2`.
fn bind(statement: &mut CachedStatement<'_>, values: &[Value]) -> Result<()> {
    for place in 1..=statement.parameter_count() {
        let named = statement.parameter_name(place).and_then(|name| name.strip_prefix('$'));
        let number = named.and_then(|number| number.parse().ok()).unwrap_or(place);
        let value = values.get(number - 1).ok_or_else(|| {
            Error::Other(format!("the statement wants a parameter ${number}, which nobody gave it").into())
        })?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

/// Runs what may wait for the disk or take long; meanwhile another thread takes over the tasks of this one.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Where a file's folder is missing, it is made.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display()))),
        None => Ok(()),
    }
}
