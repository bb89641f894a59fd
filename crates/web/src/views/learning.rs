//! Enrollment, dashboard, completed courses.

use askama::Template;

use super::badges::{BadgeLook, Earned};
use super::common::{CategoryTag, ContinueCard, DateText, Stat};
use super::daily_review::ReviewTeaser;
use super::gallery::Samples;
use super::page::{FlashKind, Page};
use super::plan::Rescue;
use super::recommendations::RecommendedCourse;
use super::sample_data;

/// A day of the schedule after enrollment.
#[derive(Clone, Debug)]
pub struct ScheduleDay {
    /// Day.
    pub day: u32,
    /// Title.
    pub title: String,
    /// Such as `16 min`.
    pub minutes: String,
    /// Such as `Today` or `Tuesday, November 24`.
    pub date_label: String,
}

/// `GET /courses/{slug}/enrolled`
#[derive(Template)]
#[template(path = "course/enrolled.html")]
pub struct EnrolledPage {
    /// Shared page data.
    pub page: Page,
    /// Slug of the course.
    pub slug: String,
    /// Title of the course.
    pub course_title: String,
    /// Category of the course.
    pub category: CategoryTag,
    /// 7, 14 or 21.
    pub duration_days: u8,
    /// Such as `16 min`.
    pub daily_time: String,
    /// Day and address of the first lesson, when it is open.
    pub start: Option<(u32, String)>,
    /// The first days (three or four).
    pub schedule: Vec<ScheduleDay>,
    /// Day of completion at one lesson a day, such as `Saturday, November 28`.
    pub finish_label: String,
}

/// A lesson that is due today.
#[derive(Clone, Debug)]
pub struct TodayLesson {
    /// Course.
    pub course_title: String,
    /// Its category.
    pub category: CategoryTag,
    /// Day.
    pub day: u32,
    /// Lesson.
    pub title: String,
    /// Such as `16 min`.
    pub minutes: String,
    /// Where it is.
    pub url: String,
    /// Already done today.
    pub done: bool,
}

/// A course that was completed.
#[derive(Clone, Debug)]
pub struct FinishedCourse {
    /// Slug.
    pub slug: String,
    /// Title.
    pub title: String,
    /// Category.
    pub category: CategoryTag,
    /// When.
    pub completed: DateText,
}

impl FinishedCourse {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            slug: "your-first-budget-that-holds".into(),
            title: "Your first budget that holds".into(),
            category: CategoryTag::new("finance", "Finance"),
            completed: DateText::sample("last week"),
        }
    }
}

/// Streak, points and badges in a line.
#[derive(Clone, Debug)]
pub struct MomentumStrip {
    /// Such as `4 days in a row`.
    pub streak: String,
    /// What to do for it.
    pub streak_note: &'static str,
    /// Today doesn't count yet, and the streak is alive.
    pub at_risk: bool,
    /// Such as `1,230 points`.
    pub points: String,
    /// Such as `5 badges`.
    pub badges: String,
}

impl MomentumStrip {
    fn sample() -> Self {
        Self {
            streak: "4 days in a row".into(),
            streak_note: "Complete a lesson or your daily review today to keep it.",
            at_risk: true,
            points: "230 points".into(),
            badges: "3 badges".into(),
        }
    }
}

/// `GET /dashboard`
#[derive(Template)]
#[template(path = "dashboard/index.html")]
pub struct DashboardPage {
    /// Shared page data.
    pub page: Page,
    /// Such as `Good morning, Ada`.
    pub greeting: String,
    /// The learner's own date, such as `Sunday, November 22`.
    pub date_label: String,
    /// The most recent course's next lesson.
    pub next: Option<ContinueCard>,
    /// Days that were missed in courses, when that is worth a question.
    pub rescues: Vec<Rescue>,
    /// Today's lessons, one for each active course.
    pub today: Vec<TodayLesson>,
    /// Courses in progress.
    pub active: Vec<ContinueCard>,
    /// Courses completed.
    pub finished: Vec<FinishedCourse>,
    /// Real numbers: lessons completed, courses completed, time spent.
    pub stats: Vec<Stat>,
    /// Streak, points and badges; none before the first lesson.
    pub momentum: Option<MomentumStrip>,
    /// What to review; none while nothing is due.
    pub review: Option<ReviewTeaser>,
    /// What to learn next.
    pub recommended: Vec<RecommendedCourse>,
}

