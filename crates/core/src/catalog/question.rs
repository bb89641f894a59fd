//! Quiz questions with their right answers, as authors write them and packages hold them.

use std::collections::HashMap;

use momentum_db::{Conn, FromRow, Json, Statement, Tx, sql};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::markdown::{to_inline_html, to_inline_text};
use crate::{
    Error, Result,
    ids::{LessonId, QuestionId},
    names::can_be_seen,
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

/// The same with its lesson.
#[derive(FromRow)]
struct RowOf {
    lesson_id: LessonId,
    #[sqlx(flatten)]
    row: Row,
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
        self.faults().first().map(|(_, message)| *message)
    }

    /// Everything that is wrong with it: the field and how to mend it.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut check = |ok: bool, field: &'static str, message: &'static str| {
            if !ok {
                faults.push((field, message));
            }
        };
        check(!self.text().trim().is_empty(), "question", "Write the question.");
        check(fits(self.text(), MAX_QUESTION), "question", "A question has at most 2,000 characters.");
        check(fits(self.explanation(), MAX_EXPLANATION), "explanation", "At most 5,000 characters.");
        match self {
            Self::Single { options, .. } | Self::Multiple { options, .. } => {
                let texts: Vec<&str> = options.iter().map(|option| option.text.as_str()).collect();
                let correct = options.iter().filter(|option| option.correct).count();
                check(texts.len() >= 2, "options", "Give at least two options.");
                check(texts.len() <= MAX_PARTS, "options", "Give at most ten options.");
                check(texts.iter().all(|text| is_part(text)), "options", PART);
                check(all_differ(&texts, to_inline_html), "options", "Two options say the same.");
                if matches!(self, Self::Single { .. }) {
                    check(correct == 1, "options", "Mark exactly one correct option.");
                } else {
                    check(correct > 0, "options", "Mark at least one correct option.");
                }
            }
            Self::TrueFalse { .. } => {}
            Self::ShortAnswer { answers, .. } => {
                check(!answers.is_empty(), "answers", "Give at least one answer that is accepted.");
                check(answers.len() <= MAX_ACCEPTED, "answers", "Give at most 20 answers.");
                // What learners type is compared with them as it stands.
                let is_answer = |text: &String| fits(text, MAX_PART) && can_be_seen(text);
                check(answers.iter().all(is_answer), "answers", PART);
            }
            Self::Ordering { items, .. } => {
                let texts: Vec<&str> = items.iter().map(String::as_str).collect();
                check(texts.len() >= 2, "items", "Give at least two items.");
                check(texts.len() <= MAX_PARTS, "items", "Give at most ten items.");
                check(texts.iter().all(|text| is_part(text)), "items", PART);
                check(all_differ(&texts, to_inline_text), "items", "Two items say the same.");
            }
            Self::Matching { pairs, .. } => {
                let left: Vec<&str> = pairs.iter().map(|pair| pair.left.as_str()).collect();
                check(left.len() >= 2, "pairs", "Give at least two pairs.");
                check(left.len() <= MAX_PARTS, "pairs", "Give at most ten pairs.");
                check(pairs.iter().all(|pair| is_part(&pair.left) && is_part(&pair.right)), "pairs", SIDES);
                check(all_differ(&left, to_inline_text), "pairs", "Two left sides say the same.");
                // A right side may belong to several left ones.
                let mut right: Vec<&str> = pairs.iter().map(|pair| pair.right.as_str()).collect();
                right.sort_unstable();
                right.dedup();
                check(
                    all_differ(&right, to_inline_text),
                    "pairs",
                    "Two right sides differ only by marks that a list can’t show.",
                );
            }
        }
        faults
    }

    /// What is asked; Markdown.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Single { question, .. }
            | Self::Multiple { question, .. }
            | Self::TrueFalse { question, .. }
            | Self::ShortAnswer { question, .. }
            | Self::Ordering { question, .. }
            | Self::Matching { question, .. } => question,
        }
    }

    /// Why the right answer is right; Markdown.
    #[must_use]
    pub fn explanation(&self) -> &str {
        match self {
            Self::Single { explanation, .. }
            | Self::Multiple { explanation, .. }
            | Self::TrueFalse { explanation, .. }
            | Self::ShortAnswer { explanation, .. }
            | Self::Ordering { explanation, .. }
            | Self::Matching { explanation, .. } => explanation,
        }
    }

    /// Whether it is of the same kind and has the same options and answers, whatever it asks. Yes and no are too few to tell.
    pub(crate) fn has_answers_of(&self, other: &Self) -> bool {
        let ((kind, _, content, _), (other_kind, _, other_content, _)) = (self.parts(), other.parts());
        !matches!(self, Self::TrueFalse { .. }) && kind == other_kind && content == other_content
    }

    /// `single`, `multiple`, `true_false`, `short_answer`, `ordering` or `matching`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.parts().0
    }
}

