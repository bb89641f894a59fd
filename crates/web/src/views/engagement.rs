//! Leaderboards, streaks and points.

use askama::Template;

use super::common::DateText;
use super::forms::Choice;
use super::gallery::Samples;
use super::page::Page;

/// A tab or a choice that is a link.
#[derive(Clone, Debug)]
pub struct TabLink {
    /// Words.
    pub label: &'static str,
    /// Where it leads.
    pub url: String,
    /// The one that is shown.
    pub current: bool,
}

/// A place on a board.
#[derive(Clone, Debug)]
pub struct PlaceRow {
    /// From 1.
    pub rank: i64,
    /// Name.
    pub name: String,
    /// For the avatar.
    pub initials: String,
    /// The picture, if there is one.
    pub avatar_url: Option<String>,
    /// The profile, if it may be seen.
    pub url: Option<String>,
    /// Such as `1,230`.
    pub points: String,
    /// The viewer.
    pub is_me: bool,
}

/// `GET /leaderboard`
#[derive(Template)]
#[template(path = "engagement/leaderboard.html")]
pub struct LeaderboardPage {
    /// Shared page data.
    pub page: Page,
    /// Week, month, ever.
    pub periods: Vec<TabLink>,
    /// The period that is shown, as in the address.
    pub period: &'static str,
    /// Categories to choose from; the first means all.
    pub categories: Vec<Choice>,
    /// Such as `Since Monday, November 23`.
    pub since: String,
    /// The best.
    pub places: Vec<PlaceRow>,
    /// The viewer, when they aren't among the best.
    pub me: Option<PlaceRow>,
    /// The viewer is on leaderboards.
    pub listed: bool,
}

/// A day in the calendar.
#[derive(Clone, Debug)]
pub struct CalendarDay {
    /// `learned`, `frozen`, `traveled`, or empty.
    pub mark: String,
    /// 0 to 4: how much was learned.
    pub level: u8,
    /// Such as `Monday, November 23: 2 lessons`.
    pub label: String,
}

/// A week in the calendar.
#[derive(Clone, Debug)]
pub struct CalendarWeek {
    /// The month that begins in it, such as `Nov`.
    pub month: Option<&'static str>,
    /// Monday to Sunday; none after today.
    pub days: Vec<Option<CalendarDay>>,
}

/// A streak that there was.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// Such as `9 days`.
    pub days: String,
    /// Such as `November 3 to November 11`.
    pub range: String,
    /// Why it ended; none while it runs.
    pub why: Option<String>,
}

/// `GET /streak`
#[derive(Template)]
#[template(path = "engagement/streak.html")]
pub struct StreakPage {
    /// Shared page data.
    pub page: Page,
    /// Days in a row.
    pub days: i64,
    /// Such as `Today counts already.`
    pub today: String,
    /// Nothing was learned today, and the streak is alive.
    pub at_risk: bool,
    /// The longest, such as `12 days`.
    pub longest: String,
    /// Freezes in hand and the most that can be held.
    pub freezes: i64,
    /// The most freezes.
    pub most_freezes: i64,
    /// Days of a streak that earn a freeze.
    pub days_for_a_freeze: i64,
    /// When a day ends, such as `3:00 in the night, Europe/Berlin`.
    pub day_ends: String,
    /// The last weeks.
    pub weeks: Vec<CalendarWeek>,
    /// Streaks that there were.
    pub runs: Vec<RunRow>,
}

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct PointsRow {
    /// Such as `+10`.
    pub points: String,
    /// Such as `Lesson`.
    pub reason: &'static str,
    /// What it was for.
    pub title: String,
    /// When.
    pub at: DateText,
}

/// A rule of points.
#[derive(Clone, Debug)]
pub struct PointsRule {
    /// What is done.
    pub text: String,
    /// Such as `10`.
    pub points: String,
}

/// `GET /points`
#[derive(Template)]
#[template(path = "engagement/points.html")]
pub struct PointsPage {
    /// Shared page data.
    pub page: Page,
    /// Such as `1,230`.
    pub total: String,
    /// Lines, the latest first.
    pub rows: Vec<PointsRow>,
    /// What points are given for.
    pub rules: Vec<PointsRule>,
    /// Newer ones.
    pub newer_url: Option<String>,
    /// Older ones.
    pub older_url: Option<String>,
}

/// The name of a row of the calendar.
pub(crate) fn weekday(row: usize) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][row % 7]
}

impl PlaceRow {
    fn sample(rank: i64, name: &str, points: &str) -> Self {
        Self {
            rank,
            name: name.into(),
            initials: name.chars().take(1).collect(),
            avatar_url: None,
            url: (rank == 1).then(|| "/people/01935e1c".into()),
            points: points.into(),
            is_me: rank > 3,
        }
    }
}

impl Samples for LeaderboardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let tab = |label, current| TabLink { label, url: "/leaderboard".into(), current };
        let full = || Self {
            page: Page::sample_signed_in("Leaderboard", "/leaderboard"),
            periods: vec![tab("This week", true), tab("This month", false), tab("All time", false)],
            period: "week",
            categories: Choice::list(&[("", "All categories"), ("design", "Design")], ""),
            since: "Since Monday, November 23".into(),
            places: vec![
                PlaceRow::sample(1, "Ada Moreau", "240"),
                PlaceRow::sample(2, "Ben K.", "130"),
                PlaceRow::sample(2, "Chi N.", "130"),
            ],
            me: Some(PlaceRow::sample(57, "Dora L.", "10")),
            listed: true,
        };
        let empty = Self { places: Vec::new(), me: None, listed: false, ..full() };
        vec![("leaderboard", full()), ("leaderboard-empty", empty)]
    }
}

impl Samples for StreakPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let day = |mark: &str, level| {
            Some(CalendarDay { mark: mark.into(), level, label: "Monday, November 23: 1 lesson".into() })
        };
        let view = Self {
            page: Page::sample_signed_in("Your streak", "/streak"),
            days: 9,
            today: "Learn something today to keep it.".into(),
            at_risk: true,
            longest: "12 days".into(),
            freezes: 1,
            most_freezes: 2,
            days_for_a_freeze: 7,
            day_ends: "3:00 in the night, Europe/Paris".into(),
            weeks: vec![CalendarWeek {
                month: Some("Nov"),
                days: vec![
                    day("learned", 2),
                    day("frozen", 0),
                    day("learned", 4),
                    day("", 0),
                    None,
                    None,
                    None,
                ],
            }],
            runs: vec![
                RunRow { days: "9 days".into(), range: "Since November 14".into(), why: None },
                RunRow {
                    days: "12 days".into(),
                    range: "October 1 to October 12".into(),
                    why: Some("No lesson on Tuesday, October 13, and no freeze in hand.".into()),
                },
            ],
        };
        vec![("streak", view)]
    }
}

impl Samples for PointsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = Self {
            page: Page::sample_signed_in("Your points", "/points"),
            total: "80".into(),
            rows: vec![PointsRow {
                points: "+10".into(),
                reason: "Lesson",
                title: "Your first query".into(),
                at: DateText::sample("yesterday"),
            }],
            rules: vec![PointsRule { text: "Complete a lesson".into(), points: "10".into() }],
            newer_url: None,
            older_url: Some("/points?page=2".into()),
        };
        vec![("points", view)]
    }
}
