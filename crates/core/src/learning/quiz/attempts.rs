//! Taking a quiz: beginning, answering, handing in, looking back.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use momentum_db::Tx;

use super::{
    Answer, Attempt, AttemptResult, AttemptSummary, Dealt, QuestionResult, QuizStanding, deal, fault,
    is_right,
    repo::{self, AttemptRow, Which},
    right_answer,
};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::{self, Course, Lesson, Question, QuizPolicy},
    engagement::{self, Deed, Earning, Gain},
    identity::Actor,
    ids::{AttemptId, LessonId},
    learning::{
        own_courses,
        progress::{self, not_enrolled, not_open_yet},
        rules,
    },
};

/// Attempts shown on the page of a quiz.
const SHOWN: i64 = 20;

/// A quiz as its page shows it.
#[derive(Debug, Clone)]
pub struct QuizView {
    pub course: Arc<Course>,
    pub lesson: Arc<Lesson>,
    pub standing: QuizStanding,
    /// The attempt under way.
    pub running: Option<Attempt>,
    /// Those that were handed in, the latest first.
    pub attempts: Vec<AttemptSummary>,
}

/// The quiz of the lesson of `day` in a course.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] `not-enrolled` or `not-open-yet`.
pub async fn quiz_page(s: &Services, actor: &Actor, slug: &str, day: i64) -> Result<QuizView> {
    let course = catalog::course(s, slug).await?;
    let outline = course.lessons.iter().find(|lesson| lesson.day == day).ok_or(Error::NotFound("lesson"))?;
    let lesson = catalog::lesson(s, outline.id).await?;
    let standing = standing(s, actor, &course, &lesson).await?;
    if lesson.quiz.question_count == 0 && !standing.running && standing.attempts == 0 {
        return Err(Error::NotFound("quiz"));
    }
    let mut conn = s.db.read().await?;
    let running = match standing.running {
        true => repo::attempt(&mut conn, actor.user, lesson.id, Which::Running).await?,
        false => None,
    };
    let attempts = match standing.attempts {
        0 => Vec::new(),
        _ => repo::summaries(&mut conn, actor.user, lesson.id, SHOWN, 0).await?,
    };
    Ok(QuizView { course, lesson, standing, running: running.map(|row| row.shown()), attempts })
}

/// Where the actor stands in the quiz of a lesson that is open to them.
async fn standing(s: &Services, actor: &Actor, course: &Course, lesson: &Lesson) -> Result<QuizStanding> {
    let joined = own_courses(s, actor.user).await?;
    let own = joined.find(lesson.course_id).ok_or_else(not_enrolled)?;
    let schedule = own.schedule(course);
    let open =
        own.done_days.contains(lesson.day) || schedule.is_open(lesson.day, engagement::today(s, actor));
    if !open {
        return Err(not_open_yet(s, actor, schedule.opens(lesson.day)));
    }
    Ok(own.quizzes.of(lesson.id))
}

async fn lesson_of(s: &Services, id: LessonId) -> Result<(Arc<Course>, Arc<Lesson>)> {
    let lesson = catalog::lesson(s, id).await?;
    Ok((catalog::course_by_id(s, lesson.course_id).await?, lesson))
}

/// Begins an attempt, or answers the one under way. One that nothing was answered in is dealt anew when the quiz has changed.
///
/// # Errors
/// [`Error::NotFound`] without a quiz; [`Error::Conflict`] `no-attempts-left`; [`Error::Forbidden`] as [`quiz_page`].
pub async fn begin_quiz(s: &Services, actor: &Actor, lesson: LessonId) -> Result<Attempt> {
    let now = s.clock.now();
    let (course, lesson) = lesson_of(s, lesson).await?;
    let mut tx = s.db.begin().await?;
    progress::step(s, &mut tx, actor, &course, lesson.id, false, now).await?;
    let running = repo::attempt(&mut tx, actor.user, lesson.id, Which::Running).await?;
    let questions = catalog::questions(&mut tx, lesson.id).await?;
    let policy = catalog::quiz_policy(&mut tx, lesson.id).await?;
    if let Some(running) = running {
        let untouched = running.answers.0.iter().all(Option::is_none);
        if untouched && !questions.is_empty() && !asks_the_same(&running.questions.0, &questions) {
            let dealt = deal(questions, seed()?);
            repo::deal_again(&mut tx, running.id, &dealt, policy.pass_percent, now).await?;
        }
    } else {
        if questions.is_empty() {
            return Err(Error::NotFound("quiz"));
        }
        let mut standings = repo::standings(&mut tx, actor.user, lesson.course_id).await?;
        let standing = standings.change(lesson.id);
        if policy.attempts_left(standing.attempts) == Some(0) {
            return Err(Error::conflict("no-attempts-left", "You have used all attempts at this quiz."));
        }
        standing.running = true;
        let dealt = deal(questions, seed()?);
        repo::insert(&mut tx, actor.user, lesson.id, &dealt, policy.pass_percent, now).await?;
        repo::set_standings(&mut tx, actor.user, lesson.course_id, &standings).await?;
    }
    let attempt = repo::attempt(&mut tx, actor.user, lesson.id, Which::Running).await?;
    tx.commit().await?;
    attempt.map(|row| row.shown()).ok_or_else(|| Error::internal("the attempt is gone"))
}

