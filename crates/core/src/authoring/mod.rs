//! Making courses: what administrators write, arrange, publish, compare and restore, and the packages in which whole
//! courses come and go.
//!
//! Every change names the version that it was made from ([`Based`]); one that was made from an older version is refused, so
//! that two authors never overwrite each other. A lesson that learners read is changed in a working copy
//! ([`save_draft`]) until it is saved ([`save_lesson`]). Everything that was ever saved stays in the history
//! ([`history`]).

mod categories;
mod checklist;
mod courses;
mod difference;
mod exchange;
mod fields;
mod generated;
mod lessons;
mod ordering;
mod preview;
mod quiz;
mod repo;
mod slug;
mod types;
mod uses;
mod versions;

pub use categories::{
    AuthoredCategory, CategoryDetails, MAX_CATEGORY_NAME, MAX_CATEGORY_TEXT, authored_categories,
    authored_category, create_category, delete_category, save_category,
};
pub use checklist::{CheckItem, checklist};
pub use courses::{
    archive_course, categories, category_slug, course, course_consequences, courses, create_course,
    delete_course, duplicate_course, has_category, publish_course, save_course, unpublish_course,
};
pub use difference::{
    Difference, FieldChange, LineChange, LineKind, compare, compare_courses, compare_with_quiz,
};
pub use exchange::{
    ExportedPackage, ImportOptions, MAX_PACKAGE_BYTES, WhenTaken, export_course, import_course, package_file,
};
pub use generated::{
    GeneratedLesson, Rewritten, WholeCourse, WholeLesson, add_generated, hold_lesson, lesson_body, put_live,
    review, rewrite, whole, whole_course, with_what_stays,
};
pub use lessons::{
    add_lesson, delete_lesson, discard_draft, lesson, lessons, publish_lesson, save_draft, save_lesson,
    unpublish_lesson,
};
pub use momentum_drafting::reading::{minutes as reading_minutes, words as words_of};
pub use ordering::{Direction, move_lesson, order_lessons};
pub use preview::{preview_course, preview_lesson};
pub use quiz::{AuthoredQuiz, MAX_QUESTIONS, QuizChange, change_quiz, quiz};
pub use types::{
    ActionItemText, AuthoredCourse, AuthoredLesson, Based, Consequences, CourseDetails, CourseRow,
    CourseSort, CoursesFilter, LessonContent, LessonDraft, LessonRow, LessonStatus, LessonsFilter,
    ReviewState,
};
pub use versions::{
    Change, LeftOut, Origin, Snapshot, Version, VersionDetail, history, origin, restore, version,
};
