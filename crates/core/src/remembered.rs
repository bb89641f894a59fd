//! What was read of the database, remembered as long as nothing that it follows from has changed.
//!
//! On SQLite this process hears of every row that changes ([`momentum_db::Changes`]); on PostgreSQL other servers write too, so
//! nothing is remembered there and everything is read each time. When something was read is noted before it is: what
//! changes meanwhile is read once more, never missed.

use std::{future::Future, hash::Hash};

use momentum_db::{Changes, Db, Moment};

use crate::{Result, cache::Cache};

/// Values by key, each with the moment before it was read.
pub(crate) struct Remembered<K, V>(Cache<K, (Moment, V)>);

impl<K: Eq + Hash + Clone, V: Clone> Remembered<K, V> {
    /// Remembers so many values.
    pub(crate) fn of_entries(count: usize) -> Self {
        Self(Cache::of_entries(count))
    }

    /// Remembers in so many bytes; see [`Cache::of_bytes`].
    pub(crate) fn of_bytes(bytes: usize, each: usize, weigh: fn(&K, &(Moment, V)) -> usize) -> Self {
        Self(Cache::of_bytes(bytes, each, weigh))
    }

    /// The value under this key, unless what it follows from has `changed` since it was read.
    pub(crate) fn recall(
        &self,
        db: &Db,
        key: &K,
        changed: impl FnOnce(&Changes, Moment, &V) -> bool,
    ) -> Option<V> {
        let changes = db.changes()?;
        let (moment, value) = self.0.get(key)?;
        if changed(changes, moment, &value) { None } else { Some(value) }
    }

    /// What `read` finds, from now on remembered.
    pub(crate) async fn learn(&self, db: &Db, key: K, read: impl Future<Output = Result<V>>) -> Result<V> {
        let before = before(db);
        let value = read.await?;
        self.put(key, before, value.clone());
        Ok(value)
    }

    /// Remembers what was read after the moment `before`.
    pub(crate) fn put(&self, key: K, before: Option<Moment>, value: V) {
        if let Some(moment) = before {
            self.0.insert(key, (moment, value));
        }
    }
}

/// The moment to be taken before something is read for [`Remembered::put`]; none where nothing is remembered.
pub(crate) fn before(db: &Db) -> Option<Moment> {
    db.changes().map(Changes::now)
}
