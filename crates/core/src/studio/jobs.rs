//! The studio's background work: doing a step, beginning planned jobs, noticing what was left lying.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use momentum_db::sql;
use momentum_drafting::passage;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Author, JobKind, JobState, StepState,
    asking::{Asking, Stopped},
    calls::{self, Call},
    extractive_author, model_author, references,
    repo::{self, StoredJob},
    saving::{self, Judged},
    steps::Step,
    workflow::{self, step_key},
};
use crate::{
    Error, Result, Services,
    ids::{ModelCallId, StudioJobId},
    jobs::{self, Handlers, Job, Schedule},
    ports::TokenUsage,
};

/// One step of a job.
pub(super) const STEP: &str = "studio.step";
/// A job whose time has come.
pub(super) const BEGIN: &str = "studio.begin";
const SWEEP: &str = "studio.sweep";

/// What the studio does in the background.
#[must_use]
pub fn handlers(s: &Services) -> Handlers {
    let (a, b, c) = (s.clone(), s.clone(), s.clone());
    Handlers::new()
        .on(STEP, move |job| {
            let s = a.clone();
            async move { step(&s, job).await }
        })
        .on(BEGIN, move |job| {
            let s = b.clone();
            async move {
                #[derive(Deserialize)]
                struct Payload {
                    job: StudioJobId,
                }
                workflow::begin_planned(&s, job.parse::<Payload>()?.job).await
            }
        })
        .on(SWEEP, move |_job| {
            let s = c.clone();
            async move { sweep(&s).await }
        })
}

/// When.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new(SWEEP, Duration::from_secs(60))]
}

#[derive(Deserialize)]
struct StepPayload {
    job: StudioJobId,
    step: String,
}

/// Does a step and sets the next ones going. Its result and its end are one transaction.
async fn step(s: &Services, queued: Arc<Job>) -> Result<()> {
    let payload: StepPayload = queued.parse()?;
    let Some(step) = Step::parse(&payload.step) else {
        return Err(Error::internal(format!("there is no step {:?}", payload.step)));
    };
    let Some((job, attempt)) = enter(s, payload.job, step).await? else { return Ok(()) };
    let outcome = perform(s, &job, step, attempt).await;
    let now = s.clock.now();
    let plan = match (&outcome, step) {
        (Ok(_), Step::Save) => saving::outline(s, &job).await.map_err(broken)?,
        _ => None,
    };
    let mut tx = s.db.begin().await?;
    let Some(locked) = repo::lock_job(&mut tx, job.id).await? else { return Ok(()) };
    if repo::attempt(&mut tx, job.id, step).await? != attempt {
        // Somebody stopped the job and had it go on: the step is another run's by now.
        return Ok(());
    }
    match outcome {
        // Cancelled meanwhile, or failed in another step: what is done is kept all the same.
        Ok(Done::Result(value)) => repo::finish_step(&mut tx, job.id, step, value, now).await?,
        Ok(Done::Passages(passages)) => {
            tx.run(sql!("DELETE FROM ai_passages WHERE job_id = $1", job.id)).await?;
            for (passage, name) in &passages {
                repo::insert_passage(&mut tx, job.id, passage, name).await?;
            }
            let result = json!({ "passages": passages.len() });
            repo::finish_step(&mut tx, job.id, step, result, now).await?;
        }
        Ok(Done::Draft(judged)) if locked.state == JobState::Running => {
            match saving::save(s, &mut tx, &job, plan, *judged, now).await {
                Ok(()) => {
                    repo::finish_step(&mut tx, job.id, step, json!({ "saved": true }), now).await?;
                    workflow::announce(s, &mut tx, &job, now).await?;
                }
                Err(why @ (Error::Invalid(_) | Error::Conflict { .. } | Error::NotFound(_))) => {
                    // Half of the draft may be written: begin anew with only the failure.
                    drop(tx);
                    tx = s.db.begin().await?;
                    let Some(locked) = repo::lock_job(&mut tx, job.id).await? else { return Ok(()) };
                    workflow::fail(s, &mut tx, &locked, step, &why.to_string(), now).await?;
                }
                Err(why) => return Err(why),
            }
        }
        Ok(Done::Draft(_)) | Err(Stopped::Cancelled) => {
            repo::set_step(&mut tx, job.id, step, StepState::Waiting, None, now).await?;
        }
        Err(Stopped::Failed(why)) if locked.state == JobState::Running => {
            workflow::fail(s, &mut tx, &locked, step, &why, now).await?;
        }
        Err(Stopped::Failed(why)) => {
            repo::set_step(&mut tx, job.id, step, StepState::Failed, Some(&why), now).await?;
        }
        Err(Stopped::Broken(why)) if queued.is_last_attempt() => {
            workflow::fail(s, &mut tx, &locked, step, &why.to_string(), now).await?;
        }
        Err(Stopped::Broken(why)) => return Err(why),
    }
    if repo::job_state(&mut tx, job.id).await? == Some(JobState::Running) {
        workflow::advance(&mut tx, job.id, s.studio.options.concurrency, now).await?;
    }
    jobs::finish(&mut tx, &queued).await?;
    tx.commit().await?;
    Ok(())
}

fn broken(stopped: Stopped) -> Error {
    match stopped {
        Stopped::Broken(error) => error,
        other => Error::internal(format!("{other:?}")),
    }
}

