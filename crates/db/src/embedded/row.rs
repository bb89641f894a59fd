//! Rows and values of the file, as sqlx's traits want them, and back: what is written is written as sqlx's own SQLite
//! driver does, for the sake of files that it made.

use std::{borrow::Cow, fmt, sync::Arc};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rusqlite::types::{ToSql, ToSqlOutput, Value as Stored, ValueRef as StoredRef};
use serde::Deserialize;
use sqlx::{
    Column, ColumnIndex, Decode, Error, Row, Type, TypeInfo, ValueRef, error::BoxDynError, types::Json,
};
use uuid::Uuid;

use super::driver::Embedded;
use crate::Value;

/// What a value is, as the engine stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TypeInfo for Storage {
    fn is_null(&self) -> bool {
        *self == Self::Null
    }

    fn name(&self) -> &str {
        match self {
            Self::Null => "NULL",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
            Self::Blob => "BLOB",
        }
    }
}

/// A column of a result.
#[derive(Debug)]
pub struct EmbeddedColumn {
    place: usize,
    name: String,
}

impl Column for EmbeddedColumn {
    type Database = Embedded;

    fn ordinal(&self) -> usize {
        self.place
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// Not known before there is a value.
    fn type_info(&self) -> &Storage {
        &Storage::Null
    }
}

/// The columns of what a statement answers.
pub(super) fn columns(statement: &rusqlite::Statement<'_>) -> Arc<[EmbeddedColumn]> {
    let names = statement.column_names().into_iter().enumerate();
    names.map(|(place, name)| EmbeddedColumn { place, name: name.to_owned() }).collect()
}

/// A row of a result.
pub struct EmbeddedRow {
    columns: Arc<[EmbeddedColumn]>,
    values: Box<[EmbeddedValue]>,
}

impl EmbeddedRow {
    pub(super) fn read(row: &rusqlite::Row<'_>, columns: &Arc<[EmbeddedColumn]>) -> rusqlite::Result<Self> {
        let values = (0..columns.len()).map(|place| row.get(place).map(EmbeddedValue));
        Ok(Self { columns: columns.clone(), values: values.collect::<rusqlite::Result<_>>()? })
    }
}

impl Row for EmbeddedRow {
    type Database = Embedded;

    fn columns(&self) -> &[EmbeddedColumn] {
        &self.columns
    }

    fn try_get_raw<I: ColumnIndex<Self>>(&self, index: I) -> Result<EmbeddedRef<'_>, Error> {
        let place = index.index(self)?;
        let out_of_bounds = || Error::ColumnIndexOutOfBounds { index: place, len: self.values.len() };
        self.values.get(place).map(EmbeddedRef).ok_or_else(out_of_bounds)
    }
}

impl ColumnIndex<EmbeddedRow> for usize {
    fn index(&self, row: &EmbeddedRow) -> Result<usize, Error> {
        let len = row.values.len();
        if *self < len { Ok(*self) } else { Err(Error::ColumnIndexOutOfBounds { index: *self, len }) }
    }
}

impl ColumnIndex<EmbeddedRow> for str {
    fn index(&self, row: &EmbeddedRow) -> Result<usize, Error> {
        let found = row.columns.iter().position(|column| column.name == self);
        found.ok_or_else(|| Error::ColumnNotFound(self.to_owned()))
    }
}

/// A value of a row.
#[derive(Debug, Clone)]
pub struct EmbeddedValue(Stored);

impl EmbeddedValue {
    fn storage(&self) -> Storage {
        match self.0 {
            Stored::Null => Storage::Null,
            Stored::Integer(_) => Storage::Integer,
            Stored::Real(_) => Storage::Real,
            Stored::Text(_) => Storage::Text,
            Stored::Blob(_) => Storage::Blob,
        }
    }
}

impl sqlx::Value for EmbeddedValue {
    type Database = Embedded;

    fn as_ref(&self) -> EmbeddedRef<'_> {
        EmbeddedRef(self)
    }

    fn type_info(&self) -> Cow<'_, Storage> {
        Cow::Owned(self.storage())
    }

    fn is_null(&self) -> bool {
        self.storage().is_null()
    }
}

/// A value that stays in its row.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedRef<'r>(&'r EmbeddedValue);

impl<'r> ValueRef<'r> for EmbeddedRef<'r> {
    type Database = Embedded;

    fn to_owned(&self) -> EmbeddedValue {
        self.0.clone()
    }

    fn type_info(&self) -> Cow<'_, Storage> {
        Cow::Owned(self.0.storage())
    }

    fn is_null(&self) -> bool {
        self.0.storage().is_null()
    }
}

