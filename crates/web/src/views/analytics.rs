//! What a learner has done over time.

use askama::Template;

use super::chart::{BarChart, Value};
use super::engagement::{CalendarWeek, TabLink};
use super::gallery::Samples;
use super::page::Page;

/// A number and how it compares with the time before.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Name of the icon.
    pub icon: &'static str,
    /// Such as `12`.
    pub value: String,
    /// Such as `lessons completed`.
    pub label: String,
    /// Such as `4 more than before`.
    pub change: String,
    /// `up`, `down` or `same`.
    pub direction: &'static str,
}

/// A piece of the time, as a row of the table.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    /// Such as `November 23 to November 29`.
    pub range: String,
    /// Lessons completed.
    pub lessons: String,
    /// Such as `1 h 20 min`.
    pub time: String,
    /// Points.
    pub points: String,
    /// Days on which something was learned.
    pub days: String,
}

/// How much of what was begun is done.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Such as `Courses`.
    pub label: &'static str,
    /// 0 to 100.
    pub percent: i64,
    /// Such as `2 of 5 completed`.
    pub text: String,
}

/// Where time went.
#[derive(Clone, Debug)]
pub struct TimeRow {
    /// The course.
    pub title: String,
    /// Its page, while there is one.
    pub url: Option<String>,
    /// Such as `2 h 5 min`.
    pub time: String,
    /// Against the course with the most, 0 to 100.
    pub percent: i64,
    /// Such as `5 of 7 lessons`.
    pub lessons_done: String,
    /// Its lessons.
    pub lessons: Vec<LessonTimeRow>,
}

/// Time in a lesson.
#[derive(Clone, Debug)]
pub struct LessonTimeRow {
    /// Such as `Day 3`.
    pub day: i64,
    /// Title.
    pub title: String,
    /// Such as `18 min`.
    pub time: String,
    /// When it was completed.
    pub completed: Option<String>,
}

/// A course from joining to finishing.
#[derive(Clone, Debug)]
pub struct RunLine {
    /// The course.
    pub title: String,
    /// Its page, while there is one.
    pub url: Option<String>,
    /// Such as `October 3 to October 11, 2026`.
    pub range: String,
    /// Such as `finished in 9 days` or `60 % after 5 days`.
    pub outcome: String,
    /// It is finished.
    pub done: bool,
}

/// When lessons are completed.
#[derive(Clone, Debug)]
pub struct HabitsPart {
    /// Such as `Most lessons are completed on Tuesdays, around 8 in the evening.`
    pub summary: String,
    /// By day of the week.
    pub weekdays: BarChart,
    /// By hour of the day.
    pub hours: BarChart,
}

/// `GET /dashboard/analytics`
#[derive(Template)]
#[template(path = "dashboard/analytics.html")]
pub struct AnalyticsPage {
    /// Shared page data.
    pub page: Page,
    /// 7 days to a year.
    pub spans: Vec<TabLink>,
    /// Such as `October 28 to November 26, 2026`.
    pub range: String,
    /// Such as `Compared with September 28 to October 27.`
    pub compared: String,
    /// The numbers.
    pub metrics: Vec<Metric>,
    /// Days, weeks, months, as far as they fit the time.
    pub grains: Vec<TabLink>,
    /// Such as `Day`.
    pub grain: &'static str,
    /// Lessons and time.
    pub charts: Vec<BarChart>,
    /// The same in numbers.
    pub activity: Vec<ActivityRow>,
    /// Courses, lessons, quizzes.
    pub rates: Vec<Rate>,
    /// Such as `Best scores average 82 %.`
    pub score: Option<String>,
    /// Where time went, the longest first.
    pub time: Vec<TimeRow>,
    /// Courses as they were joined and finished.
    pub timeline: Vec<RunLine>,
    /// The last year.
    pub weeks: Vec<CalendarWeek>,
    /// For premium members.
    pub habits: Option<HabitsPart>,
    /// Nothing was joined yet.
    pub is_new: bool,
}

impl Samples for AnalyticsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let tab = |label, current| TabLink { label, url: "/dashboard/analytics".into(), current };
        let chart = |caption| {
            let value = |amount: i64| Value {
                amount,
                title: format!("November {amount}: {amount} lessons"),
                label: format!("Nov {amount}"),
            };
            BarChart::new(caption, (0..30).map(|day| value(day * 7 % 5)).collect(), |most| most.to_string())
        };
        let full = || Self {
            page: Page::sample_signed_in("Analytics", "/dashboard/analytics"),
            spans: vec![
                tab("7 days", false),
                tab("30 days", true),
                tab("90 days", false),
                tab("A year", false),
            ],
            range: "October 28 to November 26, 2026".into(),
            compared: "Compared with September 28 to October 27.".into(),
            metrics: vec![
                Metric {
                    icon: "book-open-check",
                    value: "12".into(),
                    label: "lessons completed".into(),
                    change: "4 more than before".into(),
                    direction: "up",
                },
                Metric {
                    icon: "clock",
                    value: "3 h 5 min".into(),
                    label: "spent learning".into(),
                    change: "20 min less than before".into(),
                    direction: "down",
                },
            ],
            grains: vec![tab("Days", true), tab("Weeks", false)],
            grain: "Day",
            charts: vec![chart("Lessons completed"), chart("Minutes spent")],
            activity: vec![ActivityRow {
                range: "November 23".into(),
                lessons: "2".into(),
                time: "31 min".into(),
                points: "25".into(),
                days: "1".into(),
            }],
            rates: vec![
                Rate { label: "Courses", percent: 40, text: "2 of 5 completed".into() },
                Rate { label: "Lessons", percent: 61, text: "31 of 50 completed".into() },
            ],
            score: Some("Best scores average 82 %.".into()),
            time: vec![TimeRow {
                title: "SQL in seven days".into(),
                url: Some("/courses/sql-in-seven-days".into()),
                time: "2 h 5 min".into(),
                percent: 100,
                lessons_done: "5 of 7 lessons".into(),
                lessons: vec![LessonTimeRow {
                    day: 1,
                    title: "Your first query".into(),
                    time: "18 min".into(),
                    completed: Some("November 23".into()),
                }],
            }],
            timeline: vec![
                RunLine {
                    title: "SQL in seven days".into(),
                    url: Some("/courses/sql-in-seven-days".into()),
                    range: "Since November 20".into(),
                    outcome: "71 % after 6 days".into(),
                    done: false,
                },
                RunLine {
                    title: "Your first budget that holds".into(),
                    url: None,
                    range: "October 3 to October 11, 2026".into(),
                    outcome: "Finished in 9 days".into(),
                    done: true,
                },
            ],
            weeks: vec![CalendarWeek { month: Some("Nov"), days: vec![None; 7] }],
            habits: Some(HabitsPart {
                summary: "Most lessons are completed on Tuesdays, around 8 PM.".into(),
                weekdays: chart("Lessons by day of the week"),
                hours: chart("Lessons by hour of the day"),
            }),
            is_new: false,
        };
        let empty = Self {
            charts: Vec::new(),
            time: Vec::new(),
            timeline: Vec::new(),
            habits: None,
            score: None,
            is_new: true,
            ..full()
        };
        vec![("analytics", full()), ("analytics-empty", empty)]
    }
}
