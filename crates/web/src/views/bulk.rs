//! Doing the same with many lines of a list.

use askama::Template;

use crate::views::gallery::Samples;
use crate::views::page::Page;

/// What is asked before, or what was not done.
#[derive(Template)]
#[template(path = "admin/bulk.html")]
pub struct BulkPage {
    /// Shared page data.
    pub page: Page,
    /// The question, or what came of it.
    pub heading: String,
    /// The list as it was.
    pub back: String,
    /// What is asked.
    pub question: Option<BulkQuestion>,
    /// Lines for which it was refused, and why.
    pub refused: Vec<(String, String)>,
}

/// What is asked before many lines are changed.
#[derive(Debug, Clone)]
pub struct BulkQuestion {
    /// Where the answer goes.
    pub path: String,
    /// Which action.
    pub action: String,
    /// The lines.
    pub ids: Vec<String>,
    /// Names of the first of them.
    pub names: Vec<String>,
    /// How many there are besides.
    pub more: usize,
    /// How many of the chosen lines are not there any more.
    pub gone: usize,
    /// Words on the button that does it.
    pub button: &'static str,
    /// A reason can be given.
    pub asks_reason: bool,
}

impl Samples for BulkPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |heading: &str, question, refused| Self {
            page: Page::sample_signed_in(heading, "/admin/users"),
            heading: heading.into(),
            back: "/admin/users?role=free".into(),
            question,
            refused,
        };
        let question = BulkQuestion {
            path: "/admin/users/bulk".into(),
            action: "suspend".into(),
            ids: vec!["1".into(), "2".into(), "3".into()],
            names: vec!["Ada Winter, ada@example.com".into(), "Ben Berg, ben@example.com".into()],
            more: 1,
            gone: 1,
            button: "Suspend them",
            asks_reason: true,
        };
        let refused = vec![("Ada Winter".into(), "This is the last administrator.".into())];
        vec![
            ("admin-bulk-question", view("Suspend 3 accounts?", Some(question), Vec::new())),
            ("admin-bulk-refused", view("Done for 2 of 3", None, refused)),
        ]
    }
}
