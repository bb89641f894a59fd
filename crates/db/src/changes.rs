//! Which rows of SQLite have changed, so that what was read of them can be remembered and still be true.
//!
//! SQLite tells the writer of every row that it inserts, changes or deletes, cascades included. When a transaction is
//! committed, and before its owner is told so, each of its rows gets a new stamp. What somebody remembers of a row is
//! true while the row's stamp is not younger than the moment before it was read.
//!
//! Most of what is remembered is about a person, and is read from several rows, some of which may not be there yet. So
//! people have stamps too: a person gets a new one whenever a row changes that names them in a column `user_id`, whatever
//! its table (`embedded/people.rs`).
//!
//! Rows and people share a fixed number of stamps by their hash: because of a neighbor somebody may read once more than needed,
//! never once less. What another process writes to the file is noticed within a second (`writer.rs`); then nothing
//! that is remembered counts any more.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use uuid::Uuid;

/// How many stamps there are.
const STAMPS: usize = 1 << 16;

/// More stamps than this in one commit, two or three for each row, count as all rows.
const MANY: usize = 8_192;

/// Stands for all rows of a table; SQLite gives no row this number by itself.
const WHOLE_TABLE: i64 = i64::MIN;

/// When rows changed last. Cheap to clone.
#[derive(Clone)]
pub struct Changes(Arc<Shared>);

struct Shared {
    now: AtomicU64,
    stamps: Box<[AtomicU64]>,
    /// When all rows changed last, as far as is known.
    all: AtomicU64,
    /// Stamps of rows whose transactions are not committed yet.
    open: Mutex<Vec<usize>>,
}

/// What is read after a moment shows all that was committed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(u64);

impl Changes {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared {
            now: AtomicU64::new(0),
            stamps: (0..STAMPS).map(|_| AtomicU64::new(0)).collect(),
            all: AtomicU64::new(0),
            open: Mutex::default(),
        }))
    }

    /// To be taken before a row is read that is to be remembered.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment(self.0.now.load(Ordering::SeqCst))
    }

    /// Whether the row may have changed since; `row` is its number, from [`Conn::row_number`](crate::Conn::row_number).
    #[must_use]
    pub fn since(&self, moment: Moment, table: &str, row: i64) -> bool {
        self.younger(moment, place((table, row)))
    }

    /// Whether any row that names this person may have changed since, been added or removed.
    #[must_use]
    pub fn of_person_since(&self, moment: Moment, person: Uuid) -> bool {
        self.younger(moment, place(person.as_bytes()))
    }

    /// Whether any row of the table may have changed since.
    #[must_use]
    pub fn anywhere_since(&self, moment: Moment, table: &str) -> bool {
        self.since(moment, table, WHOLE_TABLE)
    }

    fn younger(&self, moment: Moment, place: usize) -> bool {
        let younger = |stamp: &AtomicU64| stamp.load(Ordering::SeqCst) > moment.0;
        younger(&self.0.all) || self.0.stamps.get(place).is_none_or(younger)
    }

    /// A transaction has changed this row.
    pub(crate) fn note(&self, table: &str, row: i64) {
        let mut open = self.open();
        if open.len() <= MANY {
            open.extend([place((table, row)), place((table, WHOLE_TABLE))]);
        }
    }

    /// A transaction has changed a row of this person.
    pub(crate) fn note_person(&self, person: &[u8; 16]) {
        let mut open = self.open();
        if open.len() <= MANY {
            open.push(place(person));
        }
    }

    /// What was noted is committed.
    pub(crate) fn publish(&self) {
        let mut open = self.open();
        if open.is_empty() {
            return;
        }
        let now = self.next();
        if open.len() > MANY {
            self.0.all.store(now, Ordering::SeqCst);
        }
        for stamp in open.drain(..).filter_map(|place| self.0.stamps.get(place)) {
            stamp.store(now, Ordering::SeqCst);
        }
    }

    /// Anything may have changed.
    pub(crate) fn publish_all(&self) {
        self.0.all.store(self.next(), Ordering::SeqCst);
    }

    fn next(&self) -> u64 {
        self.0.now.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(of: impl Hash) -> usize {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    usize::try_from(hasher.finish() % (STAMPS as u64)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_true_until_its_change_is_on_the_disk() {
        let changes = Changes::new();
        let before = changes.now();
        changes.note("sessions", 7);
        assert!(!changes.since(before, "sessions", 7), "not committed yet");
        changes.publish();
        assert!(changes.since(before, "sessions", 7));
        assert!(!changes.since(changes.now(), "sessions", 7), "read after the change");
        assert!(!changes.since(before, "sessions", 8));
        assert!(!changes.since(before, "users", 7));
        assert!(changes.anywhere_since(before, "sessions"));
        assert!(!changes.anywhere_since(changes.now(), "sessions"));
        assert!(!changes.anywhere_since(before, "users"));
    }

    #[test]
    fn a_person_has_a_stamp_of_their_own() {
        let changes = Changes::new();
        let (ada, ben) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let before = changes.now();
        changes.note_person(ada.as_bytes());
        assert!(!changes.of_person_since(before, ada), "not committed yet");
        changes.publish();
        assert!(changes.of_person_since(before, ada));
        assert!(!changes.of_person_since(before, ben));
        assert!(!changes.of_person_since(changes.now(), ada), "read after the change");
        changes.publish_all();
        assert!(changes.of_person_since(before, ben));
    }

    #[test]
    fn many_rows_are_all_rows() {
        let changes = Changes::new();
        let before = changes.now();
        for row in 0..10_000 {
            changes.note("users", row);
        }
        changes.publish();
        assert!(changes.since(before, "sessions", 1));
        assert!(!changes.since(changes.now(), "sessions", 1));
    }
}
