//! The studio: courses and lessons that programs write.

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use momentum_core::{
    Error, FieldErrors,
    authoring::{self, ReviewState},
    catalog::Level,
    ids::{CategoryId, CourseId, LessonId, ReferenceId, StudioJobId, UserId},
    studio::{
        self, Author, Brief, CourseRequest, Estimate, Grade, JobDetail, JobFilter, JobKind, JobRow, JobState,
        LessonProgress, LessonRequest, LessonReview, MAX_REFERENCE_BYTES, PassageView, PromptReport,
        Reference, ReviewCourse, StepProgress,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::List;
use crate::{
    App,
    api::{ApiJson, ApiQuery, Bearer, Operations, parse_id},
    http::{
        access::Access,
        files,
        problem::{ApiError, Problems, problem},
        tus,
    },
};

pub(super) fn routes(operations: Operations) -> Operations {
    let (schemas, paths, references) = routes!(references, add_reference);
    // What else the form has is small.
    let references = references.layer(DefaultBodyLimit::max(MAX_REFERENCE_BYTES + 64 * 1024));
    operations
        .add(Access::Admin, routes!(generate_course))
        .add(Access::Admin, routes!(estimate))
        .add(Access::Admin, routes!(jobs))
        .add(Access::Admin, routes!(job))
        .add(Access::Admin, routes!(cancel))
        .add(Access::Admin, routes!(retry))
        .add(Access::Admin, routes!(regenerate_lesson))
        .add(Access::Admin, routes!(usage))
        .add(Access::Admin, routes!(prompts))
        .add(Access::Admin, (schemas, paths, references))
        .add(Access::Admin, routes!(reference, remove_reference))
        .add(Access::Admin, routes!(review_course))
        .add(Access::Admin, routes!(untaught))
        .add(Access::Admin, routes!(approve_all))
        .add(Access::Admin, routes!(review_lesson))
        .add(Access::Admin, routes!(approve))
        .add(Access::Admin, routes!(flag))
        .add(Access::Admin, routes!(rate))
}

/// Goals in one text, or as a list.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum Goals {
    One(String),
    Many(Vec<String>),
}

impl From<Goals> for String {
    fn from(goals: Goals) -> Self {
        match goals {
            Goals::One(text) => text,
            Goals::Many(texts) => texts.join("\n"),
        }
    }
}

/// A course that somebody wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GenerateRequest {
    topic: String,
    category_id: CategoryId,
    /// 7, 14 or 21.
    duration_days: i64,
    /// Whom it is for.
    #[serde(default)]
    target_audience: Option<String>,
    #[serde(default)]
    goals: Option<Goals>,
    /// Default: beginner.
    #[serde(default)]
    level: Option<Level>,
    /// Such as `warm and direct`.
    #[serde(default)]
    tone: Option<String>,
    /// BCP 47; default: en.
    #[serde(default)]
    language: Option<String>,
    /// Documents that it is made from, at most 20.
    #[serde(default)]
    reference_ids: Option<Vec<ReferenceId>>,
    /// Default: the model, where there is one; else extractive, which needs documents.
    #[serde(default)]
    author: Option<Author>,
    /// `draft` takes the cheaper model; default: final.
    #[serde(default)]
    grade: Option<Grade>,
    /// Default: at once.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
}

/// A job that was begun.
#[derive(Serialize, ToSchema)]
struct JobStarted {
    job_id: StudioJobId,
}

/// Has a course written. What comes out is a draft that waits for approval; `GET /admin/ai/jobs/{id}` says how far it is.
#[utoipa::path(post, path = "/admin/ai/generate-course", tag = "admin", request_body = GenerateRequest,
    responses((status = 202, body = JobStarted), Problems))]
async fn generate_course(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<GenerateRequest>,
) -> Result<(StatusCode, Json<JobStarted>), ApiError> {
    let request = CourseRequest {
        brief: Brief {
            topic: body.topic,
            category: authoring::category_slug(&app.services, body.category_id).await?,
            duration_days: body.duration_days,
            target_audience: body.target_audience.unwrap_or_default(),
            goals: body.goals.map(Into::into).unwrap_or_default(),
            level: body.level.unwrap_or(Level::Beginner),
            tone: body.tone.unwrap_or_default(),
            language: body.language.unwrap_or_else(|| "en".to_owned()),
            grade: body.grade.unwrap_or(Grade::Final),
            instructions: String::new(),
        },
        references: body.reference_ids.unwrap_or_default(),
        author: body.author,
        starts_at: body.starts_at,
    };
    let job_id = studio::generate_course(&app.services, &actor, request).await?;
    Ok((StatusCode::ACCEPTED, Json(JobStarted { job_id })))
}

