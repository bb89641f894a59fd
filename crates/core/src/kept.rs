//! Something small that every request needs and that rarely changes: kept in memory and read again every second.

use std::{
    future::Future,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use crate::Result;

/// How soon what another server changed shows here.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A value with its last reading. Readings follow each other, so that an older one never replaces a newer one.
pub struct Kept<T> {
    value: RwLock<Option<Arc<T>>>,
    begun: Instant,
    /// Milliseconds after `begun`.
    look_at: AtomicU64,
    reading: Mutex<()>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            value: RwLock::new(None),
            begun: Instant::now(),
            look_at: AtomicU64::new(0),
            reading: Mutex::new(()),
        }
    }
}

impl<T> Kept<T> {
    /// The value, at most about a second old. When it can't be read again, the one that is there stays good.
    ///
    /// # Errors
    /// When it was never read and can't be.
    pub async fn get<R: Future<Output = Result<T>>>(&self, read: impl FnOnce() -> R) -> Result<Arc<T>> {
        match self.last() {
            Some(value) if !self.due() => Ok(value),
            // Aside, so that whoever finds a value doesn't carry what it takes to read one.
            last => Box::pin(self.look(last, read())).await,
        }
    }

    async fn look(&self, last: Option<Arc<T>>, read: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let Some(value) = last else {
            let _turn = self.reading.lock().await;
            // Somebody else may have read it meanwhile.
            if let Some(value) = self.last() {
                return Ok(value);
            }
            return Ok(self.put(read.await?));
        };
        match self.fresh(read).await {
            Ok(value) => Ok(value),
            Err(error) => {
                tracing::warn!(%error, "what is kept in memory can't be read again");
                Ok(value)
            }
        }
    }

    /// The value as it is now: to be called after a change was committed.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn fresh(&self, read: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        let _turn = self.reading.lock().await;
        Ok(self.put(read.await?))
    }

    /// The value that was read last.
    #[must_use]
    pub fn last(&self) -> Option<Arc<T>> {
        self.value.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Since when this is kept.
    #[must_use]
    pub fn begun(&self) -> Instant {
        self.begun
    }

    fn put(&self, value: T) -> Arc<T> {
        let value = Arc::new(value);
        *self.value.write().unwrap_or_else(PoisonError::into_inner) = Some(value.clone());
        value
    }

    /// Whether it is time to look; of many who ask at once, one is told so.
    fn due(&self) -> bool {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let now = millis(self.begun.elapsed());
        let look_at = self.look_at.load(Ordering::Relaxed);
        now >= look_at
            && self
                .look_at
                .compare_exchange(look_at, now + millis(LOOK_EVERY), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}
