//! Enrollments, lessons, progress and notes.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use chrono::{DateTime, NaiveDate, Utc};
use momentum_core::{
    Error, FieldErrors,
    catalog::{self, CourseCard, Lesson},
    engagement::{Standing, Statistics},
    ids::{ActionItemId, CourseId, EnrollmentId, LessonId},
    learning::{
        self, CourseProgress, Enrollment, LessonProgress, LessonView, Note, ProgressUpdate, QuizScore,
    },
    media,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{List, engagement::BadgeAnswer};
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, parse_id},
    http::{
        access::Access,
        files::{self, Address, OPEN_FOR},
        problem::{ApiError, Problems},
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::User, routes!(enrollments, enroll))
        .add(Access::User, routes!(enrollment))
        .add(Access::User, routes!(dashboard))
        .add(Access::User, routes!(lesson))
        .add(Access::User, routes!(video_url))
        .add(Access::User, routes!(tick))
        .add(Access::User, routes!(note, save_note))
        .add(Access::User, routes!(notes))
        .add(Access::User, routes!(progress, record))
}

/// Which course to join.
#[derive(Deserialize, ToSchema)]
struct EnrollRequest {
    course_id: CourseId,
}

/// Joins a course; a second time changes nothing.
#[utoipa::path(post, path = "/enrollments", tag = "learning", request_body = EnrollRequest,
    responses(
        (status = 201, description = "Enrolled.", body = Enrollment),
        (status = 200, description = "Was enrolled before.", body = Enrollment),
        Problems
    ))]
async fn enroll(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<EnrollRequest>,
) -> Result<(StatusCode, Json<Enrollment>), ApiError> {
    let (enrollment, added) = learning::enroll(&app.services, &actor, body.course_id).await?;
    Ok((if added { StatusCode::CREATED } else { StatusCode::OK }, Json(enrollment)))
}

/// The caller's enrollments, the most recently used first.
#[utoipa::path(get, path = "/enrollments", tag = "learning",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<Enrollment>), Problems))]
async fn enrollments(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<Enrollment>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    errors.into_result()?;
    let (items, total) = learning::enrollments(&app.services, &actor, page.limit, page.offset).await?;
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

/// One of the caller's enrollments.
#[utoipa::path(get, path = "/enrollments/{id}", tag = "learning", params(("id" = EnrollmentId, Path)),
    responses((status = 200, body = Enrollment), Problems))]
async fn enrollment(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Enrollment>, ApiError> {
    Ok(Json(learning::enrollment(&app.services, &actor, parse_id(&id, "enrollment")?).await?))
}

/// The caller's courses and what is due today.
#[derive(Serialize, ToSchema)]
struct DashboardAnswer {
    /// The caller's day, which ends some hours after midnight, as for streaks.
    today: NaiveDate,
    /// Courses under way, the most recently used first.
    active: Vec<ActiveCourse>,
    /// Finished courses, the latest first.
    finished: Vec<FinishedCourse>,
    statistics: Statistics,
    streak: Standing,
}

/// A course under way.
#[derive(Serialize, ToSchema)]
struct ActiveCourse {
    course: CourseCard,
    progress_percent: i64,
    /// The day of the course that the calendar has reached.
    scheduled_day: i64,
    /// The first day that is not done.
    next_day: Option<i64>,
    next_lesson_id: Option<LessonId>,
    /// Days before today's that are not done.
    days_behind: i64,
    /// Whether nothing is due today.
    done_for_today: bool,
}

/// A finished course.
#[derive(Serialize, ToSchema)]
struct FinishedCourse {
    course: CourseCard,
    completed_at: chrono::DateTime<chrono::Utc>,
}

/// What to learn today, by the caller's own calendar.
#[utoipa::path(get, path = "/me/dashboard", tag = "learning",
    responses((status = 200, body = DashboardAnswer), Problems))]
