//! The plan of a course, and the card that asks about missed days.

use askama::Template;

use super::common::CategoryTag;
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
    /// Such as `on Saturday, November 28`; none when nothing moves.
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
    /// When it is finished as planned now, such as `on Saturday, November 28`.
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
            finish: "on Saturday, November 28".into(),
            alert: None,
            options: vec![
                option(
                    "shift",
                    "Start again today",
                    "The rest begins today, one lesson a day.",
                    Some("on Monday, November 30"),
                    vec![
                        sample_date("Today", "Day 2", &[second], false),
                        sample_date("Thursday, November 26", "Day 3", &[third], false),
                    ],
                ),
                option(
                    "catch-up",
                    "Keep the finish day",
                    "2 lessons today; one on each other day.",
                    Some("on Saturday, November 28"),
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
