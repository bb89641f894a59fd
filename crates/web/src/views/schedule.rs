//! The calendar of all courses.

use askama::Template;

use super::common::{CategoryTag, DateText};
use super::gallery::Samples;
use super::page::Page;

/// A lesson on a day of the calendar.
#[derive(Clone, Debug)]
pub struct CalendarLesson {
    /// Course.
    pub course_title: String,
    /// Its category.
    pub category: CategoryTag,
    /// Day of the course.
    pub day: u32,
    /// Title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// `done`, `due` or `open`: was due on a day that has passed.
    pub state: &'static str,
}

impl CalendarLesson {
    /// What a screen reader says before the title.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.state {
            "done" => "Done",
            "open" => "Still open",
            _ => "Planned",
        }
    }

    /// The sign beside the title.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self.state {
            "done" => "check",
            "open" => "history",
            _ => "clock",
        }
    }
}

/// A day of the calendar.
#[derive(Clone, Debug)]
pub struct MonthDay {
    /// Day of the month.
    pub number: u32,
    /// `2026-11-24`
    pub iso: String,
    /// Such as `Tuesday, November 24`.
    pub label: String,
    /// The learner's own day.
    pub today: bool,
    /// Lessons.
    pub lessons: Vec<CalendarLesson>,
}

/// A course under way and its plan.
#[derive(Clone, Debug)]
pub struct PlannedCourse {
    /// Title.
    pub title: String,
    /// Category.
    pub category: CategoryTag,
    /// Where its plan is.
    pub url: String,
    /// Such as `Finishes on Saturday, November 28`.
    pub finish: String,
}

/// The secret link for calendar programs.
#[derive(Clone, Debug)]
pub struct CalendarAddress {
    /// Its address.
    pub url: String,
    /// The same for a program that subscribes to it.
    pub subscribe_url: String,
    /// When it was made.
    pub made: DateText,
}

/// `GET /schedule`
#[derive(Template)]
#[template(path = "schedule/calendar.html")]
pub struct SchedulePage {
    /// Shared page data.
    pub page: Page,
    /// Such as `November 2026`.
    pub month: String,
    /// The month before.
    pub before_url: String,
    /// The month after.
    pub after_url: String,
    /// Today's month, when another one is shown.
    pub today_url: Option<String>,
    /// From Monday to Sunday; none outside of the month.
    pub weeks: Vec<Vec<Option<MonthDay>>>,
    /// Courses under way.
    pub courses: Vec<PlannedCourse>,
    /// The link for calendar programs.
    pub address: Option<CalendarAddress>,
    /// Time zone of the learner, such as `Europe/Berlin`.
    pub zone: String,
}

impl SchedulePage {
    /// The days with lessons, as a list.
    #[must_use]
    pub fn busy_days(&self) -> Vec<&MonthDay> {
        self.weeks.iter().flatten().flatten().filter(|day| !day.lessons.is_empty()).collect()
    }
}

impl SchedulePage {
    /// Sample data: a month that begins on a Sunday, with lessons in two courses.
    #[must_use]
    pub fn sample() -> Self {
        let lesson = |day: u32, title: &str, state| CalendarLesson {
            course_title: "SQL in seven days".into(),
            category: CategoryTag::new("technology", "Technology"),
            day,
            title: title.into(),
            url: format!("/courses/sql-in-seven-days/days/{day}"),
            state,
        };
        let other = CalendarLesson {
            course_title: "Speak so people listen".into(),
            category: CategoryTag::new("personal-development", "Personal Development"),
            url: "/courses/speak-so-people-listen/days/10".into(),
            ..lesson(10, "The pause is your friend", "due")
        };
        let lessons = |number: u32| match number {
            22 => vec![lesson(1, "Your first query", "done")],
            23 => vec![lesson(2, "Filter the rows you need", "open")],
            25 => vec![lesson(3, "Join two tables without losing rows", "due"), other.clone()],
            26 => vec![lesson(4, "Count, sum, average", "due")],
            _ => Vec::new(),
        };
        let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
        let days = (1..=30_u32).map(|number| MonthDay {
            number,
            iso: format!("2026-11-{number:02}"),
            label: format!("{}, November {number}", weekdays[(number as usize - 1) % 7]),
            today: number == 25,
            lessons: lessons(number),
        });
        let mut cells: Vec<_> = (0..6).map(|_| None).chain(days.map(Some)).collect();
        cells.resize_with(42, || None);
        Self {
            page: Page::sample_signed_in("Your schedule", "/schedule"),
            month: "November 2026".into(),
            before_url: "/schedule?month=2026-10".into(),
            after_url: "/schedule?month=2026-12".into(),
            today_url: None,
            weeks: cells.chunks(7).map(<[_]>::to_vec).collect(),
            courses: vec![PlannedCourse {
                title: "SQL in seven days".into(),
                category: CategoryTag::new("technology", "Technology"),
                url: "/courses/sql-in-seven-days/schedule".into(),
                finish: "Finishes on Saturday, November 28".into(),
            }],
            address: None,
            zone: "Europe/Berlin".into(),
        }
    }

    fn sample_linked() -> Self {
        let address = CalendarAddress {
            url: "https://momentum.example/calendar/Zm9yLXRoZS1nYWxsZXJ5LW9ubHk.ics".into(),
            subscribe_url: "webcal://momentum.example/calendar/Zm9yLXRoZS1nYWxsZXJ5LW9ubHk.ics".into(),
            made: DateText::sample("yesterday"),
        };
        Self {
            weeks: vec![vec![None; 7]],
            courses: Vec::new(),
            today_url: Some("/schedule".into()),
            address: Some(address),
            ..Self::sample()
        }
    }
}

impl Samples for SchedulePage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("schedule", Self::sample()), ("schedule-linked", Self::sample_linked())]
    }
}