fn seed() -> Result<u64> {
    getrandom::u64().map_err(Error::internal)
}

/// Whether an attempt asks what the quiz asks now, in whatever order.
fn asks_the_same(dealt: &[Dealt], questions: &[Question]) -> bool {
    dealt.len() == questions.len() && dealt.iter().all(|one| questions.contains(&one.question))
}

/// Keeps what was answered so far.
///
/// # Errors
/// [`Error::Conflict`] `attempt-submitted`; [`Error::Invalid`] for what is no answer; [`Error::NotFound`];
/// [`Error::Forbidden`] as [`quiz_page`].
pub async fn save_answers(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    attempt: AttemptId,
    answers: Vec<Option<Answer>>,
) -> Result<()> {
    let (mut tx, _, _, found) = open(s, actor, lesson, Which::Id(attempt), s.clock.now()).await?;
    let row = found.ok_or(Error::NotFound("attempt"))?;
    if row.submitted_at.is_some() {
        return Err(Error::conflict("attempt-submitted", "This attempt was handed in already."));
    }
    let answers = checked(&row.questions.0, answers)?;
    repo::set_answers(&mut tx, row.id, &answers).await?;
    tx.commit().await?;
    Ok(())
}

/// Holds the enrollment and reads an attempt.
async fn open(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    which: Which,
    now: DateTime<Utc>,
) -> Result<(Tx, Arc<Course>, Arc<Lesson>, Option<AttemptRow>)> {
    let (course, lesson) = lesson_of(s, lesson).await?;
    let mut tx = s.db.begin().await?;
    progress::step(s, &mut tx, actor, &course, lesson.id, false, now).await?;
    let found = repo::attempt(&mut tx, actor.user, lesson.id, which).await?;
    Ok((tx, course, lesson, found))
}

fn checked(questions: &[Dealt], mut answers: Vec<Option<Answer>>) -> Result<Vec<Option<Answer>>> {
    let mut errors = FieldErrors::default();
    let message = "There are more answers than questions.";
    errors.check(answers.len() <= questions.len(), "answers", "too-many", message);
    answers.resize(questions.len(), None);
    for (at, (question, answer)) in questions.iter().zip(&answers).enumerate() {
        if let Some(message) = answer.as_ref().and_then(|answer| fault(question, answer)) {
            errors.add_named(format!("answers[{at}]"), "invalid", message);
        }
    }
    errors.into_result()?;
    Ok(answers)
}

