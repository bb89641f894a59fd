use std::{future::Future, hash::Hash, sync::Arc, time::Duration};

use moka::future::Cache;

use super::{CardPage, Category, Course, CourseFilter, Lesson, Published, edition::Edition};
use crate::{
    Error, Result,
    ids::{CourseId, LessonId},
};

/// How old the numbers beside a course (learners, ratings) may look. They move with every learner, which would be too
/// often to count as a change of content.
const COUNTS_FRESH_FOR: Duration = Duration::from_secs(60);

/// Published content in memory, each piece with the edition that it belongs to. Bounded by size, so that thousands of
/// courses can't fill the memory.
pub struct CatalogCache {
    pub(super) categories: Kept<(), Arc<Vec<Category>>>,
    pub(super) cards: Kept<CourseFilter, Arc<CardPage>>,
    pub(super) published: Kept<(), Arc<Published>>,
    pub(super) slugs: Kept<String, Option<CourseId>>,
    pub(super) courses: Kept<CourseId, Option<Arc<Course>>>,
    pub(super) lessons: Kept<LessonId, Option<Arc<Lesson>>>,
    pub(super) edition: Edition,
}

/// Values by edition and key.
pub(super) type Kept<K, V> = Cache<(u64, K), V>;

impl Default for CatalogCache {
    fn default() -> Self {
        fn bounded<K, V>(bytes: u64, weigh: fn(&V) -> usize) -> Kept<K, V>
        where
            K: Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            Cache::builder()
                .time_to_live(COUNTS_FRESH_FOR)
                .max_capacity(bytes)
                .weigher(move |_, value| u32::try_from(weigh(value)).unwrap_or(u32::MAX))
                .build()
        }
        Self {
            categories: bounded(1 << 16, |list| 100 + list.len() * 500),
            cards: bounded(4 << 20, |page| 200 + page.items.len() * 800),
            // Thousands of courses have to fit, or they would be read for everybody who asks.
            published: bounded(64 << 20, |list| 100 + list.len() * 1_000),
            slugs: bounded(1 << 20, |_| 200),
            courses: bounded(24 << 20, |course| course.as_ref().map_or(200, |course| course.weight())),
            lessons: bounded(24 << 20, |lesson| lesson.as_ref().map_or(200, |lesson| lesson.weight())),
            edition: Edition::new(),
        }
    }
}

impl CatalogCache {
    /// Begins the next edition: what is kept is not shown any more.
    pub fn clear(&self) {
        self.edition.next();
        // Only to free the memory.
        self.categories.invalidate_all();
        self.cards.invalidate_all();
        self.published.invalidate_all();
        self.slugs.invalidate_all();
        self.courses.invalidate_all();
        self.lessons.invalidate_all();
    }
}

/// The value of this edition, or what `load` answers; many who ask at once share one load.
pub(super) async fn cached<K, V>(
    kept: &Kept<K, V>,
    edition: u64,
    key: K,
    load: impl Future<Output = Result<V>>,
) -> Result<V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    kept.try_get_with((edition, key), load).await.map_err(|shared: Arc<Error>| match &*shared {
        Error::Unavailable(why) => Error::Unavailable(why.clone()),
        other => Error::internal(other),
    })
}
