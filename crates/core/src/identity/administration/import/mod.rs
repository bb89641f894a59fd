//! Accounts from a CSV file: checked first and counted, then taken in by a job, step by step, so that a crash goes on where
//! it was. Whoever is taken in has no password; an invitation lets them choose one.

mod check;
mod file;
mod run;

pub use check::{check_import, discard_import, import, import_errors, imports, start_import};
pub use file::{MAX_IMPORT_BYTES, MAX_IMPORT_ROWS};
pub(in crate::identity) use run::{IMPORT_USERS, run};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Result,
    ids::{UserId, UserImportId},
};

/// How long a file's rows are kept; they hold names and addresses.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// Waits for somebody to start it.
    Checked,
    /// Is being taken in.
    Running,
    /// Everything that could be taken in was.
    Done,
    /// Whoever started it is no administrator any more.
    Stopped,
}

momentum_db::stored_as_word!(ImportState);

/// A file with accounts.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct UserImport {
    pub id: UserImportId,
    pub file_name: String,
    pub created_by: UserId,
    pub created_at: DateTime<Utc>,
    pub state: ImportState,
    /// Rows of the file.
    pub total: i64,
    /// Rows whose address had no account when the file was checked.
    pub new_rows: i64,
    /// Rows whose address had one.
    pub existing_rows: i64,
    /// Rows that can't be taken in.
    pub wrong_rows: i64,
    /// Rows that make somebody an administrator: to start with them needs a fresh proof of who you are.
    pub admin_rows: i64,
    /// Accounts that are there get what the file says.
    pub update_existing: bool,
    /// New accounts get an invitation by mail.
    pub invite: bool,
    /// Accounts made so far.
    pub created: i64,
    /// Accounts changed so far.
    pub updated: i64,
    /// Rows left alone so far: the account is there already.
    pub skipped: i64,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Columns of the export of accounts that are not taken in; told when the file is checked, and not kept.
    #[sqlx(skip)]
    pub left_out: Vec<String>,
}

impl UserImport {
    /// Rows that were dealt with.
    #[must_use]
    pub fn handled(&self) -> i64 {
        self.created + self.updated + self.skipped
    }

    /// Rows that can be taken in.
    #[must_use]
    pub fn good_rows(&self) -> i64 {
        self.new_rows + self.existing_rows
    }
}

/// A row that can't be taken in.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct ImportError {
    /// Line of the file, from 1.
    pub line: i64,
    pub email: String,
    /// How to mend it.
    #[sqlx(rename = "error")]
    pub message: String,
}

/// How to take the rows in.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ImportOptions {
    /// Accounts that are there get the name, role and time zone of the file; otherwise they stay as they are.
    /// Administrators always do.
    pub update_existing: bool,
    /// Send each new account a link to choose a password.
    pub invite: bool,
}

macro_rules! columns {
    () => {
        "id, file_name, created_by, created_at, state, total, new_rows, existing_rows, wrong_rows, admin_rows,
         update_existing, invite, created, updated, skipped, started_at, finished_at"
    };
}
use columns;

/// Removes imports of long ago, with what they know of people.
pub(in crate::identity) async fn clean(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!("DELETE FROM user_imports WHERE created_at <= $1 AND state <> 'running'", now - KEPT_FOR))
        .await?;
    Ok(())
}
