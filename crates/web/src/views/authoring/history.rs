//! What a course and its lessons were.

use askama::Template;

use super::CourseHead;
use crate::views::common::DateText;
use crate::views::gallery::Samples;
use crate::views::page::Page;

/// A line of the history.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// From 1.
    pub number: i64,
    /// Such as `Saved`.
    pub change: String,
    /// Such as `Course details` or the lesson's title.
    pub what: String,
    /// Name; empty for the program.
    pub by: String,
    /// When.
    pub at: DateText,
}

/// `GET /admin/courses/{id}/history`
#[derive(Template)]
#[template(path = "admin/courses/history.html")]
pub struct HistoryPage {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub head: CourseHead,
    /// The newest first.
    pub versions: Vec<HistoryLine>,
    /// Title of the only lesson that is shown.
    pub only: Option<String>,
    /// Newer ones.
    pub newer_url: Option<String>,
    /// Older ones.
    pub older_url: Option<String>,
}

/// A line of a field that changed.
#[derive(Clone, Debug)]
pub struct ChangedLine {
    /// `same`, `removed`, `added` or `skipped`.
    pub kind: &'static str,
    /// The line.
    pub text: String,
}

/// A field that changed.
#[derive(Clone, Debug)]
pub struct ChangedField {
    /// Such as `Key takeaways`.
    pub name: String,
    /// Its lines.
    pub lines: Vec<ChangedLine>,
}

impl ChangedField {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let line = |kind, text: &str| ChangedLine { kind, text: text.into() };
        Self {
            name: "Body".into(),
            lines: vec![
                line("skipped", "4 unchanged lines"),
                line("same", "## Water"),
                line("removed", "Boil it."),
                line("added", "Boil it, then wait."),
            ],
        }
    }
}

/// `GET /admin/courses/{id}/history/{number}`
#[derive(Template)]
#[template(path = "admin/courses/version.html")]
pub struct VersionPage {
    /// Shared page data.
    pub page: Page,
    /// The course.
    pub head: CourseHead,
    /// Why it could not be restored.
    pub alert: Option<String>,
    /// The version.
    pub version: HistoryLine,
    /// From the version before.
    pub changes: Vec<ChangedField>,
    /// It is what is there now.
    pub is_current: bool,
}

impl HistoryLine {
    fn sample(number: i64, change: &str, what: &str) -> Self {
        Self {
            number,
            change: change.into(),
            what: what.into(),
            by: "Ada Admin".into(),
            at: DateText::sample("yesterday"),
        }
    }
}

impl Samples for HistoryPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = Self {
            page: Page::sample_signed_in("History", "/admin/courses/01935e1c/history"),
            head: CourseHead::sample("history"),
            versions: vec![
                HistoryLine::sample(2, "Saved", "Joins"),
                HistoryLine::sample(1, "Created", "Course details"),
            ],
            only: None,
            newer_url: None,
            older_url: Some("/admin/courses/01935e1c/history?page=2".into()),
        };
        vec![("admin-history", view)]
    }
}

impl Samples for VersionPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |alert: Option<&str>| Self {
            page: Page::sample_signed_in("Version 2", "/admin/courses/01935e1c/history/2"),
            head: CourseHead::sample("history"),
            alert: alert.map(Into::into),
            version: HistoryLine::sample(2, "Saved", "Joins"),
            changes: vec![ChangedField::sample()],
            is_current: false,
        };
        let refusal = "Every day of the course has a lesson already.";
        vec![("admin-version", view(None)), ("admin-version-refused", view(Some(refusal)))]
    }
}
