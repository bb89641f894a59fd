/// Why a database call failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with the same unique key exists.
    #[error("a row with this key exists already: {0}")]
    Duplicate(String),
    /// A row that this one refers to is gone.
    #[error("a row that this one refers to does not exist: {0}")]
    Missing(String),
    /// No connection was free in time, or the server can't be reached.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The schema is not the one this program needs.
    #[error("schema: {0}")]
    Schema(String),
    /// Two transactions met, and this one was chosen to give way: doing it again may work.
    #[error("the transaction gave way to another one: {0}")]
    Contention(String),
    /// Anything else: a fault in a statement, a broken file, a full disk.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &error {
            if cause.is_unique_violation() {
                return Self::Duplicate(cause.message().to_owned());
            }
            if cause.is_foreign_key_violation() {
                return Self::Missing(cause.message().to_owned());
            }
            // Serialization failure, deadlock.
            if let Some("40001" | "40P01") = cause.code().as_deref() {
                return Self::Contention(cause.message().to_owned());
            }
        }
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Self::Unavailable(error.to_string())
            }
            other => Self::Other(other.into()),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        let rusqlite::Error::SqliteFailure(cause, message) = &error else { return Self::Other(error.into()) };
        let message = message.clone().unwrap_or_else(|| cause.to_string());
        match cause.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID => Self::Duplicate(message),
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Missing(message),
            _ => match cause.code {
                rusqlite::ErrorCode::DatabaseBusy => Self::Contention(message),
                rusqlite::ErrorCode::CannotOpen => Self::Unavailable(message),
                _ => Self::Other(error.into()),
            },
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Schema(error.to_string())
    }
}
