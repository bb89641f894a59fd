//! The daily review, a card at a time. Each step is a page of its own, so that it works without scripts.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use momentum_core::{
    Error, Services, catalog,
    daily_review::{self, Card, CardId, Content, Deck, ENOUGH, Grade, SESSION, Wait},
    engagement::{self, Reason},
    identity::Actor,
    learning::quiz::{Answer, ShownQuestion, right_answer},
};
use serde::Deserialize;

use super::{
    context::{Ctx, Notice},
    engagement::earned_at,
    failure::PageError,
    form::{Params, Posted},
    lessons::course_of,
    quiz_form::{line, lines, text},
    standing::lesson_path,
};
use crate::{
    App, present,
    views::{
        Earned, GradeButton, Progress, ReviewBack, ReviewCardPage, ReviewFront, ReviewRest, ReviewRestPage,
        ReviewTeaser,
    },
};

const PATH: &str = "/review";
const DONE: &str = "/review/done";

/// The time that a card takes.
const SECONDS_A_CARD: i64 = 10;

/// The review on the dashboard; none while nothing waits.
pub(super) async fn teaser(s: &Services, actor: &Actor) -> Result<Option<ReviewTeaser>, PageError> {
    let waiting = daily_review::waiting(s, actor).await?;
    Ok(waiting.map(|waiting| match waiting.due.min(number(SESSION)) {
        0 => ReviewTeaser { cards: "new cards".to_owned(), time: "About a minute".to_owned() },
        due => ReviewTeaser {
            cards: present::count(due, "card", "cards"),
            time: match (due * SECONDS_A_CARD + 59) / 60 {
                1 => "About a minute".to_owned(),
                minutes => format!("About {minutes} minutes"),
            },
        },
    }))
}

/// Which card to show with its answer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    show: String,
}

/// `GET /review`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Params(shown): Params<Shown>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let deck = daily_review::deck(s, ctx.actor()?).await?;
    let Some(card) = deck.cards.first() else {
        return ctx.render(&rest(s, &ctx, &deck).await?);
    };
    let (course, lesson) = (catalog::course_by_id(s, card.lesson.course_id).await?, &card.lesson);
    let id = card.id.to_string();
    let session = usize::try_from(deck.today.reviewed).unwrap_or(0) % SESSION;
    let view = ReviewCardPage {
        page: ctx.private_page("Daily review", PATH),
        progress: Progress {
            done: present::small(number(session)),
            total: present::small(number(session + deck.left())),
        },
        version: card.version,
        course: course_of(&course),
        lesson_title: lesson.title.clone(),
        lesson_url: lesson_path(&course.card.slug, lesson.day),
        front: front(&card.content),
        back: if shown.show == id { Some(back(card)?) } else { None },
        card: id,
    };
    ctx.render(&view)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn front(content: &Content) -> ReviewFront {
    match content {
        Content::Takeaway { place, of, cue, .. } => {
            ReviewFront::Takeaway { place: format!("{place} of {of}"), cue: cue.clone() }
        }
        Content::Question(dealt) => question(&dealt.shown()),
    }
}

fn question(shown: &ShownQuestion) -> ReviewFront {
    let list = |texts: &[String]| texts.iter().map(|text| line(text)).collect::<Vec<_>>();
    let (hint, lists) = match shown {
        ShownQuestion::Single { options, .. } => ("One of these is right.", vec![list(options)]),
        ShownQuestion::Multiple { options, .. } => ("One or more of these are right.", vec![list(options)]),
        ShownQuestion::TrueFalse { .. } => ("True or false?", Vec::new()),
        ShownQuestion::ShortAnswer { .. } => ("A word or two.", Vec::new()),
        ShownQuestion::Ordering { items, .. } => ("In which order?", vec![list(items)]),
        ShownQuestion::Matching { left, right, .. } => {
            ("What belongs together?", vec![list(left), list(right)])
        }
    };
    ReviewFront::Question { html: text(shown.text()), hint, lists }
}

fn back(card: &Card) -> Result<ReviewBack, PageError> {
    let waits = card.waits()?;
    let grades = Grade::ALL.into_iter().zip(1..).map(|(grade, key)| GradeButton {
        value: grade.as_str(),
        label: match grade {
            Grade::Again => "Again",
            Grade::Hard => "Hard",
            Grade::Good => "Good",
            Grade::Easy => "Easy",
        },
        key,
        wait: wait(waits.after(grade)),
    });
    let mut back = ReviewBack {
        text: None,
        lines: Vec::new(),
        ordered: false,
        explanation: None,
        grades: grades.collect(),
    };
    match &card.content {
        Content::Takeaway { text, .. } => back.text = Some(text.clone()),
        Content::Question(dealt) => {
            let (right, why) = (right_answer(dealt), dealt.question.explanation());
            back.ordered = matches!(right, Answer::Ordering { .. });
            back.lines = lines(&dealt.shown(), Some(&right));
            back.explanation = (!why.is_empty()).then(|| text(why));
        }
    }
    Ok(back)
}

