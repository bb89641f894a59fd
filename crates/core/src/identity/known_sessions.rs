//! Sessions that are in use, remembered as long as it is certain that the database has nothing else to say.
//!
//! Every signed-in request asks for its session and account. Answered from memory (`remembered.rs`), a revoked session is still
//! gone with the next request.

use std::sync::Arc;

use momentum_db::{Db, Moment};

use super::sessions::SessionRow;
use crate::remembered::Remembered;

/// How many are remembered, about 400 bytes each.
const REMEMBERED: usize = 10_000;

/// Sessions by the hash of their cookie, or by their id.
pub struct KnownSessions(Remembered<Vec<u8>, Arc<SessionRow>>);

impl Default for KnownSessions {
    fn default() -> Self {
        Self(Remembered::of_entries(REMEMBERED))
    }
}

impl KnownSessions {
    /// The session, if neither it nor its account has changed since it was read.
    pub(super) fn find(&self, db: &Db, key: &Vec<u8>) -> Option<Arc<SessionRow>> {
        self.0.recall(db, key, |changes, moment, row| {
            changes.since(moment, "sessions", row.session_row) || changes.since(moment, "users", row.user_row)
        })
    }

    /// Remembers what was read after the moment `before`.
    pub(super) fn remember(&self, key: Vec<u8>, before: Option<Moment>, row: Arc<SessionRow>) {
        self.0.put(key, before, row);
    }
}
