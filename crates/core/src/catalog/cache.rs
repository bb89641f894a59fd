use std::{hash::Hash, sync::Arc, time::Duration};

use super::{CardPage, Category, Course, CourseFilter, Lesson, Published, edition::Edition};
use crate::{
    cache::Cache,
    ids::{CourseId, LessonId},
};

/// How old the numbers beside a course (learners, ratings) may look. They move with every learner, which would be too
/// often to count as a change of content.
pub const COUNTS_FRESH_FOR: Duration = Duration::from_secs(60);

/// Published content in memory, each piece with the edition that it belongs to. Bounded by size, so that thousands of
/// courses can't fill the memory.
pub struct CatalogCache {
    pub(super) categories: ByEdition<(), Arc<Vec<Category>>>,
    pub(super) cards: ByEdition<CourseFilter, Arc<CardPage>>,
    pub(super) published: ByEdition<(), Arc<Published>>,
    pub(super) slugs: ByEdition<String, Option<CourseId>>,
    pub(super) courses: ByEdition<CourseId, Option<Arc<Course>>>,
    pub(super) lessons: ByEdition<LessonId, Option<Arc<Lesson>>>,
    pub(super) edition: Edition,
}

/// Values by edition and key.
pub(super) type ByEdition<K, V> = Cache<(u64, K), V>;

impl Default for CatalogCache {
    fn default() -> Self {
        fn counting<K: Eq + Hash + Clone, V: Clone>(
            bytes: usize,
            each: usize,
            weigh: fn(&(u64, K), &V) -> usize,
        ) -> ByEdition<K, V> {
            Cache::of_bytes(bytes, each, weigh).for_at_most(COUNTS_FRESH_FOR)
        }
        Self {
            categories: counting(1 << 16, 1 << 16, |_, list| 100 + list.len() * 500),
            cards: counting(4 << 20, 20_000, |(_, filter), page| {
                200 + filter.category.as_ref().map_or(0, String::len)
                    + filter.q.len()
                    + page.items.len() * 800
            }),
            // Thousands of courses have to fit, or they would be read for everybody who asks.
            published: counting(64 << 20, 64 << 20, |_, list| 100 + list.len() * 1_000),
            slugs: Cache::of_bytes(1 << 20, 200, |(_, slug), _| 200 + slug.len()),
            courses: counting(24 << 20, 10_000, |_, course| {
                course.as_ref().map_or(200, |course| course.weight())
            }),
            lessons: Cache::of_bytes(10 << 20, 4_000, |_, lesson| {
                lesson.as_ref().map_or(200, |lesson| lesson.weight())
            }),
            edition: Edition::new(),
        }
    }
}

impl CatalogCache {
    /// Begins the next edition: what is kept is not shown any more.
    pub fn clear(&self) {
        self.edition.next();
        // Only to free the memory.
        self.categories.clear();
        self.cards.clear();
        self.published.clear();
        self.slugs.clear();
        self.courses.clear();
        self.lessons.clear();
    }

    /// Frees what is too old to be shown.
    pub fn forget_old(&self) {
        self.categories.forget_old();
        self.cards.forget_old();
        self.published.forget_old();
        self.courses.forget_old();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_takes_of_the_room_too() {
        let cache = CatalogCache::default();
        let (long, empty) = ("x".repeat(8_000), CardPage { items: Vec::new(), total: 0 });
        for i in 0..2_000 {
            cache.slugs.insert((0, format!("{long}{i}")), None);
            let filter = CourseFilter { category: Some(format!("{long}{i}")), ..CourseFilter::default() };
            cache.cards.insert((0, filter), Arc::new(empty.clone()));
        }
        let slugs = (0..2_000).filter(|i| cache.slugs.get(&(0, format!("{long}{i}"))).is_some()).count();
        assert!(slugs * long.len() <= 1 << 20, "{slugs} are kept");
        let is_kept = |i: &i32| {
            let filter = CourseFilter { category: Some(format!("{long}{i}")), ..CourseFilter::default() };
            cache.cards.get(&(0, filter)).is_some()
        };
        let cards = (0..2_000).filter(is_kept).count();
        assert!(cards * long.len() <= 4 << 20, "{cards} are kept");
    }
}