/// What is to be estimated.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EstimateRequest {
    /// 7, 14 or 21.
    duration_days: u32,
    #[serde(default)]
    author: Option<Author>,
    #[serde(default)]
    grade: Option<Grade>,
    #[serde(default)]
    reference_ids: Option<Vec<ReferenceId>>,
}

/// What a course would take, before it is begun.
#[utoipa::path(post, path = "/admin/ai/estimate", tag = "admin", request_body = EstimateRequest,
    responses((status = 200, body = Estimate), Problems))]
async fn estimate(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<EstimateRequest>,
) -> Result<Json<Estimate>, ApiError> {
    if ![7, 14, 21].contains(&body.duration_days) {
        return Err(Error::invalid("duration_days", "invalid", "A course has 7, 14 or 21 days.").into());
    }
    let references = body.reference_ids.unwrap_or_default();
    let grade = body.grade.unwrap_or(Grade::Final);
    let estimate =
        studio::estimate(&app.services, &actor, body.duration_days, body.author, grade, &references).await?;
    Ok(Json(estimate))
}

/// What was used.
#[derive(Serialize, ToSchema)]
struct UsageAnswer {
    input_tokens: i64,
    output_tokens: i64,
    cost_usd: f64,
}

/// Millionths of a dollar as dollars.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn usd(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// A job.
#[derive(Serialize, ToSchema)]
struct JobAnswer {
    id: StudioJobId,
    kind: JobKind,
    status: JobState,
    /// 0 to 100.
    progress_percent: i64,
    author: Author,
    provider: String,
    model: String,
    /// Version of the prompt templates.
    prompt_version: String,
    brief: Brief,
    usage: UsageAnswer,
    /// 0 to 100, once it was judged.
    quality_score: Option<i64>,
    course_id: Option<CourseId>,
    lesson_id: Option<LessonId>,
    /// Why it failed.
    error: Option<String>,
    created_by: UserId,
    starts_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<JobRow> for JobAnswer {
    fn from(job: JobRow) -> Self {
        Self {
            progress_percent: job.progress_percent(),
            id: job.id,
            kind: job.kind,
            status: job.state,
            author: job.author,
            provider: job.provider,
            model: job.model,
            prompt_version: job.prompts,
            brief: job.brief,
            usage: UsageAnswer {
                input_tokens: job.input_tokens,
                output_tokens: job.output_tokens,
                cost_usd: usd(job.cost_micros),
            },
            quality_score: job.score,
            course_id: job.course_id,
            lesson_id: job.lesson_id,
            error: job.error,
            created_by: job.created_by,
            starts_at: job.starts_at,
            created_at: job.created_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
        }
    }
}

/// A lesson of a job.
#[derive(Serialize, ToSchema)]
struct JobLesson {
    #[serde(flatten)]
    lesson: LessonProgress,
    cost_usd: f64,
}

/// A step of a job.
#[derive(Serialize, ToSchema)]
struct JobStep {
    #[serde(flatten)]
    step: StepProgress,
    cost_usd: f64,
}

/// A job with its steps.
#[derive(Serialize, ToSchema)]
struct JobDetailAnswer {
    #[serde(flatten)]
    job: JobAnswer,
    /// The step that it is at: prepare, plan, text, extras, script, intro, quality, save, or done.
    step: &'static str,
    lessons: Vec<JobLesson>,
    steps: Vec<JobStep>,
    /// What is said in the course's video.
    intro_script: String,
}

impl From<JobDetail> for JobDetailAnswer {
    fn from(detail: JobDetail) -> Self {
        Self {
            job: detail.job.into(),
            step: detail.step,
            lessons: detail
                .lessons
                .into_iter()
                .map(|lesson| JobLesson { cost_usd: usd(lesson.cost_micros), lesson })
                .collect(),
            steps: detail
                .steps
                .into_iter()
                .map(|step| JobStep { cost_usd: usd(step.cost_micros), step })
                .collect(),
            intro_script: detail.intro_script,
        }
    }
}

/// Jobs, newest first.
#[utoipa::path(get, path = "/admin/ai/jobs", tag = "admin",
    params(
        ("status" = Option<JobState>, Query),
        ("course_id" = Option<CourseId>, Query),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("offset" = Option<i64>, Query, minimum = 0, maximum = 1_000_000, description = "Default 0")
    ),
    responses((status = 200, body = List<JobAnswer>), Problems))]
