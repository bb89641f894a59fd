//! A lesson beside what it rests on, and what is decided about it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error,
    authoring::{Change, LessonContent, LessonStatus},
    catalog::{
        CourseStatus, Question,
        markdown::{to_html, to_inline_html, to_question_html},
    },
    ids::LessonId,
    media,
    studio::{self, Grade, LessonReport, LessonRequest, LessonReview, PassageView, Seen},
};
use serde::Deserialize;

use super::{
    author_label, job_path, lesson_path, new_form::grades, passage, proposal_label, review::course_path,
    review_label,
};
use crate::{
    App,
    http::files::OPEN_FOR,
    pages::{
        account::{mark, refused, sentence},
        authoring::{changed, kind_label},
        context::{Ctx, Notice},
        failure::PageError,
        form::Posted,
    },
    present,
    views::{
        ChangeLook, DateText, GateLook, ProposalLook, QuestionLook, ReviewAnswer, SafeHtml, StudioLessonPage,
    },
};

fn lesson_id(text: &str) -> Result<LessonId, Error> {
    text.parse().map_err(|_| Error::NotFound("lesson"))
}

/// `GET /admin/ai/review/lessons/{lesson}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let view = page(&app, &ctx, lesson_id(&id)?).await?;
    ctx.render(&view)
}

/// What is looked through: the proposal if one waits, else the lesson.
struct Text<'a> {
    author: String,
    job_url: Option<String>,
    content: &'a LessonContent,
    quiz: &'a [Question],
    script: &'a str,
    report: Option<&'a LessonReport>,
    passages: &'a [PassageView],
    flag: Option<&'a str>,
    /// How the review is: its state and the words for it.
    state: (&'static str, &'static str),
}

impl<'a> Text<'a> {
    fn of(review: &'a LessonReview) -> Self {
        match &review.proposal {
            Some(proposal) => Self {
                author: author_label(proposal.author, &proposal.model),
                job_url: Some(job_path(proposal.job)),
                content: &proposal.content,
                quiz: &proposal.quiz,
                script: &proposal.script,
                report: proposal.report.as_ref(),
                passages: &proposal.passages,
                flag: proposal.flag.as_deref(),
                state: proposal_label(proposal.flag.as_deref()),
            },
            None => Self {
                author: review.author.map(|author| author_label(author, &review.model)).unwrap_or_default(),
                job_url: review.job.map(job_path),
                content: &review.lesson.content,
                quiz: &review.lesson.quiz,
                script: &review.script,
                report: review.report.as_ref(),
                passages: &review.passages,
                flag: review.flag.as_deref(),
                state: review_label(review.lesson.review_state, review.flag.as_deref()),
            },
        }
    }
}

async fn page(app: &App, ctx: &Ctx, id: LessonId) -> Result<StudioLessonPage, PageError> {
    let (s, actor) = (&app.services, ctx.actor()?);
    let review = studio::review_lesson(s, actor, id).await?;
    let lesson = &review.lesson;
    let text = Text::of(&review);
    let content = text.content;
    let html = media::responsive(s, to_html(&content.body), OPEN_FOR, true).await?;
    let (state, state_label) = text.state;
    let [flag_reason, rating_reason, instructions] = StudioLessonPage::fields();
    let has_model = s.studio.model.is_some();
    let now = s.clock.now();
    let moment = |at| -> DateText { present::moment(at, now, actor.time_zone) };
    let shown = review.proposal.is_none();
    Ok(StudioLessonPage {
        page: ctx.private_page(&format!("Day {}: {}", lesson.day, content.title), &lesson_path(id)),
        id: id.to_string(),
        course_id: lesson.course_id.to_string(),
        course_title: lesson.course_title.clone(),
        language: lesson.course_language.clone(),
        day: lesson.day,
        title: content.title.clone(),
        summary: content.summary.clone(),
        minutes: present::minutes(content.minutes),
        version: lesson.version,
        state,
        state_label,
        published: lesson.status == LessonStatus::Published && lesson.course_status != CourseStatus::Draft,
        has_draft: lesson.draft.is_some(),
        proposal: review.proposal.as_ref().map(|proposal| ProposalLook {
            job: proposal.job.to_string(),
            at: moment(proposal.created_at),
            changes: changed(&proposal.difference),
        }),
        changed: review.changed.as_ref().filter(|_| shown).map(|version| ChangeLook {
            restored: version.change == Change::Restored,
            by: version.created_by_name.clone(),
            at: moment(version.created_at),
        }),
        kept_url: review
            .kept_version
            .filter(|_| shown)
            .map(|number| format!("/admin/courses/{}/history/{number}", lesson.course_id)),
        rewriting_url: review.rewriting.map(job_path),
        rateable: review.rateable && shown,
        decided: review.decided_at.filter(|_| shown).map(|at| (review.decided_by_name.clone(), moment(at))),
        alert: None,
        content: SafeHtml::from_sanitized(html),
        action_items: content.action_items.iter().map(|item| item.text.clone()).collect(),
        takeaways: content.key_takeaways.clone(),
        questions: text.quiz.iter().map(question).collect(),
        script: text.script.to_owned(),
        score: text.report.map(|report| report.score),
        gates: text.report.map(gates).unwrap_or_default(),
        passages: text.passages.iter().map(passage).collect(),
        rating: review.rating.unwrap_or(0),
        rating_error: None,
        rating_reason: rating_reason.value(&review.rating_reason),
        flag_reason,
        instructions: has_model.then_some(instructions),
        grade: has_model.then(|| grades(app, Grade::Final)).flatten(),
        budget_used_up: review.budget_used_up,
        previous: lesson.previous.map(lesson_path),
        next: lesson.next.map(lesson_path),
        flag: text.flag.map(str::to_owned),
        author: text.author,
        job_url: text.job_url,
    })
}