async fn dashboard(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<DashboardAnswer>, ApiError> {
    let dashboard = learning::dashboard(&app.services, &actor).await?;
    let active = dashboard.active.into_iter().map(|active| {
        let next = active.plan.next_day;
        ActiveCourse {
            progress_percent: active.progress_percent,
            scheduled_day: active.plan.scheduled_day,
            next_day: next,
            next_lesson_id: active
                .course
                .lessons
                .iter()
                .find(|lesson| Some(lesson.day) == next)
                .map(|lesson| lesson.id),
            days_behind: active.plan.behind,
            done_for_today: active.plan.done_for_today,
            course: active.course.card.clone(),
        }
    });
    let finished = dashboard.finished.into_iter().map(|finished| FinishedCourse {
        course: finished.course.card.clone(),
        completed_at: finished.completed_at,
    });
    Ok(Json(DashboardAnswer {
        today: dashboard.today,
        active: active.collect(),
        finished: finished.collect(),
        statistics: dashboard.statistics,
        streak: dashboard.streak,
    }))
}

/// A lesson as the caller sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnLesson)]
struct LessonAnswer {
    #[serde(flatten)]
    lesson: Lesson,
    /// Markdown.
    body: String,
    /// The body as sanitized HTML.
    body_html: String,
    /// Slug of its course.
    course_slug: String,
    /// Whether the caller is enrolled in its course.
    enrolled: bool,
    progress: LessonProgress,
    /// Action items that the caller has ticked off.
    ticked_action_items: Vec<ActionItemId>,
    /// Addresses among the resources that open with the premium plan.
    premium_downloads: Vec<String>,
}

/// A lesson: for those who are enrolled; previews for everybody who is signed in.
#[utoipa::path(get, path = "/lessons/{id}", tag = "learning", params(("id" = LessonId, Path)),
    responses((status = 200, body = LessonAnswer), Problems))]
async fn lesson(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<LessonAnswer>, ApiError> {
    let s = &app.services;
    let view = learning::lesson_api(s, &actor, parse_id(&id, "lesson")?).await?;
    let downloads = view.downloads(Some(&actor));
    let LessonView { course, lesson, is_joined, own } = view;
    let mut lesson = (*lesson).clone();
    let body_html = media::responsive(s, lesson.body_html.text(), OPEN_FOR, downloads).await?;
    let body = catalog::lesson_bodies(s, &[lesson.id]).await?.remove(&lesson.id);
    let body = body.ok_or(Error::NotFound("lesson"))?;
    let mut premium_downloads = Vec::new();
    for resource in &mut lesson.resources {
        match files::address(s, &resource.url, downloads).await? {
            Address::Open(url) => resource.url = url,
            Address::Premium => premium_downloads.push(resource.url.clone()),
        }
    }
    let (progress, ticked) =
        own.map_or_else(|| (LessonProgress::none(lesson.id), Vec::new()), |own| (own.progress, own.ticked));
    Ok(Json(LessonAnswer {
        course_slug: course.card.slug.clone(),
        lesson,
        body,
        body_html,
        enrolled: is_joined,
        progress,
        ticked_action_items: ticked,
        premium_downloads,
    }))
}

/// Where a lesson's video plays.
#[derive(Serialize, ToSchema)]
struct VideoUrl {
    url: String,
    /// Until when the address works; null: it doesn't expire.
    expires_at: Option<DateTime<Utc>>,
}

/// The video of a lesson, for whoever may read the lesson.
#[utoipa::path(get, path = "/lessons/{id}/video-url", tag = "learning", params(("id" = LessonId, Path)),
    responses((status = 200, body = VideoUrl), Problems))]
async fn video_url(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<VideoUrl>, ApiError> {
    let s = &app.services;
    let view = learning::lesson_api(s, &actor, parse_id(&id, "lesson")?).await?;
    let url = files::video(s, &view.lesson).await?.ok_or(Error::NotFound("video"))?;
    let expires_at = url.contains("&sig=").then(|| s.clock.now() + OPEN_FOR);
    Ok(Json(VideoUrl { url, expires_at }))
}

/// Whether an action item is done.
#[derive(Deserialize, ToSchema)]
struct TickRequest {
    ticked: bool,
}

/// Ticks an action item off, or opens it again.
#[utoipa::path(put, path = "/lessons/{id}/action-items/{item_id}", tag = "learning", request_body = TickRequest,
    params(("id" = LessonId, Path), ("item_id" = ActionItemId, Path)),
    responses((status = 204, description = "Done."), Problems))]
async fn tick(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path((id, item)): Path<(String, String)>,
    ApiJson(body): ApiJson<TickRequest>,
) -> Result<StatusCode, ApiError> {
    let (lesson, item) = (parse_id(&id, "lesson")?, parse_id(&item, "action item")?);
    learning::tick(&app.services, &actor, lesson, item, body.ticked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's note on a lesson; empty when there is none.
#[utoipa::path(get, path = "/lessons/{id}/notes", tag = "learning", params(("id" = LessonId, Path)),
    responses((status = 200, body = Note), Problems))]
