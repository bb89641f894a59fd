//! Searching: results, suggestions, and the way to a result.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    catalog::{self, Access, CourseFilter, Level, Sort},
    search::{self, Excerpt, FacetCount, FoundCourse, SearchQuery, SearchResults, Seeker, SuggestionKind},
};
use serde::Deserialize;
use serde_json::json;

use super::{context::Ctx, failure::PageError, form::Params, paging::pagination};
use crate::{
    App, present,
    views::{
        Choice, FacetGroup, FacetLink, FoundLesson, SearchHit, SearchPage, SearchResultList,
        SearchResultsPart,
    },
};

const PER_PAGE: i64 = 20;

/// Courses that are offered when nothing was found.
const OFFERED: i64 = 3;

/// The form as it arrives. What isn't understood doesn't filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct SearchParams {
    q: String,
    category: String,
    duration: String,
    access: String,
    level: String,
    sort: String,
    page: String,
}

impl SearchParams {
    fn query(&self) -> SearchQuery {
        SearchQuery {
            text: self.q.trim().chars().take(search::MAX_TEXT).collect(),
            category: Some(self.category.clone()).filter(|slug| !slug.is_empty()),
            duration: self.duration.parse().ok().filter(|days| [7, 14, 21].contains(days)),
            access: Access::parse(&self.access),
            level: Level::parse(&self.level),
            sort: Sort::parse(&self.sort).unwrap_or(Sort::Relevance),
            limit: PER_PAGE,
            offset: (self.page_number() - 1) * PER_PAGE,
        }
    }

    fn page_number(&self) -> i64 {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }
}

/// The address of a search, in one form for each meaning.
fn address(query: &SearchQuery, page: i64) -> String {
    let mut pairs: Vec<(&str, String)> = vec![("q", query.text.clone())];
    pairs.extend(query.category.clone().map(|category| ("category", category)));
    pairs.extend(query.duration.map(|days| ("duration", days.to_string())));
    pairs.extend(query.access.map(|access| ("access", access.as_str().to_owned())));
    pairs.extend(query.level.map(|level| ("level", level.as_str().to_owned())));
    if query.sort != Sort::Relevance {
        pairs.push(("sort", query.sort.as_str().to_owned()));
    }
    if page > 1 {
        pairs.push(("page", page.to_string()));
    }
    let query: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", present::encode(value))).collect();
    format!("/search?{}", query.join("&"))
}

/// `GET /search`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(params): Params<SearchParams>,
) -> Result<Response, PageError> {
    let mut query = params.query();
    let mut page_number = params.page_number();
    // Whoever filters or turns the page looks at the same search.
    let fresh = !ctx.partial
        && page_number == 1
        && query == SearchQuery { text: query.text.clone(), limit: PER_PAGE, ..SearchQuery::default() };
    let seeker = if fresh { Seeker::Person } else { Seeker::Again };
    let mut found = search::search(&app.services, ctx.actor.as_deref(), &query, seeker).await?;
    if found.items.is_empty() && found.total > 0 {
        // Past the end stands the last page.
        page_number = (found.total - 1) / PER_PAGE + 1;
        query.offset = (page_number - 1) * PER_PAGE;
        found = search::search(&app.services, ctx.actor.as_deref(), &query, seeker).await?;
    }
    let results = results(&app, &query, page_number, found).await?;
    let title = if query.text.is_empty() { "Search".to_owned() } else { format!("Search: {}", query.text) };
    let page = ctx.private_page(&title, "/search");
    if ctx.partial {
        return ctx.render(&SearchResultsPart { page, results });
    }
    ctx.render(&SearchPage { page, q: query.text, results })
}

async fn results(
    app: &App,
    query: &SearchQuery,
    page: i64,
    found: SearchResults,
) -> Result<SearchResultList, PageError> {
    let total = present::count(found.total, "course", "courses");
    let offered = if found.total == 0 {
        let popular = CourseFilter { sort: Sort::Popular, limit: OFFERED, ..CourseFilter::default() };
        catalog::courses(&app.services, &popular).await?.items.iter().map(present::card).collect()
    } else {
        Vec::new()
    };
    Ok(SearchResultList {
        total_label: if query.text.is_empty() { total } else { format!("{total} for “{}”", query.text) },
        did_you_mean: found.did_you_mean.as_ref().map(|meant| {
            (meant.clone(), address(&SearchQuery { text: meant.clone(), ..SearchQuery::default() }, 1))
        }),
        partial: found.partial && !found.items.is_empty(),
        left_out: Some(found.left_out.join(", "))
            .filter(|words| !words.is_empty() && !found.items.is_empty()),
        hits: found.items.iter().map(|item| hit(query, item)).collect(),
        facets: facets(app, query, &found).await?,
        kept: kept(query),
        filtered: query.category.is_some()
            || query.duration.is_some()
            || query.access.is_some()
            || query.level.is_some(),
        clear_url: address(
            &SearchQuery { text: query.text.clone(), sort: query.sort, ..SearchQuery::default() },
            1,
        ),
        q: query.text.clone(),
        sort: Choice::list(&SORTS, query.sort.as_str()),
        offered,
        pagination: pagination(page, PER_PAGE, found.total, |page| address(query, page)),
    })
}

const SORTS: [(&str, &str); 4] = [
    ("relevance", "Best match"),
    ("newest", "Newest"),
    ("popular", "Most popular"),
    ("rating", "Highest rated"),
];

/// Filters in effect, for the form that sorts.
fn kept(query: &SearchQuery) -> Vec<(&'static str, String)> {
    let mut kept = vec![("q", query.text.clone())];
    kept.extend(query.category.clone().map(|category| ("category", category)));
    kept.extend(query.duration.map(|days| ("duration", days.to_string())));
    kept.extend(query.access.map(|access| ("access", access.as_str().to_owned())));
    kept.extend(query.level.map(|level| ("level", level.as_str().to_owned())));
    kept
}