async fn jobs(
    State(app): State<App>,
    Bearer(actor): Bearer,
    query: ApiQuery,
) -> Result<Json<List<JobAnswer>>, ApiError> {
    let mut errors = FieldErrors::default();
    let page = query.page(&mut errors);
    let states = "The status is queued, running, completed, failed or cancelled.";
    let filter = JobFilter {
        state: query.parsed(&mut errors, "status", JobState::parse, states),
        course: query.parsed(&mut errors, "course_id", |text| text.parse().ok(), "This is no id."),
        limit: page.limit,
        offset: page.offset,
    };
    errors.into_result()?;
    let (jobs, total) = studio::list_jobs(&app.services, &actor, &filter).await?;
    let items = jobs.into_iter().map(Into::into).collect();
    Ok(Json(List { items, total, limit: page.limit, offset: page.offset }))
}

fn job_id(text: &str) -> Result<StudioJobId, Error> {
    parse_id(text, "job")
}

/// A job, as far as it is.
#[utoipa::path(get, path = "/admin/ai/jobs/{id}", tag = "admin", params(("id" = StudioJobId, Path)),
    responses((status = 200, body = JobDetailAnswer), Problems))]
async fn job(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<JobDetailAnswer>, ApiError> {
    Ok(Json(studio::job(&app.services, &actor, job_id(&id)?).await?.into()))
}

/// Stops a job. What is done is kept, what is under way is broken off within seconds.
#[utoipa::path(post, path = "/admin/ai/jobs/{id}/cancel", tag = "admin", params(("id" = StudioJobId, Path)),
    responses((status = 200, body = JobDetailAnswer), Problems))]
async fn cancel(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<JobDetailAnswer>, ApiError> {
    let id = job_id(&id)?;
    studio::cancel(&app.services, &actor, id).await?;
    Ok(Json(studio::job(&app.services, &actor, id).await?.into()))
}

/// Goes on with a job that failed or was cancelled, from the step where it stopped.
#[utoipa::path(post, path = "/admin/ai/jobs/{id}/retry", tag = "admin", params(("id" = StudioJobId, Path)),
    responses((status = 202, body = JobDetailAnswer), Problems))]
async fn retry(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<JobDetailAnswer>), ApiError> {
    let id = job_id(&id)?;
    studio::retry(&app.services, &actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(studio::job(&app.services, &actor, id).await?.into())))
}

/// A lesson that somebody wants written anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegenerateRequest {
    lesson_id: LessonId,
    /// What is to be different.
    #[serde(default)]
    instructions: Option<String>,
    /// Default: final.
    #[serde(default)]
    grade: Option<Grade>,
}

/// Has a lesson written anew by the language model. A lesson that learners read stays as it is: the new text goes into its
/// working copy. Any other waits for approval again; the history keeps what it was.
#[utoipa::path(post, path = "/admin/ai/regenerate-lesson", tag = "admin", request_body = RegenerateRequest,
    responses((status = 202, body = JobStarted), Problems))]
async fn regenerate_lesson(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<RegenerateRequest>,
) -> Result<(StatusCode, Json<JobStarted>), ApiError> {
    let request = LessonRequest {
        lesson: body.lesson_id,
        instructions: body.instructions.unwrap_or_default(),
        grade: body.grade.unwrap_or(Grade::Final),
    };
    let job_id = studio::regenerate_lesson(&app.services, &actor, request).await?;
    Ok((StatusCode::ACCEPTED, Json(JobStarted { job_id })))
}

/// A model's share of the month.
#[derive(Serialize, ToSchema)]
struct ModelUsageAnswer {
    provider: String,
    model: String,
    calls: i64,
    #[serde(flatten)]
    usage: UsageAnswer,
    /// False: nobody set a price, so it counts as nothing.
    has_price: bool,
}

