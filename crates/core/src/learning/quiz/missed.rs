//! Questions that somebody didn't know.

use std::sync::Arc;

use momentum_db::{FromRow, Json, sql};

use super::{Answer, Dealt, QuizStandings, is_right};
use crate::{
    Error, Result, Services,
    catalog::{self, Lesson, Question},
    ids::{LessonId, UserId},
};

#[derive(FromRow)]
struct Row {
    lesson_id: LessonId,
    questions: Json<Vec<Dealt>>,
    answers: Json<Vec<Option<Answer>>>,
    #[sqlx(json)]
    quizzes: QuizStandings,
}

/// Questions that somebody didn't answer right, as they were asked, with lessons that are published; of the latest attempts first.
/// Only those whose right answers they may see.
pub(crate) async fn missed_questions(s: &Services, user: UserId) -> Result<Vec<(Arc<Lesson>, Question)>> {
    let rows: Vec<Row> = {
        let mut conn = s.db.read().await?;
        conn.all(sql!(
            "SELECT a.lesson_id, a.questions, a.answers, e.quizzes
             FROM quiz_attempts a
             JOIN lessons l ON l.id = a.lesson_id
             JOIN enrollments e ON e.user_id = a.user_id AND e.course_id = l.course_id
             WHERE a.user_id = $1 AND a.submitted_at IS NOT NULL AND a.score_percent < 100
             ORDER BY a.submitted_at DESC, a.id",
            user
        ))
        .await?
    };
    let mut missed = Vec::new();
    for row in rows {
        let lesson = match catalog::lesson(s, row.lesson_id).await {
            Ok(lesson) => lesson,
            Err(Error::NotFound(_)) => continue,
            Err(other) => return Err(other),
        };
        if !row.quizzes.of(row.lesson_id).shows_answers(&lesson.quiz.policy) {
            continue;
        }
        let mut answers = row.answers.0;
        answers.resize(row.questions.0.len(), None);
        for (dealt, answer) in row.questions.0.into_iter().zip(answers) {
            if !is_right(&dealt, answer.as_ref()) {
                missed.push((lesson.clone(), dealt.question));
            }
        }
    }
    Ok(missed)
}
