//! SQLite connections for reading that are lent out and come back.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    Error, Result,
    embedded::{Connection, Options},
};

/// A fixed number of connections; who comes first gets the next one.
#[derive(Clone)]
pub struct Lane(Arc<Shared>);

struct Shared {
    options: Options,
    size: u32,
    patience: Duration,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Lane {
    /// Opens the first connection; the others when they are needed.
    pub(crate) fn open(options: Options, size: u32, patience: Duration) -> Result<Self> {
        let first = Connection::open(&options)?;
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
            None => Connection::open(&self.0.options)?,
        };
        Ok(Lent { conn: Some(conn), lane: self.0.clone(), _permit: permit })
    }

    /// Waits for what is lent, then closes every connection.
    pub(crate) async fn close(&self) {
        let Ok(_all) = self.0.free.acquire_many(self.0.size).await else { return };
        self.0.free.close();
        let idle = std::mem::take(&mut *self.0.idle());
        for conn in idle {
            if let Err(error) = conn.close() {
                // Nothing is lost: the log is folded into the file at the next start.
                tracing::debug!(%error, "a connection did not close cleanly");
            }
        }
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection until it is dropped.
pub(crate) struct Lent {
    /// Taken when it is dropped, not before.
    conn: Option<Connection>,
    lane: Arc<Shared>,
    // Given back after `drop` has put the connection back.
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    pub(crate) fn conn(&mut self) -> &mut Connection {
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
