//! Accounts from a file.

use askama::Template;

use crate::views::common::{DateText, Progress};
use crate::views::gallery::Samples;
use crate::views::page::Page;
use crate::views::panel::{Figure, Happening};

/// `GET /admin/users/import`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/users/import.html")]
pub struct UsersImportPage {
    /// Shared page data.
    pub page: Page,
    /// Why the file was not taken.
    pub error: Option<String>,
    /// The latest imports.
    pub imports: Vec<Happening>,
}

/// `GET /admin/users/import/{id}`
#[derive(Template)]
#[template(path = "admin/users/import_show.html")]
pub struct UserImportPage {
    /// Shared page data.
    pub page: Page,
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// What the check found.
    pub figures: Vec<Figure>,
    /// How it goes, once it was started.
    pub status: Option<String>,
    /// Rows that were dealt with.
    pub progress: Progress,
    /// What was done so far.
    pub outcome: String,
    /// It waits to be started.
    pub waiting: bool,
    /// There are rows to take in.
    pub can_start: bool,
    /// It is being taken in.
    pub running: bool,
    /// The first wrong rows: line, address, reason.
    pub errors: Vec<(String, String, String)>,
}

impl Samples for UsersImportPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let import = Happening {
            title: "people.csv".into(),
            note: "1,200 made".into(),
            url: Some("/admin/users/import/01935e1c".into()),
            at: DateText::sample("yesterday"),
        };
        let view = |error: Option<String>, imports| Self {
            page: Page::sample_signed_in("Import accounts", "/admin/users/import"),
            error,
            imports,
        };
        vec![
            ("admin-users-import", view(None, vec![import])),
            ("admin-users-import-failed", view(Some("The file has no rows.".into()), Vec::new())),
        ]
    }
}

impl Samples for UserImportPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let figure = |value: &str, label: &str, alarming| Figure {
            value: value.into(),
            label: label.into(),
            note: String::new(),
            url: None,
            alarming,
        };
        let view = |waiting: bool, can_start: bool| Self {
            page: Page::sample_signed_in("people.csv", "/admin/users/import/01935e1c"),
            id: "01935e1c".into(),
            file_name: "people.csv".into(),
            figures: vec![figure("1,200", "new accounts", false), figure("3", "wrong rows", true)],
            status: (!waiting).then(|| "Taking the rows in".into()),
            progress: Progress { done: 500, total: 1_200 },
            outcome: "500 made".into(),
            waiting,
            can_start,
            running: !waiting,
            errors: vec![("4".into(), "ada@".into(), "This is no email address.".into())],
        };
        vec![
            ("admin-users-import-checked", view(true, true)),
            ("admin-users-import-nothing", view(true, false)),
            ("admin-users-import-running", view(false, true)),
        ]
    }
}
