//! The catalog: filters, results, paging.

use askama::Template;

use super::common::CourseCard;
use super::forms::Choice;
use super::gallery::Samples;
use super::page::Page;
use super::sample_data;

/// The filter form as it stands.
#[derive(Clone, Debug)]
pub struct CatalogFilters {
    /// Search text.
    pub q: String,
    /// `category`: slugs; the value "" is "All categories".
    pub category: Vec<Choice>,
    /// `duration`: "", 7, 14, 21.
    pub duration: Vec<Choice>,
    /// `access`: "", free, premium, paid.
    pub access: Vec<Choice>,
    /// `level`: "", beginner, intermediate, advanced.
    pub level: Vec<Choice>,
    /// `sort`: relevance, newest, popular, rating.
    pub sort: Vec<Choice>,
}

impl CatalogFilters {
    /// Sample data; also shows which values the form sends.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            q: String::new(),
            category: Choice::list(
                &[
                    ("", "All categories"),
                    ("technology", "Technology"),
                    ("business", "Business"),
                    ("personal-development", "Personal Development"),
                    ("marketing", "Marketing"),
                    ("design", "Design"),
                    ("finance", "Finance"),
                ],
                "",
            ),
            duration: Choice::list(
                &[("", "Any length"), ("7", "7 days"), ("14", "14 days"), ("21", "21 days")],
                "",
            ),
            access: Choice::list(
                &[("", "Any access"), ("free", "Free"), ("premium", "Premium"), ("paid", "Paid")],
                "",
            ),
            level: Choice::list(
                &[
                    ("", "Any level"),
                    ("beginner", "Beginner"),
                    ("intermediate", "Intermediate"),
                    ("advanced", "Advanced"),
                ],
                "",
            ),
            sort: Choice::list(
                &[
                    ("relevance", "Best match"),
                    ("newest", "Newest"),
                    ("popular", "Most popular"),
                    ("rating", "Highest rated"),
                ],
                "relevance",
            ),
        }
    }
}

/// A filter in effect, removable.
#[derive(Clone, Debug)]
pub struct ActiveFilter {
    /// Such as `Technology`.
    pub label: String,
    /// The catalog without this filter.
    pub remove_url: String,
}

/// A page number, or a gap when it has no URL and is not current.
#[derive(Clone, Debug)]
pub struct PageLink {
    /// The number, or `…`.
    pub label: String,
    /// The catalog at that page.
    pub url: Option<String>,
    /// This page.
    pub current: bool,
}

/// Links to the other pages of a list.
#[derive(Clone, Debug)]
pub struct Pagination {
    /// The page before.
    pub prev_url: Option<String>,
    /// The page after.
    pub next_url: Option<String>,
    /// Page numbers.
    pub pages: Vec<PageLink>,
}

/// What the filters found.
#[derive(Clone, Debug)]
pub struct ResultList {
    /// Such as `24 courses` or `1 course for “sql”`.
    pub total_label: String,
    /// Courses of this page.
    pub cards: Vec<CourseCard>,
    /// The first page, when this one lies behind the last.
    pub first_url: Option<String>,
    /// Filters in effect.
    pub active: Vec<ActiveFilter>,
    /// Paging, when there is more than one page.
    pub pagination: Option<Pagination>,
}

/// What `GET /courses` shows to everybody alike: nothing in it is about the viewer.
#[derive(Template)]
#[template(path = "catalog/_main.html")]
pub struct CatalogMain {
    /// For its assets.
    pub page: Page,
    /// The form.
    pub filters: CatalogFilters,
    /// What it found.
    pub results: ResultList,
}

/// `GET /courses`
#[derive(Template)]
#[template(path = "catalog/index.html")]
pub struct CatalogPage {
    /// Shared page data.
    pub page: Page,
    /// The form.
    pub filters: CatalogFilters,
    /// What it found.
    pub results: ResultList,
}

/// `GET /courses` with the header `HX-Request`: only the results (`Vary: HX-Request`).
#[derive(Template)]
#[template(path = "catalog/_results.html")]
pub struct CatalogResults {
    /// Shared page data.
    pub page: Page,
    /// What the form found.
    pub results: ResultList,
}

impl ResultList {
    /// Sample data.
    #[must_use]
    pub fn sample(count: usize) -> Self {
        let link = |number: u32, current: bool| PageLink {
            label: number.to_string(),
            url: Some(format!("/courses?page={number}")),
            current,
        };
        Self {
            total_label: "61 courses".into(),
            cards: sample_data::cards(count),
            first_url: None,
            active: Vec::new(),
            pagination: Some(Pagination {
                prev_url: Some("/courses".into()),
                next_url: Some("/courses?page=3".into()),
                pages: vec![
                    link(1, false),
                    link(2, true),
                    link(3, false),
                    PageLink { label: "…".into(), url: None, current: false },
                    link(9, false),
                ],
            }),
        }
    }
}

impl CatalogPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            page: Page::sample("Courses", "/courses"),
            filters: CatalogFilters::sample(),
            results: ResultList::sample(24),
        }
    }

    fn sample_filtered(count: usize) -> Self {
        let mut view = Self::sample();
        let filter = |label: &str| ActiveFilter { label: label.into(), remove_url: "/courses?q=sql".into() };
        view.filters.q = "sql".into();
        view.filters.category =
            Choice::list(&[("", "All categories"), ("technology", "Technology")], "technology");
        view.results = ResultList {
            total_label: if count == 1 {
                "1 course for “sql”".into()
            } else {
                "No courses for “sql”".into()
            },
            cards: sample_data::cards(count),
            first_url: None,
            active: vec![filter("“sql”"), filter("Technology"), filter("7 days")],
            pagination: None,
        };
        view
    }
}

impl Samples for CatalogMain {
    fn samples() -> Vec<(&'static str, Self)> {
        let CatalogPage { page, filters, results } = CatalogPage::sample();
        vec![("part-catalog", Self { page, filters, results })]
    }
}

impl Samples for CatalogPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let nothing = ResultList {
            total_label: "0 courses".into(),
            cards: Vec::new(),
            first_url: None,
            active: Vec::new(),
            pagination: None,
        };
        let too_far = ResultList { first_url: Some("/courses".into()), ..ResultList::sample(0) };
        vec![
            ("catalog", Self::sample()),
            ("catalog-filtered", Self::sample_filtered(1)),
            ("catalog-empty", Self::sample_filtered(0)),
            ("catalog-nothing-published", Self { results: nothing, ..Self::sample() }),
            ("catalog-no-such-page", Self { results: too_far, ..Self::sample() }),
        ]
    }
}

impl CatalogResults {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self { page: Page::sample("Courses", "/courses"), results: ResultList::sample(3) }
    }
}

impl Samples for CatalogResults {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("fragment-catalog-results", Self::sample())]
    }
}
