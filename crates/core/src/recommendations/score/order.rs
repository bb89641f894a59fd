//! Which of the courses that were scored are recommended, and in which order.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, VecDeque},
};

use super::Candidate;
use crate::ids::CourseId;

/// So many recommendations in a row are looked at together.
pub(super) const ROW: usize = 5;
/// So many of them may stand in one category while there is another.
pub(super) const OF_ONE_CATEGORY: usize = 3;

/// A course's score; the greatest is the best.
pub(super) struct Entry {
    pub score: f64,
    pub id: Reverse<CourseId>,
    /// In the catalog.
    pub place: usize,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

/// The best `count`, in their order but for those that would be too many of one category in a row.
pub(super) fn mixed<'c>(
    mut scored: BinaryHeap<Entry>,
    course: impl Fn(Entry) -> Option<Candidate<'c>>,
    count: usize,
) -> Vec<Candidate<'c>> {
    let mut chosen: Vec<Candidate<'c>> = Vec::with_capacity(count.min(scored.len()));
    // Better ones that would have been too many, the best first.
    let mut waiting: VecDeque<Candidate<'c>> = VecDeque::new();
    while chosen.len() < count {
        let row = chosen.get(chosen.len() / ROW * ROW..).unwrap_or_default();
        let is_free = |next: &Candidate<'c>| {
            row.iter().filter(|course| course.category == next.category).count() < OF_ONE_CATEGORY
        };
        let mut next = waiting.iter().position(is_free).and_then(|place| waiting.remove(place));
        while next.is_none()
            && let Some(best) = scored.pop()
        {
            match course(best) {
                Some(course) if is_free(&course) => next = Some(course),
                other => waiting.extend(other),
            }
        }
        // All that are left stand in categories that have had their share.
        let Some(next) = next.or_else(|| waiting.pop_front()) else { break };
        chosen.push(next);
    }
    chosen
}
