//! Migrations of the file. They are noted in the table and in the way of sqlx's migrator, which files of older programs have
//! and which still migrates PostgreSQL.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};

use super::Connection;
use crate::{Result, sql};

/// How long another process may take to migrate the same file.
const OTHERS_MAY_TAKE: Duration = Duration::from_secs(60);

impl Connection {
    /// Brings the schema up to date, wholly or not at all.
    pub(crate) fn migrate(&mut self, migrator: &Migrator) -> Result<()> {
        self.raw().busy_timeout(OTHERS_MAY_TAKE)?;
        let begun = self.run_text("BEGIN IMMEDIATE", &[]);
        self.never_wait()?;
        begun?;
        let done = self.apply(migrator).and_then(|()| self.run_text("COMMIT", &[]).map(|_| ()));
        if done.is_err()
            && let Err(error) = self.run_text("ROLLBACK", &[])
        {
            // The engine has done so already.
            tracing::debug!(%error, "nothing to roll back");
        }
        done
    }

    fn apply(&mut self, migrator: &Migrator) -> Result<()> {
        self.raw().execute_batch(
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
                version BIGINT PRIMARY KEY, description TEXT NOT NULL,
                installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
                checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
        )?;
        let applied: Vec<(i64, Vec<u8>, bool)> =
            self.all(&"SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version".into())?;
        for (version, checksum, success) in &applied {
            let known = migrator.iter().find(|migration| migration.version == *version);
            match known {
                _ if !success => return Err(MigrateError::Dirty(*version).into()),
                None => return Err(MigrateError::VersionMissing(*version).into()),
                Some(known) if *known.checksum != **checksum => {
                    return Err(MigrateError::VersionMismatch(*version).into());
                }
                Some(_) => {}
            }
        }
        let pending = migrator
            .iter()
            .filter(|migration| applied.iter().all(|(version, ..)| *version != migration.version));
        for migration in pending {
            let error = |error: rusqlite::Error| {
                MigrateError::ExecuteMigration(sqlx::Error::Protocol(error.to_string()), migration.version)
            };
            self.raw().execute_batch(migration.sql.as_str()).map_err(error)?;
            self.run(&sql!(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES ($1, $2, TRUE, $3, 0)",
                migration.version,
                migration.description.as_ref(),
                migration.checksum.as_ref()
            ))?;
        }
        Ok(())
    }
}
