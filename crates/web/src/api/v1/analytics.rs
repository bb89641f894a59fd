//! What the caller has done over time.

use axum::{Json, extract::State};
use momentum_core::{
    FieldErrors,
    learning::{
        self, Activity, Analytics, Completion, CourseRun, CourseTime, DateRange, Grain, Habits, Span, Totals,
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::engagement::DayItem;
use crate::{
    App,
    api::{ApiQuery, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations.add(Access::User, routes!(analytics))
}

/// What was done in a time.
#[derive(Serialize, ToSchema)]
struct PeriodItem {
    #[serde(flatten)]
    range: DateRange,
    #[serde(flatten)]
    totals: Totals,
}

/// What the caller has done.
#[derive(Serialize, ToSchema)]
struct AnalyticsAnswer {
    range: Span,
    /// The days until today, as the caller's calendar has them.
    current: PeriodItem,
    /// As many days just before.
    previous: PeriodItem,
    by: Grain,
    /// The range in pieces, the oldest first, also those in which nothing happened.
    activity: Vec<Activity>,
    /// In all.
    completion: Completion,
    /// At most 50 courses, those with the most time first; in all.
    time_by_course: Vec<CourseTime>,
    /// Every course that was joined, the latest first.
    timeline: Vec<CourseRun>,
    /// Days of the last year on which something happened.
    calendar: Vec<DayItem>,
    /// When lessons were completed in the range, by the clock of the place; for premium members.
    #[serde(skip_serializing_if = "Option::is_none")]
    habits: Option<Habits>,
}

impl AnalyticsAnswer {
    fn new(range: Span, found: Analytics) -> Self {
        Self {
            range,
            current: PeriodItem { range: found.range, totals: found.totals },
            previous: PeriodItem { range: found.previous_range, totals: found.previous },
            by: found.grain,
            activity: found.activity,
            completion: found.completion,
            time_by_course: found.courses,
            timeline: found.timeline,
            calendar: found.calendar.into_iter().map(Into::into).collect(),
            habits: found.habits,
        }
    }
}

/// Activity, completion, and where the caller's time went.
#[utoipa::path(get, path = "/me/analytics", tag = "learning",
    params(
        ("range" = Option<Span>, Query, description = "How many days until today. Default 30d"),
        ("by" = Option<Grain>, Query, description = "The pieces of the activity. Default day up to 30d, week for 90d, month for 365d")
    ),
    responses((status = 200, body = AnalyticsAnswer), Problems))]
async fn analytics(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<AnalyticsAnswer>, ApiError> {
    let mut errors = FieldErrors::default();
    let span = query.parsed(&mut errors, "range", Span::parse, "The range is one of 7d, 30d, 90d and 365d.");
    let grain = query.parsed(&mut errors, "by", Grain::parse, "It goes by day, week or month.");
    if let (Some(span), Some(grain)) = (span.or(Some(Span::default())), grain)
        && !span.grains().contains(&grain)
    {
        errors.add("by", "invalid", "This range can't be looked at in such pieces.");
    }
    errors.into_result()?;
    let span = span.unwrap_or_default();
    Ok(Json(AnalyticsAnswer::new(span, learning::analytics(&app.services, &actor, span, grain).await?)))
}