fn wait(wait: Wait) -> String {
    match wait {
        Wait::Minutes(minutes) => format!("{minutes} min"),
        Wait::Days(days @ ..14) => present::count(days, "day", "days"),
        Wait::Days(days @ ..60) => present::count((days + 3) / 7, "week", "weeks"),
        Wait::Days(days @ ..365) => present::count((days + 15) / 30, "month", "months"),
        Wait::Days(_) => "1 year".to_owned(),
    }
}

/// A card with how well it was remembered.
#[derive(Deserialize)]
pub(crate) struct GradeForm {
    card: String,
    version: i64,
    grade: String,
}

/// `POST /review`
pub(crate) async fn grade(State(app): State<App>, posted: Posted<GradeForm>) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let grade = Grade::parse(&form.grade)
        .ok_or_else(|| Error::invalid("grade", "unknown", "Choose one of the four buttons."))?;
    let id: CardId = form.card.parse()?;
    match daily_review::grade(&app.services, ctx.actor()?, &id, grade, form.version).await {
        Ok(graded) => {
            let ends = graded.left == 0 || graded.reviewed_today % number(SESSION) == 0;
            Ok(Redirect::to(if ends { DONE } else { PATH }).into_response())
        }
        Err(Error::Conflict { .. }) => Ok(ctx.redirect_with(PATH, Notice::CardReviewed)),
        Err(Error::NotFound(_)) => Ok(ctx.redirect_with(PATH, Notice::CardGone)),
        Err(other) => Err(other.into()),
    }
}

/// `GET /review/done`
pub(crate) async fn done(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let s = &app.services;
    let deck = daily_review::deck(s, ctx.actor()?).await?;
    if deck.today.reviewed == 0 {
        return Ok(Redirect::to(PATH).into_response());
    }
    ctx.render(&rest(s, &ctx, &deck).await?)
}

async fn rest(s: &Services, ctx: &Ctx, deck: &Deck) -> Result<ReviewRestPage, PageError> {
    let actor = ctx.actor()?;
    let reviewed = deck.today.reviewed;
    let more = |count: i64| present::count(count, "more card", "more cards");
    let rest = match deck.today.done_at {
        _ if reviewed == 0 && !deck.begun => ReviewRest::Nothing,
        _ if reviewed == 0 => ReviewRest::NotDue,
        done_at => ReviewRest::Done {
            reviewed: format!("{} reviewed today", present::count(reviewed, "card", "cards")),
            missing: done_at
                .is_none()
                .then(|| (ENOUGH - reviewed).clamp(1, number(deck.cards.len()).max(1)))
                .filter(|_| !deck.cards.is_empty())
                .map(more),
            more: (!deck.cards.is_empty()).then(|| more(number(deck.left()))),
            earned: match done_at {
                Some(at) => earned(s, actor, at).await?,
                None => Earned::default(),
            },
        },
    };
    let page = ctx.private_page("Daily review", PATH);
    let next = deck.next_due_at.map(|at| next(s, actor, at, s.clock.now()));
    Ok(ReviewRestPage { page, rest, next })
}

/// What the review of the day has earned.
async fn earned(s: &Services, actor: &Actor, at: DateTime<Utc>) -> Result<Earned, PageError> {
    let days = engagement::streak(s, actor).await?.standing.days;
    Ok(Earned {
        points: Some(format!("+{} points", Reason::Review.points())),
        streak: (days > 1).then(|| format!("{} days in a row", present::number(days))),
        ..earned_at(s, actor, at).await?
    })
}

/// When the next card comes, as one says it.
fn next(s: &Services, actor: &Actor, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let day = engagement::day_at(s, actor, at);
    let wait = at - now;
    let minutes = (wait + TimeDelta::seconds(59)).num_minutes();
    match (day - engagement::day_at(s, actor, now)).num_days() {
        _ if minutes < 60 => format!("in {}", present::count(minutes.max(1), "minute", "minutes")),
        0 => "later today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=6 => format!("on {}", day.format("%A")),
        _ => format!("on {}", present::day(day)),
    }
}
