//! What to learn next, and what came of recommending it.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, FieldErrors, Result as CoreResult,
    catalog::CourseCard,
    ids::CourseId,
    recommendations::{self, Period, Reason, ReasonKind, Report},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    App,
    api::{ApiQuery, Bearer, Operations, parse_id},
    http::{
        access::Access,
        csv::{download, no_formula},
        day,
        problem::{ApiError, Problems},
    },
    present,
};

/// How many are answered unless the caller says.
const USUAL: i64 = 6;

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::User, routes!(list))
        .add(Access::User, routes!(click))
        .add(Access::Admin, routes!(report))
}

/// Courses for the caller, the best first.
#[derive(Serialize, ToSchema)]
struct RecommendationsAnswer {
    items: Vec<RecommendationItem>,
    /// When they were found. They stay for 24 hours, unless the caller's courses, favorite categories or role change.
    generated_at: DateTime<Utc>,
}

/// A course with the reason why it is recommended.
#[derive(Serialize, ToSchema)]
struct RecommendationItem {
    course: CourseCard,
    /// In words, for people.
    reason: String,
    /// What kind of reason it is, for programs.
    reason_kind: ReasonKind,
    /// The title of the caller's course that is the reason, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    because_of: Option<String>,
}

/// What the caller may want to learn next: never a course that they have joined.
#[utoipa::path(get, path = "/recommendations", tag = "learning",
    params(("limit" = Option<i64>, Query, minimum = 5, maximum = 10, description = "Default 6")),
    responses((status = 200, body = RecommendationsAnswer), Problems))]
async fn list(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<RecommendationsAnswer>, ApiError> {
    let mut errors = FieldErrors::default();
    let limit =
        query.parsed(&mut errors, "limit", |text| text.parse().ok(), "Send a whole number between 5 and 10.");
    errors.into_result()?;
    let found = recommendations::recommendations(&app.services, &actor, limit.unwrap_or(USUAL)).await?;
    let item = |one: recommendations::Recommendation| RecommendationItem {
        reason: present::reason(&one.reason, &one.course.card),
        reason_kind: one.reason.kind(),
        course: one.course.card.clone(),
        because_of: match one.reason {
            Reason::Finished { title } | Reason::Current { title } => Some(title.to_string()),
            _ => None,
        },
    };
    let items = found.items.into_iter().map(item).collect();
    Ok(Json(RecommendationsAnswer { items, generated_at: found.generated_at }))
}

/// The caller followed a recommendation. It counts once a day, and only what was recommended to the caller lately.
#[utoipa::path(post, path = "/recommendations/{course_id}/click", tag = "learning",
    params(("course_id" = CourseId, Path)),
    responses((status = 204, description = "Counted."), Problems))]
async fn click(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(course): Path<String>,
) -> Result<StatusCode, ApiError> {
    recommendations::click(&app.services, &actor, parse_id(&course, "course")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What came of recommendations: how often they were shown and followed, and the enrollments after that.
#[utoipa::path(get, path = "/admin/analytics/recommendations", tag = "admin",
    params(
        ("from" = Option<NaiveDate>, Query, description = "First day, UTC; default 30 days"),
        ("to" = Option<NaiveDate>, Query, description = "Last day, UTC; default today"),
        ("format" = Option<String>, Query, description = "`csv` for a file by course and reason"),
    ),
    responses((status = 200, body = Report), Problems))]
async fn report(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Response, ApiError> {
    let mut errors = FieldErrors::default();
    let day = |errors: &mut FieldErrors, name| query.parsed(errors, name, day::day, day::WANTED);
    let (from, to) = (day(&mut errors, "from"), day(&mut errors, "to"));
    let is_csv = query
        .parsed(
            &mut errors,
            "format",
            |text| ["csv", "json"].contains(&text).then_some(text == "csv"),
            "The format is csv or json.",
        )
        .unwrap_or(false);
    errors.into_result()?;
    let period = Period::new(from, to, app.services.clock.now().date_naive())?;
    let report = recommendations::report(&app.services, &actor, period).await?;
    if is_csv { Ok(recommendations_csv(&report)?) } else { Ok(Json(report).into_response()) }
}

/// A report by course and reason, as a download.
pub(crate) fn recommendations_csv(report: &Report) -> CoreResult<Response> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["course_id", "slug", "course", "reason", "impressions", "clicks", "enrollments"])
        .map_err(Error::internal)?;
    for row in &report.rows {
        csv.write_record([
            row.course_id.to_string(),
            row.slug.clone(),
            no_formula(row.title.as_str()),
            row.reason.as_str().to_owned(),
            row.impressions.to_string(),
            row.clicks.to_string(),
            row.enrollments.to_string(),
        ])
        .map_err(Error::internal)?;
    }
    let body = csv.into_inner().map_err(Error::internal)?;
    Ok(download(&format!("recommendations-{}-{}.csv", report.from, report.to), body))
}