/// The month's budget.
#[derive(Serialize, ToSchema)]
struct BudgetAnswer {
    /// Null: no limit.
    monthly_usd: Option<f64>,
    /// Null: no limit.
    remaining_usd: Option<f64>,
    /// Whole percent; null: no limit.
    used_percent: Option<i64>,
}

/// A month.
#[derive(Serialize, ToSchema)]
struct MonthCost {
    /// Such as 2026-10.
    month: String,
    cost_usd: f64,
}

/// What models have cost.
#[derive(Serialize, ToSchema)]
struct StudioUsage {
    /// Such as 2026-11, UTC.
    month: String,
    cost_usd: f64,
    /// Set aside for requests under way.
    reserved_usd: f64,
    input_tokens: i64,
    output_tokens: i64,
    courses: i64,
    average_course_usd: f64,
    by_model: Vec<ModelUsageAnswer>,
    budget: BudgetAnswer,
    /// The months before, newest first.
    previous: Vec<MonthCost>,
}

/// What language models have cost this month (UTC) so far.
#[utoipa::path(get, path = "/admin/ai/usage", tag = "admin", responses((status = 200, body = StudioUsage), Problems))]
async fn usage(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<StudioUsage>, ApiError> {
    let usage = studio::usage(&app.services, &actor).await?;
    let budget = usage.budget_micros;
    let taken = usage.cost_micros + usage.reserved_micros;
    Ok(Json(StudioUsage {
        cost_usd: usd(usage.cost_micros),
        reserved_usd: usd(usage.reserved_micros),
        input_tokens: usage.by_model.iter().map(|model| model.input_tokens).sum(),
        output_tokens: usage.by_model.iter().map(|model| model.output_tokens).sum(),
        courses: usage.courses,
        average_course_usd: usd(usage.average_course_micros),
        by_model: usage
            .by_model
            .into_iter()
            .map(|model| ModelUsageAnswer {
                has_price: !usage.unpriced.contains(&model.model),
                provider: model.provider,
                model: model.model,
                calls: model.calls,
                usage: UsageAnswer {
                    input_tokens: model.input_tokens,
                    output_tokens: model.output_tokens,
                    cost_usd: usd(model.cost_micros),
                },
            })
            .collect(),
        budget: BudgetAnswer {
            monthly_usd: budget.map(usd),
            remaining_usd: budget.map(|budget| usd((budget - taken).max(0))),
            used_percent: budget.map(|budget| if budget > 0 { taken * 100 / budget } else { 100 }),
        },
        previous: usage
            .before
            .into_iter()
            .map(|(month, cost)| MonthCost { month, cost_usd: usd(cost) })
            .collect(),
        month: usage.month,
    }))
}

/// How people judged what each version of the prompts made.
#[utoipa::path(get, path = "/admin/ai/prompts", tag = "admin",
    responses((status = 200, body = List<PromptReport>), Problems))]
async fn prompts(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<PromptReport>>, ApiError> {
    Ok(Json(List::whole(studio::prompt_report(&app.services, &actor).await?)))
}

/// Documents, newest first.
#[utoipa::path(get, path = "/admin/ai/references", tag = "admin",
    responses((status = 200, body = List<Reference>), Problems))]
async fn references(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<Reference>>, ApiError> {
    Ok(Json(List::whole(studio::references(&app.services, &actor).await?)))
}

/// A form with one document.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct ReferenceForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Adds a document that courses can be made from: PDF, DOCX, Markdown or plain text, at most 20 MB. Only its text is kept.
#[utoipa::path(post, path = "/admin/ai/references", tag = "admin",
    request_body(content = ReferenceForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Reference), Problems))]
async fn add_reference(State(app): State<App>, Bearer(actor): Bearer, request: Request) -> Response {
    let unreadable =
        |status| problem(status, "unreadable", "Send multipart/form-data with one field `file`.", &[]);
    let Ok(form) = Multipart::from_request(request, &app).await else {
        return unreadable(StatusCode::BAD_REQUEST);
    };
    let form = match files::FileForm::read(form).await {
        Ok(form) => form,
        Err(status) => return unreadable(status),
    };
    if form.too_large {
        return problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "A document has at most 20 MB.", &[]);
    }
    let Some(file) = form.files.into_iter().next() else {
        return tus::refused(&Error::invalid("file", "required", "Send one file."));
    };
    match studio::add_reference(&app.services, &actor, &file.name, file.content).await {
        Ok(reference) => (StatusCode::CREATED, Json(reference)).into_response(),
        Err(error) => tus::refused(&error),
    }
}

