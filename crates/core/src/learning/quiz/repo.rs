//! The SQL of quizzes.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Result, Tx, sql};
use serde_json::json;

use super::{Answer, Attempt, AttemptSummary, Dealt, QuizStandings};
use crate::ids::{AttemptId, CourseId, LessonId, UserId};

/// An attempt as it is stored.
#[derive(FromRow)]
pub(super) struct AttemptRow {
    pub id: AttemptId,
    pub number: i64,
    pub questions: Json<Vec<Dealt>>,
    pub answers: Json<Vec<Option<Answer>>>,
    pub pass_percent: i64,
    pub begun_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub score_percent: Option<i64>,
    pub passed: Option<bool>,
}

impl AttemptRow {
    pub(super) fn shown(&self) -> Attempt {
        let questions: Vec<_> = self.questions.0.iter().map(Dealt::shown).collect();
        let mut answers = self.answers.0.clone();
        answers.resize(questions.len(), None);
        Attempt { id: self.id, number: self.number, questions, answers, begun_at: self.begun_at }
    }
}

/// Which attempt.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    Running,
    Id(AttemptId),
    Number(i64),
}

pub(super) async fn attempt(
    conn: &mut Conn,
    user: UserId,
    lesson: LessonId,
    which: Which,
) -> Result<Option<AttemptRow>> {
    let mut query = sql!(
        "SELECT id, number, questions, answers, pass_percent, begun_at, submitted_at, score_percent, passed
         FROM quiz_attempts WHERE user_id = $1 AND lesson_id = $2",
        user,
        lesson
    );
    match which {
        Which::Running => query.push(" AND submitted_at IS NULL"),
        Which::Id(id) => query.push(" AND id = ").push_bind(id),
        Which::Number(number) => query.push(" AND number = ").push_bind(number),
    };
    query.push(" ORDER BY number DESC LIMIT 1");
    conn.opt(query).await
}

pub(super) async fn summaries(
    conn: &mut Conn,
    user: UserId,
    lesson: LessonId,
    limit: i64,
    offset: i64,
) -> Result<Vec<AttemptSummary>> {
    conn.all(sql!(
        "SELECT id, number, begun_at, submitted_at, score_percent, passed FROM quiz_attempts
         WHERE user_id = $1 AND lesson_id = $2 AND submitted_at IS NOT NULL ORDER BY number DESC LIMIT $3 OFFSET $4",
        user,
        lesson,
        limit,
        offset
    ))
    .await
}

/// Adds the next attempt.
pub(super) async fn insert(
    tx: &mut Tx,
    user: UserId,
    lesson: LessonId,
    questions: &[Dealt],
    pass_percent: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO quiz_attempts (id, user_id, lesson_id, number, questions, answers, pass_percent, begun_at)
         VALUES ($1, $2, $3,
                 (SELECT COALESCE(MAX(number), 0) + 1 FROM quiz_attempts WHERE user_id = $2 AND lesson_id = $3),
                 $4, $5, $6, $7)",
        AttemptId::new(),
        user,
        lesson,
        json!(questions),
        json!(vec![None::<Answer>; questions.len()]),
        pass_percent,
        now
    ))
    .await?;
    Ok(())
}

/// Deals an attempt anew that nothing was answered in.
pub(super) async fn deal_again(
    tx: &mut Tx,
    id: AttemptId,
    questions: &[Dealt],
    pass_percent: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE quiz_attempts SET questions = $2, answers = $3, pass_percent = $4, begun_at = $5 WHERE id = $1",
        id,
        json!(questions),
        json!(vec![None::<Answer>; questions.len()]),
        pass_percent,
        now
    ))
    .await?;
    Ok(())
}

pub(super) async fn set_answers(tx: &mut Tx, id: AttemptId, answers: &[Option<Answer>]) -> Result<()> {
    tx.run(sql!("UPDATE quiz_attempts SET answers = $2 WHERE id = $1", id, json!(answers))).await?;
    Ok(())
}

pub(super) async fn hand_in(
    tx: &mut Tx,
    id: AttemptId,
    score_percent: i64,
    passed: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE quiz_attempts SET score_percent = $2, passed = $3, submitted_at = $4 WHERE id = $1",
        id,
        score_percent,
        passed,
        now
    ))
    .await?;
    Ok(())
}

/// Where the learner stands; the enrollment is locked by a step before it is changed.
pub(super) async fn standings(conn: &mut Conn, user: UserId, course: CourseId) -> Result<QuizStandings> {
    let row: Option<(Json<QuizStandings>,)> = conn
        .opt(sql!("SELECT quizzes FROM enrollments WHERE user_id = $1 AND course_id = $2", user, course))
        .await?;
    Ok(row.map(|(standings,)| standings.0).unwrap_or_default())
}

pub(super) async fn set_standings(
    tx: &mut Tx,
    user: UserId,
    course: CourseId,
    standings: &QuizStandings,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE enrollments SET quizzes = $3 WHERE user_id = $1 AND course_id = $2",
        user,
        course,
        json!(standings)
    ))
    .await?;
    Ok(())
}
