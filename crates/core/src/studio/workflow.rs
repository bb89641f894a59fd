//! A job's way through its steps: beginning it, setting the next steps going, stopping it, going on.

use chrono::{DateTime, Duration, Utc};
use momentum_db::{Tx, sql};
use serde_json::{Value, json};

use super::{
    Author, Brief, CourseRequest, JobKind, JobState, LessonRequest, StepState, budget, estimate,
    jobs::{BEGIN, STEP},
    note, references,
    repo::{self, StoredJob},
    steps::{self, Step, steps_of},
};
use crate::{
    Error, FieldErrors, Result, Services, authoring,
    identity::Actor,
    ids::{LessonId, StudioJobId, UserId},
    jobs::{NewJob, enqueue},
    messaging::{self, Message, Recipient},
    settings::{self, Studio as StudioSettings},
};

/// What the audit log calls a job.
const JOB: &str = "studio-job";

/// Why a job can't write a lesson anew any more.
const LESSON_GONE: &str = "The lesson was deleted meanwhile.";

/// How far ahead a course can be planned.
const LATEST_DAYS: i64 = 90;

/// How long ago a time may be: a form takes a while to fill in, and clocks differ.
const LATE_MINUTES: i64 = 5;

/// Courses that are asked for together.
pub const MOST_AT_ONCE: usize = 50;

/// Has a course written. Answers the job; it begins at once, or when its time comes.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `no-model` or `no-references` when nobody can write it,
/// `budget-used-up`; [`Error::LimitReached`] after the day's courses; [`Error::Forbidden`] for everybody but administrators.
pub async fn generate_course(s: &Services, actor: &Actor, mut request: CourseRequest) -> Result<StudioJobId> {
    actor.require_admin()?;
    request.tidy();
    request.check()?;
    check_documents(s, &request).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    check_day(&mut tx, actor.user, 1, now).await?;
    let job = begin_course(s, &mut tx, actor, request, now).await?;
    tx.commit().await?;
    Ok(job)
}

