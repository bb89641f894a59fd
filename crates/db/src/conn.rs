use std::ops::{Deref, DerefMut};

use futures::TryStreamExt;
use sqlx::{FromRow, PgConnection, Postgres, Transaction, pool::PoolConnection, postgres::PgRow};
use tokio::task::coop::consume_budget;

use crate::{
    Error, Result, Statement, Value,
    embedded::{self, EmbeddedRow},
    lane::Lent,
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

/// Binds a value as the type that it carries.
macro_rules! bind_value {
    ($query:ident, $value:ident) => {
        match $value {
            Value::Bool(v) => $query.bind(v),
            Value::Int(v) => $query.bind(v),
            Value::Float(v) => $query.bind(v),
            Value::Text(v) => $query.bind(v),
            Value::Bytes(v) => $query.bind(v),
            Value::Uuid(v) => $query.bind(v),
            Value::Time(v) => $query.bind(v),
            Value::Day(v) => $query.bind(v),
            Value::Json(v) => $query.bind(v.map(sqlx::types::Json)),
        }
    };
}

/// A statement for PostgreSQL: made of its text, with its values bound.
macro_rules! for_postgres {
    ($make:path, $statement:ident) => {{
        let (text, values) = $statement.into_parts();
        let mut query = $make(text);
        for value in values {
            query = bind_value!(query, value);
        }
        query
    }};
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
                db.all(statement.text(), statement.values())
            }
            EngineConn::Postgres(db) => Ok(for_postgres!(sqlx::query_as, statement).fetch_all(db).await?),
        }
    }

    /// The first row, if there is one.
    pub async fn opt<T: Record>(&mut self, statement: impl Into<Statement>) -> Result<Option<T>> {
        let statement = statement.into();
        match self.engine() {
            EngineConn::Sqlite(db) => {
                consume_budget().await;
                db.opt(statement.text(), statement.values())
            }
            EngineConn::Postgres(db) => {
                Ok(for_postgres!(sqlx::query_as, statement).fetch_optional(db).await?)
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
            EngineConn::Sqlite(db) => db.for_each(statement.text(), statement.values(), each),
            EngineConn::Postgres(db) => {
                let query = for_postgres!(sqlx::query_as, statement);
                let mut rows = query.fetch(db);
                while let Some(row) = rows.try_next().await? {
                    each(row);
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
                db.run(statement.text(), statement.values())
            }
            EngineConn::Postgres(db) => {
                Ok(for_postgres!(sqlx::query, statement).execute(db).await?.rows_affected())
            }
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
