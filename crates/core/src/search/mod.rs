//! Search: finding courses by what stands in them, suggestions while somebody types, and what people look for.
//!
//! The text stands in a [`SearchIndex`] beside the database. The index follows the database ([`follow`]); what it
//! finds are ids, and the cards are read from the database, so that nothing is shown that is not published now.

mod analytics;
mod excerpt;
mod follow;
mod index;
pub mod jobs;
mod plain;
mod rank;
pub mod relevance;
mod repo;
mod service;
mod tally;

pub use analytics::{QueriesFilter, QueriesSort, QueryRow, SearchReport, report};
pub use excerpt::{Excerpt, Piece};
pub use follow::{catch_up, follow, rebuild, run};
pub use index::{
    Change, CourseDocument, FacetCount, Facets, Hit, Hits, Indexed, LessonDocument, LessonHit, MAX_TEXT,
    SearchIndex, SearchQuery, Signals, Suggestion, SuggestionKind,
};
pub use rank::{Standing, blend, order};
pub use service::{FoundCourse, SearchResults, Seeker, chosen, search, suggestions};
pub use tally::flush;

use std::sync::Arc;

/// The index with what this process knows about it.
pub struct Search {
    index: Arc<dyn SearchIndex>,
    followed: tokio::sync::Mutex<follow::Followed>,
    tally: tally::Tally,
}

impl Search {
    /// Search in `index`.
    #[must_use]
    pub fn new(index: Arc<dyn SearchIndex>) -> Self {
        Self { index, followed: tokio::sync::Mutex::default(), tally: tally::Tally::default() }
    }

    /// The index itself.
    #[must_use]
    pub fn index(&self) -> &dyn SearchIndex {
        &*self.index
    }
}
