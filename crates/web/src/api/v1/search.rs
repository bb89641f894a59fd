//! Searching courses, suggestions, and what people look for.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use momentum_core::{
    FieldErrors,
    catalog::{Access as CourseAccess, CourseCard, Level, Sort},
    search::{
        self, Excerpt, Facets, FoundCourse, QueriesFilter, QueriesSort, SearchQuery, SearchReport, Seeker,
        Suggestion,
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{catalog::CardFilters, searches_csv::searches_csv};
use crate::{
    App,
    api::{ApiQuery, Bearer, Operations},
    http::{
        access::Access,
        day::{self, day},
        identity::Found,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(find))
        .add(Access::Anyone, routes!(suggestions))
        .add(Access::Admin, routes!(analytics))
        .add(Access::Admin, routes!(analytics_search))
}

/// What a search found.
#[derive(Serialize, ToSchema)]
struct SearchAnswer {
    items: Vec<FoundItem>,
    /// How many there are in all.
    total: i64,
    limit: i64,
    offset: i64,
    /// What each filter could be set to, with what it would find.
    facets: Facets,
    /// The text as it was probably meant, when words in it are unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    did_you_mean: Option<String>,
    /// Words that no course has and without which this was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    /// Whether no course has all the other words, so that each of these has only some.
    partial: bool,
}

/// A course that was found.
#[derive(Serialize, ToSchema)]
struct FoundItem {
    #[serde(flatten)]
    card: CourseCard,
    /// Where the words stand, as escaped HTML in which they are in `mark` elements.
    highlights: Highlights,
    /// The lesson that matches best.
    #[serde(skip_serializing_if = "Option::is_none")]
    lesson: Option<FoundLesson>,
}

/// Where the words stand.
#[derive(Serialize, ToSchema)]
struct Highlights {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Of the subtitle or the description.
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
}

/// A lesson that matches.
#[derive(Serialize, ToSchema)]
struct FoundLesson {
    day: i64,
    /// HTML as in `highlights`.
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
}

impl From<FoundCourse> for FoundItem {
    fn from(found: FoundCourse) -> Self {
        let html = |excerpt: Option<Excerpt>| excerpt.map(|excerpt| excerpt.to_html());
        Self {
            card: found.card,
            highlights: Highlights { title: html(found.title), excerpt: html(found.excerpt) },
            lesson: found.lesson.map(|lesson| FoundLesson {
                day: lesson.day,
                title: lesson.title.to_html(),
                excerpt: html(lesson.excerpt),
            }),
        }
    }
}

/// Finds published courses by their text and that of their lessons. Misspelled words are forgiven; words that no course has
/// are left out, and when none has all the others, some are enough.
#[utoipa::path(get, path = "/search", tag = "catalog",
    params(
        ("q" = Option<String>, Query, description = "What is looked for; without it: every course"),
        ("category" = Option<String>, Query, description = "Slug of a category"),
        ("duration" = Option<i64>, Query, minimum = 7, maximum = 21, multiple_of = 7, description = "Days"),
        ("access" = Option<CourseAccess>, Query),
        ("level" = Option<Level>, Query),
        ("sort" = Option<Sort>, Query, description = "Default: relevance"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = SearchAnswer), Problems))]
async fn find(
    State(app): State<App>,
    caller: Option<axum::Extension<Found>>,
    query: ApiQuery,
) -> Result<Json<SearchAnswer>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let filters = CardFilters::of(&query, &mut errors);
    let wanted = SearchQuery {
        text: query.text("q").unwrap_or_default().to_owned(),
        category: filters.category,
        duration: filters.duration,
        access: filters.access,
        level: filters.level,
        sort: filters.sort,
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    // Whoever filters or goes on looks at the same search.
    let first = SearchQuery { text: wanted.text.clone(), limit: page.limit, ..SearchQuery::default() };
    let seeker = if wanted == first { Seeker::Person } else { Seeker::Again };
    let actor = caller.map(|axum::Extension(Found(actor))| actor);
    let found = search::search(&app.services, actor.as_deref(), &wanted, seeker).await?;
    Ok(Json(SearchAnswer {
        items: found.items.into_iter().map(FoundItem::from).collect(),
        total: found.total,
        limit: page.limit,
        offset: page.offset,
        facets: found.facets,
        did_you_mean: found.did_you_mean,
        left_out: found.left_out,
        partial: found.partial,
    }))
}

