//! How far jobs are, for people who watch them.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Statement, sql};
use momentum_drafting::Outline;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Author, Brief, JobKind, JobState, StepState, budget, estimate, steps::Step};
use crate::{
    Error, Result, Services,
    identity::Actor,
    ids::{CourseId, LessonId, StudioJobId, UserId},
};

/// A job in the history.
#[derive(Debug, Clone, FromRow)]
pub struct JobRow {
    pub id: StudioJobId,
    pub kind: JobKind,
    pub state: JobState,
    pub author: Author,
    /// Such as `openai`; empty for the extractive author.
    pub provider: String,
    /// The provider's name of the model; empty for the extractive author.
    pub model: String,
    /// Version of the prompt templates.
    pub prompts: String,
    #[sqlx(json)]
    pub brief: Brief,
    pub steps_done: i64,
    pub steps_total: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
    /// 0 to 100, once it was judged.
    pub score: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    pub course_id: Option<CourseId>,
    pub lesson_id: Option<LessonId>,
    pub created_by: UserId,
    /// Empty when the account is gone.
    pub created_by_name: String,
    pub starts_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl JobRow {
    /// Whole percent of its steps.
    #[must_use]
    pub fn progress_percent(&self) -> i64 {
        self.steps_done * 100 / self.steps_total.max(1)
    }
}

/// A step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepProgress {
    /// `prepare`, `plan`, `text:3`, `extras:3`, `script:3`, `intro`, `quality`, `save`.
    pub key: String,
    pub status: StepState,
    /// What has come so far, while it runs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    pub error: Option<String>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    #[serde(skip)]
    pub cost_micros: i64,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A lesson of a job, over its steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LessonWritingProgress)]
pub struct LessonProgress {
    pub day: i64,
    /// Empty before the plan.
    pub title: String,
    pub status: StepState,
    /// 0 to 100, once it was judged.
    pub score: Option<i64>,
    #[serde(skip)]
    pub cost_micros: i64,
}

/// A job with its steps and its lessons.
#[derive(Debug, Clone)]
pub struct JobDetail {
    pub job: JobRow,
    /// The word for the step that it is at: the first that isn't done.
    pub step: &'static str,
    pub steps: Vec<StepProgress>,
    pub lessons: Vec<LessonProgress>,
    /// What is said in the course's video; empty before it is written.
    pub intro_script: String,
    /// It has stopped, and so little is left of this month's budget that it can't go on.
    pub budget_used_up: bool,
}

/// Which jobs the history asks for.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    pub state: Option<JobState>,
    pub course: Option<CourseId>,
    /// 1 to 100.
    pub limit: i64,
    pub offset: i64,
}

const ROW: &str = "SELECT j.id, j.kind, j.state, j.author, j.provider, j.model, j.prompts, j.brief, j.steps_done,
        j.steps_total, j.input_tokens, j.output_tokens, j.cost_micros, j.score, j.error, j.course_id, j.lesson_id,
        j.created_by, COALESCE(u.name, '') AS created_by_name, j.starts_at, j.created_at, j.started_at, j.finished_at
     FROM ai_jobs j LEFT JOIN users u ON u.id = j.created_by WHERE 1 = 1";

/// Jobs, newest first, and how many match.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn jobs(s: &Services, actor: &Actor, filter: &JobFilter) -> Result<(Vec<JobRow>, i64)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let mut count = Statement::new("SELECT COUNT(*) FROM ai_jobs j WHERE 1 = 1");
    narrow(&mut count, filter);
    let (total,): (i64,) = conn.one(count).await?;
    let mut query = Statement::new(ROW);
    narrow(&mut query, filter);
    query.push(" ORDER BY j.created_at DESC, j.id DESC LIMIT ").push_bind(filter.limit);
    query.push(" OFFSET ").push_bind(filter.offset);
    Ok((conn.all(query).await?, total))
}

fn narrow(query: &mut Statement, filter: &JobFilter) {
    if let Some(state) = filter.state {
        query.push(" AND j.state = ").push_bind(state.as_str());
    }
    if let Some(course) = filter.course {
        query.push(" AND j.course_id = ").push_bind(course);
    }
}

pub(super) async fn row(conn: &mut Conn, id: StudioJobId) -> Result<JobRow> {
    let mut query = Statement::new(ROW);
    query.push(" AND j.id = ").push_bind(id);
    conn.opt(query).await?.ok_or(Error::NotFound("job"))
}