/// Hands an attempt in, the one under way when none is named, with these answers or else with those that were saved. It is
/// graded once; handing it in again answers what became of it. Also answers, when this very call graded it,
/// what was earned with it.
///
/// # Errors
/// [`Error::Conflict`] `no-attempt` when none is under way; [`Error::Invalid`]; [`Error::NotFound`]; [`Error::Forbidden`] as
/// [`quiz_page`].
pub async fn submit_quiz(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    attempt: Option<AttemptId>,
    answers: Option<Vec<Option<Answer>>>,
) -> Result<(AttemptResult, Option<Gain>)> {
    let now = s.clock.now();
    let earning = Earning::of(s, actor).await?;
    let which = attempt.map_or(Which::Running, Which::Id);
    let (mut tx, course, lesson, found) = open(s, actor, lesson, which, now).await?;
    let Some(mut row) = found else {
        return Err(match attempt {
            Some(_) => Error::NotFound("attempt"),
            None => Error::conflict("no-attempt", "Begin an attempt first: open the quiz."),
        });
    };
    let mut standings = repo::standings(&mut tx, actor.user, course.card.id).await?;
    let policy = catalog::quiz_policy(&mut tx, lesson.id).await?;
    if row.submitted_at.is_some() {
        // What was read may be another's that is not on the disk yet.
        tx.commit().await?;
        return Ok((result(row, &policy, &standings.of(lesson.id))?, None));
    }
    if let Some(answers) = answers {
        if answers.len() < row.questions.0.len() {
            let message = "Send an answer for each question, null for one that is left open.";
            return Err(Error::invalid("answers", "too-few", message));
        }
        row.answers.0 = checked(&row.questions.0, answers)?;
        repo::set_answers(&mut tx, row.id, &row.answers.0).await?;
    } else if row.answers.0.iter().all(Option::is_none) {
        // Who means to leave everything open says so.
        return Err(Error::invalid("answers", "required", "Send an answer for each question."));
    }
    let right =
        row.questions.0.iter().zip(&row.answers.0).filter(|(dealt, answer)| is_right(dealt, answer.as_ref()));
    let score = rules::percent(number(right.count()), number(row.questions.0.len()));
    let passed = score >= row.pass_percent;
    repo::hand_in(&mut tx, row.id, score, passed, now).await?;
    (row.submitted_at, row.score_percent, row.passed) = (Some(now), Some(score), Some(passed));
    let standing = standings.change(lesson.id);
    standing.attempts += 1;
    standing.best_score_percent = standing.best_score_percent.max(Some(score));
    standing.passed |= passed;
    standing.running = false;
    let standing = standing.clone();
    repo::set_standings(&mut tx, actor.user, course.card.id, &standings).await?;
    let gain = if passed {
        let category = earning.category_of(&course.card)?;
        earning.earn(&mut tx, &[Deed::Quiz { lesson: lesson.id, category, perfect: score == 100 }]).await?
    } else {
        Gain::default()
    };
    tx.commit().await?;
    Ok((result(row, &policy, &standing)?, Some(gain)))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What became of an attempt: the right answers too, unless the author keeps them for whoever may try again.
fn result(row: AttemptRow, policy: &QuizPolicy, standing: &QuizStanding) -> Result<AttemptResult> {
    let (Some(submitted_at), Some(score_percent), Some(passed)) =
        (row.submitted_at, row.score_percent, row.passed)
    else {
        return Err(Error::NotFound("attempt"));
    };
    let attempts_left = policy.attempts_left(standing.attempts);
    let answers_shown = standing.shows_answers(policy);
    let mut answers = row.answers.0;
    answers.resize(row.questions.0.len(), None);
    let results = row.questions.0.iter().zip(answers).map(|(dealt, answer)| QuestionResult {
        correct: is_right(dealt, answer.as_ref()),
        question: dealt.shown(),
        answer,
        right_answer: answers_shown.then(|| right_answer(dealt)),
        explanation: answers_shown.then(|| dealt.question.explanation().to_owned()),
    });
    Ok(AttemptResult {
        pass_percent: row.pass_percent,
        attempts_left,
        answers_shown,
        results: results.collect(),
        attempt: AttemptSummary {
            id: row.id,
            number: row.number,
            begun_at: row.begun_at,
            submitted_at,
            score_percent,
            passed,
        },
    })
}

/// What became of the attempt with this number.
///
/// # Errors
/// [`Error::NotFound`], also for one that is under way; [`Error::Forbidden`] as [`quiz_page`].
pub async fn attempt_result(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    number: i64,
) -> Result<AttemptResult> {
    let (course, lesson) = lesson_of(s, lesson).await?;
    let standing = standing(s, actor, &course, &lesson).await?;
    let mut conn = s.db.read().await?;
    let row = repo::attempt(&mut conn, actor.user, lesson.id, Which::Number(number)).await?;
    let policy = catalog::quiz_policy(&mut conn, lesson.id).await?;
    result(row.ok_or(Error::NotFound("attempt"))?, &policy, &standing)
}

/// The actor's attempts that were handed in, the latest first, and how many there are.
///
/// # Errors
/// As [`quiz_page`].
pub async fn quiz_attempts(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AttemptSummary>, i64)> {
    let (course, lesson) = lesson_of(s, lesson).await?;
    let standing = standing(s, actor, &course, &lesson).await?;
    let mut conn = s.db.read().await?;
    let items = repo::summaries(&mut conn, actor.user, lesson.id, limit, offset).await?;
    Ok((items, standing.attempts))
}
