//! What learners think of courses: stars, words, and what administrators take out of sight.
//!
//! The row in `course_ratings` stands for the reviews of one course. Whoever changes one of them takes its lock first and counts
//! them anew, so that twenty at once leave numbers that are exact on either engine.

pub mod jobs;
mod moderation;
mod own;
mod public;
mod repo;
mod types;

pub use moderation::{hide_reviews, moderated, restore_reviews};
pub use own::{own_review, remove_review, report_review, save_review};
pub use public::{KnownRatings, course_reviews};
pub use repo::recount_of_user;
pub use types::{
    MAX_BODY, ModeratedReview, OwnReview, RatingSummary, Review, ReviewOrder, ReviewState, ReviewsFilter,
};
