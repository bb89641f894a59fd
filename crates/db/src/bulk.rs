//! Seam "bulk load": many rows at once. One row a statement costs more in messages than in storing, and what
//! carries many rows differs: SQLite takes a few large statements, PostgreSQL a stream (`COPY`).

use sqlx::{AssertSqlSafe, Executor, PgConnection, SqlSafeStr};

use crate::{
    Result, Tx, Value,
    conn::EngineConn,
    embedded::{self, aside},
    sql,
};

/// Rows of a SQLite statement: enough that its cost is spread thin, few enough that it may stay prepared.
const SQLITE_ROWS: usize = 500;

/// A piece of the stream to PostgreSQL, in bytes.
const COPY_PIECE: usize = 1 << 20;

/// Rows for `N` columns of one table, to be stored by [`Tx::load`].
#[derive(Debug, Clone)]
pub struct Rows<const N: usize> {
    table: &'static str,
    columns: [&'static str; N],
    values: Vec<[Value; N]>,
}

impl<const N: usize> Rows<N> {
    /// No rows yet. The names come from the program, as a statement's text does.
    #[must_use]
    pub fn new(table: &'static str, columns: [&'static str; N]) -> Self {
        Self { table, columns, values: Vec::new() }
    }

    /// Adds one; [`row!`](crate::row) makes it.
    pub fn push(&mut self, row: [Value; N]) {
        self.values.push(row);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn target(&self) -> String {
        format!("{} ({})", self.table, self.columns.join(", "))
    }
}

/// Builds a row for [`Rows::push`] from anything that can be a parameter.
#[macro_export]
macro_rules! row {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

/// Secondary indexes that were taken away; [`Tx::restore_indexes`] brings them back.
#[derive(Debug)]
#[must_use = "without them every page that needs them reads whole tables"]
pub struct TakenIndexes {
    tables: Vec<&'static str>,
    definitions: Vec<String>,
}

impl Tx {
    /// Seam "bulk load": stores the rows and answers how many. Constraints hold as for any insert.
    pub async fn load<const N: usize>(&mut self, rows: Rows<N>) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        match self.engine() {
            EngineConn::Sqlite(db) => aside(|| load_sqlite(db, rows)),
            EngineConn::Postgres(db) => load_postgres(db, rows).await,
        }
    }

    /// Takes the secondary indexes of these tables away, except those that keep rows unique: building an index
    /// once, sorted, is far cheaper than growing it row by row in random order.
    pub async fn take_indexes(&mut self, tables: &[&'static str]) -> Result<TakenIndexes> {
        let mut definitions = Vec::new();
        for table in tables {
            let found: Vec<(String, String)> = match self.engine() {
                EngineConn::Sqlite(db) => db.all(&sql!(
                    "SELECT name, sql FROM sqlite_master
                     WHERE type = 'index' AND tbl_name = $1 AND sql LIKE 'CREATE INDEX%'",
                    *table
                ))?,
                EngineConn::Postgres(db) => {
                    sqlx::query_as(
                        // By the table's own number: asking by name looks at other schemas' indexes, which may go meanwhile.
                        "SELECT i.relname::text, pg_get_indexdef(i.oid)
                         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                         WHERE x.indrelid = to_regclass($1) AND NOT x.indisunique",
                    )
                    .bind(*table)
                    .fetch_all(db)
                    .await?
                }
            };
            for (name, definition) in found {
                self.execute_text(format!("DROP INDEX {name}")).await?;
                definitions.push(definition);
            }
        }
        Ok(TakenIndexes { tables: tables.to_vec(), definitions })
    }

    /// Builds the indexes anew.
    pub async fn restore_indexes(&mut self, taken: TakenIndexes) -> Result<()> {
        for definition in taken.definitions {
            self.execute_text(definition).await?;
        }
        if let EngineConn::Postgres(_) = self.engine() {
            // Its planner knows nothing of the new rows until autovacuum comes by, some minutes later.
            for table in taken.tables {
                self.execute_text(format!("ANALYZE {table}")).await?;
            }
        }
        Ok(())
    }

    /// Text that this module made of names from the program and of definitions from the database itself.
    async fn execute_text(&mut self, text: String) -> Result<()> {
        match self.engine() {
            EngineConn::Sqlite(db) => aside(|| db.run_text(&text, &[])).map(|_| ())?,
            EngineConn::Postgres(db) => db.execute(AssertSqlSafe(text).into_sql_str()).await.map(|_| ())?,
        }
        Ok(())
    }
}

fn load_sqlite<const N: usize>(db: &mut embedded::Connection, rows: Rows<N>) -> Result<u64> {
    let head = format!("INSERT INTO {} VALUES ", rows.target());
    // `?`, because SQLite looks a `$1` up by its name, one name after the other.
    let one = format!("({})", vec!["?"; N].join(", "));
    let statement = |rows: usize| format!("{head}{}", vec![one.as_str(); rows].join(", "));
    let full = statement(SQLITE_ROWS);
    let mut stored = 0;
    let mut values = rows.values.into_iter().peekable();
    while values.peek().is_some() {
        let some: Vec<Value> = values.by_ref().take(SQLITE_ROWS).flatten().collect();
        let count = some.len() / N;
        stored += if count == SQLITE_ROWS {
            db.run_text(&full, &some)?
        } else {
            db.run_text(&statement(count), &some)?
        };
    }
    Ok(stored)
}

async fn load_postgres<const N: usize>(db: &mut PgConnection, rows: Rows<N>) -> Result<u64> {
    let mut copy = db.copy_in_raw(&format!("COPY {} FROM STDIN", rows.target())).await?;
    let mut piece = String::with_capacity(COPY_PIECE + 4_096);
    for row in rows.values {
        for (i, value) in row.into_iter().enumerate() {
            if i > 0 {
                piece.push('\t');
            }
            write_field(&mut piece, value);
        }
        piece.push('\n');
        if piece.len() >= COPY_PIECE {
            copy.send(piece.as_bytes()).await?;
            piece.clear();
        }
    }
    copy.send(piece.as_bytes()).await?;
    Ok(copy.finish().await?)
}

/// A value in `COPY`'s text format (PostgreSQL's manual, "COPY", "Text Format").
fn write_field(out: &mut String, value: Value) {
    let text = match value {
        Value::Bool(v) => v.map(|v| v.to_string()),
        Value::Int(v) => v.map(|v| v.to_string()),
        Value::Float(v) => v.map(|v| v.to_string()),
        Value::Text(v) => v,
        Value::Bytes(v) => v.map(|bytes| format!("\\x{}", hex::encode(bytes))),
        Value::Uuid(v) => v.map(|v| v.to_string()),
        Value::Time(v) => v.map(|v| v.to_rfc3339()),
        Value::Day(v) => v.map(|v| v.to_string()),
        Value::Json(v) => v.map(|v| v.to_string()),
    };
    let Some(text) = text else {
        out.push_str("\\N");
        return;
    };
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
}