async fn note(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Note>, ApiError> {
    Ok(Json(learning::note(&app.services, &actor, parse_id(&id, "lesson")?).await?))
}

/// A note to save.
#[derive(Deserialize, ToSchema)]
struct NoteRequest {
    /// Markdown, at most 50,000 characters.
    #[schema(max_length = 50_000)]
    body: String,
    /// The version that this text is based on: if another was saved since, nothing is changed.
    version: Option<i64>,
}

/// Saves the caller's note on a lesson.
#[utoipa::path(put, path = "/lessons/{id}/notes", tag = "learning", request_body = NoteRequest,
    params(("id" = LessonId, Path)), responses((status = 200, body = Note), Problems))]
async fn save_note(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<NoteRequest>,
) -> Result<Json<Note>, ApiError> {
    let lesson = parse_id(&id, "lesson")?;
    Ok(Json(learning::save_note(&app.services, &actor, lesson, &body.body, body.version).await?))
}

/// A note with where it belongs.
#[derive(Serialize, ToSchema)]
struct NoteItem {
    course_slug: String,
    course_title: String,
    day: i64,
    lesson_title: String,
    /// Markdown.
    body: String,
    updated_at: chrono::DateTime<chrono::Utc>,
}

/// All notes of the caller, by course and day.
#[utoipa::path(get, path = "/notes", tag = "learning",
    params(("q" = Option<String>, Query, description = "Words that the note contains")),
    responses((status = 200, body = List<NoteItem>), Problems))]
async fn notes(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<NoteItem>>, ApiError> {
    let entries = learning::notes(&app.services, &actor, query.text("q").unwrap_or_default()).await?;
    let items = entries.into_iter().map(|entry| NoteItem {
        course_slug: entry.course_slug,
        course_title: entry.course_title,
        day: entry.day,
        lesson_title: entry.lesson_title,
        body: entry.body,
        updated_at: entry.updated_at,
    });
    Ok(Json(List::whole(items.collect())))
}

/// Progress in a course.
#[derive(Serialize, ToSchema)]
struct ProgressAnswer {
    course: CourseProgress,
    /// Lessons that were begun.
    lessons: Vec<LessonProgress>,
    /// Quizzes that were handed in at least once.
    quizzes: Vec<QuizScore>,
}

/// The caller's progress in a course.
#[utoipa::path(get, path = "/progress", tag = "learning", params(("course_id" = CourseId, Query)),
    responses((status = 200, body = ProgressAnswer), Problems))]
async fn progress(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<ProgressAnswer>, ApiError> {
    let mut errors = FieldErrors::default();
    errors.check(query.text("course_id").is_some(), "course_id", "required", "Name the course.");
    let id =
        query.parsed(&mut errors, "course_id", |text| text.parse().ok(), "The id of a course is a UUID.");
    errors.into_result()?;
    let id: CourseId = id.ok_or(momentum_core::Error::NotFound("course"))?;
    let (course, lessons, quizzes) = learning::course_progress(&app.services, &actor, id).await?;
    Ok(Json(ProgressAnswer { course, lessons, quizzes: quizzes.scores() }))
}

/// The state after a report.
#[derive(Serialize, ToSchema)]
struct RecordAnswer {
    lesson: LessonProgress,
    course: CourseProgress,
    /// Points that this report earned.
    points_awarded: i64,
    /// Badges that this report earned.
    badges_awarded: Vec<BadgeAnswer>,
    /// The current streak in days.
    streak: i64,
}

/// Reports progress in a lesson. Completing what is complete changes nothing.
#[utoipa::path(post, path = "/progress", tag = "learning", request_body = ProgressUpdate,
    responses((status = 200, body = RecordAnswer), Problems))]
async fn record(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<ProgressUpdate>,
) -> Result<Json<RecordAnswer>, ApiError> {
    let report = learning::record(&app.services, &actor, &body).await?;
    Ok(Json(RecordAnswer {
        lesson: report.lesson,
        course: report.course,
        points_awarded: report.gain.points,
        badges_awarded: report.gain.badges.iter().map(|badge| (&**badge).into()).collect(),
        streak: report.gain.streak.days,
    }))
}
