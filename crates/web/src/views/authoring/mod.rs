//! Administration: making courses and lessons.

mod category;
mod course;
mod history;
mod lesson;
mod package;
mod quiz;

pub use category::{CategoriesPage, CategoryPage, CategoryRow};
pub use course::{CheckLine, CourseFormPage, CourseHead, CourseLessonsPage, LessonLine};
pub use history::{ChangedField, ChangedLine, HistoryLine, HistoryPage, VersionPage};
pub use lesson::{ActionItemRow, DeletedLessonPage, DraftNote, LessonEditorPage, ResourceRow};
pub use package::ImportPage;
pub use quiz::{PartRow, QuestionLine, QuestionPage, QuizEditorPage, QuizHead};
