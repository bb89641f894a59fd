//! The form of a quiz question: from what is stored to fields, and back.

use momentum_core::{
    Error,
    authoring::AuthoredQuiz,
    catalog::{AnswerOption, Pair, Question},
};
use serde::Deserialize;

use super::quiz::{KINDS, head, quiz_path};
use crate::{
    pages::context::Ctx,
    views::{Field, PartRow, QuestionPage},
};

/// Rows of a new question.
const ROWS: usize = 4;
/// Rows at most.
const MAX_ROWS: usize = 10;

/// The form as it is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct QuestionForm {
    kind: String,
    question: String,
    /// Options, answers, items or left sides.
    part: Vec<String>,
    /// Right sides.
    other: Vec<String>,
    /// Numbers of right options, from 1.
    correct: Vec<usize>,
    answer: String,
    explanation: String,
    r#do: String,
}

impl QuestionForm {
    /// An empty form of this kind, if there is such a kind.
    pub(super) fn blank(kind: &str) -> Option<Self> {
        let (known, _) = KINDS.iter().find(|(known, _)| *known == kind)?;
        Some(Self { kind: (*known).to_owned(), ..Self::default() })
    }

    pub(super) fn of(question: &Question) -> Self {
        let mut form = Self {
            kind: question.kind().to_owned(),
            question: question.text().to_owned(),
            explanation: question.explanation().to_owned(),
            ..Self::default()
        };
        match question {
            Question::Single { options, .. } | Question::Multiple { options, .. } => {
                form.part = options.iter().map(|option| option.text.clone()).collect();
                form.correct = (1..)
                    .zip(options)
                    .filter(|(_, option)| option.correct)
                    .map(|(number, _)| number)
                    .collect();
            }
            Question::TrueFalse { answer, .. } => form.answer = answer.to_string(),
            Question::ShortAnswer { answers: parts, .. } | Question::Ordering { items: parts, .. } => {
                form.part.clone_from(parts);
            }
            Question::Matching { pairs, .. } => {
                form.part = pairs.iter().map(|pair| pair.left.clone()).collect();
                form.other = pairs.iter().map(|pair| pair.right.clone()).collect();
            }
        }
        form
    }

    pub(super) fn wants_more(&self) -> bool {
        self.r#do == "more"
    }

    /// With two more rows.
    pub(super) fn with_more(mut self) -> Self {
        let rows = (self.part.len() + 2).min(self.max_rows());
        self.part.resize(rows, String::new());
        self
    }

    fn max_rows(&self) -> usize {
        if self.kind == "short_answer" { 2 * MAX_ROWS } else { MAX_ROWS }
    }

    /// What was typed, without empty rows.
    pub(super) fn question(&self) -> Result<Question, Error> {
        let (question, explanation) = (self.question.clone(), self.explanation.clone());
        let filled = || (1_usize..).zip(&self.part).filter(|(_, text)| !text.trim().is_empty());
        let parts = || filled().map(|(_, text)| text.clone()).collect();
        let options = || {
            let option = |(number, text): (usize, &String)| AnswerOption {
                text: text.clone(),
                correct: self.correct.contains(&number),
            };
            filled().map(option).collect()
        };
        Ok(match self.kind.as_str() {
            "multiple" => Question::Multiple { question, options: options(), explanation },
            "true_false" => {
                let message = "Choose whether the statement is true or false.";
                let answer =
                    self.answer.parse().map_err(|_| Error::invalid("answer", "required", message))?;
                Question::TrueFalse { question, answer, explanation }
            }
            "short_answer" => Question::ShortAnswer { question, answers: parts(), explanation },
            "ordering" => Question::Ordering { question, items: parts(), explanation },
            "matching" => {
                let rights = self.other.iter().map(String::as_str).chain(std::iter::repeat(""));
                let pair =
                    |(left, right): (&String, &str)| Pair { left: left.clone(), right: right.to_owned() };
                let pairs = self.part.iter().zip(rights).map(pair);
                let filled =
                    pairs.filter(|pair| !pair.left.trim().is_empty() || !pair.right.trim().is_empty());
                Question::Matching { question, pairs: filled.collect(), explanation }
            }
            _ => Question::Single { question, options: options(), explanation },
        })
    }

    /// The page with the form; without a key it adds a question.
    pub(super) fn view(&self, ctx: &Ctx, quiz: &AuthoredQuiz, key: Option<&str>) -> QuestionPage {
        let path = quiz_path(quiz.lesson_id);
        let (kind, kind_label) =
            KINDS.iter().find(|(kind, _)| *kind == self.kind).copied().unwrap_or(KINDS[0]);
        let action = key.map_or_else(|| format!("{path}/new"), |key| format!("{path}/questions/{key}"));
        let count = self.part.len().max(self.other.len()).max(ROWS).min(self.max_rows());
        let text = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        let rows = (0..count).map(|at| PartRow {
            number: at + 1,
            text: text(&self.part, at),
            other: text(&self.other, at),
            correct: self.correct.contains(&(at + 1)),
        });
        QuestionPage {
            page: ctx.private_page(if key.is_some() { "Edit question" } else { "New question" }, &action),
            head: head(quiz),
            is_new: key.is_none(),
            action,
            kind,
            kind_label,
            alert: None,
            question: Field::textarea(
                "question",
                if kind == "true_false" { "Statement" } else { "Question" },
                3,
            )
            .required()
            .max_length(2_000)
            .hint("Markdown works: code, emphasis, a list.")
            .value(&self.question),
            rows: rows.collect(),
            rows_error: None,
            more: count < self.max_rows(),
            answer: self.answer.clone(),
            explanation: Field::textarea("explanation", "Explanation", 4)
                .max_length(5_000)
                .hint("Why the right answer is right. Learners read it after they answered. Markdown works.")
                .value(&self.explanation),
        }
    }
}
