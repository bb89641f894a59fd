//! How a model wants to be asked, found out by asking.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// More models than anybody configures.
const MOST: usize = 64;

/// What was found out, by the model's name.
pub(super) struct Manners<M>(Mutex<HashMap<String, M>>);

impl<M: Clone> Manners<M> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    pub(super) fn of(&self, model: &str) -> Option<M> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(model).cloned()
    }

    pub(super) fn keep(&self, model: &str, manner: M) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(model.to_owned(), manner);
    }
}