/// `GET /courses/{slug}/completed`
#[derive(Template)]
#[template(path = "course/completed.html")]
pub struct CompletedPage {
    /// Shared page data.
    pub page: Page,
    /// Slug of the course.
    pub slug: String,
    /// Title of the course.
    pub course_title: String,
    /// Category of the course.
    pub category: CategoryTag,
    /// First name, or the whole name.
    pub learner_name: String,
    /// When the last lesson was completed.
    pub completed: DateText,
    /// Lessons, time spent, days.
    pub stats: Vec<Stat>,
    /// What was earned with it.
    pub earned: Earned,
    /// What to learn next; may be empty.
    pub recommended: Vec<RecommendedCourse>,
}

fn sample_stats() -> Vec<Stat> {
    let stat = |icon, value: &str, label: &str| Stat { icon, value: value.into(), label: label.into() };
    vec![
        stat("book-open-check", "18", "lessons completed"),
        stat("graduation-cap", "1", "course completed"),
        stat("clock", "4 h 35 min", "time spent"),
    ]
}

impl EnrolledPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let day = |day: u32, title: &str, date: &str| ScheduleDay {
            day,
            title: title.into(),
            minutes: "16 min".into(),
            date_label: date.into(),
        };
        Self {
            page: Page::sample_signed_in("You’re in", "/courses/sql-in-seven-days/enrolled"),
            slug: "sql-in-seven-days".into(),
            course_title: "SQL in seven days".into(),
            category: CategoryTag::new("technology", "Technology"),
            duration_days: 7,
            daily_time: "16 min".into(),
            start: Some((1, "/courses/sql-in-seven-days/days/1".into())),
            schedule: vec![
                day(1, "Your first query", "Today"),
                day(2, "Filter the rows you need", "Tomorrow"),
                day(3, "Join two tables without losing rows", "Tuesday, November 24"),
            ],
            finish_label: "Saturday, November 28".into(),
        }
    }
}

impl Samples for EnrolledPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("enrolled", Self::sample())]
    }
}

impl DashboardPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let today = |card: &ContinueCard, done| TodayLesson {
            course_title: card.course_title.clone(),
            category: card.category.clone(),
            day: card.day,
            title: card.lesson_title.clone(),
            minutes: card.minutes.clone(),
            url: card.url.clone(),
            done,
        };
        let active = vec![sample_data::next_lesson(), sample_data::other_lesson()];
        Self {
            page: Page::sample_signed_in("Dashboard", "/dashboard"),
            greeting: "Good morning, Ada".into(),
            date_label: "Sunday, November 22".into(),
            next: active.first().cloned(),
            today: active.iter().enumerate().map(|(index, card)| today(card, index == 1)).collect(),
            active,
            rescues: vec![Rescue::sample()],
            finished: vec![FinishedCourse::sample()],
            stats: sample_stats(),
            momentum: Some(MomentumStrip::sample()),
            review: Some(ReviewTeaser::sample()),
            recommended: RecommendedCourse::sample(3),
        }
    }

    fn sample_new() -> Self {
        Self {
            page: Page::sample_signed_in("Dashboard", "/dashboard")
                .with_flash(FlashKind::Success, "Welcome to Momentum, Ada."),
            next: None,
            rescues: Vec::new(),
            today: Vec::new(),
            active: Vec::new(),
            finished: Vec::new(),
            stats: Vec::new(),
            momentum: None,
            review: None,
            recommended: RecommendedCourse::sample(6),
            ..Self::sample()
        }
    }
}

impl Samples for DashboardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("dashboard", Self::sample()), ("dashboard-new", Self::sample_new())]
    }
}

impl CompletedPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in("Course completed", "/courses/sql-in-seven-days/completed"),
            slug: "sql-in-seven-days".into(),
            course_title: "SQL in seven days".into(),
            category: CategoryTag::new("technology", "Technology"),
            learner_name: "Ada".into(),
            completed: DateText::sample("today"),
            stats: vec![
                Stat { icon: "book-open-check", value: "7".into(), label: "lessons completed".into() },
                Stat { icon: "clock", value: "1 h 48 min".into(), label: "time spent".into() },
                Stat { icon: "calendar-days", value: "9 days".into(), label: "from start to finish".into() },
            ],
            earned: Earned { badges: vec![BadgeLook::sample()], ..Earned::default() },
            recommended: RecommendedCourse::sample(3),
        }
    }
}

impl Samples for CompletedPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("completed", Self::sample())]
    }
}