/// Continuations of what somebody types.
#[derive(Serialize, ToSchema)]
struct Suggestions {
    items: Vec<Suggestion>,
}

/// Titles, categories and tags in which a word begins like this.
#[utoipa::path(get, path = "/search/suggestions", tag = "catalog",
    params(("q" = Option<String>, Query, description = "What was typed so far")),
    responses((status = 200, body = Suggestions), Problems))]
async fn suggestions(State(app): State<App>, query: ApiQuery) -> Result<Json<Suggestions>, ApiError> {
    let items = search::suggestions(&app.services, query.text("q").unwrap_or_default()).await?;
    Ok(Json(Suggestions { items }))
}

/// What people look for, with how often they found nothing and how often they opened a result. No person is kept.
#[utoipa::path(get, path = "/admin/search/analytics", tag = "admin",
    params(
        ("from" = Option<NaiveDate>, Query, description = "First day, UTC; default: 30 days ago"),
        ("to" = Option<NaiveDate>, Query, description = "Last day, UTC; default: today"),
        ("q" = Option<String>, Query, description = "A part of the query"),
        ("found" = Option<String>, Query, description = "`nothing`: only queries that found nothing"),
        ("sort" = Option<String>, Query, description = "query, searches, empty or clicks; default: searches"),
        ("format" = Option<String>, Query, description = "`csv`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = SearchReport), Problems))]
async fn analytics(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Response, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let sort = query
        .parsed(&mut errors, "sort", QueriesSort::parse, "Sort by query, searches, empty or clicks.")
        .unwrap_or(QueriesSort::Searches);
    let filter = QueriesFilter {
        from: query.parsed(&mut errors, "from", day, day::WANTED),
        to: query.parsed(&mut errors, "to", day, day::WANTED),
        q: query.text("q").unwrap_or_default().chars().take(200).collect(),
        only_empty: query
            .parsed(&mut errors, "found", |word| (word == "nothing").then_some(()), "Send nothing.")
            .is_some(),
        sort,
        descending: sort != QueriesSort::Query,
        limit: page.limit,
        offset: page.offset,
    };
    let in_order = filter.from.zip(filter.to).is_none_or(|(from, to)| from <= to);
    errors.check(in_order, "to", "too-early", "Send a last day that isn't before the first.");
    let csv = query.parsed(&mut errors, "format", |word| (word == "csv").then_some(()), "Send csv.");
    errors.into_result()?;
    if csv.is_some() {
        return Ok(searches_csv(&app, &actor, &filter).await?);
    }
    Ok(Json(search::report(&app.services, &actor, &filter).await?).into_response())
}

/// The same as `/admin/search/analytics`.
#[utoipa::path(get, path = "/admin/analytics/search", tag = "admin",
    params(
        ("from" = Option<NaiveDate>, Query, description = "First day, UTC; default: 30 days ago"),
        ("to" = Option<NaiveDate>, Query, description = "Last day, UTC; default: today"),
        ("q" = Option<String>, Query, description = "A part of the query"),
        ("found" = Option<String>, Query, description = "`nothing`: only queries that found nothing"),
        ("sort" = Option<String>, Query, description = "query, searches, empty or clicks; default: searches"),
        ("format" = Option<String>, Query, description = "`csv`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = SearchReport), Problems))]
async fn analytics_search(app: State<App>, actor: Bearer, query: ApiQuery) -> Result<Response, ApiError> {
    analytics(app, actor, query).await
}