#[derive(FromRow)]
struct StepRow {
    key: String,
    day: Option<i64>,
    state: StepState,
    partial: String,
    error: Option<String>,
    input_tokens: i64,
    output_tokens: i64,
    cost_micros: i64,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

/// A job, as far as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn job(s: &Services, actor: &Actor, id: StudioJobId) -> Result<JobDetail> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let job = row(&mut conn, id).await?;
    let rows: Vec<StepRow> = conn
        .all(sql!(
            "SELECT key, day, state, partial, error, input_tokens, output_tokens, cost_micros, started_at, finished_at
             FROM ai_steps WHERE job_id = $1 ORDER BY position",
            id
        ))
        .await?;
    let titles = titles(&mut conn, &job).await?;
    let scores: Vec<(i64, i64)> = conn
        .all(sql!(
            "SELECT l.day, a.score FROM ai_lessons a JOIN lessons l ON l.id = a.lesson_id WHERE a.job_id = $1",
            id
        ))
        .await?;
    // A job that has stopped has nothing under way and nothing next, whatever its steps were in the middle of.
    let shown = |state| match state {
        StepState::Queued | StepState::Running if !job.state.is_active() => StepState::Waiting,
        state => state,
    };
    let mut lessons: Vec<LessonProgress> = Vec::new();
    for row in &rows {
        let Some(day) = row.day else { continue };
        match lessons.iter_mut().find(|lesson| lesson.day == day) {
            Some(lesson) => {
                lesson.status = shown(together(lesson.status, row.state));
                lesson.cost_micros += row.cost_micros;
            }
            None => lessons.push(LessonProgress {
                day,
                title: titles
                    .iter()
                    .find(|(known, _)| *known == day)
                    .map(|(_, title)| title.clone())
                    .unwrap_or_default(),
                status: shown(row.state),
                score: scores.iter().find(|(known, _)| *known == day).map(|(_, score)| *score),
                cost_micros: row.cost_micros,
            }),
        }
    }
    let states = rows.iter().filter_map(|row| Some((Step::parse(&row.key)?, row.state)));
    let next = estimate::of_next(s, (job.author, &job.model, &job.brief), states);
    let budget_used_up = match next {
        Some(next) if matches!(job.state, JobState::Failed | JobState::Cancelled) => {
            budget::is_used_up(&mut conn, &budget::month(s.clock.now()), next).await?
        }
        _ => false,
    };
    let at = rows.iter().find(|row| row.state != StepState::Done).and_then(|row| Step::parse(&row.key));
    let intro: Option<(Option<Json<Value>>,)> =
        conn.opt(sql!("SELECT result FROM ai_steps WHERE job_id = $1 AND key = 'intro'", id)).await?;
    let intro_script = match intro {
        Some((Some(Json(value)),)) => value["script"].as_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let steps = rows
        .into_iter()
        .map(|row| StepProgress {
            key: row.key,
            status: shown(row.state),
            text: row.partial,
            error: row.error,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cost_micros: row.cost_micros,
            started_at: row.started_at,
            finished_at: row.finished_at,
        })
        .collect();
    Ok(JobDetail { job, step: at.map_or("done", Step::word), steps, lessons, intro_script, budget_used_up })
}

/// The state of a lesson whose steps are in these two.
fn together(one: StepState, other: StepState) -> StepState {
    use StepState::{Done, Failed, Queued, Running, Waiting};
    match (one, other) {
        (Failed, _) | (_, Failed) => Failed,
        (Done, Done) => Done,
        (Waiting, Waiting) => Waiting,
        (Queued, Queued) => Queued,
        _ => Running,
    }
}

/// The titles of a job's lessons by day, once they are planned.
async fn titles(conn: &mut Conn, job: &JobRow) -> Result<Vec<(i64, String)>> {
    if let Some(lesson) = job.lesson_id {
        return Ok(conn.all(sql!("SELECT day, title FROM lessons WHERE id = $1", lesson)).await?);
    }
    let plan: Option<(Option<Json<Value>>,)> =
        conn.opt(sql!("SELECT result FROM ai_steps WHERE job_id = $1 AND key = 'plan'", job.id)).await?;
    let Some((Some(Json(plan)),)) = plan else { return Ok(Vec::new()) };
    let outline: Option<Outline> = serde_json::from_value(plan["outline"].clone()).ok();
    Ok(outline
        .map(|outline| {
            outline.lessons.into_iter().map(|lesson| (i64::from(lesson.day), lesson.title)).collect()
        })
        .unwrap_or_default())
}
