//! How the quiz of a lesson is judged.

use momentum_db::{Conn, FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldErrors, Result, ids::LessonId};

/// The rules of a quiz. The best score counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QuizPolicy {
    /// Whole percent of the questions that have to be right, 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    pub pass_percent: i64,
    /// How often it may be handed in; null for as often as one likes.
    #[schema(minimum = 1, maximum = 100)]
    pub max_attempts: Option<i64>,
    /// Right answers and explanations are shown after a failed attempt, too, while there is another.
    pub show_answers: bool,
}

impl Default for QuizPolicy {
    fn default() -> Self {
        Self { pass_percent: 70, max_attempts: None, show_answers: true }
    }
}

impl QuizPolicy {
    /// Notes what is wrong.
    pub fn check(&self, errors: &mut FieldErrors) {
        let percent = (1..=100).contains(&self.pass_percent);
        errors.check(percent, "pass_percent", "out-of-range", "Enter a whole number between 1 and 100.");
        let attempts = self.max_attempts.is_none_or(|max| (1..=100).contains(&max));
        let message = "Enter a whole number between 1 and 100, or nothing for no limit.";
        errors.check(attempts, "max_attempts", "out-of-range", message);
    }

    /// How many attempts are left after so many; `None` for no limit.
    #[must_use]
    pub fn attempts_left(&self, handed_in: i64) -> Option<i64> {
        self.max_attempts.map(|max| (max - handed_in).max(0))
    }
}

/// What a lesson's page knows of its quiz.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct QuizOutline {
    /// 0: the lesson has no quiz.
    pub question_count: i64,
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub policy: QuizPolicy,
}

/// The rules of a lesson's quiz.
///
/// # Errors
/// When the database fails.
pub async fn quiz_policy(conn: &mut Conn, lesson: LessonId) -> Result<QuizPolicy> {
    let found = conn
        .opt(sql!(
            "SELECT pass_percent, max_attempts, show_answers FROM quiz_settings WHERE lesson_id = $1",
            lesson
        ))
        .await?;
    Ok(found.unwrap_or_default())
}

/// Sets the rules of a lesson's quiz.
///
/// # Errors
/// When the database fails.
pub async fn set_quiz_policy(tx: &mut Tx, lesson: LessonId, policy: &QuizPolicy) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO quiz_settings (lesson_id, pass_percent, max_attempts, show_answers) VALUES ($1, $2, $3, $4)
         ON CONFLICT (lesson_id) DO UPDATE SET pass_percent = $2, max_attempts = $3, show_answers = $4",
        lesson,
        policy.pass_percent,
        policy.max_attempts,
        policy.show_answers
    ))
    .await?;
    Ok(())
}