/// Marks the step as running; `None` when there is nothing to do any more. Requests that a crash left open are closed.
/// Answers the job and the number of this attempt.
async fn enter(s: &Services, id: StudioJobId, step: Step) -> Result<Option<(StoredJob, i64)>> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let Some(job) = repo::lock_job(&mut tx, id).await? else { return Ok(None) };
    let state = repo::step_states(&mut tx, id).await?.into_iter().find(|(known, _)| *known == step);
    let to_do = matches!(state, Some((_, StepState::Queued | StepState::Running)));
    if job.state != JobState::Running || !to_do {
        return Ok(None);
    }
    repo::set_step(&mut tx, id, step, StepState::Running, None, now).await?;
    let open: Vec<(ModelCallId, String, i64, String)> = tx
        .all(sql!(
            "SELECT id, month, reserved_micros, model FROM ai_calls WHERE job_id = $1 AND step = $2 AND state = 'running'",
            id,
            step.to_string()
        ))
        .await?;
    for (id, month, reserved, model) in open {
        lose(s, &mut tx, Call { id, month, reserved, model }).await?;
    }
    let attempt = repo::attempt(&mut tx, id, step).await?;
    tx.commit().await?;
    Ok(Some((job, attempt)))
}

/// Closes a request that nobody waits for any more. What it cost is unknown, so it counts as nothing.
async fn lose(s: &Services, tx: &mut momentum_db::Tx, call: Call) -> Result<()> {
    let lost = ("lost", TokenUsage::default(), "", Some("the program stopped before the answer came"));
    calls::settle(s, tx, &call, lost, s.clock.now()).await
}

/// What a step has made.
enum Done {
    Result(Value),
    /// With the names of their references.
    Passages(Vec<(passage::Passage, String)>),
    /// To be saved.
    Draft(Box<Judged>),
}

async fn perform(s: &Services, job: &StoredJob, step: Step, attempt: i64) -> Result<Done, Stopped> {
    match (step, job.author) {
        (Step::Prepare, _) => Ok(Done::Passages(prepare(s, job).await?)),
        (Step::Quality, _) => {
            let judged = saving::judge(s, job).await?;
            Ok(Done::Result(serde_json::to_value(judged).map_err(Error::internal)?))
        }
        (Step::Save, _) => {
            let judged = repo::needed(&mut s.db.read().await?, job.id, Step::Quality).await?;
            Ok(Done::Draft(Box::new(judged)))
        }
        (_, Author::Extractive) => Ok(Done::Result(extractive_author::perform(s, job, step).await?)),
        (_, Author::Model) => {
            let Some(model) = &s.studio.model else {
                return Err(Stopped::Failed("No language model is configured any more.".to_owned()));
            };
            // The same request for a new course is the same; a lesson is written anew because somebody wants another.
            let salt = if job.kind == JobKind::Lesson { job.id.to_string() } else { String::new() };
            let asking = Asking { s, model: &**model, job, step, attempt, salt };
            Ok(Done::Result(model_author::perform(s, &asking).await?))
        }
    }
}

/// The passages of a job: of its references; for a lesson, those that its course was made from.
async fn prepare(s: &Services, job: &StoredJob) -> Result<Vec<(passage::Passage, String)>, Stopped> {
    let mut conn = s.db.read().await?;
    if let Some(lesson) = job.lesson_id {
        let made_by: Option<(StudioJobId,)> = conn
            .opt(sql!("SELECT job_id FROM ai_lessons WHERE lesson_id = $1", lesson))
            .await
            .map_err(Error::from)?;
        return match made_by {
            Some((made_by,)) => Ok(repo::passages(&mut conn, made_by).await?),
            None => Ok(Vec::new()),
        };
    }
    let documents = references::of_job(&mut conn, job.id).await?;
    drop(conn);
    let split = tokio::task::spawn_blocking(move || {
        let mut passages = Vec::new();
        for (at, (name, document)) in documents.iter().enumerate() {
            let first = u32::try_from(passages.len()).unwrap_or(u32::MAX).saturating_add(1);
            passages.extend(
                passage::split(at, first, document).into_iter().map(|passage| (passage, name.clone())),
            );
        }
        passages
    });
    Ok(split.await.map_err(Error::internal)?)
}

/// Jobs whose step nobody does any more fail with a reason instead of standing still; requests left open are closed.
async fn sweep(s: &Services) -> Result<()> {
    let now = s.clock.now();
    let under_way: Vec<(StudioJobId, String)> = {
        let mut conn = s.db.read().await?;
        conn.all(
            "SELECT t.job_id, t.key FROM ai_steps t JOIN ai_jobs j ON j.id = t.job_id
             WHERE j.state = 'running' AND t.state IN ('queued', 'running')",
        )
        .await?
    };
    for (id, key) in under_way {
        let Some(step) = Step::parse(&key) else { continue };
        let mut tx = s.db.begin().await?;
        let Some(job) = repo::lock_job(&mut tx, id).await? else { continue };
        let state = repo::step_states(&mut tx, id).await?.into_iter().find(|(known, _)| *known == step);
        let still = matches!(state, Some((_, StepState::Queued | StepState::Running)));
        if job.state == JobState::Running && still && !jobs::is_alive(&mut tx, &step_key(id, step)).await? {
            let why = jobs::last_words(&mut tx, &step_key(id, step)).await?;
            let why = why.unwrap_or_else(|| "the work on it stopped without a word".to_owned());
            workflow::fail(s, &mut tx, &job, step, &format!("The step was given up: {why}."), now).await?;
        }
        tx.commit().await?;
    }
    let old: Vec<(ModelCallId, String, i64, String)> = {
        let mut conn = s.db.read().await?;
        conn.all(sql!(
            "SELECT id, month, reserved_micros, model FROM ai_calls WHERE state = 'running' AND started_at < $1",
            now - TimeDelta::hours(6)
        ))
        .await?
    };
    for (id, month, reserved, model) in old {
        let mut tx = s.db.begin().await?;
        lose(s, &mut tx, Call { id, month, reserved, model }).await?;
        tx.commit().await?;
    }
    Ok(())
}
