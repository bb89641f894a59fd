use std::ops::{Deref, DerefMut};

use futures::TryStreamExt;
use sqlx::{FromRow, PgConnection, Postgres, Transaction, pool::PoolConnection, postgres::PgRow};
use tokio::task::coop::consume_budget;

use crate::{
    Error, Result, Statement,
    embedded::{self, EmbeddedRow},
    lane::Lent,
    postgres,
    writer::Turn,
};

/// A row type that both engines can fill; `#[derive(FromRow)]` makes one, tuples are such types already.
pub trait Record: Send + Unpin + for<'r> FromRow<'r, EmbeddedRow> + for<'r> FromRow<'r, PgRow> {}
impl<T> Record for T where T: Send + Unpin + for<'r> FromRow<'r, EmbeddedRow> + for<'r> FromRow<'r, PgRow> {}

/// A connection for reading.
pub struct Conn(pub(crate) Inner);

pub(crate) enum Inner {
    Sqlite(Lent),
    SqliteTx(Turn),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

pub(crate) enum EngineConn<'a> {
    Sqlite(&'a mut embedded::Connection),
    Postgres(&'a mut PgConnection),
}

impl Conn {
    pub(crate) fn engine(&mut self) -> EngineConn<'_> {
        match &mut self.0 {
            Inner::Sqlite(lent) => EngineConn::Sqlite(lent.conn()),
            Inner::SqliteTx(turn) => EngineConn::Sqlite(turn.conn()),
            Inner::Postgres(c) => EngineConn::Postgres(c),
            Inner::PostgresTx(c) => EngineConn::Postgres(c),
        }
    }

    /// All rows.
    pub async fn all<T: Record>(&mut self, statement: impl Into<Statement>) -> Result<Vec<T>> {
        let statement = statement.into();
        match self.engine() {
            EngineConn::Sqlite(db) => {
                consume_budget().await;
                db.all(&statement)
            }
            EngineConn::Postgres(db) => {
                let rows = postgres::all(db, statement).await?;
                Ok(rows.iter().map(T::from_row).collect::<Result<_, _>>()?)
            }
        }
    }

    /// The first row, if there is one.
    pub async fn opt<T: Record>(&mut self, statement: impl Into<Statement>) -> Result<Option<T>> {
        let statement = statement.into();
        match self.engine() {
            EngineConn::Sqlite(db) => {
                consume_budget().await;
                db.opt(&statement)
            }
            EngineConn::Postgres(db) => {
                let row = postgres::opt(db, statement).await?;
                Ok(row.as_ref().map(T::from_row).transpose()?)
            }
        }
    }

    /// The one row. An error when there is none: for statements that always answer, such as counts.
    pub async fn one<T: Record>(&mut self, statement: impl Into<Statement>) -> Result<T> {
        self.opt(statement).await?.ok_or_else(|| Error::Other(sqlx::Error::RowNotFound.into()))
    }

    /// Calls `each` for every row as it arrives, so that a long list never stands in memory.
    pub async fn for_each<T: Record>(
        &mut self,
        statement: impl Into<Statement>,
        mut each: impl FnMut(T) + Send,
    ) -> Result<()> {
        let statement = statement.into();
        match self.engine() {
            EngineConn::Sqlite(db) => db.for_each(&statement, each),
            EngineConn::Postgres(db) => {
                let mut rows = postgres::each(db, statement);
                while let Some(row) = rows.try_next().await? {
                    each(T::from_row(&row)?);
                }
                Ok(())
            }
        }
    }
}

/// What waits for a commit.
pub(crate) type Hook = Box<dyn FnOnce() + Send + Sync>;

/// A transaction: reads and writes; rolled back unless [`Tx::commit`] is called.
///
/// On SQLite many transactions may share one commit (see `writer.rs`), so what a transaction reads may not be on the
/// disk yet. Whoever answers "it is done" from what a transaction read commits it first, also when it changed nothing.
pub struct Tx {
    conn: Conn,
    hooks: Vec<Hook>,
}

impl Tx {
    pub(crate) fn new(conn: Conn) -> Self {
        Self { conn, hooks: Vec::new() }
    }

    /// Runs `hook` when the transaction has been committed, and never when it is rolled back: for signals inside
    /// the process (wake a worker, publish an event), which must not run ahead of the rows that they speak of.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + Sync + 'static) {
        self.hooks.push(Box::new(hook));
    }

    /// Runs a statement that changes rows and answers how many.
    pub async fn run(&mut self, statement: impl Into<Statement>) -> Result<u64> {
        let statement = statement.into();
        match self.conn.engine() {
            EngineConn::Sqlite(db) => {
                consume_budget().await;
                db.run(&statement)
            }
            EngineConn::Postgres(db) => postgres::run(db, statement).await,
        }
    }

    /// Makes everything durable. Only after this may a caller be told that it is done.
    pub async fn commit(self) -> Result<()> {
        match self.conn.0 {
            Inner::SqliteTx(turn) => turn.keep(self.hooks).await,
            Inner::PostgresTx(tx) => {
                tx.commit().await?;
                self.hooks.into_iter().for_each(|hook| hook());
                Ok(())
            }
            Inner::Sqlite(_) | Inner::Postgres(_) => Ok(()),
        }
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
