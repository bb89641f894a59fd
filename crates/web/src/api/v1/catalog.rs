//! Categories and courses.

use axum::{
    Json,
    extract::{Path, State},
};
use momentum_core::{
    FieldErrors,
    catalog::{
        self, Access as CourseAccess, Category, Course, CourseCard, CourseFilter, CourseStatus,
        LessonOutline, Level, Sort,
    },
    engagement,
    identity::Actor,
    ids::{CourseId, LessonId},
    learning::{self, Standing},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiQuery, Operations},
    http::{
        access::Access,
        identity::Found,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(categories))
        .add(Access::Anyone, routes!(courses))
        .add(Access::Anyone, routes!(course))
}

/// All categories.
#[utoipa::path(get, path = "/categories", tag = "catalog", responses((status = 200, body = List<Category>), Problems))]
async fn categories(State(app): State<App>) -> Result<Json<List<Category>>, ApiError> {
    Ok(Json(List::whole(catalog::categories(&app.services).await?.to_vec())))
}

/// Which courses a list shows, and in what order: what `/courses` and `/search` have in common.
pub(super) struct CardFilters {
    pub(super) category: Option<String>,
    pub(super) duration: Option<i64>,
    pub(super) access: Option<CourseAccess>,
    pub(super) level: Option<Level>,
    pub(super) sort: Sort,
}

impl CardFilters {
    pub(super) fn of(query: &ApiQuery, errors: &mut FieldErrors) -> Self {
        let duration = |text: &str| text.parse().ok().filter(|days| [7, 14, 21].contains(days));
        Self {
            category: query.text("category").map(ToOwned::to_owned),
            duration: query.parsed(errors, "duration", duration, "The duration is 7, 14 or 21."),
            access: query.parsed(
                errors,
                "access",
                CourseAccess::parse,
                "The access is free, premium or paid.",
            ),
            level: query.parsed(
                errors,
                "level",
                Level::parse,
                "The level is beginner, intermediate or advanced.",
            ),
            sort: query
                .parsed(errors, "sort", Sort::parse, "Sort by relevance, newest, popular or rating.")
                .unwrap_or(Sort::Relevance),
        }
    }
}

/// Published courses.
#[utoipa::path(get, path = "/courses", tag = "catalog",
    params(
        ("category" = Option<String>, Query, description = "Slug of a category"),
        ("duration" = Option<i64>, Query, minimum = 7, maximum = 21, multiple_of = 7, description = "Days"),
        ("access" = Option<CourseAccess>, Query),
        ("level" = Option<Level>, Query),
        ("q" = Option<String>, Query, description = "Words in title, subtitle, tags or author"),
        ("sort" = Option<Sort>, Query, description = "Default: relevance"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<CourseCard>), Problems))]
async fn courses(State(app): State<App>, query: ApiQuery) -> Result<Json<List<CourseCard>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let wanted = CardFilters::of(&query, &mut errors);
    let filter = CourseFilter {
        category: wanted.category,
        duration: wanted.duration,
        access: wanted.access,
        level: wanted.level,
        q: query.text("q").unwrap_or_default().trim().chars().take(200).collect(),
        sort: wanted.sort,
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let found = catalog::courses(&app.services, &filter).await?;
    Ok(Json(List { items: found.items.clone(), total: found.total, limit: page.limit, offset: page.offset }))
}

/// A course with its outline.
#[derive(Serialize, ToSchema)]
struct CourseAnswer {
    #[serde(flatten)]
    card: CourseCard,
    status: CourseStatus,
    /// Markdown.
    description: String,
    /// The description as sanitized HTML.
    description_html: String,
    audience: String,
    objectives: Vec<String>,
    tags: Vec<String>,
    intro_video_url: Option<String>,
    /// Whether day N opens only N−1 days after enrollment.
    drip: bool,
    updated_at: chrono::DateTime<chrono::Utc>,
    /// Whether the caller is enrolled.
    enrolled: bool,
    /// By day.
    lessons: Vec<LessonAnswer>,
}

/// A lesson of the outline.
#[derive(Serialize, ToSchema)]
struct LessonAnswer {
    #[serde(flatten)]
    outline: LessonOutline,
    /// Markdown; only when the caller may read the lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// Whether the caller has completed it; only when enrolled.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed: Option<bool>,
}

/// A course by its id or slug. The bodies of lessons are there for those who may read them.
#[utoipa::path(get, path = "/courses/{id_or_slug}", tag = "catalog",
    params(("id_or_slug" = String, Path)),
    responses((status = 200, body = CourseAnswer), Problems))]
async fn course(
    State(app): State<App>,
    caller: Option<axum::Extension<Found>>,
    Path(key): Path<String>,
) -> Result<Json<CourseAnswer>, ApiError> {
    let course = match key.parse::<CourseId>() {
        Ok(id) => catalog::course_by_id(&app.services, id).await?,
        Err(_) => catalog::course(&app.services, &key).await?,
    };
    let actor = caller.map(|axum::Extension(Found(actor))| actor);
    let standing = learning::course_standing(&app.services, actor.as_deref(), &course).await?;
    Ok(Json(answer(&app, &course, &standing, actor.as_deref()).await?))
}

async fn answer(
    app: &App,
    course: &Course,
    standing: &Standing,
    actor: Option<&Actor>,
) -> Result<CourseAnswer, ApiError> {
    let done = match standing {
        Standing::Enrolled { done_days, .. } => Some(done_days),
        _ => None,
    };
    let reads_all = actor.is_some_and(|actor| actor.require_admin().is_ok());
    let has_opened = |day: i64| match (standing, actor) {
        (Standing::Enrolled { done_days, schedule, .. }, Some(actor)) => {
            done_days.contains(day) || schedule.is_open(day, engagement::today(&app.services, actor))
        }
        _ => false,
    };
    let is_readable = |outline: &&LessonOutline| reads_all || outline.is_preview || has_opened(outline.day);
    let readable: Vec<LessonId> = course.lessons.iter().filter(is_readable).map(|lesson| lesson.id).collect();
    let mut bodies = catalog::lesson_bodies(&app.services, &readable).await?;
    let lessons = course.lessons.iter().map(|outline| LessonAnswer {
        outline: outline.clone(),
        body: bodies.remove(&outline.id),
        completed: done.map(|days| days.contains(outline.day)),
    });
    let lessons = lessons.collect();
    Ok(CourseAnswer {
        card: course.card.clone(),
        status: course.status,
        description: course.description.text(),
        description_html: course.description_html.text(),
        audience: course.audience.clone(),
        objectives: course.objectives.clone(),
        tags: course.tags.clone(),
        intro_video_url: course.intro_video_url.clone(),
        drip: course.drip,
        updated_at: course.updated_at,
        enrolled: done.is_some(),
        lessons,
    })
}
