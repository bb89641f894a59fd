//! Results of a search.

use askama::Template;

use super::catalog::{PageLink, Pagination};
use super::common::CourseCard;
use super::forms::Choice;
use super::gallery::Samples;
use super::page::Page;
use super::sample_data;

/// Text in pieces; the words that were looked for are marked.
pub type Marked = Vec<(String, bool)>;

/// A value that results can be narrowed down to.
#[derive(Clone, Debug)]
pub struct FacetLink {
    /// Words.
    pub label: String,
    /// How many results have it.
    pub count: String,
    /// The results with it, or without when it is chosen.
    pub url: String,
    /// In effect.
    pub chosen: bool,
}

/// The values of one kind.
#[derive(Clone, Debug)]
pub struct FacetGroup {
    /// Such as `Category`.
    pub label: &'static str,
    /// Values.
    pub links: Vec<FacetLink>,
}

/// A lesson that was found.
#[derive(Clone, Debug)]
pub struct FoundLesson {
    /// Where it is.
    pub url: String,
    /// Day.
    pub day: String,
    /// Title.
    pub title: Marked,
    /// Where the words stand; may be empty.
    pub excerpt: Marked,
}

/// A course that was found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// The course.
    pub card: CourseCard,
    /// Where it is.
    pub url: String,
    /// Title.
    pub title: Marked,
    /// Where the words stand, or the subtitle.
    pub excerpt: Marked,
    /// The lesson that fits best.
    pub lesson: Option<FoundLesson>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct SearchResultList {
    /// What was looked for.
    pub q: String,
    /// Such as `3 courses for “sql”`.
    pub total_label: String,
    /// The text as it was probably meant, and the address of that search.
    pub did_you_mean: Option<(String, String)>,
    /// Nothing has all the words that are known.
    pub partial: bool,
    /// Words that are unknown, as a list; nothing when all are known.
    pub left_out: Option<String>,
    /// Courses of this page.
    pub hits: Vec<SearchHit>,
    /// What they can be narrowed down to.
    pub facets: Vec<FacetGroup>,
    /// Text and filters, kept when the order changes.
    pub kept: Vec<(&'static str, String)>,
    /// Something is filtered.
    pub filtered: bool,
    /// The same search without filters.
    pub clear_url: String,
    /// `sort`: relevance, newest, popular, rating.
    pub sort: Vec<Choice>,
    /// Courses to look at when nothing was found.
    pub offered: Vec<CourseCard>,
    /// Paging, when there is more than one page.
    pub pagination: Option<Pagination>,
}

/// `GET /search`
#[derive(Template)]
#[template(path = "search/index.html")]
pub struct SearchPage {
    /// Shared page data.
    pub page: Page,
    /// What is looked for.
    pub q: String,
    /// What was found.
    pub results: SearchResultList,
}

/// `GET /search` with the header `HX-Request`: only the results.
#[derive(Template)]
#[template(path = "search/_results.html")]
pub struct SearchResultsPart {
    /// Shared page data.
    pub page: Page,
    /// What was found.
    pub results: SearchResultList,
}

impl SearchResultList {
    fn sample() -> Self {
        let piece = |text: &str, marked| (text.to_owned(), marked);
        let facet = |label: &str, chosen| FacetLink {
            label: label.into(),
            count: "3".into(),
            url: "/search?q=sql".into(),
            chosen,
        };
        let hits = sample_data::cards(3)
            .into_iter()
            .enumerate()
            .map(|(number, card)| SearchHit {
                url: "/search/go?q=sql&course=sql-in-seven-days".into(),
                title: vec![piece("SQL", true), piece(" in seven days", false)],
                excerpt: vec![piece("Ask your data <questions> with ", false), piece("SQL", true)],
                lesson: (number == 0).then(|| FoundLesson {
                    url: "/search/go?q=sql&course=sql-in-seven-days&day=2".into(),
                    day: "2".into(),
                    title: vec![piece("Why ", false), piece("SQL", true)],
                    excerpt: vec![piece("… and that is why ", false), piece("SQL", true), piece(" …", false)],
                }),
                card,
            })
            .collect();
        Self {
            q: "sql".into(),
            total_label: "61 courses for “sql”".into(),
            did_you_mean: None,
            partial: false,
            left_out: Some("tutorial, please".into()),
            hits,
            facets: vec![
                FacetGroup {
                    label: "Category",
                    links: vec![facet("Technology", true), facet("Personal Development", false)],
                },
                FacetGroup { label: "Length", links: vec![facet("7 days", false), facet("21 days", false)] },
            ],
            kept: vec![("q", "sql".into())],
            filtered: true,
            clear_url: "/search?q=sql".into(),
            sort: Choice::list(&[("relevance", "Best match"), ("newest", "Newest")], "relevance"),
            offered: Vec::new(),
            pagination: Some(Pagination {
                prev_url: None,
                next_url: Some("/search?q=sql&page=2".into()),
                pages: vec![PageLink { label: "1".into(), url: Some("/search?q=sql".into()), current: true }],
            }),
        }
    }

    fn sample_empty() -> Self {
        Self {
            total_label: "0 courses for “zebrra”".into(),
            did_you_mean: Some(("zebra".into(), "/search?q=zebra".into())),
            partial: false,
            left_out: None,
            hits: Vec::new(),
            facets: Vec::new(),
            filtered: false,
            offered: sample_data::cards(3),
            pagination: None,
            ..Self::sample()
        }
    }
}

impl Samples for SearchPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |results: SearchResultList| Self {
            page: Page::sample("Search", "/search?q=sql"),
            q: results.q.clone(),
            results,
        };
        vec![
            ("search", view(SearchResultList::sample())),
            ("search-nothing", view(SearchResultList::sample_empty())),
        ]
    }
}

impl Samples for SearchResultsPart {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Page::sample("Search", "/search?q=sql");
        vec![("fragment-search-results", Self { page, results: SearchResultList::sample() })]
    }
}
