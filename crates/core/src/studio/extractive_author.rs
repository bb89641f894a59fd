//! The author that needs no model: hands the references to `momentum_drafting::extractive`.

use momentum_drafting::{
    Lesson, Script,
    extractive::{self, Brief, Plan, Source},
    passage::Passage,
};
use serde_json::Value;

use super::{
    asking::Stopped,
    references,
    repo::{self, StoredJob},
    steps::Step,
};
use crate::{Error, Result, Services, catalog::Level};

/// Does a step of a job. What takes long runs beside the other tasks of the server.
pub(super) async fn perform(s: &Services, job: &StoredJob, step: Step) -> Result<Value, Stopped> {
    let mut conn = s.db.read().await?;
    let documents = references::of_job(&mut conn, job.id).await?;
    let passages: Vec<Passage> =
        repo::passages(&mut conn, job.id).await?.into_iter().map(|(passage, _)| passage).collect();
    let plan: Option<Plan> = repo::result(&mut conn, job.id, Step::Plan).await?;
    drop(conn);
    let job = job.clone();
    let work = tokio::task::spawn_blocking(move || {
        let by_reference: Vec<Vec<Passage>> = (0..documents.len())
            .map(|at| passages.iter().filter(|passage| passage.reference == at).cloned().collect())
            .collect();
        let sources: Vec<Source<'_>> = documents
            .iter()
            .zip(&by_reference)
            .map(|((name, document), passages)| Source { name, document, passages })
            .collect();
        let brief = brief(&job);
        let needed = || plan.as_ref().ok_or_else(|| Stopped::from(Error::internal("there is no plan")));
        let value = match step {
            Step::Plan => {
                let plan =
                    extractive::outline(&brief, &sources).map_err(|why| Stopped::Failed(why.to_string()))?;
                serde_json::to_value(plan)
            }
            Step::Text(day) => serde_json::to_value(extractive::lesson(&brief, &sources, needed()?, day)),
            Step::Intro => {
                serde_json::to_value(Script { script: extractive::intro_script(&brief, &sources, needed()?) })
            }
            _ => return Err(Error::internal("no step of the extractive author").into()),
        };
        value.map_err(|why| Error::internal(why).into())
    });
    work.await.map_err(|why| Stopped::from(Error::internal(why)))?
}

fn brief(job: &StoredJob) -> Brief<'_> {
    Brief {
        topic: &job.brief.topic,
        days: u32::try_from(job.brief.duration_days).unwrap_or_default(),
        level: level(job.brief.level),
        language: &job.brief.language,
        audience: &job.brief.target_audience,
    }
}

/// The level in the words of drafting.
pub(super) fn level(level: Level) -> momentum_drafting::Level {
    match level {
        Level::Beginner => momentum_drafting::Level::Beginner,
        Level::Intermediate => momentum_drafting::Level::Intermediate,
        Level::Advanced => momentum_drafting::Level::Advanced,
    }
}

/// The plan of a job.
pub(super) async fn plan(s: &Services, job: &StoredJob) -> Result<Plan, Stopped> {
    Ok(repo::needed(&mut s.db.read().await?, job.id, Step::Plan).await?)
}

/// The lessons of a job.
pub(super) async fn lessons(s: &Services, job: &StoredJob) -> Result<Vec<Lesson>, Stopped> {
    let mut conn = s.db.read().await?;
    let mut lessons = Vec::new();
    for (step, _) in repo::step_states(&mut conn, job.id).await? {
        if let Step::Text(_) = step {
            lessons.push(repo::needed(&mut conn, job.id, step).await?);
        }
    }
    Ok(lessons)
}
