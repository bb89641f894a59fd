//! The quiz of a lesson: its questions and how it is judged. Every change names the state that it was made from
//! ([`AuthoredQuiz::revision`]), so that two authors never overwrite each other.

use chrono::{DateTime, Utc};
use momentum_db::Conn;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Direction, repo,
    versions::{self, Stage},
};
use crate::{
    Error, FieldErrors, Result, Services,
    audit::{self, Event},
    catalog::{self, AnswerOption, Pair, Question, QuizPolicy, content_changes},
    identity::Actor,
    ids::LessonId,
};

/// Questions of a quiz, at most.
pub const MAX_QUESTIONS: usize = 50;

/// The quiz of a lesson with the right answers.
#[derive(Debug, Clone)]
pub struct AuthoredQuiz {
    pub lesson_id: LessonId,
    pub lesson_title: String,
    pub day: i64,
    pub course_slug: String,
    pub course_title: String,
    /// BCP 47.
    pub course_language: String,
    /// Names this state of it; a change names the one that it was made from.
    pub revision: String,
    pub policy: QuizPolicy,
    pub questions: Vec<Question>,
}

impl AuthoredQuiz {
    /// A name for each question that stays with it when the order changes and goes when it is changed.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = Vec::with_capacity(self.questions.len());
        for question in &self.questions {
            let key = short_hash(&json!(question));
            let twins = keys.iter().filter(|known| known.split('-').next() == Some(&key)).count();
            keys.push(if twins == 0 { key } else { format!("{key}-{}", twins + 1) });
        }
        keys
    }

    /// Where the question with this key stands.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Option<usize> {
        self.keys().iter().position(|known| known == key)
    }
}

/// What is done to a quiz. Places count from 0.
#[derive(Debug, Clone)]
pub enum QuizChange {
    /// Everything anew.
    Replace(Vec<Question>, QuizPolicy),
    Add(Question),
    Edit(usize, Question),
    Duplicate(usize),
    Delete(usize),
    Move(usize, Direction),
    /// At each place, which of the questions comes there.
    Order(Vec<usize>),
    Policy(QuizPolicy),
}

impl QuizChange {
    /// As the audit log says it.
    fn word(&self) -> &'static str {
        match self {
            Self::Replace(..) => "replaced",
            Self::Add(_) => "question-added",
            Self::Edit(..) => "question-changed",
            Self::Duplicate(_) => "question-duplicated",
            Self::Delete(_) => "question-deleted",
            Self::Move(..) | Self::Order(_) => "order-changed",
            Self::Policy(_) => "rules-changed",
        }
    }

    fn apply(self, questions: &mut Vec<Question>, policy: &mut QuizPolicy) -> Result<()> {
        let there = |at: usize, count: usize| {
            if at < count { Ok(()) } else { Err(Error::NotFound("question")) }
        };
        match self {
            Self::Replace(new, rules) => {
                *questions = checked_all(new)?;
                *policy = checked_policy(rules)?;
            }
            Self::Add(question) => questions.push(checked(question)?),
            Self::Edit(at, question) => {
                there(at, questions.len())?;
                questions[at] = checked(question)?;
            }
            Self::Duplicate(at) => {
                there(at, questions.len())?;
                questions.insert(at + 1, questions[at].clone());
            }
            Self::Delete(at) => {
                there(at, questions.len())?;
                questions.remove(at);
            }
            Self::Move(at, direction) => {
                there(at, questions.len())?;
                let to = match direction {
                    Direction::Earlier => at.saturating_sub(1),
                    Direction::Later => (at + 1).min(questions.len() - 1),
                };
                questions.swap(at, to);
            }
            Self::Order(order) => {
                let mut sorted = order.clone();
                sorted.sort_unstable();
                if !sorted.into_iter().eq(0..questions.len()) {
                    return Err(Error::invalid("order", "incomplete", "Name every question once."));
                }
                *questions = order.into_iter().map(|at| questions[at].clone()).collect();
            }
            Self::Policy(rules) => *policy = checked_policy(rules)?,
        }
        if questions.len() > MAX_QUESTIONS {
            return Err(Error::invalid("questions", "too-many", "A quiz has at most 50 questions."));
        }
        Ok(())
    }
}

/// The quiz of a lesson, also of one that isn't published.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn quiz(s: &Services, actor: &Actor, lesson: LessonId) -> Result<AuthoredQuiz> {
    actor.require_admin()?;
    read(&mut s.db.read().await?, lesson).await
}

