//! The quiz of a lesson: its questions and how it is judged.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use momentum_core::{
    Error,
    authoring::{self, AuthoredQuiz, Direction, MAX_QUESTIONS, QuizChange},
    catalog::{Question, QuizPolicy, markdown::to_inline_html},
    learning::quiz::{ShownQuestion, deal},
};
use serde::Deserialize;
use serde_json::json;

use super::{editor::lesson_id, kind_label, question_form::QuestionForm};
use crate::{
    App,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Params, Posted},
        quiz_form,
    },
    present,
    views::{
        CategoryTag, Choice, LessonCourse, QuestionLine, QuestionPage, QuizEditorPage, QuizForm, QuizHead,
        QuizPage, QuizPreview, SafeHtml,
    },
};

/// The kinds of questions and what they are called.
pub(super) const KINDS: [(&str, &str); 6] = [
    ("single", "Single choice"),
    ("multiple", "Multiple choice"),
    ("true_false", "True or false"),
    ("short_answer", "Short answer"),
    ("ordering", "Ordering"),
    ("matching", "Matching"),
];

pub(super) fn quiz_path(id: impl std::fmt::Display) -> String {
    format!("/admin/lessons/{id}/quiz")
}

pub(super) fn head(quiz: &AuthoredQuiz) -> QuizHead {
    QuizHead {
        lesson_id: quiz.lesson_id.to_string(),
        lesson_title: quiz.lesson_title.clone(),
        day: quiz.day,
        course_title: quiz.course_title.clone(),
    }
}

/// The rules as they are sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RulesForm {
    pass_percent: String,
    max_attempts: String,
    show_answers: Option<String>,
}

impl RulesForm {
    fn of(policy: &QuizPolicy) -> Self {
        Self {
            pass_percent: policy.pass_percent.to_string(),
            max_attempts: policy.max_attempts.map(|max| max.to_string()).unwrap_or_default(),
            show_answers: policy.show_answers.then(|| "true".to_owned()),
        }
    }

    /// What is no number becomes one that is refused.
    fn policy(&self) -> QuizPolicy {
        let max = self.max_attempts.trim();
        QuizPolicy {
            pass_percent: self.pass_percent.trim().trim_end_matches('%').trim().parse().unwrap_or(0),
            max_attempts: (!max.is_empty()).then(|| max.parse().unwrap_or(0)),
            show_answers: self.show_answers.is_some(),
        }
    }
}

fn view(ctx: &Ctx, quiz: &AuthoredQuiz, rules: &RulesForm) -> QuizEditorPage {
    let (pass_percent, max_attempts) = QuizEditorPage::policy_fields();
    let keys = quiz.keys();
    QuizEditorPage {
        page: ctx.private_page(&format!("Quiz: {}", quiz.lesson_title), &quiz_path(quiz.lesson_id)),
        head: head(quiz),
        alert: None,
        questions: quiz
            .questions
            .iter()
            .zip(keys)
            .enumerate()
            .map(|(at, (question, key))| line(at + 1, question, key))
            .collect(),
        kinds: Choice::list(&KINDS, ""),
        can_add: quiz.questions.len() < MAX_QUESTIONS,
        pass_percent: pass_percent.value(&rules.pass_percent),
        max_attempts: max_attempts.value(&rules.max_attempts),
        show_answers: rules.show_answers.is_some(),
    }
}

fn line(number: usize, question: &Question, key: String) -> QuestionLine {
    let count = |n: usize, one, many| present::count(i64::try_from(n).unwrap_or(0), one, many);
    let mut facts = match question {
        Question::Single { options, .. } | Question::Multiple { options, .. } => {
            count(options.len(), "option", "options")
        }
        Question::TrueFalse { answer, .. } => if *answer { "True" } else { "False" }.to_owned(),
        Question::ShortAnswer { answers, .. } => count(answers.len(), "answer", "answers"),
        Question::Ordering { items, .. } => count(items.len(), "item", "items"),
        Question::Matching { pairs, .. } => count(pairs.len(), "pair", "pairs"),
    };
    if question.explanation().is_empty() {
        facts.push_str(" · no explanation yet");
    }
    QuestionLine {
        key,
        number,
        text: SafeHtml::from_sanitized(to_inline_html(question.text())),
        label: format!("Question {number}"),
        kind: kind_label(question),
        facts,
    }
}

