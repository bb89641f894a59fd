use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uuid::Uuid;

/// A typed parameter. Each carries its type also when it is NULL, because PostgreSQL asks for it.
#[derive(Debug, Clone)]
pub enum Value {
    Bool(Option<bool>),
    Int(Option<i64>),
    Float(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
    Time(Option<DateTime<Utc>>),
    Day(Option<NaiveDate>),
    Json(Option<serde_json::Value>),
}

macro_rules! values {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some(value.into()))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )*};
}

values! {
    bool => Bool,
    i64 => Int,
    i32 => Int,
    u32 => Int,
    f64 => Float,
    Vec<u8> => Bytes,
    &[u8] => Bytes,
    Uuid => Uuid,
    DateTime<Utc> => Time,
    NaiveDate => Day,
}

macro_rules! texts {
    ($($from:ty),*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::Text(Some(storable(value.into())))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::Text(value.map(|text| storable(text.into())))
            }
        }
    )*};
}

texts!(String, &str, &String);

impl From<serde_json::Value> for Value {
    fn from(mut value: serde_json::Value) -> Self {
        make_storable(&mut value);
        Self::Json(Some(value))
    }
}

impl From<Option<serde_json::Value>> for Value {
    fn from(value: Option<serde_json::Value>) -> Self {
        value.map_or(Self::Json(None), Into::into)
    }
}

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        value.as_deref().into()
    }
}

/// PostgreSQL can't store U+0000 in text. It becomes U+FFFD on both engines.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text }
}

/// As [`storable`], for every text and every key in a document.
fn make_storable(document: &mut serde_json::Value) {
    match document {
        serde_json::Value::String(text) => *text = storable(std::mem::take(text)),
        serde_json::Value::Array(items) => items.iter_mut().for_each(make_storable),
        serde_json::Value::Object(fields) => {
            if fields.keys().any(|key| key.contains('\0')) {
                let old = std::mem::take(fields);
                *fields = old.into_iter().map(|(key, value)| (storable(key), value)).collect();
            }
            fields.values_mut().for_each(make_storable);
        }
        _ => {}
    }
}

/// The text of a statement with its parameters. Text comes from the program only (`&'static str`), so that
/// nothing typed by a person can become SQL.
#[derive(Debug, Clone, Default)]
pub struct Statement {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

impl Statement {
    /// A statement with `$1`, `$2`… for the values that [`Statement::bind`] adds in order.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new() }
    }

    /// Adds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends text that takes no parameter.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends the next placeholder and its value.
    pub fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.to_mut().push('$');
        self.text.to_mut().push_str(&self.values.len().to_string());
        self
    }

    /// Appends `$n, $n+1, …` for a list of values; an empty list becomes `NULL`, which nothing equals.
    pub fn push_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        let mut first = true;
        for value in values {
            if !first {
                self.text.to_mut().push_str(", ");
            }
            first = false;
            self.push_bind(value);
        }
        if first {
            self.text.to_mut().push_str("NULL");
        }
        self
    }

    /// Appends the rest of a statement that has no parameters so far: the parameters come from `rest`.
    #[must_use]
    pub fn and(mut self, rest: Self) -> Self {
        debug_assert!(self.values.is_empty(), "the numbers of the parameters would be wrong");
        self.text.to_mut().push_str(&rest.text);
        self.values = rest.values;
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(crate) fn into_parts(self) -> (SqlStr, Vec<Value>) {
        let text = match self.text {
            Cow::Borrowed(text) => text.into_sql_str(),
            Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
        };
        (text, self.values)
    }
}

impl From<&'static str> for Statement {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

/// Builds a [`Statement`]: `sql!("SELECT … WHERE a = $1 AND b = $2", a, b)`.
#[macro_export]
macro_rules! sql {
    ($text:expr $(, $value:expr)* $(,)?) => {
        $crate::Statement::new($text)$(.bind($value))*
    };
}

/// A pattern for `LIKE $1 ESCAPE '!'` that finds this text anywhere; nothing in it is a wildcard.
#[must_use]
pub fn containing(text: &str) -> String {
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}
