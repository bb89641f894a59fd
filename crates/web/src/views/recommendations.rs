//! Recommended courses, and what came of them.

use askama::Template;

use super::common::CourseCard;
use super::gallery::Samples;
use super::page::Page;
use super::panel::Figure;
use super::sample_data;
use super::table::{Cell, Column, Row, Table};

/// A course with the reason why it is recommended.
#[derive(Clone, Debug)]
pub struct RecommendedCourse {
    /// The course.
    pub course: CourseCard,
    /// Such as `Popular in Design`.
    pub reason: String,
}

impl RecommendedCourse {
    /// Sample data.
    #[must_use]
    pub fn sample(count: usize) -> Vec<Self> {
        let reasons =
            ["Because you finished “SQL in seven days”", "You like Finance", "Popular in Design", "New"];
        sample_data::cards(count)
            .into_iter()
            .zip(reasons.into_iter().cycle())
            .map(|(course, reason)| Self { course, reason: reason.into() })
            .collect()
    }
}

/// `GET /admin/recommendations`
#[derive(Template)]
#[template(path = "admin/recommendations.html")]
pub struct RecommendationResultsPage {
    /// Shared page data.
    pub page: Page,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Why these days can't be shown; others are.
    pub alert: Option<String>,
    /// Impressions, clicks and what followed.
    pub figures: Vec<Figure>,
    /// The same by reason.
    pub reasons: Table,
    /// The same by course.
    pub courses: Table,
}

impl Samples for RecommendationResultsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let column = |label: &str, numeric: bool| Column {
            label: label.into(),
            sort_url: numeric.then(|| "/admin/recommendations?sort=clicks".to_owned()),
            sorted: (label == "Shown").then_some("descending"),
            numeric,
        };
        let row = |first: Cell, label: &str| Row {
            id: String::new(),
            label: label.into(),
            cells: vec![
                first,
                Cell::Number("1,204".into()),
                Cell::Number("96".into()),
                Cell::Number("8.0%".into()),
                Cell::Number("31".into()),
            ],
        };
        let table = |caption: &str, first: &str, rows| Table {
            caption: caption.into(),
            path: "/admin/recommendations",
            filters: Vec::new(),
            kept: Vec::new(),
            query: Vec::new(),
            columns: vec![
                column(first, false),
                column("Shown", true),
                column("Clicks", true),
                column("Click rate", true),
                column("Enrollments", true),
            ],
            choices: Vec::new(),
            rows,
            total_label: "1–1 of 1".into(),
            filtered: false,
            empty_hint: String::new(),
            bulk: None,
            csv_url: Some("/admin/recommendations?format=csv".into()),
            newer_url: None,
            older_url: Some("/admin/recommendations?page=2".into()),
        };
        let figure = |value: &str, label: &str| Figure {
            value: value.into(),
            label: label.into(),
            note: String::new(),
            url: None,
            alarming: false,
        };
        let course = Cell::Main {
            title: "SQL in seven days".into(),
            url: "/admin/courses/01935e1c".into(),
            note: String::new(),
        };
        let view = Self {
            page: Page::sample_signed_in("Recommendations", "/admin/recommendations"),
            from: "2026-10-24".into(),
            to: "2026-11-22".into(),
            alert: None,
            figures: vec![figure("1,204", "shown"), figure("96", "clicks"), figure("8.0%", "click rate")],
            reasons: table(
                "By reason",
                "Reason",
                vec![row(Cell::Text("A favorite category".into()), "Favorite")],
            ),
            courses: table("By course", "Course", vec![row(course, "SQL in seven days")]),
        };
        let nothing = Self {
            page: Page::sample_signed_in("Recommendations", "/admin/recommendations"),
            alert: Some("The period ends before it begins.".into()),
            reasons: table("By reason", "Reason", Vec::new()),
            courses: table("By course", "Course", Vec::new()),
            figures: view.figures.clone(),
            from: view.from.clone(),
            to: view.to.clone(),
        };
        vec![("admin-recommendations", view), ("admin-recommendations-nothing", nothing)]
    }
}
