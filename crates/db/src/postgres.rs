//! Statements for PostgreSQL. Rows come out as they are and are read where their type is known, so that none of this is
//! compiled once for each type.

use futures::stream::BoxStream;
use sqlx::{
    Executor, PgConnection, Postgres,
    postgres::{PgArguments, PgRow},
    query::Query,
    types::Json,
};

use crate::{Result, Statement, Value};

pub(crate) async fn all(db: &mut PgConnection, statement: Statement) -> Result<Vec<PgRow>> {
    Ok(db.fetch_all(query(statement)).await?)
}

pub(crate) async fn opt(db: &mut PgConnection, statement: Statement) -> Result<Option<PgRow>> {
    Ok(db.fetch_optional(query(statement)).await?)
}

/// The rows as they arrive.
pub(crate) fn each(db: &mut PgConnection, statement: Statement) -> BoxStream<'_, Result<PgRow, sqlx::Error>> {
    db.fetch(query(statement))
}

/// Runs a statement to its end; answers how many rows it changed.
pub(crate) async fn run(db: &mut PgConnection, statement: Statement) -> Result<u64> {
    Ok(db.execute(query(statement)).await?.rows_affected())
}

/// A statement with its values bound as the types that they carry.
fn query(statement: Statement) -> Query<'static, Postgres, PgArguments> {
    let (text, values) = statement.into_parts();
    values.into_iter().fold(sqlx::query(text), |query, value| match value {
        Value::Bool(v) => query.bind(v),
        Value::Int(v) => query.bind(v),
        Value::Float(v) => query.bind(v),
        Value::Text(v) => query.bind(v),
        Value::Bytes(v) => query.bind(v),
        Value::Uuid(v) => query.bind(v),
        Value::Time(v) => query.bind(v),
        Value::Day(v) => query.bind(v),
        Value::Json(v) => query.bind(v.map(Json)),
    })
}
