use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::future::Cache;

use super::{CardPage, Category, Course, CourseFilter, Lesson};
use crate::{
    Error, Result,
    ids::{CourseId, LessonId},
};

/// How old what another server changed may look here.
const FRESH_FOR: Duration = Duration::from_secs(5);

/// Published content in memory. Bounded by size, so that thousands of courses can't fill the memory.
pub struct CatalogCache {
    pub(super) categories: Cache<(), Arc<Vec<Category>>>,
    pub(super) cards: Cache<CourseFilter, Arc<CardPage>>,
    pub(super) courses: Cache<CourseKey, Option<Arc<Course>>>,
    pub(super) lessons: Cache<LessonId, Option<Arc<Lesson>>>,
    generation: AtomicU64,
}

/// How a course is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum CourseKey {
    Slug(String),
    Id(CourseId),
}

impl Default for CatalogCache {
    fn default() -> Self {
        fn weighed<K, V>(bytes: u64, weigh: fn(&V) -> usize) -> Cache<K, V>
        where
            K: std::hash::Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            Cache::builder()
                .time_to_live(FRESH_FOR)
                .max_capacity(bytes)
                .weigher(move |_, value| u32::try_from(weigh(value)).unwrap_or(u32::MAX))
                .build()
        }
        Self {
            categories: Cache::builder().time_to_live(FRESH_FOR).max_capacity(1).build(),
            cards: weighed(8 << 20, |page: &Arc<CardPage>| 200 + page.items.len() * 800),
            courses: weighed(12 << 20, |course: &Option<Arc<Course>>| {
                course.as_ref().map_or(200, |course| {
                    1_000
                        + course.description.len()
                        + course.description_html.len()
                        + course.lessons.len() * 500
                })
            }),
            lessons: weighed(16 << 20, |lesson: &Option<Arc<Lesson>>| {
                lesson.as_ref().map_or(200, |lesson| 2_000 + lesson.body.len() + lesson.body_html.len())
            }),
            generation: AtomicU64::new(0),
        }
    }
}

impl CatalogCache {
    /// Forgets everything, after a change to published content.
    pub fn clear(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
        self.categories.invalidate_all();
        self.cards.invalidate_all();
        self.courses.invalidate_all();
        self.lessons.invalidate_all();
    }

    /// Changes with every [`CatalogCache::clear`]: for those who keep what they made of the content.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }
}

/// The cached value, or what `load` answers; many who ask at once share one load.
pub(super) async fn cached<K, V>(
    cache: &Cache<K, V>,
    key: K,
    load: impl Future<Output = Result<V>>,
) -> Result<V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    cache.try_get_with(key, load).await.map_err(|shared: Arc<Error>| match &*shared {
        Error::Unavailable(why) => Error::Unavailable(why.clone()),
        other => Error::internal(other),
    })
}
