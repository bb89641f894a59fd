//! What sqlx wants of a database before rows can be read through it. Only rows are: whatever has to do with connections,
//! transactions and statements takes a [`Nobody`], of whom there is none, and so is never called.

use std::{str::FromStr, time::Duration};

use sqlx_core::{
    Url,
    arguments::{Arguments, IntoArguments},
    connection::{ConnectOptions, Connection},
    database::Database,
    encode::Encode,
    error::{BoxDynError, Error},
    from_row::FromRow,
    query::Query,
    query_as::QueryAs,
    query_scalar::QueryScalar,
    sql_str::SqlStr,
    statement::Statement,
    transaction::{Transaction, TransactionManager},
    types::Type,
};

use super::row::{EmbeddedColumn, EmbeddedRef, EmbeddedRow, EmbeddedValue, Storage};

/// The file, as a kind of database that sqlx's row types can be asked for.
#[derive(Debug)]
pub struct Embedded;

impl Database for Embedded {
    type Connection = Nobody;
    type TransactionManager = Nobody;
    type Row = EmbeddedRow;
    type QueryResult = ();
    type Column = EmbeddedColumn;
    type TypeInfo = Storage;
    type Value = EmbeddedValue;
    type ValueRef<'r> = EmbeddedRef<'r>;
    type Arguments = NoArguments;
    type ArgumentBuffer = ();
    type Statement = Nobody;

    const NAME: &'static str = "SQLite";
    const URL_SCHEMES: &'static [&'static str] = &[];
}

/// There is none.
#[derive(Debug, Clone)]
pub enum Nobody {}

/// Parameters are bound without sqlx.
#[derive(Debug, Default)]
pub struct NoArguments;

impl Arguments for NoArguments {
    type Database = Embedded;

    fn reserve(&mut self, _additional: usize, _size: usize) {}

    fn add<'t, T: Encode<'t, Embedded> + Type<Embedded>>(&mut self, _value: T) -> Result<(), BoxDynError> {
        Err("parameters are bound without sqlx".into())
    }

    fn len(&self) -> usize {
        0
    }
}

impl Connection for Nobody {
    type Database = Embedded;
    type Options = Self;

    async fn close(self) -> Result<(), Error> {
        match self {}
    }

    async fn close_hard(self) -> Result<(), Error> {
        match self {}
    }

    async fn ping(&mut self) -> Result<(), Error> {
        match *self {}
    }

    async fn begin(&mut self) -> Result<Transaction<'_, Embedded>, Error> {
        match *self {}
    }

    fn shrink_buffers(&mut self) {}

    async fn flush(&mut self) -> Result<(), Error> {
        match *self {}
    }

    fn should_flush(&self) -> bool {
        match *self {}
    }
}

impl FromStr for Nobody {
    type Err = Error;

    fn from_str(_address: &str) -> Result<Self, Error> {
        Err(Error::Configuration("the file is opened without sqlx".into()))
    }
}

impl ConnectOptions for Nobody {
    type Connection = Self;

    fn from_url(url: &Url) -> Result<Self, Error> {
        url.as_str().parse()
    }

    async fn connect(&self) -> Result<Self, Error> {
        match *self {}
    }

    fn log_statements(self, _level: log::LevelFilter) -> Self {
        self
    }

    fn log_slow_statements(self, _level: log::LevelFilter, _duration: Duration) -> Self {
        self
    }
}

impl TransactionManager for Nobody {
    type Database = Embedded;

    async fn begin(conn: &mut Self, _statement: Option<SqlStr>) -> Result<(), Error> {
        match *conn {}
    }

    async fn commit(conn: &mut Self) -> Result<(), Error> {
        match *conn {}
    }

    async fn rollback(conn: &mut Self) -> Result<(), Error> {
        match *conn {}
    }

    fn start_rollback(conn: &mut Self) {
        match *conn {}
    }

    fn get_transaction_depth(conn: &Self) -> usize {
        match *conn {}
    }
}

impl Statement for Nobody {
    type Database = Embedded;

    fn into_sql(self) -> SqlStr {
        match self {}
    }

    fn sql(&self) -> &SqlStr {
        match *self {}
    }

    fn parameters(&self) -> Option<sqlx_core::Either<&[Storage], usize>> {
        match *self {}
    }

    fn columns(&self) -> &[EmbeddedColumn] {
        match *self {}
    }

    fn query(&self) -> Query<'_, Embedded, NoArguments> {
        match *self {}
    }

    fn query_with<A: IntoArguments<Embedded>>(&self, _arguments: A) -> Query<'_, Embedded, A> {
        match *self {}
    }

    fn query_as<O: for<'r> FromRow<'r, EmbeddedRow>>(&self) -> QueryAs<'_, Embedded, O, NoArguments> {
        match *self {}
    }

    fn query_as_with<'s, O, A>(&'s self, _arguments: A) -> QueryAs<'s, Embedded, O, A>
    where
        O: for<'r> FromRow<'r, EmbeddedRow>,
        A: IntoArguments<Embedded>,
    {
        match *self {}
    }

    fn query_scalar<O>(&self) -> QueryScalar<'_, Embedded, O, NoArguments>
    where
        (O,): for<'r> FromRow<'r, EmbeddedRow>,
    {
        match *self {}
    }

    fn query_scalar_with<'s, O, A>(&'s self, _arguments: A) -> QueryScalar<'s, Embedded, O, A>
    where
        (O,): for<'r> FromRow<'r, EmbeddedRow>,
        A: IntoArguments<Embedded>,
    {
        match *self {}
    }
}
