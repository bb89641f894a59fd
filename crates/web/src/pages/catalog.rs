//! Discovery: the home page and the catalog.

use axum::{extract::State, response::Response};
use momentum_core::{
    catalog::{self, Access, CourseFilter, Level, Sort},
    learning,
};
use serde::Deserialize;

use super::{context::Ctx, dashboard, failure::PageError, form::Params, paging::pagination, recommendations};
use crate::{
    App, present,
    views::{
        ActiveFilter, CatalogFilters, CatalogMain, CatalogPage, CatalogResults, CategoryTag, CategoryTile,
        Choice, HomePage, KeptPage, Page, ResultList,
    },
};

const PER_PAGE: i64 = 24;
const ON_HOME: i64 = 6;
const STANDARD_DESCRIPTION: &str =
    "Short courses of 7, 14 or 21 days. One lesson a day, fifteen minutes, on any device.";

/// `GET /`
pub(crate) async fn home(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    ctx.render_shared("home".into(), async |ctx| {
        let s = &app.services;
        let list = |sort| CourseFilter { sort, limit: ON_HOME, ..CourseFilter::default() };
        let popular = catalog::courses(s, &list(Sort::Popular)).await?;
        let newest = catalog::courses(s, &list(Sort::Newest)).await?;
        let categories = catalog::categories(s).await?;
        let continue_learning = match &ctx.actor {
            Some(actor) => dashboard::continue_cards(&learning::dashboard(s, actor).await?),
            None => Vec::new(),
        };
        let recommended = match &ctx.actor {
            Some(actor) => recommendations::cards(s, actor).await?,
            None => Vec::new(),
        };
        let mut page = ctx.page(&s.site_name(), "", "/");
        page.description = match page.site.description.as_str() {
            "" => STANDARD_DESCRIPTION.to_owned(),
            written => written.to_owned(),
        };
        page.og_image = Some(format!("{}/covers/og-default.png", s.settings.base_url));
        Ok(HomePage {
            page,
            continue_learning,
            categories: categories
                .iter()
                .map(|category| CategoryTile {
                    category: CategoryTag::new(&category.slug, &category.name),
                    course_count: match category.course_count {
                        0 => "Coming soon".to_owned(),
                        some => present::count(some, "course", "courses"),
                    },
                })
                .collect(),
            popular: popular
                .items
                .iter()
                .filter(|card| !recommended.iter().any(|other| other.course.slug == card.slug))
                .map(present::card)
                .collect(),
            // In a small catalog both lists are the same; nobody needs it twice.
            newest: newest
                .items
                .iter()
                .filter(|card| !popular.items.iter().any(|other| other.id == card.id))
                .filter(|card| !recommended.iter().any(|other| other.course.slug == card.slug))
                .map(present::card)
                .collect(),
            recommended,
        })
    })
    .await
}

/// The filter form as it arrives. What isn't understood doesn't filter.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct CatalogQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    duration: String,
    #[serde(default)]
    access: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

impl CatalogQuery {
    fn filter(&self) -> CourseFilter {
        CourseFilter {
            category: Some(self.category.clone()).filter(|slug| !slug.is_empty()),
            duration: self.duration.parse().ok().filter(|days| [7, 14, 21].contains(days)),
            access: Access::parse(&self.access),
            level: Level::parse(&self.level),
            q: self.q.trim().chars().take(200).collect(),
            sort: Sort::parse(&self.sort).unwrap_or(Sort::Relevance),
            limit: PER_PAGE,
            offset: (self.page_number() - 1) * PER_PAGE,
        }
    }

    fn page_number(&self) -> i64 {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }
}

/// The address of the catalog with this filter, in one form for each meaning.
fn address(filter: &CourseFilter, page: i64) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !filter.q.is_empty() {
        pairs.push(("q", filter.q.clone()));
    }
    pairs.extend(filter.category.clone().map(|category| ("category", category)));
    pairs.extend(filter.duration.map(|days| ("duration", days.to_string())));
    pairs.extend(filter.access.map(|access| ("access", access.as_str().to_owned())));
    pairs.extend(filter.level.map(|level| ("level", level.as_str().to_owned())));
    if filter.sort != Sort::Relevance {
        pairs.push(("sort", filter.sort.as_str().to_owned()));
    }
    if page > 1 {
        pairs.push(("page", page.to_string()));
    }
    if pairs.is_empty() {
        return "/courses".into();
    }
    let query: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", present::encode(value))).collect();
    format!("/courses?{}", query.join("&"))
}

