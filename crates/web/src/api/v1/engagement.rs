//! Points, streaks, badges and leaderboards, as learners see them.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use momentum_core::{
    FieldErrors,
    engagement::{self, Badge, LearnerDay, OwnBadge, PastStreak, Period, Place, Reason, Standing},
    ids::{BadgeId, UserId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations},
    badge_art,
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Anyone, routes!(badges))
        .add(Access::User, routes!(own_badges))
        .add(Access::User, routes!(set_showcase))
        .add(Access::User, routes!(points))
        .add(Access::User, routes!(streak))
        .add(Access::User, routes!(leaderboard))
}

/// A badge with where its picture is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BadgeAnswer {
    #[serde(flatten)]
    badge: Badge,
    /// The picture, SVG, as a path of the site.
    image_url: String,
}

impl From<&Badge> for BadgeAnswer {
    fn from(badge: &Badge) -> Self {
        Self { image_url: badge_art::url(&badge.emblem, badge.tier), badge: badge.clone() }
    }
}

/// What there is to earn.
#[utoipa::path(get, path = "/badges", tag = "engagement", responses((status = 200, body = List<BadgeAnswer>), Problems))]
async fn badges(State(app): State<App>) -> Result<Json<List<BadgeAnswer>>, ApiError> {
    let all = engagement::badges(&app.services).await?;
    Ok(Json(List::whole(all.iter().filter(|badge| badge.active).map(|badge| (&**badge).into()).collect())))
}

/// A badge as it stands for the caller.
#[derive(Serialize, ToSchema)]
struct OwnBadgeAnswer {
    badge: BadgeAnswer,
    /// 0 to 100.
    progress_percent: i64,
    /// What the caller has of what it takes.
    have: i64,
    take: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    earned_at: Option<DateTime<Utc>>,
    /// Place in the showcase of the profile, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    showcase: Option<i64>,
}

impl From<OwnBadge> for OwnBadgeAnswer {
    fn from(own: OwnBadge) -> Self {
        Self {
            progress_percent: own.progress_percent(),
            have: own.have,
            take: own.take,
            earned_at: own.earned_at,
            showcase: own.showcase,
            badge: (&*own.badge).into(),
        }
    }
}

/// Every badge, with how far the caller is.
#[utoipa::path(get, path = "/me/badges", tag = "engagement",
    responses((status = 200, body = List<OwnBadgeAnswer>), Problems))]
async fn own_badges(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<OwnBadgeAnswer>>, ApiError> {
    let own = engagement::own_badges(&app.services, &actor).await?;
    Ok(Json(List::whole(own.into_iter().map(Into::into).collect())))
}

/// The badges that the profile shows first.
#[derive(Deserialize, ToSchema)]
struct Showcase {
    /// In this order; at most six.
    #[schema(max_items = 6)]
    badge_ids: Vec<BadgeId>,
}

/// Chooses the badges that the caller's profile shows first.
#[utoipa::path(put, path = "/me/badges/showcase", tag = "engagement", request_body = Showcase,
    responses((status = 204, description = "Chosen."), Problems))]
