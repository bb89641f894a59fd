//! How a visitor stands to a course, in the words and links of a page.

use chrono::NaiveDate;
use momentum_core::{
    catalog::{self, Course, LessonOutline},
    engagement,
    learning::Standing,
};

use super::context::Ctx;
use crate::{
    App, present,
    views::{DayState, EnrollAction, OutlineDay, QuizMark},
};

/// The day of learning that it is for this visitor; who isn't signed in has UTC's.
pub(crate) fn today(app: &App, ctx: &Ctx) -> NaiveDate {
    let s = &app.services;
    ctx.actor.as_deref().map_or_else(|| s.clock.now().date_naive(), |actor| engagement::today(s, actor))
}

/// The address of a lesson.
pub(crate) fn lesson_path(slug: &str, day: i64) -> String {
    format!("/courses/{slug}/days/{day}")
}

/// The day of the first lesson: the first days may have none.
pub(crate) fn first_day(course: &Course) -> i64 {
    course.lessons.first().map_or(1, |lesson| lesson.day)
}

/// What the button of a course says to this visitor.
pub(crate) fn action(app: &App, ctx: &Ctx, course: &Course, standing: &Standing) -> EnrollAction {
    let card = &course.card;
    match standing {
        Standing::Visitor => match card.access {
            catalog::Access::Free => EnrollAction::SignInToStart,
            catalog::Access::Premium => EnrollAction::NeedsPremium,
            catalog::Access::Paid => buy(card),
        },
        Standing::MayEnroll => {
            let (day, today) = (first_day(course), today(app, ctx));
            EnrollAction::Start {
                included: card.access != catalog::Access::Free,
                day: present::small(day),
                opens: match Standing::joined(course, today) {
                    Standing::Enrolled { schedule, .. } if !schedule.is_open(day, today) => {
                        present::opens(schedule.opens(day), today)
                    }
                    _ => "right away".to_owned(),
                },
            }
        }
        Standing::NeedsPremium => EnrollAction::NeedsPremium,
        Standing::NeedsPayment => buy(card),
        Standing::Closed => EnrollAction::Unavailable,
        Standing::Enrolled { completed_at: Some(at), .. } => {
            let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
            EnrollAction::Review {
                url: lesson_path(&card.slug, first_day(course)),
                completed: present::moment(*at, app.services.clock.now(), zone),
            }
        }
        Standing::Enrolled { schedule, .. } => {
            let today = today(app, ctx);
            let day = standing.resume_day(course, today).unwrap_or(first_day(course));
            if !schedule.is_open(day, today) {
                let opens = present::opens(schedule.opens(day), today);
                return EnrollAction::Wait { day: present::small(day), opens };
            }
            EnrollAction::Continue { day: present::small(day), url: lesson_path(&card.slug, day) }
        }
    }
}

fn buy(card: &catalog::CourseCard) -> EnrollAction {
    EnrollAction::Buy { price: card.price.money().as_ref().map(present::money).unwrap_or_default() }
}

/// What was reached in the quiz of a lesson.
fn quiz_mark(standing: &Standing, lesson: &LessonOutline) -> Option<QuizMark> {
    let Standing::Enrolled { quizzes, .. } = standing else { return None };
    if lesson.question_count == 0 {
        return None;
    }
    let quiz = quizzes.of(lesson.id);
    Some(QuizMark { label: format!("Quiz {} %", quiz.best_score_percent?), passed: quiz.passed })
}

/// The days of a course as this visitor may use them; `today` is their day of learning.
pub(crate) fn outline(course: &Course, standing: &Standing, today: NaiveDate) -> Vec<OutlineDay> {
    let slug = &course.card.slug;
    let next = standing.resume_day(course, today);
    course
        .lessons
        .iter()
        .map(|lesson| {
            let state = match standing {
                Standing::Enrolled { done_days, .. } if done_days.contains(lesson.day) => DayState::Done,
                Standing::Enrolled { schedule, .. } if !schedule.is_open(lesson.day, today) => {
                    if lesson.is_preview { DayState::Preview } else { DayState::Later }
                }
                Standing::Enrolled { .. } if next == Some(lesson.day) => DayState::Current,
                Standing::Enrolled { .. } => DayState::Open,
                _ if lesson.is_preview => DayState::Preview,
                _ => DayState::Locked,
            };
            let opens = match standing {
                Standing::Enrolled { schedule, .. } if state == DayState::Later => {
                    Some(present::opens(schedule.opens(lesson.day), today))
                }
                _ => None,
            };
            OutlineDay {
                day: present::small(lesson.day),
                title: lesson.title.clone(),
                summary: lesson.summary.clone(),
                minutes: present::minutes(lesson.minutes),
                opens,
                url: (!matches!(state, DayState::Later | DayState::Locked))
                    .then(|| lesson_path(slug, lesson.day)),
                quiz: quiz_mark(standing, lesson),
                state,
            }
        })
        .collect()
}
