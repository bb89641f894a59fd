//! Where one text can't serve both engines. Each seam has a name, a reason, and a test that runs on both.

use crate::{Conn, Tx, conn::Inner};

impl Conn {
    fn is_postgres(&self) -> bool {
        matches!(self.0, Inner::Postgres(_) | Inner::PostgresTx(_))
    }
}

impl Conn {
    /// Seam "row number", to select: the number under which [`Changes`](crate::Changes) knows a row of the table with
    /// the alias `s` or `u`. PostgreSQL has none that lasts.
    #[must_use]
    pub fn row_numbers(&self) -> &'static str {
        if self.is_postgres() {
            "CAST(0 AS BIGINT) AS session_row, CAST(0 AS BIGINT) AS user_row"
        } else {
            "s.rowid AS session_row, u.rowid AS user_row"
        }
    }
}

impl Tx {
    /// Seam "job claim", to end a `SELECT` with: locks the rows for this transaction and passes over those that
    /// another one has locked, so that workers share a queue without waiting for each other. On SQLite a
    /// transaction is alone with the database, which is all the lock it needs.
    #[must_use]
    pub fn lock_skipping_locked(&self) -> &'static str {
        if self.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" }
    }

    /// Seam "hold still", to end a `SELECT` with: nobody changes these rows before this transaction ends, others
    /// may hold them too. On SQLite nobody can anyway.
    #[must_use]
    pub fn lock_shared(&self) -> &'static str {
        if self.is_postgres() { " FOR SHARE" } else { "" }
    }
}
