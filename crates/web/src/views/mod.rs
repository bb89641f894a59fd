//! Typed contexts of every page and fragment, one file an area.
//!
//! A view holds plain data that is ready to be shown: whoever fills it has already decided, translated and
//! formatted. Each view brings sample data, which the test at the end of [`gallery`] renders.

mod account;
mod catalog;
mod common;
mod course;
mod docs;
mod errors;
mod forms;
mod gallery;
mod home;
mod learning;
mod lesson;
mod notes;
mod page;
mod people;
mod sample_data;
mod security;
mod security_settings;
mod settings;

pub use account::{PolicyRule, SetupPage, SignInPage, SignUpPage};
pub use catalog::{
    ActiveFilter, CatalogFilters, CatalogPage, CatalogResults, PageLink, Pagination, ResultList,
};
pub use common::{
    Access, CategoryTag, ContinueCard, CourseCard, DateText, DayState, OutlineDay, Progress, Rating, Stat,
};
pub use course::{CoursePage, EnrollAction};
pub use docs::{ApiDocsPage, DocAnswer, DocField, DocGroup, DocOperation, DocSchema, DocType};
pub use errors::{ErrorKind, ErrorPage};
pub use forms::{Choice, Control, Field, wrong};
pub use gallery::{Samples, gallery};
pub use home::{CategoryTile, HomePage};
pub use learning::{CompletedPage, DashboardPage, EnrolledPage, FinishedCourse, ScheduleDay, TodayLesson};
pub use lesson::{
    ChecklistItem, Completion, CompletionPanel, LessonCourse, LessonLink, LessonNotes, LessonPage, Resource,
    Video, VideoKind,
};
pub use notes::{NoteGroup, NoteItem, NotesPage};
pub use page::{Assets, Flash, FlashKind, JsonLd, Page, SafeHtml, Viewer};
pub use people::PublicProfilePage;
pub use security::{
    AuthenticatorPage, ConfirmPage, PasskeyRow, RecoveryCodesPage, SecondFactorPage, SecurityPage,
};
pub use security_settings::SecuritySettingsPage;
pub use settings::{Device, DevicesPage, MissingItem, PasswordPage, ProfilePage};
