//! Quizzes as learners take them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use momentum_core::{
    Error,
    catalog::Lesson,
    ids::{AttemptId, LessonId},
    learning::{
        QuizStanding,
        quiz::{self, AttemptResult, QuizView},
    },
};

use super::{
    context::{Ctx, Notice},
    engagement::earned_at,
    failure::PageError,
    form::{Nothing, Posted},
    lessons::{course_of, lesson_id, parse_day},
    quiz_form::{self, Fields},
    standing::lesson_path,
};
use crate::{
    App, present,
    views::{AttemptLine, LessonLink, QuizForm, QuizPage, QuizResultPage, QuizState, QuizTeaser},
};

/// The address of a lesson's quiz.
fn quiz_path(slug: &str, day: i64) -> String {
    format!("{}/quiz", lesson_path(slug, day))
}

/// The quiz on the page of its lesson; `standing` is none for whoever reads a preview.
pub(super) fn teaser(slug: &str, lesson: &Lesson, standing: Option<&QuizStanding>) -> Option<QuizTeaser> {
    let quiz = &lesson.quiz;
    let again = |standing: &QuizStanding| quiz.policy.attempts_left(standing.attempts) != Some(0);
    let state = match standing {
        None => QuizState::Join,
        Some(QuizStanding { running: true, .. }) => QuizState::Running,
        Some(standing) => match standing.best_score_percent {
            None => QuizState::New,
            Some(best) if standing.passed => QuizState::Passed { best, again: again(standing) },
            Some(best) => QuizState::Tried { best, again: again(standing) },
        },
    };
    (quiz.question_count > 0).then(|| QuizTeaser {
        questions: present::count(quiz.question_count, "question", "questions"),
        pass_percent: quiz.policy.pass_percent,
        url: quiz_path(slug, lesson.day),
        state,
    })
}

/// Who isn't enrolled is shown how to join, not a closed door.
fn join_first(ctx: &Ctx, slug: &str, error: Error) -> Result<Response, PageError> {
    match error {
        Error::Forbidden { code: "not-enrolled", .. } => {
            Ok(ctx.redirect_with(&format!("/courses/{slug}"), Notice::JoinFirst))
        }
        other => Err(other.into()),
    }
}

/// `GET /courses/{slug}/days/{day}/quiz`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path((slug, day)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let day = parse_day(&day)?;
    match quiz::quiz_page(&app.services, ctx.actor()?, &slug, day).await {
        Ok(quiz) => ctx.render(&page(&app, &ctx, &quiz)?),
        Err(error) => join_first(&ctx, &slug, error),
    }
}

fn page(app: &App, ctx: &Ctx, quiz: &QuizView) -> Result<QuizPage, PageError> {
    let QuizView { course, lesson, standing, running, attempts } = quiz;
    let (slug, day) = (&course.card.slug, lesson.day);
    let path = quiz_path(slug, day);
    let now = app.services.clock.now();
    let zone = ctx.actor()?.time_zone;
    let left = lesson.quiz.policy.attempts_left(standing.attempts);
    let count = running
        .as_ref()
        .map_or(lesson.quiz.question_count, |running| i64::try_from(running.questions.len()).unwrap_or(0));
    Ok(QuizPage {
        page: ctx.private_page(&format!("Quiz: {}", lesson.title), &path),
        course: course_of(course),
        day: present::small(day),
        lesson_title: lesson.title.clone(),
        questions: present::count(count, "question", "questions"),
        pass_percent: lesson.quiz.policy.pass_percent,
        attempts_left: left,
        can_begin: left != Some(0) && lesson.quiz.question_count > 0,
        form: running.as_ref().map(|running| QuizForm {
            attempt: running.id.to_string(),
            questions: quiz_form::questions(&running.questions, &running.answers),
        }),
        attempts: attempts
            .iter()
            .map(|attempt| AttemptLine {
                number: attempt.number,
                score: attempt.score_percent,
                passed: attempt.passed,
                at: present::moment(attempt.submitted_at, now, zone),
                url: result_path((slug, day), attempt.number),
            })
            .collect(),
        preview: None,
    })
}

/// `POST /courses/{slug}/days/{day}/quiz/begin`
pub(crate) async fn begin(
    State(app): State<App>,
    Path((slug, day)): Path<(String, String)>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let (day, lesson) = lesson_id(&app, &slug, &day).await?;
    match quiz::begin_quiz(&app.services, posted.ctx.actor()?, lesson).await {
        // The page says that no attempts are left.
        Ok(_) | Err(Error::Conflict { code: "no-attempts-left", .. }) => {
            Ok(Redirect::to(&quiz_path(&slug, day)).into_response())
        }
        Err(error) => join_first(&posted.ctx, &slug, error),
    }
}

