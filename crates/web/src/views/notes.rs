//! All of a learner's notes.

use askama::Template;

use super::common::{CategoryTag, DateText};
use super::gallery::Samples;
use super::page::Page;

/// Notes on one lesson.
#[derive(Clone, Debug)]
pub struct NoteItem {
    /// Day.
    pub day: u32,
    /// Lesson.
    pub lesson_title: String,
    /// The lesson's notes: `/courses/{slug}/days/{day}#notes`; none while the lesson can't be seen.
    pub url: Option<String>,
    /// The text as typed, or the passage found.
    pub text: String,
    /// Last change.
    pub updated: DateText,
}

/// Notes of one course.
#[derive(Clone, Debug)]
pub struct NoteGroup {
    /// Slug of the course.
    pub slug: String,
    /// The course's page; none while it can't be seen.
    pub url: Option<String>,
    /// Title of the course.
    pub course_title: String,
    /// Category of the course.
    pub category: CategoryTag,
    /// In the order of the lessons.
    pub notes: Vec<NoteItem>,
}

/// `GET /notes`
#[derive(Template)]
#[template(path = "notes/index.html")]
pub struct NotesPage {
    /// Shared page data.
    pub page: Page,
    /// Search text.
    pub q: String,
    /// Such as `12 notes` or `2 notes with “join”`.
    pub total_label: String,
    /// Notes found.
    pub groups: Vec<NoteGroup>,
}

impl NotesPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let note = |day: u32, title: &str, text: &str| NoteItem {
            day,
            lesson_title: title.into(),
            url: (day != 3).then(|| format!("/courses/sql-in-seven-days/days/{day}#notes")),
            text: text.into(),
            updated: DateText::sample("yesterday"),
        };
        Self {
            page: Page::sample_signed_in("Notes", "/notes"),
            q: String::new(),
            total_label: "2 notes".into(),
            groups: vec![NoteGroup {
                slug: "sql-in-seven-days".into(),
                url: Some("/courses/sql-in-seven-days".into()),
                course_title: "SQL in seven days".into(),
                category: CategoryTag::new("technology", "Technology"),
                notes: vec![
                    note(
                        1,
                        "Your first query",
                        "SELECT names the columns, FROM the table.\nSemicolon at the end!",
                    ),
                    note(
                        3,
                        "Join two tables without losing rows",
                        "LEFT JOIN keeps the left table. Check the count first!",
                    ),
                ],
            }],
        }
    }
}

impl Samples for NotesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let none = |q: &str, total: &str| Self {
            q: q.into(),
            total_label: total.into(),
            groups: Vec::new(),
            ..Self::sample()
        };
        vec![
            ("notes", Self::sample()),
            ("notes-empty", none("", "No notes")),
            ("notes-not-found", none("pivot", "No notes with “pivot”")),
        ]
    }
}