/// Has several courses written. Answers the jobs in the same order. When one of them is refused, none is begun.
///
/// # Errors
/// As [`generate_course`]; the fields are named with their course, such as `courses[2].topic`.
pub async fn generate_courses(
    s: &Services,
    actor: &Actor,
    mut requests: Vec<CourseRequest>,
) -> Result<Vec<StudioJobId>> {
    actor.require_admin()?;
    let mut errors = FieldErrors::default();
    let message = format!("Ask for 1 to {MOST_AT_ONCE} courses at once.");
    errors.check((1..=MOST_AT_ONCE).contains(&requests.len()), "courses", "invalid", message);
    errors.into_result()?;
    for (place, request) in requests.iter_mut().enumerate() {
        request.tidy();
        request.check().map_err(|error| of_course(place, error))?;
    }
    for (place, request) in requests.iter().enumerate() {
        let known = requests.iter().take(place).any(|before| same_material(before, request));
        if !known {
            check_documents(s, request).await.map_err(|error| of_course(place, error))?;
        }
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    check_day(&mut tx, actor.user, requests.len(), now).await?;
    let mut jobs = Vec::with_capacity(requests.len());
    for (place, request) in requests.into_iter().enumerate() {
        let begun = begin_course(s, &mut tx, actor, request, now).await;
        jobs.push(begun.map_err(|error| of_course(place, error))?);
    }
    tx.commit().await?;
    Ok(jobs)
}

/// Refuses a course that the built-in author would find too little text for.
async fn check_documents(s: &Services, request: &CourseRequest) -> Result<()> {
    if author(s, request)? == Author::Model {
        return Ok(());
    }
    let language = request.brief.language.clone();
    references::check_words(s, days(&request.brief), language, &request.references).await
}

/// Whether what holds of the one's documents holds of the other's.
fn same_material(one: &CourseRequest, other: &CourseRequest) -> bool {
    one.references == other.references
        && one.author == other.author
        && one.brief.duration_days == other.brief.duration_days
        && one.brief.language == other.brief.language
}

fn days(brief: &Brief) -> u32 {
    u32::try_from(brief.duration_days).unwrap_or_default()
}

/// Says which of several courses has the wrong fields.
#[must_use]
pub fn of_course(place: usize, error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut named = FieldErrors::default();
    for error in errors.as_slice() {
        named.add_named(format!("courses[{place}].{}", error.field), error.code, error.message.clone());
    }
    Error::Invalid(named)
}

async fn begin_course(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    request: CourseRequest,
    now: DateTime<Utc>,
) -> Result<StudioJobId> {
    let author = author(s, &request)?;
    let starts_at = request.starts_at.unwrap_or(now);
    if now - starts_at > Duration::minutes(LATE_MINUTES) {
        let message = "This time has passed. Leave it empty to begin at once.";
        return Err(Error::invalid("starts_at", "too-early", message));
    }
    let starts_at = starts_at.max(now);
    if starts_at - now > Duration::days(LATEST_DAYS) {
        let message = "Choose a time within the next 90 days.";
        return Err(Error::invalid("starts_at", "too-late", message));
    }
    if !authoring::has_category(tx, &request.brief.category).await? {
        return Err(Error::invalid("category_id", "unknown", "There is no such category."));
    }
    for id in &request.references {
        let known: Option<(i64,)> =
            tx.opt(sql!("SELECT words FROM ai_references WHERE id = $1", *id)).await?;
        if known.is_none() {
            return Err(references::unknown());
        }
    }
    let days = days(&request.brief);
    let steps = steps_of(JobKind::Course, author, 1..=days);
    let job = new_job(s, actor, JobKind::Course, author, request.brief, starts_at, now);
    check_budget(s, tx, &job, waiting(&steps), starts_at).await?;
    repo::insert_job(tx, &job, s.studio.prompts.version(), &steps, now).await?;
    repo::set_references(tx, job.id, &request.references).await?;
    begin(tx, &job, now).await?;
    let after = json!({ "topic": job.brief.topic, "days": days, "author": author, "model": job.model });
    note(tx, actor, "studio.course-requested", (JOB, job.id.to_string()), after, now).await?;
    Ok(job.id)
}

/// Has a lesson written anew. One that learners read stays as it is; the new text waits beside it until a person approves it.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Conflict`] `no-model`, `budget-used-up`, or `under-way` while the lesson is being written already;
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn regenerate_lesson(
    s: &Services,
    actor: &Actor,
    mut request: LessonRequest,
) -> Result<StudioJobId> {
    actor.require_admin()?;
    request.instructions = request.instructions.trim().to_owned();
    request.check()?;
    if s.studio.model.is_none() {
        return Err(no_model(
            "Only a language model can write a single lesson anew, and none is configured.",
        ));
    }
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    // So that of two requests at once the second sees the first, and nobody approves the lesson meanwhile.
    authoring::hold_lesson(&mut tx, request.lesson).await?;
    refuse_twice(&mut tx, request.lesson).await?;
    let whole = authoring::whole_course(&mut tx, request.lesson).await?;
    let lesson =
        whole.lessons.iter().find(|lesson| lesson.id == request.lesson).ok_or(Error::NotFound("lesson"))?;
    let day = u32::try_from(lesson.day).unwrap_or_default();
    let details = &whole.details;
    let brief = Brief {
        topic: details.title.clone(),
        category: details.category.clone(),
        duration_days: details.duration_days,
        target_audience: details.audience.clone(),
        goals: details.objectives.join("; "),
        level: details.level,
        tone: String::new(),
        language: details.language.clone(),
        grade: request.grade,
        instructions: request.instructions,
    };
    let mut job = new_job(s, actor, JobKind::Lesson, Author::Model, brief, now, now);
    job.course_id = Some(whole.id);
    job.lesson_id = Some(request.lesson);
    let steps = steps_of(JobKind::Lesson, Author::Model, std::iter::once(day));
    check_budget(s, &mut tx, &job, waiting(&steps), now).await?;
    repo::insert_job(&mut tx, &job, s.studio.prompts.version(), &steps, now).await?;
    begin(&mut tx, &job, now).await?;
    let after =
        json!({ "lesson": request.lesson, "title": lesson.title, "instructions": job.brief.instructions });
    note(&mut tx, actor, "studio.lesson-requested", (JOB, job.id.to_string()), after, now).await?;
    tx.commit().await?;
    Ok(job.id)
}

fn waiting(steps: &[Step]) -> Vec<(Step, StepState)> {
    steps.iter().map(|step| (*step, StepState::Waiting)).collect()
}

/// Refuses a job that would stop at its next request, because the budget of the month in which it goes on is used up.
async fn check_budget(
    s: &Services,
    tx: &mut Tx,
    job: &StoredJob,
    steps: Vec<(Step, StepState)>,
    at: DateTime<Utc>,
) -> Result<()> {
    match estimate::of_next(s, (job.author, &job.model, &job.brief), steps) {
        Some(next) => budget::check(tx, &budget::month(at), next).await,
        None => Ok(()),
    }
}

/// A lesson is written anew by one job at a time.
async fn refuse_twice(tx: &mut Tx, lesson: LessonId) -> Result<()> {
    match repo::rewriting(tx, lesson).await? {
        Some(_) => Err(Error::conflict("under-way", "This lesson is being written already.")),
        None => Ok(()),
    }
}

fn no_model(message: &'static str) -> Error {
    Error::conflict("no-model", message)
}

/// Who can write what is asked for.
fn author(s: &Services, request: &CourseRequest) -> Result<Author> {
    let wanted =
        request.author.unwrap_or(if s.studio.model.is_some() { Author::Model } else { Author::Extractive });
    match wanted {
        Author::Model if s.studio.model.is_none() => Err(no_model(
            "No language model is configured. Choose documents and let the built-in author extract a draft.",
        )),
        Author::Extractive if request.references.is_empty() => Err(Error::conflict(
            "no-references",
            "Without a language model a course is made from documents. Upload one or more and choose them.",
        )),
        author => Ok(author),
    }
}

fn new_job(
    s: &Services,
    actor: &Actor,
    kind: JobKind,
    author: Author,
    brief: Brief,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> StoredJob {
    let model = match author {
        Author::Model => s.studio.model_name(brief.grade).to_owned(),
        Author::Extractive => String::new(),
    };
    let provider = match (author, &s.studio.model) {
        (Author::Model, Some(model)) => model.name().to_owned(),
        _ => String::new(),
    };
    StoredJob {
        id: StudioJobId::new(),
        kind,
        state: if starts_at > now { JobState::Queued } else { JobState::Running },
        author,
        provider,
        model,
        brief,
        course_id: None,
        lesson_id: None,
        created_by: actor.user,
        starts_at,
    }
}

/// Refuses more courses than somebody may have written in a day (UTC).
async fn check_day(tx: &mut Tx, user: UserId, wanted: usize, now: DateTime<Utc>) -> Result<()> {
    let most = settings::load::<StudioSettings>(tx).await?.courses_per_day;
    // Holds the account, so that requests at once are counted one after the other.
    tx.run(sql!("UPDATE users SET updated_at = updated_at WHERE id = $1", user)).await?;
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let (made,): (i64,) = tx
        .one(sql!(
            "SELECT COUNT(*) FROM ai_jobs WHERE created_by = $1 AND kind = 'course' AND created_at >= $2",
            user,
            midnight
        ))
        .await?;
    if made.saturating_add(i64::try_from(wanted).unwrap_or(i64::MAX)) > i64::from(most) {
        let left = (midnight + Duration::days(1) - now).num_seconds().max(1);
        return Err(Error::LimitReached {
            message: format!(
                "{most} courses a day (UTC) are allowed, and today you asked for {made}. Go on tomorrow, or allow more under \
                 Settings, AI."
            ),
            retry_after_seconds: u64::try_from(left).unwrap_or(1),
        });
    }
    Ok(())
}

/// Sets a job going: at once, or when its time comes.
async fn begin(tx: &mut Tx, job: &StoredJob, now: DateTime<Utc>) -> Result<()> {
    if job.state == JobState::Queued {
        let begin = NewJob::new(BEGIN, json!({ "job": job.id })).dedup(format!("{BEGIN}:{}", job.id));
        enqueue(tx, begin.at(job.starts_at), now).await?;
        return Ok(());
    }
    repo::set_state(tx, job.id, JobState::Running, None, now).await?;
    advance(tx, job.id, usize::MAX, now).await
}

/// Begins a job whose time has come.
pub(super) async fn begin_planned(s: &Services, id: StudioJobId) -> Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    if let Some(job) = repo::lock_job(&mut tx, id).await?.filter(|job| job.state == JobState::Queued) {
        repo::set_state(&mut tx, job.id, JobState::Running, None, now).await?;
        advance(&mut tx, job.id, s.studio.options.concurrency, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What names the work of a step in the queue.
pub(super) fn step_key(id: StudioJobId, step: Step) -> String {
    format!("{STEP}:{id}:{step}")
}

/// Sets the next steps of a running job going, or ends it when all are done. The job is locked by this transaction.
pub(super) async fn advance(tx: &mut Tx, id: StudioJobId, limit: usize, now: DateTime<Utc>) -> Result<()> {
    let all = repo::step_states(tx, id).await?;
    if all.iter().all(|(_, state)| *state == StepState::Done) {
        return repo::set_state(tx, id, JobState::Completed, None, now).await;
    }
    for step in steps::next(&all, limit) {
        repo::set_step(tx, id, step, StepState::Queued, None, now).await?;
        let payload = json!({ "job": id, "step": step.to_string() });
        enqueue(tx, NewJob::new(STEP, payload).dedup(step_key(id, step)), now).await?;
    }
    Ok(())
}

/// Stops a job. What is done is kept; what is under way is broken off within seconds.
///
/// # Errors
/// [`Error::Conflict`] `not-running`; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn cancel(s: &Services, actor: &Actor, id: StudioJobId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let job = repo::lock_job(&mut tx, id).await?.ok_or(Error::NotFound("job"))?;
    if !job.state.is_active() {
        return Err(Error::conflict("not-running", "This job has ended already."));
    }
    repo::set_state(&mut tx, id, JobState::Cancelled, None, now).await?;
    release(&mut tx, id, now).await?;
    note(&mut tx, actor, "studio.job-cancelled", (JOB, id.to_string()), Value::Null, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Steps that were on their way wait again.
async fn release(tx: &mut Tx, id: StudioJobId, now: DateTime<Utc>) -> Result<()> {
    for (step, state) in repo::step_states(tx, id).await? {
        if matches!(state, StepState::Queued | StepState::Running | StepState::Failed) {
            repo::set_step(tx, id, step, StepState::Waiting, None, now).await?;
        }
    }
    Ok(())
}

/// Goes on with a job that failed or was cancelled, from the step where it stopped.
///
/// # Errors
/// [`Error::Conflict`] `not-stopped`, `budget-used-up`, `no-model` when its model isn't configured any more, `lesson-gone` when its lesson was deleted, or
/// `under-way` while another job writes that; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn retry(s: &Services, actor: &Actor, id: StudioJobId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let known = repo::job(&mut tx, id).await?.ok_or(Error::NotFound("job"))?;
    refuse_unless_stopped(&known)?;
    // The lesson before its job: so takes them who deletes it.
    if let Some(lesson) = known.lesson_id {
        match authoring::hold_lesson(&mut tx, lesson).await {
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let job = repo::lock_job(&mut tx, id).await?.ok_or(Error::NotFound("job"))?;
    refuse_unless_stopped(&job)?;
    if lost_its_lesson(&job) {
        return Err(Error::conflict("lesson-gone", LESSON_GONE));
    }
    if let Some(lesson) = job.lesson_id {
        refuse_twice(&mut tx, lesson).await?;
    }
    if job.author == Author::Model && s.studio.model.is_none() {
        return Err(no_model("No language model is configured any more."));
    }
    let steps = repo::step_states(&mut tx, id).await?;
    check_budget(s, &mut tx, &job, steps, now).await?;
    release(&mut tx, id, now).await?;
    repo::set_state(&mut tx, id, JobState::Running, None, now).await?;
    advance(&mut tx, id, s.studio.options.concurrency, now).await?;
    note(&mut tx, actor, "studio.job-retried", (JOB, id.to_string()), Value::Null, now).await?;
    tx.commit().await?;
    Ok(())
}

fn refuse_unless_stopped(job: &StoredJob) -> Result<()> {
    match job.state {
        JobState::Failed | JobState::Cancelled => Ok(()),
        _ => Err(Error::conflict("not-stopped", "Only a job that failed or was cancelled can go on.")),
    }
}

/// Whether the lesson that it wrote anew is deleted.
fn lost_its_lesson(job: &StoredJob) -> bool {
    job.kind == JobKind::Lesson && job.lesson_id.is_none()
}

/// Ends a job that can't go on, and tells who wanted it. The job is locked by this transaction and read since.
pub(super) async fn fail(
    s: &Services,
    tx: &mut Tx,
    job: &StoredJob,
    step: Step,
    why: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let why = if lost_its_lesson(job) { LESSON_GONE } else { why };
    repo::set_step(tx, job.id, step, StepState::Failed, Some(why), now).await?;
    repo::set_state(tx, job.id, JobState::Failed, Some(why), now).await?;
    let message = Message::StudioFailed {
        topic: job.brief.topic.clone(),
        why: why.to_owned(),
        job_link: format!("{}/admin/ai/jobs/{}", s.settings.base_url, job.id),
    };
    tell(tx, job.created_by, &message, now).await
}

/// Tells who wanted a course that its draft is there.
pub(super) async fn announce(s: &Services, tx: &mut Tx, job: &StoredJob, now: DateTime<Utc>) -> Result<()> {
    let course: Option<(Option<uuid::Uuid>,)> =
        tx.opt(sql!("SELECT course_id FROM ai_jobs WHERE id = $1", job.id)).await?;
    let Some((Some(course),)) = course else { return Ok(()) };
    let message = Message::StudioDone {
        topic: job.brief.topic.clone(),
        review_link: format!("{}/admin/ai/review/{course}", s.settings.base_url),
    };
    tell(tx, job.created_by, &message, now).await
}

async fn tell(tx: &mut Tx, user: UserId, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let to: Option<(String, String)> =
        tx.opt(sql!("SELECT email, name FROM users WHERE id = $1 AND state = 'active'", user)).await?;
    if let Some((email, name)) = to {
        messaging::send(tx, &Recipient { user: Some(user), email, name }, message, now).await?;
    }
    Ok(())
}
