//! What there is to learn: categories, courses, lessons, and the packages they arrive in.
//!
//! Published content is read by everybody and changed by few, so it is kept in memory ([`CatalogCache`]). Whoever
//! changes it says so in the same transaction ([`content_changes`]).

mod cache;
mod categories;
mod counts;
mod edition;
pub mod embeds;
pub mod markdown;
pub mod package;
mod question;
mod quiz;
mod repo;
mod service;
mod types;

pub use cache::{COUNTS_FRESH_FOR, CatalogCache};
pub use categories::seed_categories;
pub(crate) use counts::count_category;
pub use counts::set_course_counts;
pub use edition::{content_changes, edition};
pub(crate) use question::questions_of;
pub use question::{AnswerOption, Pair, Question, questions, replace_questions};
pub use quiz::{QuizOutline, QuizPolicy, quiz_policy, set_quiz_policy};
pub use service::{
    categories, course, course_by_id, course_of_lesson, courses, import_package, lesson, lesson_bodies,
    published, published_slugs,
};
pub(crate) use service::{draft_course, draft_lesson};
pub use types::{
    Access, ActionItem, CardPage, Category, Course, CourseCard, CourseFilter, CourseStatus, Lesson,
    LessonOutline, Level, MAX_PAGE, MAX_SLUG, Money, Published, PublishedCourse, Resource, ResourceKind,
    Sort,
};
