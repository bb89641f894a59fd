//! Quizzes as learners take them.
//!
//! An attempt keeps the questions that it was begun with, in the order in which they are shown, so that it stays the same
//! when the page is opened again, and is graded by what was asked even when the quiz has changed meanwhile. Only a handed-in
//! attempt counts; its right answers leave the program after that and not before.

mod attempts;
mod deal;
mod grade;
mod missed;
mod repo;
mod standing;
mod types;

pub use attempts::{
    QuizView, attempt_result, begin_quiz, quiz_attempts, quiz_page, save_answers, submit_quiz,
};
pub(crate) use deal::deal_one;
pub use deal::{Dealt, deal};
pub use grade::{fault, is_right, right_answer};
pub(crate) use missed::missed_questions;
pub use standing::{QuizScore, QuizStanding, QuizStandings};
pub use types::{Answer, Attempt, AttemptResult, AttemptSummary, QuestionResult, ShownQuestion};
