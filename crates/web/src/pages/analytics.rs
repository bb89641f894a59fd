//! What a learner has done over time.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use momentum_core::{
    engagement,
    learning::{self, Activity, Analytics, CourseRun, CourseTime, DateRange, Grain, Habits, Span, Totals},
};
use serde::Deserialize;

use super::{context::Ctx, engagement::calendar, failure::PageError, form::Params};
use crate::{
    App, present,
    views::{
        ActivityRow, AnalyticsPage, BarChart, BarValue, HabitsPart, LessonTimeRow, Metric, Rate, RunLine,
        TabLink, TimeRow,
    },
};

/// Weeks that the calendar shows: a year.
const WEEKS: i64 = 53;

/// Over how long, in which pieces.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AnalyticsQuery {
    range: String,
    by: String,
}

/// `GET /dashboard/analytics`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<AnalyticsQuery>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let span = Span::parse(&query.range).unwrap_or_default();
    let found = learning::analytics(s, actor, span, Grain::parse(&query.by)).await?;
    let day_of = |at: DateTime<Utc>| engagement::day_at(s, actor, at);
    let today = found.today;
    let longest = found.courses.first().map_or(0, |course| course.time_spent_seconds);
    let view = AnalyticsPage {
        page: ctx.private_page("Analytics", "/dashboard/analytics"),
        spans: Span::ALL.into_iter().map(|tab| span_tab(tab, span)).collect(),
        range: range_text(found.range, today),
        compared: format!("Compared with {}.", range_text(found.previous_range, today)),
        metrics: metrics(&found),
        grains: span.grains().iter().map(|tab| grain_tab(*tab, found.grain, span)).collect(),
        grain: match found.grain {
            Grain::Day => "Day",
            Grain::Week => "Week",
            Grain::Month => "Month",
        },
        charts: charts(&found),
        activity: found.activity.iter().rev().map(|piece| activity_row(piece, today)).collect(),
        rates: rates(&found),
        score: found
            .completion
            .average_score_percent
            .map(|percent| format!("Your best scores average {percent} %.")),
        time: found
            .courses
            .iter()
            .filter(|course| course.time_spent_seconds > 0 || !course.lessons.is_empty())
            .map(|course| time_row(course, longest, day_of, today))
            .collect(),
        timeline: found.timeline.iter().map(|run| run_line(run, day_of, today)).collect(),
        weeks: calendar::weeks(&found.calendar, today, WEEKS),
        habits: found.habits.as_ref().map(habits),
        is_new: found.completion.courses_joined == 0,
    };
    ctx.render(&view)
}

fn span_tab(tab: Span, current: Span) -> TabLink {
    TabLink {
        label: match tab {
            Span::Week => "7 days",
            Span::Month => "30 days",
            Span::Quarter => "90 days",
            Span::Year => "A year",
        },
        url: format!("/dashboard/analytics?range={}", tab.as_str()),
        current: tab == current,
    }
}

fn grain_tab(tab: Grain, current: Grain, span: Span) -> TabLink {
    TabLink {
        label: match tab {
            Grain::Day => "Days",
            Grain::Week => "Weeks",
            Grain::Month => "Months",
        },
        url: format!("/dashboard/analytics?range={}&by={}", span.as_str(), tab.as_str()),
        current: tab == current,
    }
}

fn range_text(range: DateRange, today: NaiveDate) -> String {
    present::dates(range.from, range.to, today)
}

