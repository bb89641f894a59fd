//! A heat map of days: weeks as columns, from Monday to Sunday.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use momentum_core::engagement::LearnerDay;

use crate::{
    present,
    views::{CalendarDay, CalendarWeek},
};

/// The last weeks until today.
pub(in crate::pages) fn weeks(days: &[LearnerDay], today: NaiveDate, weeks: i64) -> Vec<CalendarWeek> {
    let by_day: HashMap<NaiveDate, &LearnerDay> = days.iter().map(|day| (day.day, day)).collect();
    let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
    (0..weeks)
        .rev()
        .map(|ago| {
            let first = monday - TimeDelta::weeks(ago);
            let week: Vec<_> = (0..7).map(|n| first + TimeDelta::days(n)).collect();
            CalendarWeek {
                month: week.iter().find(|day| day.day() == 1).map(|day| present::short_month(*day)),
                days: week
                    .into_iter()
                    .map(|day| (day <= today).then(|| calendar_day(day, by_day.get(&day).copied())))
                    .collect(),
            }
        })
        .collect()
}

fn calendar_day(day: NaiveDate, found: Option<&LearnerDay>) -> CalendarDay {
    let Some(found) = found else {
        return CalendarDay {
            mark: String::new(),
            level: 0,
            label: format!("{}: nothing", present::day(day)),
        };
    };
    let what = match found.mark.as_str() {
        "frozen" => "a freeze kept the streak".to_owned(),
        "traveled" => "left out by a journey".to_owned(),
        _ => done_on(found),
    };
    CalendarDay {
        mark: found.mark.clone(),
        level: u8::try_from(found.lessons.clamp(i64::from(found.mark == "learned"), 4)).unwrap_or(4),
        label: format!("{}: {what}", present::day(day)),
    }
}

/// What was done on a day, such as `2 lessons, 5 cards reviewed`.
fn done_on(day: &LearnerDay) -> String {
    let lessons = present::count(day.lessons, "lesson", "lessons");
    let cards = present::count(day.reviews, "card", "cards");
    match (day.lessons, day.reviews) {
        (0, 0) => "nothing completed".to_owned(),
        (0, _) => format!("{cards} reviewed"),
        (_, 0) => lessons,
        _ => format!("{lessons}, {cards} reviewed"),
    }
}
