use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many missed days are worth a question.
const WORTH_ASKING: i64 = 2;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// From Monday to Sunday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    /// What [`Weekday::as_str`] answered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|weekday| weekday.as_str() == text)
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// The weekdays on which somebody learns: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct Weekdays(u8);

impl Weekdays {
    /// All seven.
    pub const EVERY: Self = Self(0b111_1111);

    /// These; none when there are none.
    pub fn of(weekdays: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let bits = weekdays.into_iter().fold(0, |bits, weekday| bits | weekday.bit());
        (bits != 0).then_some(Self(bits))
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contains(self, weekday: Weekday) -> bool {
        self.0 & weekday.bit() != 0
    }

    /// They, from Monday to Sunday.
    #[must_use]
    pub fn list(self) -> Vec<Weekday> {
        Weekday::ALL.into_iter().filter(|weekday| self.contains(*weekday)).collect()
    }

    /// The first date from `day` on that falls on one of them.
    pub(super) fn on_or_after(self, day: NaiveDate) -> NaiveDate {
        day.iter_days()
            .take(7)
            .find(|date| self.0 & (1 << date.weekday().num_days_from_monday()) != 0)
            .unwrap_or(day)
    }

    /// The first date after `day` that falls on one of them.
    pub(super) fn after(self, day: NaiveDate) -> NaiveDate {
        self.on_or_after(plus(day, 1))
    }
}

impl Default for Weekdays {
    fn default() -> Self {
        Self::EVERY
    }
}

impl From<Vec<Weekday>> for Weekdays {
    fn from(list: Vec<Weekday>) -> Self {
        Self::of(list).unwrap_or_default()
    }
}

impl From<Weekdays> for Vec<Weekday> {
    fn from(weekdays: Weekdays) -> Self {
        weekdays.list()
    }
}

/// What a learner chose, as the enrollment keeps it. Empty: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// When the days are due that the course had when this was chosen.
    pub(super) due: BTreeMap<i64, NaiveDate>,
    /// On which weekdays the rest stands.
    pub(super) weekdays: Weekdays,
    /// The day on which the learner wanted to leave things as they were: what was missed before isn't asked about again.
    pub(super) left_on: Option<NaiveDate>,
    /// Counts the choices.
    pub(super) revision: i64,
    /// When the last one was made.
    pub(super) made_at: Option<DateTime<Utc>>,
}

impl Plan {
    /// Bytes in memory beside its own, about.
    pub(in crate::learning) fn weight(&self) -> usize {
        self.due.len() * 32
    }
}

/// When the lessons of a course are due for one learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    start: NaiveDate,
    drip: bool,
    plan: Plan,
}

impl Schedule {
    /// Of somebody who joined on the day of learning `start`; `drip` when the course opens day by day.
    pub(in crate::learning) fn new(start: NaiveDate, drip: bool, plan: Plan) -> Self {
        Self { start, drip, plan }
    }

