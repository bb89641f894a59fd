use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use super::Job;
use crate::Result;

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type Handler = Box<dyn Fn(Arc<Job>) -> Work + Send + Sync>;

/// What to do for each kind of job. Areas each make their own, the program merges them.
#[derive(Default)]
pub struct Handlers(BTreeMap<&'static str, Handler>);

impl Handlers {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `handler` for jobs of `kind`. An error or a panic fails the attempt. It may be dropped at any `await`
    /// (the program stops, the lease is lost), so what belongs together belongs in one transaction.
    #[must_use]
    pub fn on<F, W>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Job>) -> W + Send + Sync + 'static,
        W: Future<Output = Result<()>> + Send + 'static,
    {
        let replaced = self.0.insert(kind, Box::new(move |job| Box::pin(handler(job))));
        debug_assert!(replaced.is_none(), "two handlers for {kind}");
        self
    }

    /// Those of two areas together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (kind, handler) in other.0 {
            let replaced = self.0.insert(kind, handler);
            debug_assert!(replaced.is_none(), "two handlers for {kind}");
        }
        self
    }

    /// The kinds that have a handler, in order.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }

    pub(super) fn get(&self, kind: &str) -> Option<&Handler> {
        self.0.get(kind)
    }
}

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
