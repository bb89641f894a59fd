//! Taking a course in from a package.

use askama::Template;

use crate::views::gallery::Samples;
use crate::views::page::Page;

/// `GET /admin/courses/import`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/courses/import.html")]
pub struct ImportPage {
    /// Shared page data.
    pub page: Page,
    /// What is wrong: file and reason.
    pub problems: Vec<(String, String)>,
    /// What went wrong as a whole.
    pub alert: Option<String>,
    /// A slug that is taken gets a number.
    pub rename: bool,
}

impl Samples for ImportPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |problems: Vec<(String, String)>| Self {
            page: Page::sample_signed_in("Import a course", "/admin/courses/import"),
            problems,
            alert: None,
            rename: false,
        };
        let problem = ("lessons/03-joins.md".to_owned(), "minutes: 1 to 600".to_owned());
        vec![("admin-import", view(Vec::new())), ("admin-import-failed", view(vec![problem]))]
    }
}
