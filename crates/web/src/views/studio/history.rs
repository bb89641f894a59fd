//! What was asked for, and what it cost.

use askama::Template;

use crate::views::{
    common::DateText,
    forms::{Choice, Field},
    gallery::Samples,
    page::Page,
    table::{Cell, Column, Row, Table},
};

/// What a month has cost so far, beside what it may cost.
#[derive(Clone, Debug)]
pub struct BudgetBar {
    /// Such as `November 2026`.
    pub month: String,
    /// Such as `$3.20`.
    pub cost: String,
    /// Such as `$100`; none without a limit.
    pub budget: Option<String>,
    /// Whole percent of the budget, at most 100.
    pub percent: i64,
    /// What is set aside for requests under way; none when nothing is.
    pub reserved: Option<String>,
    /// Nothing is left of the budget.
    pub used_up: bool,
}

impl BudgetBar {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            month: "November 2026".into(),
            cost: "$3.20".into(),
            budget: Some("$100".into()),
            percent: 3,
            reserved: Some("$0.04".into()),
            used_up: false,
        }
    }
}

/// `GET /admin/ai`
#[derive(Template)]
#[template(path = "admin/ai/index.html")]
pub struct StudioHistoryPage {
    /// Shared page data.
    pub page: Page,
    /// The month.
    pub budget: BudgetBar,
    /// A language model is set up.
    pub has_model: bool,
    /// Jobs, the newest first.
    pub table: Table,
}

impl Samples for StudioHistoryPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let column = |label: &str| Column {
            label: label.into(),
            sort_url: None,
            sorted: None,
            numeric: matches!(label, "Done" | "Quality" | "Cost"),
        };
        let row = |title: &str, author: &str, state: &'static str, label: &str, done: &str| Row {
            id: "01935e1c".into(),
            label: title.into(),
            cells: vec![
                Cell::Main {
                    title: title.into(),
                    url: "/admin/ai/jobs/01935e1c".into(),
                    note: "Course · 7 days".into(),
                },
                Cell::Text(author.into()),
                Cell::Badge { state, label: label.into() },
                Cell::Number(done.into()),
                Cell::Number("84".into()),
                Cell::Number("$0.42".into()),
                Cell::Text("Ada Admin".into()),
                Cell::Date(DateText::sample("5 minutes ago")),
            ],
        };
        let table = Table {
            caption: "Courses and lessons".into(),
            path: "/admin/ai",
            filters: vec![Field::select("state", "State", Choice::list(&[("", "Any state")], ""))],
            kept: Vec::new(),
            query: Vec::new(),
            columns: ["Course", "Written by", "State", "Done", "Quality", "Cost", "For", "Asked"]
                .map(column)
                .into(),
            choices: Vec::new(),
            rows: vec![
                row("Negotiating without fear", "AI: gpt-oss-120b", "running", "Being written", "45 %"),
                row("Welding for beginners", "Extracted, not AI", "completed", "Written", "100 %"),
                row("Bookkeeping", "AI: gpt-oss-120b", "failed", "Failed", "60 %"),
                row("Chess openings", "AI: gpt-oss-120b", "queued", "Planned", "0 %"),
                row("Knots", "AI: gpt-oss-120b", "cancelled", "Cancelled", "20 %"),
            ],
            total_label: "1–5 of 5".into(),
            filtered: false,
            empty_hint: String::new(),
            bulk: None,
            csv_url: None,
            newer_url: None,
            older_url: None,
        };
        let view = |table: Table, has_model| Self {
            page: Page::sample_signed_in("AI generation", "/admin/ai"),
            budget: BudgetBar::sample(),
            has_model,
            table,
        };
        let nothing = Table { rows: Vec::new(), filtered: true, ..table.clone() };
        let fresh = Table { filtered: false, ..nothing.clone() };
        let mut unlimited = view(fresh.clone(), true);
        unlimited.budget = BudgetBar { budget: None, reserved: None, ..BudgetBar::sample() };
        let mut used_up = view(table.clone(), true);
        used_up.budget = BudgetBar {
            cost: "$100.20".into(),
            percent: 100,
            reserved: None,
            used_up: true,
            ..BudgetBar::sample()
        };
        vec![
            ("admin-ai", view(table, true)),
            ("admin-ai-used-up", used_up),
            ("admin-ai-nothing-found", view(nothing, true)),
            ("admin-ai-empty", view(fresh, false)),
            ("admin-ai-empty-with-model", unlimited),
        ]
    }
}
