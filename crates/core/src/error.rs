//! The one error type of the product. What it means in HTTP is decided in `web` alone.

use std::borrow::Cow;

/// What a service answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The thing does not exist, or not for this person.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// One or more fields are wrong.
    #[error("the input is not valid: {0}")]
    Invalid(FieldErrors),
    /// A rule of the product stands against it. `code` is stable, for programs.
    #[error("{message}")]
    Conflict {
        /// Stable name of the rule, such as `email-taken`.
        code: &'static str,
        /// For people.
        message: Cow<'static, str>,
    },
    /// Nobody is signed in, or the proof is wrong or too old.
    #[error("{message}")]
    Unauthenticated {
        /// Stable name of the reason, such as `invalid-credentials`.
        code: &'static str,
        /// For people.
        message: Cow<'static, str>,
    },
    /// Signed in, but not allowed to.
    #[error("{message}")]
    Forbidden {
        /// Stable name of the reason, such as `not-enrolled`.
        code: &'static str,
        /// For people.
        message: Cow<'static, str>,
    },
    /// The course has to be bought first.
    #[error("{0}")]
    PaymentRequired(&'static str),
    /// Too many tries; come back after this many seconds.
    #[error("too many requests; try again in {}", wait_in_words(*retry_after_seconds))]
    TooManyRequests {
        /// Whole seconds, at least 1.
        retry_after_seconds: u64,
    },
    /// So much is allowed in a time, and that is used up.
    #[error("{message}")]
    LimitReached {
        /// For people.
        message: String,
        /// Whole seconds, at least 1.
        retry_after_seconds: u64,
    },
    /// Closed for a while by an administrator.
    #[error("{message}")]
    Maintenance {
        /// For people.
        message: String,
        /// Whole seconds, at least 1.
        retry_after_seconds: u64,
    },
    /// What this would belong to is not there any more. The text is for the log.
    #[error("what this belongs to is not there any more: {0}")]
    Gone(String),
    /// The same was made elsewhere at the same moment. The text is for the log.
    #[error("this is there already: {0}")]
    Taken(String),
    /// Something outside (the database, a provider) does not answer now.
    #[error("not available at the moment: {0}")]
    Unavailable(String),
    /// A fault of ours. The text is for the log, never for the person.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    /// A rule of the product stands against it.
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// Not allowed.
    pub fn forbidden(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden { code, message: message.into() }
    }

    /// Not signed in.
    pub fn unauthenticated(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Unauthenticated { code, message: message.into() }
    }

    /// One wrong field.
    pub fn invalid(field: &'static str, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, code, message);
        Self::Invalid(errors)
    }

    /// A fault of ours, with what the log should say.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

impl From<momentum_db::Error> for Error {
    fn from(error: momentum_db::Error) -> Self {
        match error {
            momentum_db::Error::Unavailable(why) | momentum_db::Error::Contention(why) => {
                Self::Unavailable(why)
            }
            // What was checked before may have changed until it was written.
            momentum_db::Error::Missing(why) => Self::Gone(why),
            momentum_db::Error::Duplicate(why) => Self::Taken(why),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// How long to wait, in words: `45 seconds`, `15 minutes`.
#[must_use]
pub fn wait_in_words(seconds: u64) -> String {
    match seconds {
        0..=1 => "1 second".to_owned(),
        2..90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field, as in the form and the API.
    pub field: Cow<'static, str>,
    /// Stable name of the rule, such as `too-short`.
    pub code: &'static str,
    /// How to mend it.
    pub message: Cow<'static, str>,
}

/// The wrong fields of one input, in the order of the checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes one more.
    pub fn add(&mut self, field: &'static str, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.add_named(field, code, message);
    }

    /// As [`FieldErrors::add`], for a field that is known only now, such as `resources[2].url`.
    pub fn add_named(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.0.push(FieldError { field: field.into(), code, message: message.into() });
    }

    /// Notes one when `ok` is false.
    pub fn check(
        &mut self,
        ok: bool,
        field: &'static str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) {
        if !ok {
            self.add(field, code, message);
        }
    }

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[FieldError] {
        &self.0
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all of them.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", error.field, error.message)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_said_in_words() {
        let words =
            [(1, "1 second"), (45, "45 seconds"), (89, "89 seconds"), (90, "2 minutes"), (847, "15 minutes")];
        for (seconds, said) in words {
            assert_eq!(wait_in_words(seconds), said);
        }
    }
}
