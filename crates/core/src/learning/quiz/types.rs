use chrono::{DateTime, Utc};
use momentum_db::FromRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::AttemptId;

/// A question as it is shown: nothing in it tells which answer is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShownQuestion {
    /// One option is right.
    Single {
        question: String,
        options: Vec<String>,
    },
    /// All right options, and no others, are to be chosen.
    Multiple {
        question: String,
        options: Vec<String>,
    },
    TrueFalse {
        question: String,
    },
    ShortAnswer {
        question: String,
    },
    /// The items are to be put in order.
    Ordering {
        question: String,
        items: Vec<String>,
    },
    /// Each left side belongs to one of the right sides.
    Matching {
        question: String,
        left: Vec<String>,
        right: Vec<String>,
    },
}

impl ShownQuestion {
    /// What is asked; Markdown.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Single { question, .. }
            | Self::Multiple { question, .. }
            | Self::TrueFalse { question }
            | Self::ShortAnswer { question }
            | Self::Ordering { question, .. }
            | Self::Matching { question, .. } => question,
        }
    }
}

/// An answer to a question of the same kind. Numbers are places in the lists as they were shown, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    Single {
        choice: usize,
    },
    Multiple {
        choices: Vec<usize>,
    },
    TrueFalse {
        answer: bool,
    },
    ShortAnswer {
        text: String,
    },
    /// For each item its place in the order; null where that isn't decided yet.
    Ordering {
        places: Vec<Option<usize>>,
    },
    /// For each left side a right one; null where that isn't decided yet.
    Matching {
        matches: Vec<Option<usize>>,
    },
}

/// An attempt under way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attempt {
    pub id: AttemptId,
    /// From 1.
    pub number: i64,
    /// In the order in which they are shown, which stays the same within the attempt.
    pub questions: Vec<ShownQuestion>,
    /// What was saved: for each question an answer or null.
    pub answers: Vec<Option<Answer>>,
    pub begun_at: DateTime<Utc>,
}

/// An attempt that was handed in.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct AttemptSummary {
    pub id: AttemptId,
    /// From 1.
    pub number: i64,
    pub begun_at: DateTime<Utc>,
    pub submitted_at: DateTime<Utc>,
    pub score_percent: i64,
    pub passed: bool,
}

/// What became of an attempt.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttemptResult {
    #[serde(flatten)]
    pub attempt: AttemptSummary,
    /// The percent that it took to pass.
    pub pass_percent: i64,
    /// How many more attempts there are; null for no limit.
    pub attempts_left: Option<i64>,
    /// Whether the results tell right answers and explanations.
    pub answers_shown: bool,
    pub results: Vec<QuestionResult>,
}

/// What became of a question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionResult {
    pub correct: bool,
    /// As it was shown.
    pub question: ShownQuestion,
    /// What was answered; null for nothing.
    pub answer: Option<Answer>,
    /// The right answer, or one of them; null while answers are not shown.
    pub right_answer: Option<Answer>,
    /// Why that is right: Markdown; null while answers are not shown.
    pub explanation: Option<String>,
}
