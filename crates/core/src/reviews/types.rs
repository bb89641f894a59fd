use chrono::{DateTime, Utc};
use momentum_db::FromRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Error, Result,
    ids::{CourseId, ReviewId, UserId},
};

/// The longest text of a review, in characters.
pub const MAX_BODY: usize = 2_000;

/// Who sees a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ReviewVisibility)]
pub enum ReviewState {
    /// Everybody.
    Visible,
    /// Everybody, until an administrator has looked at it.
    Reported,
    /// Its author and administrators.
    Hidden,
}

momentum_db::stored_as_word!(ReviewState);

impl ReviewState {
    /// All of them, for filters.
    pub const ALL: [Self; 3] = [Self::Visible, Self::Reported, Self::Hidden];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Reported => "reported",
            Self::Hidden => "hidden",
        }
    }
}

impl std::str::FromStr for ReviewState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::invalid("state", "unknown", "The state is visible, reported or hidden."))
    }
}

/// The order of a list of reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewOrder {
    #[default]
    Newest,
    Highest,
    Lowest,
}

impl ReviewOrder {
    /// All of them, for filters.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Highest, Self::Lowest];

    /// As in addresses and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
        }
    }

    /// The order for a word, if it is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == word)
    }
}

/// A review as everybody sees it.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Review {
    pub id: ReviewId,
    /// 1 to 5.
    pub rating: i64,
    /// May be empty.
    pub body: String,
    /// Who wrote it.
    pub author_name: String,
    /// Only when the author's profile is public.
    pub author_id: Option<UserId>,
    /// Version of the author's picture.
    #[serde(skip)]
    pub author_avatar: Option<String>,
    /// The caller wrote it.
    pub is_own: bool,
    pub updated_at: DateTime<Utc>,
}

/// The actor's own review.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct OwnReview {
    pub id: ReviewId,
    pub rating: i64,
    pub body: String,
    pub state: ReviewState,
    /// Why an administrator hid it; empty otherwise.
    pub hidden_reason: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A review as administrators see it.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct ModeratedReview {
    pub id: ReviewId,
    pub course_id: CourseId,
    pub course_slug: String,
    pub course_title: String,
    pub author_id: UserId,
    pub author_name: String,
    pub author_email: String,
    pub rating: i64,
    pub body: String,
    pub state: ReviewState,
    /// By how many people, since it was last decided on.
    pub report_count: i64,
    /// What the latest of them said.
    pub report_reason: Option<String>,
    pub hidden_reason: String,
    pub updated_at: DateTime<Utc>,
}

/// Which reviews, and which part of their list.
#[derive(Debug, Clone, Default)]
pub struct ReviewsFilter {
    pub state: Option<ReviewState>,
    /// Part of the text, of the author's name or address, or of the course's title.
    pub q: String,
    pub limit: i64,
    pub offset: i64,
}

/// How the visible reviews of a course are spread.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct RatingSummary {
    stars_1: i64,
    stars_2: i64,
    stars_3: i64,
    stars_4: i64,
    stars_5: i64,
}

impl RatingSummary {
    /// How many gave one star, two, … five.
    #[must_use]
    pub fn by_stars(&self) -> [i64; 5] {
        [self.stars_1, self.stars_2, self.stars_3, self.stars_4, self.stars_5]
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.by_stars().iter().sum()
    }

    /// 1 to 5; none without a review.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no course has 2^52 reviews")]
    pub fn average(&self) -> Option<f64> {
        let sum: i64 = (1..).zip(self.by_stars()).map(|(stars, count): (i64, i64)| stars * count).sum();
        (self.count() > 0).then(|| sum as f64 / self.count() as f64)
    }
}