fn metrics(found: &Analytics) -> Vec<Metric> {
    let (now, before) = (&found.totals, &found.previous);
    let days = found.range.days();
    let metric = |icon, of: fn(&Totals) -> i64, words: fn(i64) -> String, label: String| Metric {
        icon,
        value: words(of(now)),
        label,
        change: match of(now) - of(before) {
            0 => "As much as before".to_owned(),
            more @ 1.. => format!("{} more than before", words(more)),
            less => format!("{} less than before", words(-less)),
        },
        direction: match of(now).cmp(&of(before)) {
            std::cmp::Ordering::Greater => "up",
            std::cmp::Ordering::Less => "down",
            std::cmp::Ordering::Equal => "same",
        },
    };
    let noun = |n: i64, one: &str, many: &str| if n == 1 { one.to_owned() } else { many.to_owned() };
    vec![
        metric(
            "book-open-check",
            |totals| totals.lessons_completed,
            present::number,
            noun(now.lessons_completed, "lesson completed", "lessons completed"),
        ),
        metric("clock", minutes, present::minutes, "spent learning".to_owned()),
        metric(
            "calendar-days",
            |totals| totals.active_days,
            present::number,
            format!("of {days} days with learning"),
        ),
        metric(
            "lightbulb",
            |totals| totals.cards_reviewed,
            present::number,
            noun(now.cards_reviewed, "card reviewed", "cards reviewed"),
        ),
        metric("star", |totals| totals.points, present::number, noun(now.points, "point", "points")),
        metric(
            "trophy",
            |totals| totals.courses_completed,
            present::number,
            noun(now.courses_completed, "course completed", "courses completed"),
        ),
    ]
}

/// Whole minutes, so that those of two ranges differ by whole minutes.
fn minutes(totals: &Totals) -> i64 {
    totals.time_spent_seconds / 60
}

fn charts(found: &Analytics) -> Vec<BarChart> {
    let chart = |caption, of: fn(&Totals) -> i64, words: fn(i64) -> String| {
        let values = found.activity.iter().map(|piece| BarValue {
            amount: of(&piece.totals),
            title: format!("{}: {}", range_text(piece.range, found.today), words(of(&piece.totals))),
            label: match found.grain {
                Grain::Month => present::short_month(piece.range.from).to_owned(),
                Grain::Day | Grain::Week => {
                    format!("{} {}", present::short_month(piece.range.from), piece.range.from.day())
                }
            },
        });
        BarChart::new(caption, values.collect(), words)
    };
    vec![
        chart(
            "Lessons completed",
            |totals| totals.lessons_completed,
            |n| present::count(n, "lesson", "lessons"),
        ),
        chart("Time spent learning", |totals| totals.time_spent_seconds, present::spent),
    ]
}

fn activity_row(piece: &Activity, today: NaiveDate) -> ActivityRow {
    ActivityRow {
        range: range_text(piece.range, today),
        lessons: present::number(piece.totals.lessons_completed),
        time: present::spent(piece.totals.time_spent_seconds),
        points: present::number(piece.totals.points),
        days: present::number(piece.totals.active_days),
    }
}

fn rates(found: &Analytics) -> Vec<Rate> {
    let c = &found.completion;
    let mut rates = vec![
        Rate {
            label: "Courses",
            percent: c.course_percent,
            text: format!("{} of {} completed", c.courses_completed, c.courses_joined),
        },
        Rate {
            label: "Lessons",
            percent: c.lesson_percent,
            text: format!("{} of {} completed", c.lessons_completed, c.lessons_joined),
        },
    ];
    if c.quizzes_taken > 0 {
        rates.push(Rate {
            label: "Quizzes",
            percent: c.quiz_percent,
            text: format!("{} of {} passed", c.quizzes_passed, c.quizzes_taken),
        });
    }
    rates
}

fn time_row(
    course: &CourseTime,
    longest: i64,
    day_of: impl Fn(DateTime<Utc>) -> NaiveDate,
    today: NaiveDate,
) -> TimeRow {
    TimeRow {
        title: course.title.clone(),
        url: course.is_open.then(|| format!("/courses/{}", course.slug)),
        time: present::spent(course.time_spent_seconds),
        percent: (course.time_spent_seconds * 100).checked_div(longest).unwrap_or(0),
        lessons_done: format!("{} of {} lessons", course.lessons_completed, course.lesson_count),
        lessons: course
            .lessons
            .iter()
            .map(|lesson| LessonTimeRow {
                day: lesson.day,
                title: lesson.title.clone(),
                time: present::spent(lesson.time_spent_seconds),
                completed: lesson.completed_at.map(&day_of).map(|day| present::dates(day, day, today)),
            })
            .collect(),
    }
}