const MAX_QUESTION: usize = 2_000;
const MAX_EXPLANATION: usize = 5_000;
const MAX_PART: usize = 500;
/// Options, items or pairs of a question.
const MAX_PARTS: usize = 10;
const MAX_ACCEPTED: usize = 20;
const PART: &str = "Write something in each, 500 characters at most.";
const SIDES: &str = "Fill in both sides of each pair, 500 characters at most.";

fn fits(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest
}

fn is_part(text: &str) -> bool {
    fits(text, MAX_PART) && can_be_seen(&to_inline_text(text))
}

/// Whether learners meet something else in each, shown like this: lists to choose from and the names of fields have no marks.
fn all_differ(texts: &[&str], shown: fn(&str) -> String) -> bool {
    let mut known: Vec<String> = texts.iter().map(|text| shown(text)).collect();
    known.sort_unstable();
    known.windows(2).all(|pair| pair[0] != pair[1])
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

/// The questions of these lessons in their order, with the right answers.
pub(crate) async fn questions_of(
    conn: &mut Conn,
    lessons: &[LessonId],
) -> Result<HashMap<LessonId, Vec<Question>>> {
    let mut found: HashMap<LessonId, Vec<Question>> = HashMap::new();
    if lessons.is_empty() {
        return Ok(found);
    }
    let mut query = Statement::new(
        "SELECT lesson_id, kind, question, content, explanation FROM quiz_questions WHERE lesson_id IN (",
    );
    query.push_list(lessons.iter().copied()).push(") ORDER BY lesson_id, position");
    let rows: Vec<RowOf> = conn.all(query).await?;
    for RowOf { lesson_id, row } in rows {
        found.entry(lesson_id).or_default().push(row.question()?);
    }
    Ok(found)
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
    let count = i64::try_from(questions.len()).unwrap_or(i64::MAX);
    tx.run(sql!("UPDATE lessons SET question_count = $2 WHERE id = $1", lesson, count)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(pairs: &[(&str, &str)]) -> Option<&'static str> {
        let pair = |(left, right): &(&str, &str)| Pair { left: (*left).into(), right: (*right).into() };
        let pairs = pairs.iter().map(pair).collect();
        Question::Matching { question: "Match".into(), pairs, explanation: String::new() }.problem()
    }

    #[test]
    fn what_a_list_shows_alike_is_not_asked() {
        assert!(matching(&[("`=`", "`==`"), ("=", "==")]).is_some());
        assert!(matching(&[("a", "`==`"), ("b", "==")]).is_some());
        assert_eq!(matching(&[("a", "x"), ("b", "x")]), None, "a right side may belong to two");
        let order = |items: [&str; 2]| {
            let items = items.map(Into::into).into();
            Question::Ordering { question: "Order".into(), items, explanation: String::new() }.problem()
        };
        assert!(order(["`=`", "="]).is_some());
        assert_eq!(order(["=", "=="]), None);
    }

    #[test]
    fn an_accepted_answer_is_plain_text() {
        let accepts = |answer: &str| {
            let answers = vec![answer.to_owned()];
            Question::ShortAnswer { question: "Which?".into(), answers, explanation: String::new() }.problem()
        };
        for answer in ["![](a.png)", "[](x)", "&nbsp;"] {
            assert_eq!(accepts(answer), None, "{answer}");
        }
        for answer in [" ", "\u{200b}", &"x".repeat(501)] {
            assert!(accepts(answer).is_some(), "{answer:?}");
        }
    }
}
