//! Quiz questions with their right answers, as authors write them and packages hold them.

use momentum_db::{Conn, FromRow, Json, Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    Error, Result,
    ids::{LessonId, QuestionId},
};

/// A quiz question with its right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// Exactly one option is right.
    Single {
        question: String,
        options: Vec<AnswerOption>,
        explanation: String,
    },
    /// One or more options are right.
    Multiple {
        question: String,
        options: Vec<AnswerOption>,
        explanation: String,
    },
    TrueFalse {
        question: String,
        answer: bool,
        explanation: String,
    },
    /// Each of the answers is accepted.
    ShortAnswer {
        question: String,
        answers: Vec<String>,
        explanation: String,
    },
    /// The items stand in the right order.
    Ordering {
        question: String,
        items: Vec<String>,
        explanation: String,
    },
    Matching {
        question: String,
        pairs: Vec<Pair>,
        explanation: String,
    },
}

/// An option of a choice question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    pub text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub correct: bool,
}

/// Two things that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub left: String,
    pub right: String,
}

/// A question as it is stored.
#[derive(FromRow)]
struct Row {
    kind: String,
    question: String,
    content: Json<Value>,
    explanation: String,
}

impl Row {
    fn question(self) -> Result<Question> {
        let Self { kind, question, content: Json(mut content), explanation } = self;
        if let Some(fields) = content.as_object_mut() {
            fields.extend([
                ("kind".to_owned(), kind.into()),
                ("question".to_owned(), question.into()),
                ("explanation".to_owned(), explanation.into()),
            ]);
        }
        serde_json::from_value(content).map_err(Error::internal)
    }
}

impl Question {
    /// Kind, question, content as stored, explanation.
    pub(crate) fn parts(&self) -> (&'static str, &str, Value, &str) {
        use serde_json::json;
        match self {
            Self::Single { question, options, explanation } => {
                ("single", question, json!({ "options": options }), explanation)
            }
            Self::Multiple { question, options, explanation } => {
                ("multiple", question, json!({ "options": options }), explanation)
            }
            Self::TrueFalse { question, answer, explanation } => {
                ("true_false", question, json!({ "answer": answer }), explanation)
            }
            Self::ShortAnswer { question, answers, explanation } => {
                ("short_answer", question, json!({ "answers": answers }), explanation)
            }
            Self::Ordering { question, items, explanation } => {
                ("ordering", question, json!({ "items": items }), explanation)
            }
            Self::Matching { question, pairs, explanation } => {
                ("matching", question, json!({ "pairs": pairs }), explanation)
            }
        }
    }

    /// What keeps it from being asked, if anything.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Single { options, .. } if options.iter().filter(|o| o.correct).count() != 1 => {
                Some("a single-choice question has exactly one correct option")
            }
            Self::Single { options, .. } | Self::Multiple { options, .. } if options.len() < 2 => {
                Some("a choice question has at least two options")
            }
            Self::Multiple { options, .. } if !options.iter().any(|o| o.correct) => {
                Some("a multiple-choice question has a correct option")
            }
            Self::ShortAnswer { answers, .. } if answers.is_empty() => {
                Some("a short-answer question has an answer")
            }
            Self::Ordering { items, .. } if items.len() < 2 => Some("an ordering has at least two items"),
            Self::Matching { pairs, .. } if pairs.len() < 2 => Some("a matching has at least two pairs"),
            _ => None,
        }
    }
}

/// The questions of a lesson in their order, with the right answers: for authors only.
///
/// # Errors
/// When the database fails.
pub async fn questions(conn: &mut Conn, lesson: LessonId) -> Result<Vec<Question>> {
    let rows: Vec<Row> = conn
        .all(sql!(
            "SELECT kind, question, content, explanation FROM quiz_questions WHERE lesson_id = $1 ORDER BY position",
            lesson
        ))
        .await?;
    rows.into_iter().map(Row::question).collect()
}

/// Puts these questions in place of those that a lesson has.
///
/// # Errors
/// When the database fails.
pub async fn replace_questions(tx: &mut Tx, lesson: LessonId, questions: &[Question]) -> Result<()> {
    tx.run(sql!("DELETE FROM quiz_questions WHERE lesson_id = $1", lesson)).await?;
    for (position, question) in (1_i64..).zip(questions) {
        let (kind, text, content, explanation) = question.parts();
        tx.run(sql!(
            "INSERT INTO quiz_questions (id, lesson_id, position, kind, question, content, explanation)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            QuestionId::new(),
            lesson,
            position,
            kind,
            text,
            content,
            explanation
        ))
        .await?;
    }
    Ok(())
}
