use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::PublishedCourse;

/// Why a course is recommended. The words are made where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// It goes with a course that the person finished.
    Finished {
        /// That course's title.
        title: Arc<str>,
    },
    /// It goes with a course that the person is taking.
    Current {
        /// That course's title.
        title: Arc<str>,
    },
    /// It is one level above what the person finished in its category.
    NextLevel,
    /// Its category is one of the person's favorites.
    Favorite,
    /// It is short, and the person rarely finishes long ones.
    Short,
    /// Many take it.
    Popular,
    /// Its learners rate it highly.
    HighlyRated,
    /// Most who begin it finish it.
    OftenFinished,
    /// It is new.
    New,
    /// Nothing stands out: something to discover.
    Discover,
}

impl Reason {
    /// The title in it, if there is one.
    pub(super) fn title_mut(&mut self) -> Option<&mut Arc<str>> {
        match self {
            Self::Finished { title } | Self::Current { title } => Some(title),
            _ => None,
        }
    }

    /// What kind of reason it is.
    #[must_use]
    pub fn kind(&self) -> ReasonKind {
        match self {
            Self::Finished { .. } => ReasonKind::Finished,
            Self::Current { .. } => ReasonKind::Current,
            Self::NextLevel => ReasonKind::NextLevel,
            Self::Favorite => ReasonKind::Favorite,
            Self::Short => ReasonKind::Short,
            Self::Popular => ReasonKind::Popular,
            Self::HighlyRated => ReasonKind::HighlyRated,
            Self::OftenFinished => ReasonKind::OftenFinished,
            Self::New => ReasonKind::New,
            Self::Discover => ReasonKind::Discover,
        }
    }
}

/// A reason without what is particular to one person, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// [`Reason::Finished`]
    Finished,
    /// [`Reason::Current`]
    Current,
    /// [`Reason::NextLevel`]
    NextLevel,
    /// [`Reason::Favorite`]
    Favorite,
    /// [`Reason::Short`]
    Short,
    /// [`Reason::Popular`]
    Popular,
    /// [`Reason::HighlyRated`]
    HighlyRated,
    /// [`Reason::OftenFinished`]
    OftenFinished,
    /// [`Reason::New`]
    New,
    /// [`Reason::Discover`]
    Discover,
}

momentum_db::stored_as_word!(ReasonKind);

impl ReasonKind {
    /// As stored and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Current => "current",
            Self::NextLevel => "next_level",
            Self::Favorite => "favorite",
            Self::Short => "short",
            Self::Popular => "popular",
            Self::HighlyRated => "highly_rated",
            Self::OftenFinished => "often_finished",
            Self::New => "new",
            Self::Discover => "discover",
        }
    }
}

/// A course with the reason why it is recommended.
#[derive(Debug, Clone)]
pub struct Recommendation {
    pub course: Arc<PublishedCourse>,
    pub reason: Reason,
}

/// What is recommended to somebody, the best first.
#[derive(Debug, Clone)]
pub struct Recommendations {
    pub items: Vec<Recommendation>,
    /// When it was found.
    pub generated_at: DateTime<Utc>,
}