async fn read(conn: &mut Conn, id: LessonId) -> Result<AuthoredQuiz> {
    let lesson = repo::lesson(conn, id).await?.ok_or(Error::NotFound("lesson"))?;
    let questions = catalog::questions(conn, id).await?;
    let policy = catalog::quiz_policy(conn, id).await?;
    Ok(AuthoredQuiz {
        lesson_id: id,
        lesson_title: lesson.title,
        day: lesson.day,
        course_slug: lesson.course_slug,
        course_title: lesson.course_title,
        course_language: lesson.course_language,
        revision: revision(&questions, &policy),
        policy,
        questions,
    })
}

/// The same for the same questions and rules, however they came about.
fn revision(questions: &[Question], policy: &QuizPolicy) -> String {
    short_hash(&json!([questions, policy]))
}

fn short_hash(value: &Value) -> String {
    hex::encode(&Sha256::digest(value.to_string())[..8])
}

/// Changes the quiz; learners who begin an attempt from now on get it so. Changing nothing changes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `edited-meanwhile`; [`Error::NotFound`];
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn change_quiz(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    based: Option<&str>,
    change: QuizChange,
) -> Result<AuthoredQuiz> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    versions::lesson_changed(&mut tx, actor, lesson, Stage::Before, now).await?;
    let before = read(&mut tx, lesson).await?;
    if based.is_some_and(|based| based != before.revision) {
        return Err(Error::conflict(
            "edited-meanwhile",
            "Somebody else changed this quiz while you were working on it. Open it again to see theirs.",
        ));
    }
    let word = change.word();
    let (mut questions, mut policy) = (before.questions.clone(), before.policy.clone());
    change.apply(&mut questions, &mut policy)?;
    if questions == before.questions && policy == before.policy {
        tx.commit().await?;
        return Ok(before);
    }
    if questions != before.questions {
        catalog::replace_questions(&mut tx, lesson, &questions).await?;
    }
    if policy != before.policy {
        catalog::set_quiz_policy(&mut tx, lesson, &policy).await?;
    }
    versions::lesson_changed(&mut tx, actor, lesson, Stage::After, now).await?;
    let after = read(&mut tx, lesson).await?;
    note(&mut tx, actor, word, &before, &after, now).await?;
    tx.commit().await?;
    Ok(after)
}

async fn note(
    tx: &mut momentum_db::Tx,
    actor: &Actor,
    change: &str,
    before: &AuthoredQuiz,
    after: &AuthoredQuiz,
    now: DateTime<Utc>,
) -> Result<()> {
    let facts =
        |quiz: &AuthoredQuiz| -> Value { json!({ "questions": quiz.questions.len(), "rules": quiz.policy }) };
    let mut said = facts(after);
    said["change"] = json!(change);
    said["title"] = json!(after.lesson_title);
    let event = Event {
        actor: Some(actor.user),
        action: "authoring.quiz-changed",
        target_kind: "lesson",
        target_id: after.lesson_id.to_string(),
        address: &actor.origin.address,
        before: facts(before),
        after: said,
    };
    audit::record(tx, &event, now).await
}

fn checked_policy(policy: QuizPolicy) -> Result<QuizPolicy> {
    let mut errors = FieldErrors::default();
    policy.check(&mut errors);
    errors.into_result()?;
    Ok(policy)
}

fn checked(question: Question) -> Result<Question> {
    let question = tidy(question);
    let mut errors = FieldErrors::default();
    for (field, message) in question.faults() {
        errors.add(field, "invalid", message);
    }
    errors.into_result()?;
    Ok(question)
}

fn checked_all(questions: Vec<Question>) -> Result<Vec<Question>> {
    let questions: Vec<Question> = questions.into_iter().map(tidy).collect();
    let mut errors = FieldErrors::default();
    for (at, question) in questions.iter().enumerate().take(MAX_QUESTIONS) {
        for (field, message) in question.faults() {
            errors.add_named(format!("questions[{at}].{field}"), "invalid", message);
        }
    }
    errors.into_result()?;
    Ok(questions)
}

/// Without spaces around what was typed.
fn tidy(mut question: Question) -> Question {
    let trim = |text: &mut String| *text = text.trim().replace("\r\n", "\n");
    match &mut question {
        Question::Single { question, options, explanation }
        | Question::Multiple { question, options, explanation } => {
            options.iter_mut().for_each(|AnswerOption { text, .. }| trim(text));
            trim(question);
            trim(explanation);
        }
        Question::TrueFalse { question, explanation, .. } => {
            trim(question);
            trim(explanation);
        }
        Question::ShortAnswer { question, answers: parts, explanation }
        | Question::Ordering { question, items: parts, explanation } => {
            parts.iter_mut().for_each(trim);
            trim(question);
            trim(explanation);
        }
        Question::Matching { question, pairs, explanation } => {
            for Pair { left, right } in pairs {
                trim(left);
                trim(right);
            }
            trim(question);
            trim(explanation);
        }
    }
    question
}
