//! Carrying SQLite's log over into its file (a checkpoint), beside the writer.
//!
//! Left alone, the engine does so inside a commit: some 40 ms in which nobody can write, twice a second under load. Here a
//! connection of its own copies the pages and waits for the disk while others go on writing. Only for the last few pages does
//! the writer have to stand still, because the log begins anew when all of it is carried over (docs/adr/0016).

use std::{fs::File, mem::ManuallyDrop, time::Duration};

use crate::{
    Error, Result,
    embedded::{Connection, Options, aside},
};

/// From so many pages on (64 MiB) the log is carried over. Not earlier, because a page that changed twice by then is
/// written once, and because everybody stands still for a moment each time.
pub(crate) const DUE: i64 = 16_000;

/// How often that is done beside the writer, before the rest. Each round leaves what was written during the one before; the
/// fourth would leave as much as the third.
pub(crate) const ROUNDS: usize = 3;

/// How long the rest waits for somebody who reads; meanwhile nobody can write.
const READERS_MAY_TAKE: Duration = Duration::from_millis(20);

/// Carries the log over.
pub(crate) struct Checkpointer {
    conn: Connection,
    /// Never closed: whoever closes any handle on the file takes this process's locks on it from the engine
    /// (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
    file: ManuallyDrop<File>,
}

impl Checkpointer {
    pub(crate) fn open(options: &Options) -> Result<Self> {
        // Copies pages from file to file: it has nothing to keep.
        let mut conn = Connection::open(&Options { cache_kib: 256, ..options.clone() })?;
        conn.wait_at_most(READERS_MAY_TAKE)?;
        let file = aside(|| File::open(&options.path))
            .map_err(|error| Error::Unavailable(format!("{}: {error}", options.path.display())))?;
        Ok(Self { conn, file: ManuallyDrop::new(file) })
    }

    /// Carries over what is there, while others write, and waits for the disk: the engine doesn't while the log grows.
    pub(crate) fn most(&mut self) -> Result<()> {
        aside(|| {
            self.run("PRAGMA wal_checkpoint(PASSIVE)")?;
            self.file.sync_data().map_err(|error| Error::Unavailable(error.to_string()))
        })
    }

    /// Carries over the rest, while nobody writes, so that the log begins anew; answers whether it does. Somebody who reads
    /// may be in the way; then it grows until the next time.
    pub(crate) fn rest(&mut self) -> Result<bool> {
        let state: Option<(i64, i64, i64)> =
            aside(|| self.conn.opt(&"PRAGMA wal_checkpoint(RESTART)".into()))?;
        Ok(state.is_some_and(|(busy, ..)| busy == 0))
    }

    pub(crate) fn close(self) -> Result<()> {
        self.conn.close()
    }

    fn run(&mut self, text: &str) -> Result<()> {
        self.conn.run_text(text, &[]).map(|_| ())
    }
}