fn gates(report: &LessonReport) -> Vec<GateLook> {
    report
        .gates
        .iter()
        .map(|result| GateLook {
            title: result.gate.title(),
            score: (result.weight > 0).then_some(result.score),
            passed: result.passed,
            measured: result.measured.clone(),
            findings: result.findings.clone(),
        })
        .collect()
}

fn question(question: &Question) -> QuestionLook {
    let inline = |text: &str| SafeHtml::from_sanitized(to_inline_html(text));
    let answer = |text: &str, right| ReviewAnswer { text: inline(text), right };
    let answers = match question {
        Question::Single { options, .. } | Question::Multiple { options, .. } => {
            options.iter().map(|option| answer(&option.text, option.correct)).collect()
        }
        Question::TrueFalse { answer: is_true, .. } => {
            vec![answer("True", *is_true), answer("False", !is_true)]
        }
        Question::ShortAnswer { answers, .. } => answers.iter().map(|text| answer(text, true)).collect(),
        Question::Ordering { items, .. } => items.iter().map(|text| answer(text, true)).collect(),
        Question::Matching { pairs, .. } => {
            pairs.iter().map(|pair| answer(&format!("{} → {}", pair.left, pair.right), true)).collect()
        }
    };
    QuestionLook {
        kind: kind_label(question),
        text: inline(question.text()),
        answers,
        ordered: matches!(question, Question::Ordering { .. }),
        explanation: SafeHtml::from_sanitized(to_question_html(question.explanation())),
    }
}

/// The page again, with what stands against it.
async fn again(
    app: &App,
    ctx: &Ctx,
    id: LessonId,
    error: Error,
    fill: impl FnOnce(&mut StudioLessonPage, &Error),
) -> Result<Response, PageError> {
    match error {
        Error::Invalid(_) | Error::Conflict { .. } | Error::TooManyRequests { .. } => {}
        other => return Err(other.into()),
    }
    let mut view = page(app, ctx, id).await?;
    fill(&mut view, &error);
    if !matches!(error, Error::Invalid(_)) {
        view.alert = Some(sentence(&error));
    }
    refused(ctx, &error, &view)
}

/// What is approved.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ApproveForm {
    version: Option<i64>,
    /// The job whose proposal was shown; empty without one.
    proposal: String,
    /// Where to go on.
    next: String,
}

/// `POST /admin/ai/review/lessons/{lesson}/approve`
pub(crate) async fn approve(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<ApproveForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    let seen = Seen { version: form.version, proposal: form.proposal.parse().ok() };
    match studio::approve_lesson(&app.services, ctx.actor()?, id, seen).await {
        Ok(course) => {
            let next = form.next.rsplit('/').next().and_then(|next| next.parse::<LessonId>().ok());
            let to = next.map_or_else(|| course_path(course), lesson_path);
            Ok(ctx.redirect_with(&to, Notice::LessonApproved))
        }
        Err(error) => again(&app, &ctx, id, error, |_, _| {}).await,
    }
}

