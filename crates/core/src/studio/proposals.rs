//! Text that programs wrote for lessons that learners read. It waits in a row of its own until a person approves it; until then the
//! lesson and its working copy are what they were.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Tx, sql};
use momentum_drafting::{Lesson, quality::LessonReport};
use serde_json::{Value, json};

use super::{
    Author, PassageView, deciding, note,
    repo::{self, WrittenLesson},
    review,
};
use crate::{
    Error, Result, Services,
    authoring::{self, AuthoredLesson, Difference, LessonContent},
    catalog::Question,
    identity::Actor,
    ids::{CourseId, LessonId, StudioJobId, UserId},
};

/// What a program wrote for a lesson that learners read, beside what it comes from.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The job that wrote it; it names the proposal, of which a lesson has one at most.
    pub job: StudioJobId,
    pub author: Author,
    /// The provider's name of the model.
    pub model: String,
    pub content: LessonContent,
    /// With the right answers.
    pub quiz: Vec<Question>,
    pub report: Option<LessonReport>,
    /// What is said in its video.
    pub script: String,
    /// What it rests on.
    pub passages: Vec<PassageView>,
    /// Why somebody flagged it.
    pub flag: Option<String>,
    /// From what learners read now, the quiz too.
    pub difference: Difference,
    pub created_at: DateTime<Utc>,
}

/// Its row.
#[derive(FromRow)]
pub(super) struct StoredProposal {
    pub job_id: StudioJobId,
    #[sqlx(json)]
    content: LessonContent,
    #[sqlx(json)]
    quiz: Vec<Question>,
    passages: Json<Value>,
    quality: Json<Value>,
    score: i64,
    script: String,
    flag: Option<String>,
    created_at: DateTime<Utc>,
}

pub(super) async fn of(conn: &mut Conn, lesson: LessonId) -> Result<Option<StoredProposal>> {
    Ok(conn
        .opt(sql!(
            "SELECT job_id, content, quiz, passages, quality, score, script, flag, created_at
             FROM ai_proposals WHERE lesson_id = $1",
            lesson
        ))
        .await?)
}

/// Keeps what a job wrote. It takes the place of what waited before.
pub(super) async fn keep(
    tx: &mut Tx,
    (lesson, job): (LessonId, StudioJobId),
    (content, quiz): (&LessonContent, &[Question]),
    (drafted, report): (&Lesson, &LessonReport),
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO ai_proposals (lesson_id, job_id, content, quiz, passages, quality, score, script, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (lesson_id) DO UPDATE SET job_id = $2, content = $3, quiz = $4, passages = $5, quality = $6,
            score = $7, script = $8, flag = NULL, created_at = $9",
        lesson,
        job,
        json!(content),
        json!(quiz),
        json!({ "numbers": drafted.passages }),
        serde_json::to_value(report).map_err(Error::internal)?,
        i64::from(report.score),
        drafted.script.as_str(),
        now
    ))
    .await?;
    Ok(())
}

/// Answers whether there was one.
pub(super) async fn remove(tx: &mut Tx, lesson: LessonId) -> Result<bool> {
    Ok(tx.run(sql!("DELETE FROM ai_proposals WHERE lesson_id = $1", lesson)).await? > 0)
}

/// Answers whether there is one.
pub(super) async fn flag(tx: &mut Tx, lesson: LessonId, reason: &str) -> Result<bool> {
    Ok(tx.run(sql!("UPDATE ai_proposals SET flag = $2 WHERE lesson_id = $1", lesson, reason)).await? > 0)
}

/// Has learners read it from now on.
pub(super) async fn put_live(
    tx: &mut Tx,
    by: UserId,
    lesson: LessonId,
    proposal: StoredProposal,
    now: DateTime<Utc>,
) -> Result<CourseId> {
    let course = authoring::put_live(tx, by, lesson, (proposal.content, &proposal.quiz), now).await?;
    let written = WrittenLesson {
        job: proposal.job_id,
        passages: proposal.passages.0,
        quality: proposal.quality.0,
        score: proposal.score,
        script: &proposal.script,
        kept_version: None,
    };
    repo::keep_written(tx, lesson, written).await?;
    remove(tx, lesson).await?;
    Ok(course)
}

/// What waits for this lesson, for whoever decides on it.
pub(super) async fn shown(conn: &mut Conn, lesson: &AuthoredLesson) -> Result<Option<Proposal>> {
    let Some(stored) = of(conn, lesson.id).await? else { return Ok(None) };
    let job = repo::job(conn, stored.job_id).await?.ok_or(Error::NotFound("job"))?;
    let passages = review::cited(conn, job.id, &review::numbers(&stored.passages.0)).await?;
    let content = authoring::with_what_stays(stored.content, &lesson.content);
    let difference = authoring::compare_with_quiz((&lesson.content, &lesson.quiz), (&content, &stored.quiz));
    Ok(Some(Proposal {
        job: job.id,
        author: job.author,
        model: job.model,
        content,
        quiz: stored.quiz,
        report: serde_json::from_value(stored.quality.0).ok(),
        script: stored.script,
        passages,
        flag: stored.flag,
        difference,
        created_at: stored.created_at,
    }))
}

/// Discards what a program wrote for a lesson that learners read. With `seen`, only if it is what that job wrote.
///
/// # Errors
/// [`Error::Conflict`] `edited-meanwhile` when another one has taken its place; [`Error::NotFound`] when none waits;
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn discard_proposal(
    s: &Services,
    actor: &Actor,
    id: LessonId,
    seen: Option<StudioJobId>,
) -> Result<CourseId> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let course = authoring::hold_lesson(&mut tx, id).await?;
    let proposal = of(&mut tx, id).await?.ok_or(Error::NotFound("proposal"))?;
    if seen.is_some_and(|seen| seen != proposal.job_id) {
        return Err(deciding::changed_meanwhile());
    }
    remove(&mut tx, id).await?;
    let after = json!({ "job": proposal.job_id });
    note(&mut tx, actor, "studio.proposal-discarded", ("lesson", id.to_string()), after, now).await?;
    tx.commit().await?;
    Ok(course)
}