/// `GET /admin/lessons/{id}/quiz`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let quiz = authoring::quiz(&app.services, ctx.actor()?, lesson_id(&id)?).await?;
    ctx.render(&view(&ctx, &quiz, &RulesForm::of(&quiz.policy)))
}

/// `POST /admin/lessons/{id}/quiz/rules`
pub(crate) async fn rules(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<RulesForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    let actor = ctx.actor()?;
    let change = QuizChange::Policy(form.policy());
    match authoring::change_quiz(&app.services, actor, id, None, change).await {
        Ok(_) => Ok(ctx.redirect_with(&quiz_path(id), Notice::RulesSaved)),
        Err(error @ Error::Invalid(_)) => {
            let quiz = authoring::quiz(&app.services, actor, id).await?;
            let mut view = view(&ctx, &quiz, &form);
            if let Error::Invalid(errors) = &error {
                mark(errors, &mut [&mut view.pass_percent, &mut view.max_attempts]);
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// The questions in their new order, by their keys.
#[derive(Deserialize)]
pub(crate) struct Order {
    order: Vec<String>,
}

/// `POST /admin/lessons/{id}/quiz/order`, sent by a script.
pub(crate) async fn order(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Order>,
) -> Result<Response, PageError> {
    let actor = posted.ctx.actor()?;
    let quiz = authoring::quiz(&app.services, actor, lesson_id(&id)?).await?;
    let keys = quiz.keys();
    let order = posted.form.order.iter();
    let places = order.map(|key| keys.iter().position(|known| known == key).unwrap_or(usize::MAX)).collect();
    let change = QuizChange::Order(places);
    match authoring::change_quiz(&app.services, actor, quiz.lesson_id, Some(&quiz.revision), change).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error @ Error::Invalid(_)) => {
            let message = json!({ "message": error.to_string() });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(message)).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Does something with the question that has this key.
async fn with_question(
    app: &App,
    ctx: &Ctx,
    (id, key): (&str, &str),
    notice: Notice,
    change: impl FnOnce(usize) -> QuizChange,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let quiz = authoring::quiz(&app.services, actor, lesson_id(id)?).await?;
    let at = quiz.place_of(key).ok_or(Error::NotFound("question"))?;
    authoring::change_quiz(&app.services, actor, quiz.lesson_id, Some(&quiz.revision), change(at)).await?;
    Ok(ctx.redirect_with(&quiz_path(quiz.lesson_id), notice))
}

/// Where a question moves.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Move {
    direction: String,
}

/// `POST /admin/lessons/{id}/quiz/questions/{key}/move`
pub(crate) async fn shift(
    State(app): State<App>,
    Path((id, key)): Path<(String, String)>,
    posted: Posted<Move>,
) -> Result<Response, PageError> {
    let direction = if posted.form.direction == "earlier" { Direction::Earlier } else { Direction::Later };
    with_question(&app, &posted.ctx, (&id, &key), Notice::OrderSaved, |at| QuizChange::Move(at, direction))
        .await
}

/// `POST /admin/lessons/{id}/quiz/questions/{key}/duplicate`
pub(crate) async fn duplicate(
    State(app): State<App>,
    Path((id, key)): Path<(String, String)>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    with_question(&app, &posted.ctx, (&id, &key), Notice::QuestionDuplicated, QuizChange::Duplicate).await
}

/// `POST /admin/lessons/{id}/quiz/questions/{key}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    Path((id, key)): Path<(String, String)>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    with_question(&app, &posted.ctx, (&id, &key), Notice::QuestionDeleted, QuizChange::Delete).await
}

/// Which kind of question.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewQuestion {
    kind: String,
}

/// `GET /admin/lessons/{id}/quiz/new`
pub(crate) async fn new(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
    Params(query): Params<NewQuestion>,
) -> Result<Response, PageError> {
    let quiz = authoring::quiz(&app.services, ctx.actor()?, lesson_id(&id)?).await?;
    let form = QuestionForm::blank(&query.kind).ok_or(Error::NotFound("kind of question"))?;
    ctx.render(&form.view(&ctx, &quiz, None))
}

/// `GET /admin/lessons/{id}/quiz/questions/{key}`
pub(crate) async fn edit(
    State(app): State<App>,
    ctx: Ctx,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let quiz = authoring::quiz(&app.services, ctx.actor()?, lesson_id(&id)?).await?;
    let at = quiz.place_of(&key).ok_or(Error::NotFound("question"))?;
    ctx.render(&QuestionForm::of(&quiz.questions[at]).view(&ctx, &quiz, Some(&key)))
}

/// `POST /admin/lessons/{id}/quiz/new`
pub(crate) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<QuestionForm>,
) -> Result<Response, PageError> {
    save(&app, posted, &id, None).await
}

