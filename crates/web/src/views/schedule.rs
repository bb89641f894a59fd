//! A learner's plan: the calendar of all courses, planning one anew, and the card that asks about missed days.

use askama::Template;

use super::common::{CategoryTag, DateText};
use super::forms::Choice;
use super::gallery::Samples;
use super::page::Page;

/// Says that days were missed, and leads to what can be done.
#[derive(Clone, Debug)]
pub struct Rescue {
    /// Such as `You missed two days`.
    pub title: String,
    /// The course.
    pub course_title: String,
    /// Where its plan is.
    pub url: String,
}

impl Rescue {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            title: "You missed two days".into(),
            course_title: "SQL in seven days".into(),
            url: "/courses/sql-in-seven-days/schedule".into(),
        }
    }
}

/// A date of a plan.
#[derive(Clone, Debug)]
pub struct PlanDate {
    /// Such as `Today` or `Tuesday, November 24`.
    pub date: String,
    /// Such as `Day 3` or `Days 3 and 4`.
    pub days: String,
    /// Titles of the lessons.
    pub titles: Vec<String>,
    /// All of them are done.
    pub done: bool,
}

/// A plan to choose.
#[derive(Clone, Debug)]
pub struct PlanOption {
    /// Value of the field `choice`.
    pub value: &'static str,
    /// Chosen.
    pub checked: bool,
    /// Such as `Start again today`.
    pub title: &'static str,
    /// What it means.
    pub text: String,
    /// Such as `Saturday, November 28`; none when nothing moves.
    pub finish: Option<String>,
    /// Its dates.
    pub dates: Vec<PlanDate>,
}

/// `GET /courses/{slug}/schedule`
#[derive(Template)]
#[template(path = "schedule/plan.html")]
pub struct PlanPage {
    /// Shared page data.
    pub page: Page,
    /// Slug of the course.
    pub slug: String,
    /// Its title.
    pub course_title: String,
    /// Its category.
    pub category: CategoryTag,
    /// Such as `You missed two days`; none when nothing was missed.
    pub missed: Option<String>,
    /// When it is finished as planned now.
    pub finish: String,
    /// What went wrong with a choice.
    pub alert: Option<String>,
    /// Plans to choose from; none when there is nothing to ask.
    pub options: Vec<PlanOption>,
    /// The weekdays of the one that plans by weekdays.
    pub planned_weekdays: Vec<&'static str>,
    /// The learner's day for which the plans were made: `2026-11-24`.
    pub as_of: String,
    /// Weekdays to choose.
    pub weekdays: Vec<Choice>,
    /// No weekday was chosen.
    pub weekdays_error: bool,
    /// The plan as it is.
    pub dates: Vec<PlanDate>,
}

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

fn sample_date(date: &str, days: &str, titles: &[&str], done: bool) -> PlanDate {
    let titles = titles.iter().map(|&title| title.into()).collect();
    PlanDate { date: date.into(), days: days.into(), titles, done }
}

impl PlanPage {
    /// Sample data: two days were missed.
    #[must_use]
    pub fn sample() -> Self {
        let option = |value, title, text: &str, finish: Option<&str>, dates| PlanOption {
            value,
            checked: value == "shift",
            title,
            text: text.into(),
            finish: finish.map(Into::into),
            dates,
        };
        let (second, third, fourth) =
            ("Filter the rows you need", "Join two tables without losing rows", "Count, sum, average");
        Self {
            page: Page::sample_signed_in("Your plan", "/courses/sql-in-seven-days/schedule"),
            slug: "sql-in-seven-days".into(),
            course_title: "SQL in seven days".into(),
            category: CategoryTag::new("technology", "Technology"),
            missed: Some("You missed two days".into()),
            finish: "Saturday, November 28".into(),
            alert: None,
            options: vec![
                option(
                    "shift",
                    "Start again today",
                    "The rest begins today, one lesson a day.",
                    Some("Monday, November 30"),
                    vec![
                        sample_date("Today", "Day 2", &[second], false),
                        sample_date("Thursday, November 26", "Day 3", &[third], false),
                    ],
                ),
                option(
                    "catch-up",
                    "Keep the finish day",
                    "2 lessons on Today and Thursday, November 26, then one a day.",
                    Some("Saturday, November 28"),
                    vec![
                        sample_date("Today", "Days 2 and 3", &[second, third], false),
                        sample_date("Thursday, November 26", "Day 4", &[fourth], false),
                    ],
                ),
                option("leave", "Leave it as it is", "Nothing moves.", None, Vec::new()),
            ],
            planned_weekdays: Vec::new(),
            as_of: "2026-11-25".into(),
            weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
                .into_iter()
                .map(|name| Choice { value: name.to_lowercase(), label: name.into(), selected: true })
                .collect(),
            weekdays_error: false,
            dates: vec![
                sample_date("Sunday, November 22", "Day 1", &["Your first query"], true),
                sample_date("Monday, November 23", "Day 2", &[second], false),
            ],
        }
    }

    fn sample_on_track() -> Self {
        Self { missed: None, options: Vec::new(), weekdays_error: true, ..Self::sample() }
    }

    fn sample_weekdays() -> Self {
        let weekdays = PlanOption {
            value: "weekdays",
            title: "Learn on Monday and Friday",
            text: "One lesson on each of these days.".into(),
            ..Self::sample().options.remove(0)
        };
        Self {
            missed: None,
            options: vec![weekdays],
            planned_weekdays: vec!["monday", "friday"],
            alert: Some("A new day has begun meanwhile. Look at the new dates first.".into()),
            ..Self::sample()
        }
    }
}

impl Samples for PlanPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("plan", Self::sample()),
            ("plan-on-track", Self::sample_on_track()),
            ("plan-weekdays", Self::sample_weekdays()),
        ]
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