    /// The learner's day of joining, as streaks count days.
    #[must_use]
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// On which weekdays the rest stands.
    #[must_use]
    pub fn weekdays(&self) -> Weekdays {
        self.plan.weekdays
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Day `day` (from 1) at a lesson a day since joining. A course that opens day by day never opens it earlier.
    pub(super) fn natural(&self, day: i64) -> NaiveDate {
        plus(self.start, day - 1)
    }

    /// The earliest date to which a choice may move this day.
    pub(super) fn earliest(&self, day: i64) -> Option<NaiveDate> {
        self.drip.then(|| self.natural(day))
    }

    /// The learner's day of learning on which lesson `day` (from 1) is due.
    #[must_use]
    pub fn due(&self, day: i64) -> NaiveDate {
        let known = &self.plan.due;
        let date = known.get(&day).copied().or_else(|| {
            // The course has got this day since the choice: it follows the one before, and doesn't pass the one behind.
            let behind = known.range(day..).next().map(|(_, date)| *date);
            let follows = known.range(..day).next_back().map(|(before, date)| {
                (0..(day - before).min(31)).fold(*date, |date, _| self.plan.weekdays.after(date))
            });
            match (follows, behind) {
                (Some(date), Some(behind)) => Some(date.min(behind)),
                (Some(date), None) => Some(date),
                (None, behind) => behind.map(|behind| behind.min(self.natural(day))),
            }
        });
        let date = date.unwrap_or_else(|| self.natural(day));
        self.earliest(day).map_or(date, |earliest| date.max(earliest))
    }

    /// The learner's day of learning on which lesson `day` (from 1) opens in a course that opens day by day (product.md L6).
    /// Choosing other dates closes nothing.
    #[must_use]
    pub fn opens(&self, day: i64) -> NaiveDate {
        self.natural(day)
    }

    /// Whether lesson `day` may be opened. What is done stays open besides.
    #[must_use]
    pub fn is_open(&self, day: i64, today: NaiveDate) -> bool {
        !self.drip || self.opens(day) <= today
    }

    /// How many days with open lessons have passed. `days` are the course's days with whether each is done.
    #[must_use]
    pub fn missed(&self, today: NaiveDate, days: &[(i64, bool)]) -> i64 {
        i64::try_from(self.missed_dates(today, days).len()).unwrap_or(i64::MAX)
    }

    /// How many days were missed, when that is worth asking what to do: two or more, and something new since the learner
    /// wanted to leave it.
    #[must_use]
    pub fn asks(&self, today: NaiveDate, days: &[(i64, bool)]) -> Option<i64> {
        let dates = self.missed_dates(today, days);
        let new = self.plan.left_on.is_none_or(|left_on| dates.iter().any(|date| *date >= left_on));
        let missed = i64::try_from(dates.len()).unwrap_or(i64::MAX);
        (new && missed >= WORTH_ASKING).then_some(missed)
    }

    fn missed_dates(&self, today: NaiveDate, days: &[(i64, bool)]) -> Vec<NaiveDate> {
        let open = days.iter().filter(|(_, done)| !done).map(|(day, _)| self.due(*day));
        let mut dates: Vec<_> = open.filter(|date| *date < today).collect();
        dates.sort_unstable();
        dates.dedup();
        dates
    }
}

/// The date so many days later.
pub(super) fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    TimeDelta::try_days(days).and_then(|delta| day.checked_add_signed(delta)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-02 is a Monday.
    fn date(n: i64) -> NaiveDate {
        plus(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(), n)
    }

    fn schedule(drip: bool, due: &[(i64, i64)], weekdays: Weekdays) -> Schedule {
        let due = due.iter().map(|(day, n)| (*day, date(*n))).collect();
        Schedule::new(date(0), drip, Plan { due, weekdays, ..Plan::default() })
    }

    #[test]
    fn nothing_chosen_is_a_lesson_a_day() {
        let plain = schedule(false, &[], Weekdays::EVERY);
        assert_eq!([1, 2, 21].map(|day| plain.due(day)), [date(0), date(1), date(20)]);
    }

    #[test]
    fn days_that_the_course_got_later_find_their_place() {
        let weekend = Weekdays::of([Weekday::Saturday, Weekday::Sunday]).unwrap();
        let chosen = schedule(false, &[(1, 0), (2, 5), (4, 12)], weekend);
        assert_eq!(chosen.due(3), date(6), "the Sunday after day 2");
        assert_eq!(chosen.due(5), date(13), "the Sunday after day 4");
        assert_eq!(chosen.due(7), date(20));
        let tight = schedule(false, &[(2, 3), (4, 3), (5, 4)], Weekdays::EVERY);
        assert_eq!(tight.due(3), date(3), "not behind the day after it");
        assert_eq!(tight.due(1), date(0), "before everything that was chosen");
    }

    #[test]
    fn a_course_that_drips_never_opens_early() {
        let early = schedule(true, &[(1, 0), (2, 0), (3, 0)], Weekdays::EVERY);
        assert_eq!(early.due(3), date(2));
        assert!(!early.is_open(3, date(1)) && early.is_open(3, date(2)));
        let late = schedule(true, &[(1, 0), (2, 8), (3, 9)], Weekdays::EVERY);
        assert!(late.is_open(3, date(2)), "what had opened doesn't close with another plan");
        assert!(schedule(false, &[], Weekdays::EVERY).is_open(7, date(0)));
    }

    #[test]
    fn two_missed_days_are_asked_about_until_they_are_left() {
        let days = [(1, true), (2, false), (3, false), (4, false)];
        let mut s = schedule(false, &[], Weekdays::EVERY);
        assert_eq!((s.missed(date(2), &days), s.asks(date(2), &days)), (1, None));
        assert_eq!(s.asks(date(3), &days), Some(2));
        s.plan.left_on = Some(date(3));
        assert_eq!(s.asks(date(3), &days), None, "left as it is");
        assert_eq!(s.asks(date(4), &days), Some(3), "one more was missed");
        let two_a_day = schedule(false, &[(2, 1), (3, 1), (4, 2)], Weekdays::EVERY);
        assert_eq!(two_a_day.missed(date(2), &days), 1, "days are counted, not lessons");
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let weekdays = Weekdays::of([Weekday::Friday, Weekday::Monday]).unwrap();
        let plan =
            Plan { due: [(3, date(4))].into(), weekdays, left_on: Some(date(2)), revision: 2, made_at: None };
        let json = serde_json::to_value(&plan).unwrap();
        assert_eq!(json["weekdays"], serde_json::json!(["monday", "friday"]));
        assert_eq!(serde_json::from_str::<Plan>(&json.to_string()).unwrap(), plan);
        assert_eq!(serde_json::from_str::<Plan>("{}").unwrap(), Plan::default());
    }
}
