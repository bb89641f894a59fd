//! Looking through a course that a program wrote.

use axum::{
    extract::{Path, State},
    response::Response,
};
use momentum_core::{
    Error, authoring,
    catalog::CourseStatus,
    ids::CourseId,
    studio::{self, ReviewLesson},
};

use super::{PassagePage, author_label, documents::PassagesQuery, job_path, proposal_label, review_label};
use crate::{
    App,
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Params, Posted},
    },
    present,
    views::{ReviewLine, StudioReviewPage, StudioUntaughtPage},
};

/// Where a course is looked through.
pub(super) fn course_path(id: CourseId) -> String {
    format!("/admin/ai/review/{id}")
}

fn course_id(text: &str) -> Result<CourseId, Error> {
    text.parse().map_err(|_| Error::NotFound("course"))
}

/// `GET /admin/ai/review/{course}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let view = page(&app, &ctx, course_id(&id)?).await?;
    ctx.render(&view)
}

async fn page(app: &App, ctx: &Ctx, id: CourseId) -> Result<StudioReviewPage, PageError> {
    let (s, actor) = (&app.services, ctx.actor()?);
    let review = studio::review_course(s, actor, id).await?;
    let course = authoring::course(s, actor, id).await?;
    let job = review.job.as_ref();
    let missing = course.checklist.iter().filter(|item| item.required && !item.done && item.key != "review");
    Ok(StudioReviewPage {
        page: ctx.private_page(&review.title, &course_path(id)),
        course_id: id.to_string(),
        author: job.map(|job| author_label(job.author, &job.model)).unwrap_or_default(),
        score: review.score,
        approved: review.lessons.iter().filter(|lesson| !lesson.waits()).count(),
        not_at_once: not_at_once(&review.lessons),
        lessons: review.lessons.iter().map(line).collect(),
        alert: None,
        missing: missing.map(|item| item.label.clone()).collect(),
        status: course.status.as_str(),
        public_url: (course.status == CourseStatus::Published)
            .then(|| format!("/courses/{}", course.details.slug)),
        job_url: job.map(|job| job_path(job.id)),
        untaught: review.untaught,
        intro_script: review.intro_script,
        title: review.title,
    })
}

/// Which lessons keep the others from being approved all at once, and what to do.
fn not_at_once(lessons: &[ReviewLesson]) -> Option<String> {
    let days = |which: fn(&ReviewLesson) -> bool, what: &str| {
        let days: Vec<String> =
            lessons.iter().filter(|lesson| which(lesson)).map(|lesson| lesson.day.to_string()).collect();
        match days.as_slice() {
            [] => None,
            [day] => Some(format!("Day {day} is {what}.")),
            [first @ .., last] => Some(format!("Days {} and {last} are {what}.", first.join(", "))),
        }
    };
    days(|lesson| lesson.flag.is_some(), "flagged")
        .map(|which| format!("{which} Change it or approve it by itself first."))
        .or_else(|| {
            days(|lesson| lesson.rewriting, "being written anew")
                .map(|which| format!("{which} Wait for the new text, or cancel that, first."))
        })
}

fn line(lesson: &ReviewLesson) -> ReviewLine {
    let flag = lesson.flag.as_deref();
    let (state, state_label) =
        if lesson.proposed { proposal_label(flag) } else { review_label(lesson.review_state, flag) };
    let mut facts = vec![present::minutes(lesson.minutes)];
    facts.extend(lesson.score.map(|score| format!("quality {score}")));
    facts.extend(lesson.rewriting.then(|| "being written anew".to_owned()));
    facts.extend(lesson.rating.map(|rating| format!("rated {rating} of 5")));
    ReviewLine {
        id: lesson.id.to_string(),
        day: lesson.day,
        title: lesson.title.clone(),
        state,
        state_label,
        facts: facts.join(" · "),
        flag: lesson.flag.clone(),
    }
}

/// `GET /admin/ai/review/{course}/untaught`
pub(crate) async fn untaught(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
    Params(query): Params<PassagesQuery>,
) -> Result<Response, PageError> {
    let id = course_id(&id)?;
    let (s, actor) = (&app.services, ctx.actor()?);
    let review = studio::review_course(s, actor, id).await?;
    let all = studio::untaught_passages(s, actor, id).await?;
    let path = format!("{}/untaught", course_path(id));
    let PassagePage { passages, total_label, newer_url, older_url } =
        PassagePage::of(&all, query.page, &path);
    ctx.render(&StudioUntaughtPage {
        page: ctx.private_page("Passages not taught", &path),
        course_id: id.to_string(),
        title: review.title,
        passages,
        total_label,
        newer_url,
        older_url,
    })
}

/// `POST /admin/ai/review/{course}/approve`
pub(crate) async fn approve_all(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let ctx = posted.ctx;
    let id = course_id(&id)?;
    match studio::approve_all(&app.services, ctx.actor()?, id).await {
        Ok(()) => Ok(ctx.redirect_with(&course_path(id), Notice::CourseApproved)),
        Err(error @ Error::Conflict { .. }) => {
            let mut view = page(&app, &ctx, id).await?;
            view.alert = Some(error.to_string());
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use momentum_core::{authoring::ReviewState, ids::LessonId};

    fn lesson(day: i64, flag: Option<&str>) -> ReviewLesson {
        ReviewLesson {
            id: LessonId::new(),
            day,
            title: "Joins".into(),
            minutes: 16,
            review_state: ReviewState::Pending,
            proposed: false,
            rewriting: false,
            score: Some(84),
            flag: flag.map(Into::into),
            rating: Some(4),
        }
    }

    #[test]
    fn days_that_hold_the_others_back_are_named() {
        let why = |lessons: &[ReviewLesson]| not_at_once(lessons).unwrap_or_default();
        assert_eq!(not_at_once(&[lesson(1, None)]), None);
        let two = [lesson(1, Some("x")), lesson(2, None), lesson(3, Some("y"))];
        assert!(why(&two).starts_with("Days 1 and 3 are flagged. Change"), "{}", why(&two));
        assert!(why(&two[..2]).starts_with("Day 1 is flagged. Change"));
        let rewriting = ReviewLesson { rewriting: true, ..lesson(2, None) };
        assert!(why(&[rewriting]).starts_with("Day 2 is being written anew. Wait"));
    }

    #[test]
    fn a_new_text_waits_although_the_lesson_is_approved() {
        let proposed =
            ReviewLesson { proposed: true, review_state: ReviewState::Approved, ..lesson(1, None) };
        assert!(proposed.waits());
        assert_eq!(line(&proposed).state_label, "New text waits for approval");
    }

    #[test]
    fn a_line_says_how_a_lesson_stands() {
        let line = line(&lesson(1, None));
        assert_eq!((line.state, line.facts.as_str()), ("pending", "16 min · quality 84 · rated 4 of 5"));
        assert!(lesson(1, None).waits());
    }
}