/// `GET /courses`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<CatalogQuery>,
) -> Result<Response, PageError> {
    let filter = query.filter();
    let page_number = query.page_number();
    if ctx.partial {
        let results = results(&app, &filter, page_number).await?;
        let page = ctx.page("Courses", "", "/courses");
        return ctx.render(&CatalogResults { page, results });
    }
    let here = address(&filter, page_number);
    let category = match &filter.category {
        Some(slug) => {
            let categories = catalog::categories(&app.services).await?;
            categories.iter().find(|category| category.slug == *slug).cloned()
        }
        None => None,
    };
    let (title, description) = match &category {
        Some(category) => (format!("{} courses", category.name), category.description.as_str()),
        None => (
            "Courses".to_owned(),
            "Every course of 7, 14 or 21 days: one lesson a day, fifteen to twenty minutes.",
        ),
    };
    let head = |ctx: &Ctx| ctx.page(&title, description, &here);
    if !filter.q.is_empty() {
        // Searches are for people; search engines find the courses themselves.
        let page = Page { robots_noindex: true, ..head(&ctx) };
        let results = results(&app, &filter, page_number).await?;
        return ctx.render(&CatalogPage { page, filters: filters(&app, &filter).await?, results });
    }
    ctx.render_shared(here.clone(), async |ctx| {
        let main = ctx.shared_part(&here, async |page| {
            let results = results(&app, &filter, page_number).await?;
            Ok(CatalogMain { page, filters: filters(&app, &filter).await?, results })
        });
        Ok(KeptPage { page: head(ctx), main: main.await? })
    })
    .await
}

async fn filters(app: &App, filter: &CourseFilter) -> Result<CatalogFilters, PageError> {
    let categories = catalog::categories(&app.services).await?;
    let mut category = vec![("", "All categories")];
    category.extend(categories.iter().map(|category| (category.slug.as_str(), category.name.as_str())));
    let days = filter.duration.map(|days| days.to_string()).unwrap_or_default();
    Ok(CatalogFilters {
        q: filter.q.clone(),
        category: Choice::list(&category, filter.category.as_deref().unwrap_or_default()),
        duration: Choice::list(&DURATIONS, &days),
        access: Choice::list(&ACCESS, filter.access.map_or("", Access::as_str)),
        level: Choice::list(&LEVELS, filter.level.map_or("", Level::as_str)),
        sort: Choice::list(&SORTS, filter.sort.as_str()),
    })
}

const DURATIONS: [(&str, &str); 4] =
    [("", "Any length"), ("7", "7 days"), ("14", "14 days"), ("21", "21 days")];
const ACCESS: [(&str, &str); 4] =
    [("", "Any access"), ("free", "Free"), ("premium", "Premium"), ("paid", "Paid")];
const LEVELS: [(&str, &str); 4] =
    [("", "Any level"), ("beginner", "Beginner"), ("intermediate", "Intermediate"), ("advanced", "Advanced")];
const SORTS: [(&str, &str); 4] = [
    ("relevance", "Best match"),
    ("newest", "Newest"),
    ("popular", "Most popular"),
    ("rating", "Highest rated"),
];

async fn results(app: &App, filter: &CourseFilter, page: i64) -> Result<ResultList, PageError> {
    let found = catalog::courses(&app.services, filter).await?;
    let total = present::count(found.total, "course", "courses");
    Ok(ResultList {
        total_label: if filter.q.is_empty() { total } else { format!("{total} for “{}”", filter.q) },
        cards: found.items.iter().map(present::card).collect(),
        first_url: (found.items.is_empty() && found.total > 0).then(|| address(filter, 1)),
        active: active_filters(app, filter).await?,
        pagination: pagination(page, PER_PAGE, found.total, |page| address(filter, page)),
    })
}

async fn active_filters(app: &App, filter: &CourseFilter) -> Result<Vec<ActiveFilter>, PageError> {
    let mut active = Vec::new();
    let mut add = |label: String, without: CourseFilter| {
        active.push(ActiveFilter { label, remove_url: address(&without, 1) });
    };
    if !filter.q.is_empty() {
        add(format!("“{}”", filter.q), CourseFilter { q: String::new(), ..filter.clone() });
    }
    if let Some(slug) = &filter.category {
        let categories = catalog::categories(&app.services).await?;
        let name =
            categories.iter().find(|category| category.slug == *slug).map_or(slug, |category| &category.name);
        add(name.clone(), CourseFilter { category: None, ..filter.clone() });
    }
    if let Some(days) = filter.duration {
        add(format!("{days} days"), CourseFilter { duration: None, ..filter.clone() });
    }
    if let Some(access) = filter.access {
        let label = ACCESS.iter().find(|(value, _)| *value == access.as_str()).map_or("", |(_, label)| label);
        add(label.to_owned(), CourseFilter { access: None, ..filter.clone() });
    }
    if let Some(level) = filter.level {
        add(present::level(level).to_owned(), CourseFilter { level: None, ..filter.clone() });
    }
    Ok(active)
}
