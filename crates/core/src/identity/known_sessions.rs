//! Sessions that are in use, remembered as long as it is certain that the database has nothing else to say.
//!
//! Every signed-in request asks for its session and account. On SQLite this process hears of every row that changes
//! (`momentum_db::Changes`), so it can answer from memory and a revoked session is still gone with the next request. On
//! PostgreSQL other servers may end a session, so nothing is remembered there.

use momentum_db::{Db, Moment};

use super::sessions::SessionRow;
use crate::cache::Cache;

/// How many are remembered, about 400 bytes each.
const REMEMBERED: usize = 10_000;

/// Sessions by the hash of their cookie, or by their id.
pub struct KnownSessions(Cache<Vec<u8>, (Moment, SessionRow)>);

impl Default for KnownSessions {
    fn default() -> Self {
        Self(Cache::of_entries(REMEMBERED))
    }
}

impl KnownSessions {
    /// The session, if neither it nor its account has changed since it was read.
    pub(super) fn find(&self, db: &Db, key: &[u8]) -> Option<SessionRow> {
        let changes = db.changes()?;
        let (moment, row) = self.0.get(key)?;
        let changed = changes.since(moment, "sessions", row.session_row)
            || changes.since(moment, "users", row.user_row);
        (!changed).then_some(row)
    }

    /// Remembers what was read after `moment`.
    pub(super) fn remember(&self, key: Vec<u8>, moment: Option<Moment>, row: &SessionRow) {
        if let Some(moment) = moment {
            self.0.insert(key, (moment, row.clone()));
        }
    }
}
