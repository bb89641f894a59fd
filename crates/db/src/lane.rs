//! SQLite connections for reading that are lent out and come back.
//!
//! sqlx's pool asks every connection that comes back whether it still lives. Each connection works on a thread of its
//! own, so that question is a second trip there and back for every read, as dear as a small query. A file doesn't hang
//! up; here a connection simply comes back.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

/// A fixed number of connections; who comes first gets the next one.
#[derive(Clone)]
pub struct Lane(Arc<Shared>);

struct Shared {
    options: SqliteConnectOptions,
    size: u32,
    patience: Duration,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Lane {
    /// Opens the first connection; the others when they are needed.
    pub(crate) async fn open(options: SqliteConnectOptions, size: u32, patience: Duration) -> Result<Self> {
        let first = options.connect().await?;
        Ok(Self(Arc::new(Shared {
            options,
            size,
            patience,
            free: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            idle: Mutex::new(vec![first]),
        })))
    }

    /// The next free connection, within the lane's patience.
    pub(crate) async fn lend(&self) -> Result<Lent> {
        let free = self.0.free.clone().acquire_owned();
        let permit = match tokio::time::timeout(self.0.patience, free).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Error::Unavailable("the database is closed".into())),
            Err(_) => return Err(Error::Unavailable("no connection was free in time".into())),
        };
        let idle = self.0.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.0.options.connect().await?,
        };
        Ok(Lent { conn: Some(conn), lane: self.0.clone(), _permit: permit })
    }

    /// Waits for what is lent, then closes every connection.
    pub(crate) async fn close(&self) {
        let Ok(_all) = self.0.free.acquire_many(self.0.size).await else { return };
        self.0.free.close();
        let idle = std::mem::take(&mut *self.0.idle());
        for conn in idle {
            if let Err(error) = conn.close().await {
                // Nothing is lost: the log is folded into the file at the next start.
                tracing::debug!(%error, "a connection did not close cleanly");
            }
        }
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection until it is dropped.
pub(crate) struct Lent {
    /// Taken when it is dropped, not before.
    conn: Option<SqliteConnection>,
    lane: Arc<Shared>,
    // Given back after `drop` has put the connection back.
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        match &mut self.conn {
            Some(conn) => conn,
            None => unreachable!("a connection is taken only when it is dropped"),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.lane.idle().push(conn);
        }
    }
}