/// What a Rust type is read from: its kinds of storage, the first its own, and how.
macro_rules! reads {
    ($($type:ty: $($storage:ident)|+ => |$value:ident| $read:expr;)*) => {$(
        impl Type<Embedded> for $type {
            fn type_info() -> Storage {
                let [first, ..] = [$(Storage::$storage),+];
                first
            }

            fn compatible(storage: &Storage) -> bool {
                matches!(storage, $(Storage::$storage)|+)
            }
        }

        impl<'r> Decode<'r, Embedded> for $type {
            fn decode($value: EmbeddedRef<'r>) -> Result<Self, BoxDynError> {
                $read
            }
        }
    )*};
}

reads! {
    bool: Integer => |value| Ok(value.int()? != 0);
    i64: Integer => |value| value.int();
    i32: Integer => |value| Ok(value.int()?.try_into()?);
    i16: Integer => |value| Ok(value.int()?.try_into()?);
    // A sum of whole numbers is whole, whatever it stands for.
    f64: Real | Integer => |value| value.real();
    String: Text => |value| value.text().map(str::to_owned);
    Vec<u8>: Blob | Text => |value| value.bytes().map(<[u8]>::to_vec);
    Uuid: Blob => |value| Ok(Uuid::from_slice(value.bytes()?)?);
    DateTime<Utc>: Text => |value| Ok(value.text()?.parse()?);
    NaiveDate: Text => |value| Ok(value.text()?.parse()?);
}

impl Type<Embedded> for str {
    fn type_info() -> Storage {
        Storage::Text
    }
}

impl<'r> Decode<'r, Embedded> for &'r str {
    fn decode(value: EmbeddedRef<'r>) -> Result<Self, BoxDynError> {
        value.text()
    }
}

impl<T> Type<Embedded> for Json<T> {
    fn type_info() -> Storage {
        Storage::Text
    }
}

impl<'r, T: Deserialize<'r> + 'r> Decode<'r, Embedded> for Json<T> {
    fn decode(value: EmbeddedRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(value.text()?)?))
    }
}

impl<'r> EmbeddedRef<'r> {
    fn int(self) -> Result<i64, BoxDynError> {
        match self.0.0 {
            Stored::Integer(number) => Ok(number),
            _ => Err(self.other("a whole number")),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "what is read as a measure needs no last digit")]
    fn real(self) -> Result<f64, BoxDynError> {
        match self.0.0 {
            Stored::Real(number) => Ok(number),
            Stored::Integer(number) => Ok(number as f64),
            _ => Err(self.other("a number")),
        }
    }

    fn text(self) -> Result<&'r str, BoxDynError> {
        match &self.0.0 {
            Stored::Text(text) => Ok(text),
            _ => Err(self.other("a text")),
        }
    }

    fn bytes(self) -> Result<&'r [u8], BoxDynError> {
        match &self.0.0 {
            Stored::Blob(bytes) => Ok(bytes),
            Stored::Text(text) => Ok(text.as_bytes()),
            _ => Err(self.other("bytes")),
        }
    }

    fn other(self, wanted: &str) -> BoxDynError {
        format!("{wanted} is expected, not {}", self.0.storage()).into()
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let owned = |stored| Ok(ToSqlOutput::Owned(stored));
        let borrowed = |stored| Ok(ToSqlOutput::Borrowed(stored));
        match self {
            Self::Bool(Some(v)) => owned(Stored::Integer(i64::from(*v))),
            Self::Int(Some(v)) => owned(Stored::Integer(*v)),
            Self::Float(Some(v)) => owned(Stored::Real(*v)),
            Self::Text(Some(v)) => borrowed(StoredRef::Text(v.as_bytes())),
            Self::Bytes(Some(v)) => borrowed(StoredRef::Blob(v)),
            Self::Uuid(Some(v)) => borrowed(StoredRef::Blob(v.as_bytes())),
            Self::Time(Some(v)) => owned(Stored::Text(v.to_rfc3339_opts(SecondsFormat::AutoSi, false))),
            Self::Day(Some(v)) => owned(Stored::Text(v.to_string())),
            Self::Json(Some(v)) => owned(Stored::Text(v.to_string())),
            Self::Bool(None)
            | Self::Int(None)
            | Self::Float(None)
            | Self::Text(None)
            | Self::Bytes(None)
            | Self::Uuid(None)
            | Self::Time(None)
            | Self::Day(None)
            | Self::Json(None) => owned(Stored::Null),
        }
    }
}