/// `POST /admin/lessons/{id}/quiz/questions/{key}`
pub(crate) async fn update(
    State(app): State<App>,
    Path((id, key)): Path<(String, String)>,
    posted: Posted<QuestionForm>,
) -> Result<Response, PageError> {
    save(&app, posted, &id, Some(&key)).await
}

async fn save(
    app: &App,
    posted: Posted<QuestionForm>,
    id: &str,
    key: Option<&str>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let actor = ctx.actor()?;
    let quiz = authoring::quiz(&app.services, actor, lesson_id(id)?).await?;
    if form.wants_more() {
        return ctx.render(&form.with_more().view(&ctx, &quiz, key));
    }
    let at = key.map(|key| quiz.place_of(key));
    let change = match at {
        None => form.question().map(QuizChange::Add),
        Some(Some(at)) => form.question().map(|question| QuizChange::Edit(at, question)),
        // Nothing that was typed is lost: it can be saved as a new question.
        Some(None) => {
            let mut view = form.view(&ctx, &quiz, None);
            view.alert = Some(
                "Somebody changed or deleted this question in the meantime. Save yours as a new one, or go back \
                 to the quiz to see theirs."
                    .into(),
            );
            return ctx.render_status(StatusCode::CONFLICT, &view);
        }
    };
    let based = at.is_some().then_some(quiz.revision.as_str());
    let changed = match change {
        Ok(change) => authoring::change_quiz(&app.services, actor, quiz.lesson_id, based, change).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(_) => Ok(ctx.redirect_with(&quiz_path(quiz.lesson_id), Notice::QuestionSaved)),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => {
            let mut view: QuestionPage = form.view(&ctx, &quiz, key);
            match &error {
                Error::Invalid(errors) => {
                    mark(errors, &mut [&mut view.question, &mut view.explanation]);
                    let parts = ["options", "answers", "items", "pairs", "answer", "questions"];
                    let found = errors.as_slice().iter().find(|error| parts.contains(&&*error.field));
                    view.rows_error = found.map(|error| error.message.to_string());
                    view.alert = view.rows_error.clone().filter(|_| view.errors().is_empty());
                }
                other => view.alert = Some(other.to_string()),
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /admin/lessons/{id}/quiz/preview`
pub(crate) async fn preview(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let quiz = authoring::quiz(&app.services, ctx.actor()?, lesson_id(&id)?).await?;
    let path = quiz_path(quiz.lesson_id);
    let shown: Vec<ShownQuestion> = deal(quiz.questions.clone(), 7).iter().map(|one| one.shown()).collect();
    let view = QuizPage {
        page: ctx.private_page(&format!("Preview: {}", quiz.lesson_title), &format!("{path}/preview")),
        course: LessonCourse {
            slug: quiz.course_slug.clone(),
            title: quiz.course_title.clone(),
            language: quiz.course_language.clone(),
            category: CategoryTag::new("", ""),
        },
        day: present::small(quiz.day),
        lesson_title: quiz.lesson_title.clone(),
        questions: present::count(i64::try_from(shown.len()).unwrap_or(0), "question", "questions"),
        pass_percent: quiz.policy.pass_percent,
        attempts_left: quiz.policy.max_attempts,
        can_begin: false,
        form: Some(QuizForm { attempt: String::new(), questions: quiz_form::questions(&shown, &[]) }),
        attempts: Vec::new(),
        preview: Some(QuizPreview {
            editor_url: path,
            lesson_url: format!("/admin/lessons/{}/preview", quiz.lesson_id),
        }),
    };
    ctx.render(&view)
}
