//! The day of a learner.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

/// When something happened, as a learner's calendar sees it. A day of learning ends a few hours after midnight where the
/// learner is, so that a lesson late at night still belongs to the evening before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: DateTime<Utc>,
    pub zone: Tz,
    /// Local hour at which days end, 0 to 6.
    pub day_end_hour: i64,
}

impl Moment {
    /// The day of learning.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.day_in(self.zone)
    }

    /// The day of learning at this moment somewhere else.
    #[must_use]
    pub fn day_in(&self, zone: Tz) -> NaiveDate {
        let local = self.at.with_timezone(&zone).naive_local();
        let shift = TimeDelta::try_hours(self.day_end_hour).unwrap_or_default();
        local.checked_sub_signed(shift).unwrap_or(local).date()
    }
}

/// Monday of the week, UTC: leaderboards begin anew for everybody at the same moment.
#[must_use]
pub fn week_of(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday()))
}

/// First of the month, UTC.
#[must_use]
pub fn month_of(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    day.with_day(1).unwrap_or(day)
}
