//! Streaks and points: how they stand, and why.

use axum::{extract::State, response::Response};
use chrono::{NaiveDate, TimeDelta};
use momentum_core::engagement::{
    self, DAYS_FOR_A_FREEZE, MOST_FREEZES, POINT_RULES, PastStreak, Reason, StreakHistory, Tier,
};
use serde::Deserialize;

use super::{calendar::weeks, tier_label};
use crate::{
    App,
    pages::{context::Ctx, failure::PageError, form::Params},
    present,
    views::{PointsPage, PointsRow, PointsRule, RunRow, StreakPage},
};

/// Weeks that the calendar shows: half a year.
const WEEKS: i64 = 26;

/// `GET /streak`
pub(crate) async fn streak(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let history = engagement::streak(&app.services, actor).await?;
    let standing = history.standing;
    let view = StreakPage {
        page: ctx.private_page("Your streak", "/streak"),
        days: standing.days,
        today: today(&history),
        at_risk: standing.days > 0 && !standing.learned_today,
        longest: present::count(standing.longest, "day", "days"),
        freezes: standing.freezes,
        most_freezes: MOST_FREEZES,
        days_for_a_freeze: DAYS_FOR_A_FREEZE,
        day_ends: match history.day_end_hour {
            0 => format!("at midnight, {}", zone_name(actor.time_zone)),
            hour => format!("at {hour}:00 in the night, {}", zone_name(actor.time_zone)),
        },
        weeks: weeks(&history.days, history.today, WEEKS),
        runs: history.streaks.iter().map(run).collect(),
    };
    ctx.render(&view)
}

fn zone_name(zone: chrono_tz::Tz) -> String {
    zone.name().replace('_', " ")
}

fn today(history: &StreakHistory) -> String {
    let standing = history.standing;
    if standing.learned_today {
        "Today counts already. See you tomorrow.".to_owned()
    } else if standing.frozen > 0 {
        let days = present::count(standing.frozen, "missed day", "missed days");
        format!("A freeze covers {days}. Complete a lesson or your daily review today to go on.")
    } else if standing.days > 0 {
        "Complete a lesson or your daily review today to keep it.".to_owned()
    } else {
        "Complete a lesson or your daily review today to begin a new one.".to_owned()
    }
}

fn run(run: &PastStreak) -> RunRow {
    RunRow {
        days: present::count(run.days, "day", "days"),
        range: match run.missed {
            None => format!("Since {}", present::day(run.from)),
            Some(_) if run.from == run.to => present::day(run.from),
            Some(_) => format!("{} to {}", present::day(run.from), present::day(run.to)),
        },
        why: run.missed.map(|day| why(day, run.missed_days)),
    }
}

fn why(missed: NaiveDate, days: i64) -> String {
    let from = present::day(missed);
    if days <= 1 {
        return format!("It ended because nothing was learned on {from} and there was no freeze left.");
    }
    let to = present::day(missed + TimeDelta::days(days - 1));
    format!(
        "It ended because nothing was learned from {from} to {to}, and there were not enough freezes for {days} days."
    )
}

/// Lines on a page.
const LINES: i64 = 50;

/// Which page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PointsQuery {
    page: i64,
}

/// `GET /points`
pub(crate) async fn points(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<PointsQuery>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let actor = ctx.actor()?;
    let mut page = query.page.clamp(1, 10_000);
    let (mut entries, total) = engagement::points_history(s, actor, LINES, (page - 1) * LINES).await?;
    if entries.is_empty() && total > 0 {
        // Past the end stands the last page.
        page = (total - 1) / LINES + 1;
        (entries, _) = engagement::points_history(s, actor, LINES, (page - 1) * LINES).await?;
    }
    let offset = (page - 1) * LINES;
    let now = s.clock.now();
    let at = |page: i64| format!("/points?page={page}");
    let mut rules: Vec<_> = POINT_RULES
        .iter()
        .map(|rule| PointsRule { text: rule.text.to_owned(), points: rule.points.to_string() })
        .collect();
    rules.extend(Tier::ALL.into_iter().map(|tier| PointsRule {
        text: format!("Earn a badge in {}", tier_label(tier).to_lowercase()),
        points: tier.points().to_string(),
    }));
    let view = PointsPage {
        page: ctx.private_page("Your points", "/points"),
        total: present::number(engagement::statistics(s, actor).await?.total_points),
        rows: entries
            .into_iter()
            .map(|entry| PointsRow {
                points: format!("+{}", present::number(entry.points)),
                reason: reason(entry.reason),
                title: entry.title.unwrap_or_else(|| untitled(entry.reason, entry.day)),
                at: present::moment(entry.earned_at, now, actor.time_zone),
            })
            .collect(),
        rules,
        newer_url: (page > 1).then(|| at(page - 1)),
        older_url: (offset + LINES < total).then(|| at(page + 1)),
    };
    ctx.render(&view)
}

/// What stands for a title that there isn't.
fn untitled(reason: Reason, day: NaiveDate) -> String {
    match reason {
        Reason::Review => present::day(day),
        _ => "No longer here".to_owned(),
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Lesson => "Lesson",
        Reason::Course => "Course",
        Reason::Quiz => "Quiz passed",
        Reason::PerfectQuiz => "Quiz without a mistake",
        Reason::Badge => "Badge",
        Reason::Review => "Daily review",
    }
}
