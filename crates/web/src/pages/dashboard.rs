//! The learner's own start page.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use momentum_core::learning::{self, Dashboard, DashboardCourse};

use super::{
    context::Ctx, daily_review, failure::PageError, recommendations, schedule::rescue_of,
    standing::lesson_path,
};
use crate::{
    App, present,
    views::{
        ContinueCard, DashboardPage, FinishedCourse, MomentumStrip, Progress, Rescue, Stat, TodayLesson,
    },
};

/// `GET /dashboard`
pub(crate) async fn show(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let now = s.clock.now();
    let dashboard = learning::dashboard(s, actor).await?;
    let active = continue_cards(&dashboard);
    let statistics = &dashboard.statistics;
    let stat = |icon, value, label: &str| Stat { icon, value, label: label.into() };
    let view = DashboardPage {
        page: ctx.page("Dashboard", "What to learn today, and how far you have come.", "/dashboard"),
        greeting: present::greeting(&actor.name, now, actor.time_zone),
        date_label: present::day(dashboard.today),
        next: active.first().cloned(),
        rescues: dashboard.active.iter().filter_map(|active| rescue(active, dashboard.today)).collect(),
        today: dashboard.active.iter().filter_map(|active| today_lesson(active, dashboard.today)).collect(),
        active,
        finished: dashboard
            .finished
            .iter()
            .map(|finished| finished_course(finished, now, actor.time_zone))
            .collect(),
        stats: if statistics.lessons_completed == 0 && statistics.time_spent_seconds == 0 {
            Vec::new()
        } else {
            vec![
                stat(
                    "book-open-check",
                    present::number(statistics.lessons_completed),
                    if statistics.lessons_completed == 1 { "lesson completed" } else { "lessons completed" },
                ),
                stat(
                    "trophy",
                    present::number(statistics.courses_completed),
                    if statistics.courses_completed == 1 { "course completed" } else { "courses completed" },
                ),
                stat("clock", present::spent(statistics.time_spent_seconds), "spent learning"),
            ]
        },
        momentum: momentum(&dashboard),
        review: daily_review::teaser(s, actor).await?,
        recommended: recommendations::cards(s, actor).await?,
    };
    ctx.render(&view)
}

fn rescue(active: &DashboardCourse, today: NaiveDate) -> Option<Rescue> {
    rescue_of(&active.course, &active.schedule, &active.days, today)
}

/// Streak, points and badges, once there are points.
fn momentum(dashboard: &Dashboard) -> Option<MomentumStrip> {
    let (statistics, streak) = (&dashboard.statistics, &dashboard.streak);
    if statistics.total_points == 0 {
        return None;
    }
    Some(MomentumStrip {
        streak: match streak.days {
            0 => "No streak yet".to_owned(),
            1 => "1 day".to_owned(),
            days => format!("{} days in a row", present::number(days)),
        },
        streak_note: match (streak.days, streak.learned_today) {
            (_, true) => "Today counts already.",
            (0, false) => "Complete a lesson or your daily review to begin one.",
            _ => "Complete a lesson or your daily review today to keep it.",
        },
        at_risk: streak.days > 0 && !streak.learned_today,
        points: present::count(statistics.total_points, "point", "points"),
        badges: present::count(statistics.badges_earned, "badge", "badges"),
    })
}

/// The next step of every course under way.
pub(crate) fn continue_cards(dashboard: &Dashboard) -> Vec<ContinueCard> {
    dashboard.active.iter().filter_map(|active| continue_card(active, dashboard.today)).collect()
}

fn continue_card(active: &DashboardCourse, today: NaiveDate) -> Option<ContinueCard> {
    let course = &active.course;
    let day = active.resume_day?;
    let lesson = course.lessons.iter().find(|lesson| lesson.day == day)?;
    // In a course that opens day by day, the next day may not be open yet.
    let waits = !active.schedule.is_open(day, today);
    Some(ContinueCard {
        slug: course.card.slug.clone(),
        course_title: course.card.title.clone(),
        category: present::category(&course.card),
        lesson_title: lesson.title.clone(),
        minutes: if waits {
            format!("Opens {}", present::opens(active.schedule.opens(day), today))
        } else {
            present::minutes(lesson.minutes)
        },
        day: present::small(day),
        url: if waits {
            format!("/courses/{}", course.card.slug)
        } else {
            lesson_path(&course.card.slug, day)
        },
        action: if waits {
            "See the course".to_owned()
        } else if active.resume_begun {
            format!("Continue day {day}")
        } else if active.plan.done_for_today {
            format!("Read ahead: day {day}")
        } else {
            format!("Start day {day}")
        },
        quizzes: quizzes(active),
        progress: Progress {
            done: present::small(active.lessons_completed),
            total: present::small(course.card.lesson_count),
        },
        cover: present::cover(&course.card),
    })
}

/// How many quizzes of a course are passed, once one was handed in.
fn quizzes(active: &DashboardCourse) -> Option<String> {
    let all: Vec<_> = active.course.lessons.iter().filter(|lesson| lesson.question_count > 0).collect();
    let standings: Vec<_> = all.iter().map(|lesson| active.quizzes.of(lesson.id)).collect();
    if standings.iter().all(|standing| standing.attempts == 0) {
        return None;
    }
    let passed = standings.iter().filter(|standing| standing.passed).count();
    Some(format!("{passed} of {} quizzes passed", all.len()))
}

/// What is due today: the first lesson that is open, or, when nothing is, today's with its tick. On a day without a lesson
/// there is none.
fn today_lesson(active: &DashboardCourse, today: NaiveDate) -> Option<TodayLesson> {
    let course = &active.course;
    let plan = active.plan;
    let planned =
        || active.days.iter().map(|(day, _)| *day).filter(|day| active.schedule.due(*day) == today).max();
    let day = if plan.done_for_today { planned()? } else { plan.next_day? };
    let lesson = course.lessons.iter().find(|lesson| lesson.day == day)?;
    Some(TodayLesson {
        course_title: course.card.title.clone(),
        category: present::category(&course.card),
        day: present::small(day),
        title: lesson.title.clone(),
        minutes: present::minutes(lesson.minutes),
        url: lesson_path(&course.card.slug, day),
        done: plan.done_for_today,
    })
}

/// A finished course in a list.
pub(crate) fn finished_course(
    finished: &learning::FinishedCourse,
    now: chrono::DateTime<chrono::Utc>,
    zone: chrono_tz::Tz,
) -> FinishedCourse {
    FinishedCourse {
        slug: finished.course.card.slug.clone(),
        title: finished.course.card.title.clone(),
        category: present::category(&finished.course.card),
        completed: present::moment(finished.completed_at, now, zone),
    }
}