/// Pairs of text and whether it is marked.
fn pieces(excerpt: &Excerpt) -> Vec<(String, bool)> {
    excerpt.0.iter().map(|piece| (piece.text.clone(), piece.marked)).collect()
}

fn hit(query: &SearchQuery, found: &FoundCourse) -> SearchHit {
    let card = present::card(&found.card);
    let go = |day: Option<i64>| {
        let day = day.map(|day| format!("&day={day}")).unwrap_or_default();
        format!("/search/go?q={}&course={}{day}", present::encode(&query.text), present::encode(&card.slug))
    };
    let plain = |text: &str| vec![(text.to_owned(), false)];
    SearchHit {
        url: go(None),
        title: found.title.as_ref().map_or_else(|| plain(&card.title), pieces),
        excerpt: found.excerpt.as_ref().map_or_else(|| plain(&card.subtitle), pieces),
        lesson: found.lesson.as_ref().map(|lesson| FoundLesson {
            url: go(Some(lesson.day)),
            day: lesson.day.to_string(),
            title: pieces(&lesson.title),
            excerpt: lesson.excerpt.as_ref().map(pieces).unwrap_or_default(),
        }),
        card,
    }
}

async fn facets(app: &App, query: &SearchQuery, found: &SearchResults) -> Result<Vec<FacetGroup>, PageError> {
    let categories = catalog::categories(&app.services).await?;
    let name = |slug: &str| {
        let known = categories.iter().find(|category| category.slug == slug);
        known.map_or_else(|| slug.to_owned(), |category| category.name.clone())
    };
    let group = |label,
                 counts: &[FacetCount],
                 chosen: Option<String>,
                 say: &dyn Fn(&str) -> String,
                 with: &dyn Fn(Option<&str>) -> SearchQuery| {
        let mut counts = counts.to_vec();
        // What is chosen can be taken back, even if nothing has it.
        if let Some(value) = chosen.as_ref().filter(|value| counts.iter().all(|facet| facet.value != **value))
        {
            counts.push(FacetCount { value: value.clone(), count: 0 });
        }
        let links = counts
            .iter()
            .map(|facet| {
                let is_chosen = chosen.as_ref() == Some(&facet.value);
                FacetLink {
                    label: say(&facet.value),
                    count: present::number(facet.count),
                    url: address(&with(if is_chosen { None } else { Some(&facet.value) }), 1),
                    chosen: is_chosen,
                }
            })
            .collect();
        FacetGroup { label, links }
    };
    let facets = &found.facets;
    let base = || SearchQuery { offset: 0, ..query.clone() };
    Ok(vec![
        group("Category", &facets.category, query.category.clone(), &name, &|value| SearchQuery {
            category: value.map(ToOwned::to_owned),
            ..base()
        }),
        group(
            "Length",
            &facets.duration,
            query.duration.map(|days| days.to_string()),
            &|days| format!("{days} days"),
            &|value| SearchQuery { duration: value.and_then(|days| days.parse().ok()), ..base() },
        ),
        group(
            "Access",
            &facets.access,
            query.access.map(|access| access.as_str().to_owned()),
            &present::sentence,
            &|value| SearchQuery { access: value.and_then(Access::parse), ..base() },
        ),
        group(
            "Level",
            &facets.level,
            query.level.map(|level| level.as_str().to_owned()),
            &present::sentence,
            &|value| SearchQuery { level: value.and_then(Level::parse), ..base() },
        ),
    ])
}

/// What was typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedQuery {
    q: String,
}

/// `GET /search/suggestions`: data for the box of the search.
pub(crate) async fn suggestions(
    State(app): State<App>,
    Params(query): Params<TypedQuery>,
) -> Result<Response, PageError> {
    let found = search::suggestions(&app.services, &query.q).await?;
    let items: Vec<_> = found
        .iter()
        .map(|item| {
            let slug = present::encode(item.slug.as_deref().unwrap_or_default());
            let (note, url) = match (item.kind, item.day) {
                (SuggestionKind::Course, _) => ("Course", format!("/courses/{slug}")),
                (SuggestionKind::Lesson, Some(day)) => ("Lesson", format!("/courses/{slug}/days/{day}")),
                (SuggestionKind::Lesson, None) => ("Lesson", format!("/courses/{slug}")),
                (SuggestionKind::Category, _) => ("Category", format!("/courses?category={slug}")),
                (SuggestionKind::Tag, _) => ("Topic", format!("/search?q={}", present::encode(&item.text))),
            };
            json!({ "text": item.text, "note": note, "url": url })
        })
        .collect();
    let headers = [(header::CACHE_CONTROL, "private, max-age=30")];
    Ok((headers, Json(json!({ "items": items }))).into_response())
}

/// Which result of which search is opened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ChosenResult {
    q: String,
    /// Slug.
    course: String,
    /// Of a lesson.
    day: String,
}

/// `GET /search/go`: counts that a result was opened, and leads there.
pub(crate) async fn go(
    State(app): State<App>,
    ctx: Ctx,
    Params(result): Params<ChosenResult>,
) -> Result<Response, PageError> {
    let slug = if ctx.in_advance {
        catalog::course(&app.services, &result.course).await?.card.slug.clone()
    } else {
        search::chosen(&app.services, &result.q, &result.course).await?
    };
    let to = match result.day.parse::<u16>() {
        Ok(day) => format!("/courses/{slug}/days/{day}"),
        Err(_) => format!("/courses/{slug}"),
    };
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Redirect::to(&to)).into_response())
}