/// `POST /courses/{slug}/days/{day}/quiz`: saves the answers, or hands them in.
pub(crate) async fn answer(
    State(app): State<App>,
    Path((slug, day)): Path<(String, String)>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, wants_json } = posted;
    let fields = Fields(form);
    let day = parse_day(&day)?;
    let s = &app.services;
    let actor = ctx.actor()?;
    let mut view = match quiz::quiz_page(s, actor, &slug, day).await {
        Ok(view) => view,
        Err(error) => return join_first(&ctx, &slug, error),
    };
    let lesson = view.lesson.id;
    let id: AttemptId =
        fields.first("attempt").unwrap_or_default().parse().map_err(|_| Error::NotFound("attempt"))?;
    let place = (slug.as_str(), day);
    let Some(running) = view.running.as_mut().filter(|running| running.id == id) else {
        return handed_in_before(&app, &ctx, place, lesson, id, &fields, wants_json).await;
    };
    let answers = quiz_form::answers(&running.questions, &fields);
    if fields.first("do") == Some("save") {
        return match quiz::save_answers(s, actor, lesson, id, answers).await {
            Ok(()) if wants_json => Ok(StatusCode::NO_CONTENT.into_response()),
            Ok(()) => Ok(ctx.redirect_with(&lesson_path(&slug, day), Notice::AnswersKept)),
            Err(Error::Conflict { code: "attempt-submitted", .. }) => {
                handed_in_before(&app, &ctx, place, lesson, id, &fields, wants_json).await
            }
            Err(error) => Err(error.into()),
        };
    }
    let missing = answers.iter().filter(|answer| !quiz_form::is_complete(answer.as_ref())).count();
    if missing == 0 || fields.first("do") == Some("anyway") {
        let (result, _) = quiz::submit_quiz(s, actor, lesson, Some(id), Some(answers)).await?;
        return Ok(to_result(&ctx, place, &result, &fields));
    }
    quiz::save_answers(s, actor, lesson, id, answers.clone()).await?;
    running.answers = answers;
    let mut view = page(&app, &ctx, &view)?;
    quiz_form::mark_missing(&mut view);
    ctx.render_status(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// The attempt was handed in already, perhaps in another tab: what became of it is there.
async fn handed_in_before(
    app: &App,
    ctx: &Ctx,
    place: (&str, i64),
    lesson: LessonId,
    attempt: AttemptId,
    fields: &Fields,
    wants_json: bool,
) -> Result<Response, PageError> {
    let (result, _) = quiz::submit_quiz(&app.services, ctx.actor()?, lesson, Some(attempt), None).await?;
    Ok(if wants_json {
        let answer = serde_json::json!({ "result_url": result_path(place, result.attempt.number) });
        (StatusCode::CONFLICT, Json(answer)).into_response()
    } else {
        to_result(ctx, place, &result, fields)
    })
}

fn result_path((slug, day): (&str, i64), number: i64) -> String {
    format!("{}/attempts/{number}", quiz_path(slug, day))
}

/// To the result, which may be of other answers than those that were sent: of another tab's.
fn to_result(ctx: &Ctx, place: (&str, i64), result: &AttemptResult, fields: &Fields) -> Response {
    let path = result_path(place, result.attempt.number);
    let shown: Vec<_> = result.results.iter().map(|one| one.question.clone()).collect();
    if quiz_form::answers(&shown, fields).iter().eq(result.results.iter().map(|one| &one.answer)) {
        Redirect::to(&path).into_response()
    } else {
        ctx.redirect_with(&path, Notice::HandedInBefore)
    }
}

/// `GET /courses/{slug}/days/{day}/quiz/attempts/{number}`
pub(crate) async fn result(
    State(app): State<App>,
    ctx: Ctx,
    Path((slug, day, number)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let number: i64 = number.parse().map_err(|_| Error::NotFound("attempt"))?;
    let s = &app.services;
    let actor = ctx.actor()?;
    let quiz = match quiz::quiz_page(s, actor, &slug, parse_day(&day)?).await {
        Ok(quiz) => quiz,
        Err(error) => return join_first(&ctx, &slug, error),
    };
    let result = quiz::attempt_result(s, actor, quiz.lesson.id, number).await?;
    let (course, lesson) = (&quiz.course, &quiz.lesson);
    let right = result.results.iter().filter(|one| one.correct).count();
    let path = result_path((&slug, lesson.day), number);
    let (_, next) = course.around(lesson.day);
    let view = QuizResultPage {
        page: ctx.private_page(&format!("Quiz result: {}", lesson.title), &path),
        course: course_of(course),
        day: present::small(lesson.day),
        lesson_title: lesson.title.clone(),
        score: result.attempt.score_percent,
        pass_percent: result.pass_percent,
        passed: result.attempt.passed,
        earned: earned_at(s, actor, result.attempt.submitted_at).await?,
        right_label: format!("{right} of {} right", result.results.len()),
        number,
        at: present::moment(result.attempt.submitted_at, s.clock.now(), actor.time_zone),
        verdicts: quiz_form::verdicts(&result.results),
        answers_shown: result.answers_shown,
        again: result.attempts_left != Some(0) && lesson.quiz.question_count > 0,
        attempts_left: result.attempts_left,
        // In a course that opens day by day the next lesson may be closed.
        next: next.filter(|_| !course.drip).map(|other| LessonLink {
            day: present::small(other.day),
            title: other.title.clone(),
            url: lesson_path(&slug, other.day),
        }),
    };
    ctx.render(&view)
}
