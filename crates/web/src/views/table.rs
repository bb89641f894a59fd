//! Long lists of administration: sorted, filtered and paged by the server, with columns to choose and actions on many rows.

use askama::Template;

use super::common::DateText;
use super::forms::{Choice, Field};
use super::gallery::Samples;
use super::page::Page;

/// A column that is shown.
#[derive(Clone, Debug)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Sorts by it, the other way round when it is sorted by it already.
    pub sort_url: Option<String>,
    /// `ascending` or `descending`, when the rows are sorted by it.
    pub sorted: Option<&'static str>,
    /// Numbers stand at the end of their column.
    pub numeric: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Words, or nothing.
    Text(String),
    /// A number in words, such as `1,204`.
    Number(String),
    /// What the row is about: a link with a line below it.
    Main {
        /// Words of the link.
        title: String,
        /// Where it leads.
        url: String,
        /// The line below.
        note: String,
    },
    /// A state.
    Badge {
        /// For the color, such as `published`.
        state: &'static str,
        /// In words.
        label: String,
    },
    /// A state that leads somewhere.
    Link {
        /// In words.
        label: String,
        /// Where it leads.
        url: String,
    },
    /// A moment.
    Date(DateText),
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Id that is sent when the row is chosen.
    pub id: String,
    /// Names the row for those who can't see it.
    pub label: String,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What can be done with the rows that are chosen.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Where the form is posted: `id` for each chosen row, `action`, and `all` when every row that matches is meant.
    pub path: String,
    /// Actions.
    pub actions: Vec<Choice>,
    /// Offers to act on all that match; the filters are sent as well, then.
    pub all: bool,
}

/// A column that may be shown or not.
#[derive(Clone, Debug)]
pub struct ColumnChoice {
    /// Value of `columns`.
    pub key: &'static str,
    /// Heading.
    pub label: &'static str,
    /// Shown now.
    pub shown: bool,
}

/// A long list.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it lists, such as `Courses`.
    pub caption: String,
    /// Where it stands.
    pub path: &'static str,
    /// The search and the filters, with what is chosen.
    pub filters: Vec<Field>,
    /// Sorting and columns, kept when the filters change.
    pub kept: Vec<(&'static str, String)>,
    /// What is chosen in the filters, sent with an action on all that match.
    pub query: Vec<(&'static str, String)>,
    /// Columns that are shown.
    pub columns: Vec<Column>,
    /// Columns to choose from; empty: they are fixed.
    pub choices: Vec<ColumnChoice>,
    /// Rows of this page.
    pub rows: Vec<Row>,
    /// Such as `1–50 of 12,345`.
    pub total_label: String,
    /// Something is filtered.
    pub filtered: bool,
    /// What to do when there is nothing at all.
    pub empty_hint: String,
    /// What can be done with many rows.
    pub bulk: Option<Bulk>,
    /// Everything that matches, as CSV.
    pub csv_url: Option<String>,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
}

/// A page that is a list and nothing else.
#[derive(Template)]
#[template(path = "admin/list.html")]
pub struct ListPage {
    /// Shared page data.
    pub page: Page,
    /// What it is about.
    pub lead: String,
    /// Buttons over the list: words, address, icon.
    pub buttons: Vec<(&'static str, &'static str, &'static str)>,
    /// The list.
    pub table: Table,
}

impl Table {
    /// Whether its rows can be put in another order.
    #[must_use]
    pub fn is_sortable(&self) -> bool {
        self.columns.iter().any(|column| column.sort_url.is_some())
    }
}

impl Samples for ListPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let column = |label: &str, sorted| Column {
            label: label.into(),
            sort_url: Some("/admin/courses?sort=title".into()),
            sorted,
            numeric: label == "Learners",
        };
        let row = |id: &str, title: &str| Row {
            id: id.into(),
            label: title.into(),
            cells: vec![
                Cell::Main {
                    title: title.into(),
                    url: format!("/admin/courses/{id}"),
                    note: "Technology · 7 days".into(),
                },
                Cell::Badge { state: "published", label: "Published".into() },
                Cell::Number("1,204".into()),
                Cell::Date(DateText::sample("yesterday")),
            ],
        };
        let table = Table {
            caption: "Courses".into(),
            path: "/admin/courses",
            filters: vec![
                Field::text("q", "Search"),
                Field::select("status", "Status", Choice::list(&[("", "Any"), ("draft", "Draft")], "")),
            ],
            kept: vec![("sort", "title".into())],
            query: vec![("q", "sql".into())],
            columns: vec![
                column("Course", Some("ascending")),
                column("Status", None),
                column("Learners", None),
                column("Changed", None),
            ],
            choices: vec![ColumnChoice { key: "learners", label: "Learners", shown: true }],
            rows: vec![row("1", "SQL in seven days"), row("2", "A calmer attention")],
            total_label: "1–2 of 2".into(),
            filtered: true,
            empty_hint: "Make the first one.".into(),
            bulk: Some(Bulk {
                path: "/admin/courses/bulk".into(),
                actions: Choice::list(&[("archive", "Archive")], "archive"),
                all: true,
            }),
            csv_url: Some("/admin/courses?format=csv".into()),
            newer_url: None,
            older_url: Some("/admin/courses?page=2".into()),
        };
        let view = |table: Table| Self {
            page: Page::sample_signed_in("Courses", "/admin/courses"),
            lead: "Everything there is to learn.".into(),
            buttons: vec![("New course", "/admin/courses/new", "plus")],
            table,
        };
        let nothing = Table { rows: Vec::new(), ..table.clone() };
        let fresh = Table { filtered: false, ..nothing.clone() };
        let too_far = Table { newer_url: Some("/admin/courses".into()), ..nothing.clone() };
        vec![
            ("admin-list", view(table)),
            ("admin-list-no-such-page", view(too_far)),
            ("admin-list-nothing-found", view(nothing)),
            ("admin-list-empty", view(fresh)),
        ]
    }
}
