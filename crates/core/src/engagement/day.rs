//! The day of a learner.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
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

    /// When a day of learning begins where the learner is.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        // Where clocks jump over the hour, the day begins after the jump; a zone may even leave a day out.
        (self.day_end_hour..self.day_end_hour + 48)
            .filter_map(|hour| midnight.checked_add_signed(TimeDelta::try_hours(hour)?))
            .find_map(|local| local.and_local_timezone(self.zone).earliest())
            .map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_day_begins_where_the_one_before_ends(
            zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
            day_end_hour in 0_i64..=6,
            days in 0_i64..2_000,
        ) {
            let day = NaiveDate::from_ymd_opt(2022, 1, 1).unwrap() + TimeDelta::days(days);
            let at = |at| Moment { at, zone, day_end_hour };
            let start = at(DateTime::UNIX_EPOCH).start_of(day);
            prop_assert!(at(start).day() >= day);
            prop_assert!(at(start - TimeDelta::seconds(1)).day() < day);
        }
    }
}