async fn set_showcase(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<Showcase>,
) -> Result<StatusCode, ApiError> {
    engagement::set_showcase(&app.services, &actor, &body.badge_ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A line of the points ledger.
#[derive(Serialize, ToSchema)]
struct PointsItem {
    reason: Reason,
    /// The lesson, course or badge; null for a review.
    subject_id: Option<Uuid>,
    /// Its title; null when it was deleted since, and for a review.
    title: Option<String>,
    points: i64,
    earned_at: DateTime<Utc>,
    /// The caller's day that it counts for.
    day: NaiveDate,
}

/// The caller's points, each line with its reason, the latest first.
#[utoipa::path(get, path = "/me/points", tag = "engagement",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<PointsItem>), Problems))]
async fn points(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<PointsItem>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    errors.into_result()?;
    let (entries, total) = engagement::points_history(&app.services, &actor, page.limit, page.offset).await?;
    let items = entries.into_iter().map(|entry| PointsItem {
        reason: entry.reason,
        subject_id: (entry.reason != Reason::Review).then_some(entry.subject),
        title: entry.title,
        points: entry.points,
        earned_at: entry.earned_at,
        day: entry.day,
    });
    Ok(Json(List { items: items.collect(), total, limit: page.limit, offset: page.offset }))
}

/// A day on which something happened.
#[derive(Serialize, ToSchema)]
pub(super) struct DayItem {
    day: NaiveDate,
    /// `learned`; `frozen` when a freeze kept the streak; `traveled` when a journey left the day out; empty for reading only.
    mark: String,
    lessons: i64,
    /// Cards of daily reviews.
    reviews: i64,
    points: i64,
    time_spent_seconds: i64,
}

impl From<LearnerDay> for DayItem {
    fn from(day: LearnerDay) -> Self {
        Self {
            day: day.day,
            mark: day.mark,
            lessons: day.lessons,
            reviews: day.reviews,
            points: day.points,
            time_spent_seconds: day.seconds,
        }
    }
}

/// A streak with its history.
#[derive(Serialize, ToSchema)]
struct StreakAnswer {
    #[serde(flatten)]
    standing: Standing,
    /// The caller's day of learning, which may end after midnight.
    today: NaiveDate,
    /// The local hour at which it ends.
    day_end_hour: i64,
    /// Streaks that there were, the latest first.
    streaks: Vec<PastStreak>,
    /// Days of about the last year on which something happened.
    calendar: Vec<DayItem>,
}

/// The caller's streak, how it came to be, and where earlier ones broke.
#[utoipa::path(get, path = "/me/streak", tag = "engagement", responses((status = 200, body = StreakAnswer), Problems))]
async fn streak(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<StreakAnswer>, ApiError> {
    let history = engagement::streak(&app.services, &actor).await?;
    Ok(Json(StreakAnswer {
        standing: history.standing,
        today: history.today,
        day_end_hour: history.day_end_hour,
        streaks: history.streaks,
        calendar: history.days.into_iter().map(Into::into).collect(),
    }))
}

/// Somebody on a board.
#[derive(Serialize, ToSchema)]
struct BoardUser {
    id: UserId,
    /// The whole name of people with a public profile, the first name and an initial of others.
    name: String,
    avatar_url: Option<String>,
    /// Whether there is a profile to look at.
    is_public: bool,
}

/// A place on a board.
#[derive(Serialize, ToSchema)]
struct PlaceItem {
    /// From 1; equal points share a rank.
    rank: i64,
    user: BoardUser,
    points: i64,
}

impl From<Place> for PlaceItem {
    fn from(place: Place) -> Self {
        Self {
            rank: place.rank,
            points: place.points,
            user: BoardUser {
                id: place.user,
                name: place.name,
                avatar_url: place.avatar_url,
                is_public: place.is_public,
            },
        }
    }
}

/// A leaderboard.
#[derive(Serialize, ToSchema)]
struct BoardAnswer {
    period: Period,
    /// The best, in order.
    items: Vec<PlaceItem>,
    /// The caller's place; absent without points, or when they don't want to be on boards.
    #[serde(skip_serializing_if = "Option::is_none")]
    me: Option<PlaceItem>,
}

/// Who has collected the most points.
#[utoipa::path(get, path = "/leaderboard", tag = "engagement",
    params(
        ("period" = Option<Period>, Query, description = "Default week; weeks and months are UTC's"),
        ("category" = Option<String>, Query, description = "Slug: only points of its courses"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20")
    ),
    responses((status = 200, body = BoardAnswer), Problems))]
async fn leaderboard(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<BoardAnswer>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let period =
        query.parsed(&mut errors, "period", Period::parse, "The period is one of week, month and all.");
    errors.into_result()?;
    let period = period.unwrap_or_default();
    let board =
        engagement::leaderboard(&app.services, &actor, period, query.text("category"), page.limit).await?;
    Ok(Json(BoardAnswer {
        period,
        items: board.places.into_iter().map(Into::into).collect(),
        me: board.me.map(Into::into),
    }))
}