fn run_line(run: &CourseRun, day_of: impl Fn(DateTime<Utc>) -> NaiveDate, today: NaiveDate) -> RunLine {
    let begun = day_of(run.enrolled_at);
    let days = present::count(run.days, "day", "days");
    RunLine {
        title: run.title.clone(),
        url: run.is_open.then(|| format!("/courses/{}", run.slug)),
        range: match run.completed_at {
            Some(at) => present::dates(begun, day_of(at), today),
            None => format!("Since {}", present::dates(begun, begun, today)),
        },
        outcome: match run.completed_at {
            Some(_) => format!("Finished in {days}"),
            None => format!("{} % after {days}", run.progress_percent),
        },
        done: run.completed_at.is_some(),
    }
}

/// Those with the largest count, in words; none when more than two have it, because none of them stands out then.
fn best(counts: &[i64], words: impl Fn(usize) -> String) -> Vec<String> {
    let most = counts.iter().max().copied().unwrap_or(0).max(1);
    let best: Vec<usize> = (0..counts.len()).filter(|place| counts[*place] == most).collect();
    if best.len() > 2 { Vec::new() } else { best.into_iter().map(words).collect() }
}

/// When somebody completes the most lessons, as far as it can be said; `any` when they complete lessons at all.
fn when_most(weekdays: &[String], hours: &[String], any: bool) -> String {
    let on = (!weekdays.is_empty()).then(|| format!("on {}", weekdays.join(" and ")));
    let from = match hours {
        [] => None,
        [hour] => Some(format!("in the hour from {hour}")),
        hours => Some(format!("in the hours from {}", hours.join(" and "))),
    };
    let when: Vec<String> = on.into_iter().chain(from).collect();
    if !any {
        "Complete a lesson, and you will see here when you learn most.".to_owned()
    } else if when.is_empty() {
        "You learn at many times: no day and no hour stands out.".to_owned()
    } else {
        format!("You complete the most lessons {}.", when.join(" and "))
    }
}

fn habits(habits: &Habits) -> HabitsPart {
    const WEEKDAYS: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let lessons = |n| present::count(n, "lesson", "lessons");
    let hour_text = |hour: usize| match hour {
        0 => "midnight".to_owned(),
        12 => "noon".to_owned(),
        1..12 => format!("{hour} AM"),
        _ => format!("{} PM", hour - 12),
    };
    let weekdays = WEEKDAYS.iter().zip(habits.lessons_by_weekday).map(|(name, amount)| BarValue {
        amount,
        title: format!("{name}: {}", lessons(amount)),
        label: name[..3].to_owned(),
    });
    let hours = (0..24).zip(habits.lessons_by_hour).map(|(hour, amount)| BarValue {
        amount,
        title: format!("From {}: {}", hour_text(hour), lessons(amount)),
        label: hour_text(hour),
    });
    HabitsPart {
        summary: when_most(
            &best(&habits.lessons_by_weekday, |weekday| format!("{}s", WEEKDAYS[weekday % 7])),
            &best(&habits.lessons_by_hour, hour_text),
            habits.lessons_by_hour.iter().any(|lessons| *lessons > 0),
        ),
        weekdays: BarChart::new("Lessons by day of the week", weekdays.collect(), lessons),
        hours: BarChart::new("Lessons by hour of the day", hours.collect(), lessons),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ties_is_named_or_nothing_is_said() {
        let summary = |lessons_by_weekday, hours: &[usize]| {
            let mut lessons_by_hour = [0; 24];
            for hour in hours {
                lessons_by_hour[*hour] += 1;
            }
            habits(&Habits { lessons_by_weekday, lessons_by_hour }).summary
        };
        let one = summary([2, 0, 1, 0, 0, 0, 0], &[20, 20, 8]);
        assert_eq!(one, "You complete the most lessons on Mondays and in the hour from 8 PM.");
        let two = summary([2, 0, 2, 0, 0, 0, 0], &[20, 8, 20, 8]);
        assert_eq!(
            two,
            "You complete the most lessons on Mondays and Wednesdays and in the hours from 8 AM and 8 PM."
        );
        let many_days = summary([5, 5, 5, 2, 1, 5, 5], &[20, 20, 8]);
        assert_eq!(many_days, "You complete the most lessons in the hour from 8 PM.");
        let many = summary([1, 1, 1, 0, 0, 0, 0], &[7, 8, 9]);
        assert_eq!(many, "You learn at many times: no day and no hour stands out.");
        assert!(summary([0; 7], &[]).starts_with("Complete a lesson"));
    }
}
