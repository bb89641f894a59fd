//! Values in memory, bounded in size and, where that is asked for, in age.

use std::{
    future::Future,
    hash::Hash,
    time::{Duration, Instant},
};

use quick_cache::{Equivalent, Weighter, sync};

use crate::Result;

/// A cache that keeps what is used often when not everything fits.
pub struct Cache<K, V> {
    kept: sync::Cache<K, (Instant, V), Weigh<K, V>>,
    lifetime: Option<Duration>,
}

/// What an entry takes of the capacity.
struct Weigh<K, V>(fn(&K, &V) -> usize);

impl<K, V> Clone for Weigh<K, V> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<K, V> Weighter<K, (Instant, V)> for Weigh<K, V> {
    fn weight(&self, key: &K, (_, value): &(Instant, V)) -> u64 {
        // What weighs nothing would stay for ever.
        u64::try_from((self.0)(key, value)).unwrap_or(u64::MAX).max(1)
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// A cache of so many entries.
    #[must_use]
    pub fn of_entries(count: usize) -> Self {
        Self { kept: sync::Cache::with_weighter(count, count as u64, Weigh(|_, _| 1)), lifetime: None }
    }

    /// A cache of so many bytes; `each` is about what an entry takes. An entry that takes more than all of the cache, or of
    /// the part of it that its key falls into, is not kept: a part has room for at least 32 of the usual ones.
    #[must_use]
    pub fn of_bytes(bytes: usize, each: usize, weigh: fn(&K, &V) -> usize) -> Self {
        let kept = sync::Cache::with_weighter(bytes.div_ceil(each.max(1)), bytes as u64, Weigh(weigh));
        Self { kept, lifetime: None }
    }

    /// Entries are good for this long.
    #[must_use]
    pub fn for_at_most(self, lifetime: Duration) -> Self {
        Self { lifetime: Some(lifetime), ..self }
    }

    /// What is kept under this key.
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        let (since, value) = self.kept.get(key)?;
        self.is_good(since).then_some(value)
    }

    /// What is kept under this key, or else what `read` answers; many who ask at once share one reading.
    ///
    /// # Errors
    /// Those of `read`.
    pub async fn get_or<R: Future<Output = Result<V>>>(&self, key: K, read: impl FnOnce() -> R) -> Result<V> {
        match self.get(&key) {
            Some(value) => Ok(value),
            // Aside, so that whoever finds a value doesn't carry what it takes to read one.
            None => Box::pin(self.fill(key, read)).await,
        }
    }

    async fn fill<R: Future<Output = Result<V>>>(&self, key: K, read: impl FnOnce() -> R) -> Result<V> {
        loop {
            match self.kept.get_value_or_guard_async(&key).await {
                Ok((since, value)) if self.is_good(since) => return Ok(value),
                Ok((old, _)) => {
                    self.kept.remove_if(&key, |(since, _)| *since == old);
                }
                Err(place) => {
                    let value = read().await?;
                    // Everything may have been removed meanwhile, and the place with it.
                    let _ = place.insert((Instant::now(), value.clone()));
                    return Ok(value);
                }
            }
        }
    }

    /// Keeps a value.
    pub fn insert(&self, key: K, value: V) {
        self.kept.insert(key, (Instant::now(), value));
    }

    /// Forgets the value under this key.
    pub fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) {
        self.kept.remove(key);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.kept.clear();
    }

    /// Frees what is too old to be answered.
    pub fn forget_old(&self) {
        if self.lifetime.is_some() {
            self.kept.retain(|_, (since, _)| self.is_good(*since));
        }
    }

    fn is_good(&self, since: Instant) -> bool {
        self.lifetime.is_none_or(|lifetime| since.elapsed() < lifetime)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::Error;

    #[test]
    fn no_more_is_kept_than_fits() {
        let cache = Cache::of_bytes(10_000, 100, |_, text: &String| text.len());
        for key in 0..1_000 {
            cache.insert(key, "x".repeat(100));
        }
        let kept = (0..1_000).filter(|key| cache.get(key).is_some()).count();
        assert!((50..=100).contains(&kept), "{kept}");
        cache.clear();
        assert_eq!(cache.get(&999), None);
    }

    #[test]
    fn what_is_too_old_is_not_there() {
        let cache = Cache::of_entries(10).for_at_most(Duration::ZERO);
        cache.insert("key", 1);
        assert_eq!(cache.get("key"), None);
        assert_eq!(cache.kept.len(), 1);
        cache.forget_old();
        assert_eq!(cache.kept.len(), 0);
        let young = Cache::of_entries(10).for_at_most(Duration::from_secs(60));
        young.insert("key", 1);
        young.forget_old();
        assert_eq!(young.get("key"), Some(1));
    }

    #[tokio::test]
    async fn one_reads_for_all() {
        let cache = Cache::<_, usize>::of_entries(10);
        let readings = AtomicUsize::new(0);
        let read = async || {
            tokio::task::yield_now().await;
            Ok(readings.fetch_add(1, Ordering::SeqCst))
        };
        let all = (0..20).map(|_| cache.get_or("key", &read));
        assert_eq!(futures::future::try_join_all(all).await.unwrap(), vec![0; 20]);
        assert_eq!(readings.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_fails_keeps_nothing() {
        let cache = Cache::of_entries(10);
        assert!(cache.get_or("key", async || Err(Error::NotFound("key"))).await.is_err());
        assert_eq!(cache.get_or("key", async || Ok(2)).await.unwrap(), 2);
        let old = Cache::of_entries(10).for_at_most(Duration::ZERO);
        old.insert("key", 1);
        assert_eq!(old.get_or("key", async || Ok(2)).await.unwrap(), 2, "the first was too old");
    }
}