/// What is discarded.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DiscardForm {
    /// The job whose proposal was shown.
    proposal: String,
}

/// `POST /admin/ai/review/lessons/{lesson}/discard`
pub(crate) async fn discard(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<DiscardForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    match studio::discard_proposal(&app.services, ctx.actor()?, id, form.proposal.parse().ok()).await {
        Ok(_) => Ok(ctx.redirect_with(&lesson_path(id), Notice::ProposalDiscarded)),
        Err(error) => again(&app, &ctx, id, error, |_, _| {}).await,
    }
}

/// Why it is flagged.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FlagForm {
    reason: String,
}

/// `POST /admin/ai/review/lessons/{lesson}/flag`
pub(crate) async fn flag(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<FlagForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    match studio::flag_lesson(&app.services, ctx.actor()?, id, &form.reason).await {
        Ok(_) => Ok(ctx.redirect_with(&lesson_path(id), Notice::LessonFlagged)),
        Err(error) => {
            let fill = |view: &mut StudioLessonPage, error: &Error| {
                view.flag_reason.value = form.reason;
                if let Error::Invalid(errors) = error {
                    mark(errors, &mut [&mut view.flag_reason]);
                }
            };
            again(&app, &ctx, id, error, fill).await
        }
    }
}

/// How good it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RateForm {
    rating: i64,
    rating_reason: String,
}

/// `POST /admin/ai/review/lessons/{lesson}/rate`
pub(crate) async fn rate(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<RateForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    match studio::rate_lesson(&app.services, ctx.actor()?, id, form.rating, &form.rating_reason).await {
        Ok(()) => Ok(ctx.redirect_with(&lesson_path(id), Notice::LessonRated)),
        Err(error) => {
            let fill = |view: &mut StudioLessonPage, error: &Error| {
                view.rating = form.rating;
                view.rating_reason.value = form.rating_reason;
                let Error::Invalid(errors) = error else { return };
                for wrong in errors.as_slice() {
                    // The service has one reason; the page has one for each form.
                    let place = match wrong.field.as_ref() {
                        "reason" => &mut view.rating_reason.error,
                        _ => &mut view.rating_error,
                    };
                    place.get_or_insert_with(|| wrong.message.to_string());
                }
            };
            again(&app, &ctx, id, error, fill).await
        }
    }
}

/// What is to be different.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RegenerateForm {
    instructions: String,
    grade: String,
}

/// `POST /admin/ai/review/lessons/{lesson}/regenerate`
pub(crate) async fn regenerate(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<RegenerateForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let id = lesson_id(&id)?;
    let request = LessonRequest {
        lesson: id,
        instructions: form.instructions.clone(),
        grade: Grade::parse(&form.grade).unwrap_or(Grade::Final),
    };
    match studio::regenerate_lesson(&app.services, ctx.actor()?, request).await {
        Ok(job) => Ok(ctx.redirect_with(&job_path(job), Notice::StudioBegun)),
        Err(error) => {
            let fill = |view: &mut StudioLessonPage, error: &Error| {
                let Some(field) = &mut view.instructions else { return };
                field.value = form.instructions;
                if let Error::Invalid(errors) = error {
                    mark(errors, &mut [field]);
                }
            };
            again(&app, &ctx, id, error, fill).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_question_shows_its_right_answer() {
        let explanation = || "Because **so**.".to_owned();
        let question = |look: &Question| {
            let look = super::question(look);
            let right: Vec<_> =
                look.answers.iter().filter(|one| one.right).map(|one| one.text.to_string()).collect();
            (look.kind, right, look.ordered)
        };
        let truth =
            Question::TrueFalse { question: "Is it?".into(), answer: false, explanation: explanation() };
        assert_eq!(question(&truth), ("True or false", vec!["False".to_owned()], false));
        let order = Question::Ordering {
            question: "Sort".into(),
            items: vec!["a".into(), "b".into()],
            explanation: explanation(),
        };
        assert_eq!(question(&order), ("Ordering", vec!["a".to_owned(), "b".to_owned()], true));
        let pair = momentum_core::catalog::Pair { left: "1".into(), right: "one".into() };
        let pairs =
            Question::Matching { question: "Match".into(), pairs: vec![pair], explanation: explanation() };
        assert_eq!(question(&pairs), ("Matching", vec!["1 → one".to_owned()], false));
    }
}