/// A document with its text.
#[derive(Serialize, ToSchema)]
struct ReferenceDetail {
    #[serde(flatten)]
    reference: Reference,
    passages: Vec<PassageView>,
}

fn reference_id(text: &str) -> Result<ReferenceId, Error> {
    parse_id(text, "reference")
}

/// A document with its text in pieces.
#[utoipa::path(get, path = "/admin/ai/references/{id}", tag = "admin", params(("id" = ReferenceId, Path)),
    responses((status = 200, body = ReferenceDetail), Problems))]
async fn reference(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ReferenceDetail>, ApiError> {
    let (reference, passages) = studio::reference_passages(&app.services, &actor, reference_id(&id)?).await?;
    Ok(Json(ReferenceDetail { reference, passages }))
}

/// Forgets a document. Courses that were made from it keep their passages.
#[utoipa::path(delete, path = "/admin/ai/references/{id}", tag = "admin", params(("id" = ReferenceId, Path)),
    responses((status = 204, description = "Forgotten."), Problems))]
async fn remove_reference(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    studio::delete_reference(&app.services, &actor, reference_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A lesson in a review.
#[derive(Serialize, ToSchema)]
struct ReviewLessonAnswer {
    id: LessonId,
    day: i64,
    title: String,
    minutes: i64,
    review_state: ReviewState,
    /// 0 to 100.
    quality_score: Option<i64>,
    /// Why somebody flagged it.
    flag: Option<String>,
    /// 1 to 5.
    rating: Option<i64>,
}

/// A generated course on its way to be approved.
#[derive(Serialize, ToSchema)]
struct ReviewCourseAnswer {
    course_id: CourseId,
    title: String,
    approved: bool,
    /// Null: it is a copy, or its job is gone.
    author: Option<Author>,
    job_id: Option<StudioJobId>,
    quality_score: Option<i64>,
    lessons: Vec<ReviewLessonAnswer>,
    /// Passages of its references that no lesson rests on.
    untaught_passages: usize,
}

impl From<ReviewCourse> for ReviewCourseAnswer {
    fn from(review: ReviewCourse) -> Self {
        Self {
            course_id: review.course,
            title: review.title,
            approved: review.approved,
            author: review.job.as_ref().map(|job| job.author),
            quality_score: review.job.as_ref().and_then(|job| job.score),
            job_id: review.job.map(|job| job.id),
            lessons: review
                .lessons
                .into_iter()
                .map(|lesson| ReviewLessonAnswer {
                    id: lesson.id,
                    day: lesson.day,
                    title: lesson.title,
                    minutes: lesson.minutes,
                    review_state: lesson.review_state,
                    quality_score: lesson.score,
                    flag: lesson.flag,
                    rating: lesson.rating,
                })
                .collect(),
            untaught_passages: review.untaught,
        }
    }
}

fn course_id(text: &str) -> Result<CourseId, Error> {
    parse_id(text, "course")
}

fn lesson_id(text: &str) -> Result<LessonId, Error> {
    parse_id(text, "lesson")
}

/// How far the review of a generated course is.
#[utoipa::path(get, path = "/admin/ai/courses/{id}/review", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = ReviewCourseAnswer), Problems))]
async fn review_course(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ReviewCourseAnswer>, ApiError> {
    Ok(Json(studio::review_course(&app.services, &actor, course_id(&id)?).await?.into()))
}

/// The passages of a course's references that no lesson rests on.
#[utoipa::path(get, path = "/admin/ai/courses/{id}/untaught", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = List<PassageView>), Problems))]
async fn untaught(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<List<PassageView>>, ApiError> {
    let id = course_id(&id)?;
    studio::review_course(&app.services, &actor, id).await?;
    Ok(Json(List::whole(studio::untaught_passages(&app.services, &actor, id).await?)))
}

/// Approves every lesson of a course. Refused while one of them is flagged.
#[utoipa::path(post, path = "/admin/ai/courses/{id}/approve", tag = "admin", params(("id" = CourseId, Path)),
    responses((status = 200, body = ReviewCourseAnswer), Problems))]
async fn approve_all(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<ReviewCourseAnswer>, ApiError> {
    let id = course_id(&id)?;
    studio::review_course(&app.services, &actor, id).await?;
    studio::approve_all(&app.services, &actor, id).await?;
    Ok(Json(studio::review_course(&app.services, &actor, id).await?.into()))
}

/// How a lesson was judged, and what it rests on.
#[derive(Serialize, ToSchema)]
struct LessonReviewAnswer {
    lesson_id: LessonId,
    course_id: CourseId,
    day: i64,
    title: String,
    version: i64,
    review_state: ReviewState,
    author: Option<Author>,
    job_id: Option<StudioJobId>,
    quality_score: Option<u8>,
    /// Each gate with its score and its reasons.
    #[schema(value_type = Vec<Object>)]
    gates: serde_json::Value,
    passages: Vec<PassageView>,
    /// What is said in its video.
    video_script: String,
    flag: Option<String>,
    rating: Option<i64>,
    rating_reason: String,
    decided_at: Option<DateTime<Utc>>,
}

impl From<LessonReview> for LessonReviewAnswer {
    fn from(review: LessonReview) -> Self {
        let gates = review.report.as_ref().and_then(|report| serde_json::to_value(&report.gates).ok());
        Self {
            lesson_id: review.lesson.id,
            course_id: review.lesson.course_id,
            day: review.lesson.day,
            title: review.lesson.content.title,
            version: review.lesson.version,
            review_state: review.lesson.review_state,
            author: review.author,
            job_id: review.job,
            quality_score: review.report.map(|report| report.score),
            gates: gates.unwrap_or_else(|| serde_json::json!([])),
            passages: review.passages,
            video_script: review.script,
            flag: review.flag,
            rating: review.rating,
            rating_reason: review.rating_reason,
            decided_at: review.decided_at,
        }
    }
}

/// How a lesson was judged, and what it rests on. The lesson itself is at `GET /admin/lessons/{id}`.
#[utoipa::path(get, path = "/admin/ai/lessons/{id}/review", tag = "admin", params(("id" = LessonId, Path)),
    responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn review_lesson(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    Ok(Json(studio::review_lesson(&app.services, &actor, lesson_id(&id)?).await?.into()))
}

/// What is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveRequest {
    /// The version that was looked at; an older one is refused (409 `edited-meanwhile`).
    #[serde(default)]
    version: Option<i64>,
}

/// Approves a lesson. Its course can be published when all of its lessons are approved.
#[utoipa::path(post, path = "/admin/ai/lessons/{id}/approve", tag = "admin", params(("id" = LessonId, Path)),
    request_body = ApproveRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn approve(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ApproveRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    studio::approve_lesson(&app.services, &actor, id, body.version).await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}

/// Why a lesson is flagged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlagRequest {
    reason: String,
}

/// Flags a lesson: it isn't good as it is. It waits for approval again.
#[utoipa::path(post, path = "/admin/ai/lessons/{id}/flag", tag = "admin", params(("id" = LessonId, Path)),
    request_body = FlagRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn flag(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<FlagRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    studio::flag_lesson(&app.services, &actor, id, &body.reason).await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}

/// How good what was written is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RateRequest {
    /// 1 to 5.
    rating: i64,
    #[serde(default)]
    reason: Option<String>,
}

/// Rates what was written, for the report on prompts.
#[utoipa::path(put, path = "/admin/ai/lessons/{id}/rating", tag = "admin", params(("id" = LessonId, Path)),
    request_body = RateRequest, responses((status = 200, body = LessonReviewAnswer), Problems))]
async fn rate(
    State(app): State<App>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<RateRequest>,
) -> Result<Json<LessonReviewAnswer>, ApiError> {
    let id = lesson_id(&id)?;
    studio::rate_lesson(&app.services, &actor, id, body.rating, body.reason.as_deref().unwrap_or_default())
        .await?;
    Ok(Json(studio::review_lesson(&app.services, &actor, id).await?.into()))
}
