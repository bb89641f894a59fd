//! The one door to SQL, and the only code that names a database engine.
//!
//! Every statement of the product is one text that SQLite and PostgreSQL both understand: `$1` placeholders,
//! column types by PostgreSQL's names, no engine's own functions. A function that takes `&mut Conn` reads, one
//! that takes `&mut Tx` writes.
//!
//! SQLite has one writer connection (`BEGIN IMMEDIATE`, so that a transaction that reads and then writes can't
//! fail half way with `SQLITE_BUSY_SNAPSHOT`) and a pool of `query_only` readers.
#![forbid(unsafe_code)]

mod bulk;
mod changes;
mod checkpoint;
mod conn;
mod embedded;
mod error;
mod guards;
mod lane;
mod open;
mod postgres;
mod seams;
mod statement;
mod stored_as_word;
mod writer;

pub use bulk::{Rows, TakenIndexes};
pub use changes::{Changes, Moment};
pub use conn::{Conn, Record, Tx};
pub use error::Error;
pub use open::{Db, Engine, Options};
/// Derive for rows (`#[derive(FromRow)]`) and for newtypes stored in columns (`#[derive(Type)]`); enums have [`stored_as_word!`].
pub use sqlx::{FromRow, Type, types::Json};
pub use statement::{Statement, Value, containing};

/// What a database call answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;
