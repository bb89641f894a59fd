//! What was read of people, remembered as long as it is certain that the database has nothing else to say.
//!
//! Whoever learns asks for one page upon the other, and each of them needs the same few rows of theirs. Answered from
//! memory, a change still shows with the next request: on SQLite this process hears whose rows change (`remembered.rs`).

use std::{
    any::{Any, TypeId},
    future::Future,
    sync::Arc,
};

use momentum_db::Db;
use uuid::Uuid;

use crate::{
    Result,
    ids::UserId,
    remembered::{self, Remembered},
};

/// Bytes of all that is remembered: some five thousand people who go from page to page.
const MOST: usize = 16 << 20;

/// About what a value takes with its key, in bytes.
const EACH: usize = 1_000;

/// Something that depends on rows of one person alone: on rows that name them in a column `user_id`.
pub(crate) trait Known: Send + Sync + 'static {
    /// Bytes in memory, about.
    fn weight(&self) -> usize;
}

/// What is remembered, by kind, by person, and by what it is about.
pub struct KnownPeople(Remembered<(TypeId, UserId, Uuid), Entry>);

#[derive(Clone)]
struct Entry {
    weight: usize,
    value: Arc<dyn Any + Send + Sync>,
}

impl Default for KnownPeople {
    fn default() -> Self {
        Self(Remembered::of_bytes(MOST, EACH, |_, (_, entry)| 150 + entry.weight))
    }
}

impl KnownPeople {
    /// What `read` finds about the person, or what it found before if nothing of theirs has changed since. `about` tells
    /// values of one kind from each other, as the lesson that they are about; nil when there is only one.
    pub(crate) async fn get<T: Known, R: Future<Output = Result<T>>>(
        &self,
        db: &Db,
        person: UserId,
        about: Uuid,
        read: impl FnOnce() -> R,
    ) -> Result<Arc<T>> {
        match self.recall(db, person, about) {
            Some(known) => Ok(known),
            // Aside, so that whoever remembers doesn't carry what it takes to read.
            None => Box::pin(self.learn(db, person, about, read())).await,
        }
    }

    /// What was found about the person before if nothing of theirs has changed since.
    pub(crate) fn recall<T: Known>(&self, db: &Db, person: UserId, about: Uuid) -> Option<Arc<T>> {
        let key = (TypeId::of::<T>(), person, about);
        let Entry { value, .. } =
            self.0.recall(db, &key, |changes, moment, _| changes.of_person_since(moment, person.0))?;
        value.downcast().ok()
    }

    /// What `read` finds about the person, from now on remembered.
    pub(crate) async fn learn<T: Known>(
        &self,
        db: &Db,
        person: UserId,
        about: Uuid,
        read: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        let before = remembered::before(db);
        let value = Arc::new(read.await?);
        let entry = Entry { weight: value.weight(), value: value.clone() };
        self.0.put((TypeId::of::<T>(), person, about), before, entry);
        Ok(value)
    }
}
