//! Streaks: how many days in a row somebody has learned. Plain functions of what happened when, and where.
//!
//! - A day counts once, whatever is done in it, and it is the learner's own day ([`Moment::day`]).
//! - A day is missed only when it has passed *both* where the learner last learned and where the learner is now: days that a
//!   journey swallows are bridged, and days that it gives twice count once. So travel never breaks a streak.
//! - Each seventh day of a streak earns a freeze, of which at most two are held. A missed day uses one by itself.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::Moment;

/// Freezes that can be held at a time.
pub const MOST_FREEZES: i64 = 2;

/// Days of a streak that earn a freeze.
pub const DAYS_FOR_A_FREEZE: i64 = 7;

/// A streak as it was when somebody last learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Streak {
    pub current: i64,
    pub longest: i64,
    /// The last day of learning, and where that was; nothing before the first.
    pub last: Option<(NaiveDate, Tz)>,
    /// In hand.
    pub freezes: i64,
}

/// What learning at a moment does to a streak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    pub streak: Streak,
    /// The day that the learning counts for.
    pub day: NaiveDate,
    /// The first learning of that day.
    pub is_new_day: bool,
    /// Missed days that freezes were used for.
    pub frozen: Vec<NaiveDate>,
    /// Days that a journey left out.
    pub traveled: Vec<NaiveDate>,
}

impl Streak {
    /// Learning at this moment.
    #[must_use]
    pub fn advance(&self, moment: &Moment) -> Advance {
        self.advance_to(moment, moment.day())
    }

    /// As [`Streak::advance`], for a day that was noted then: to compute a streak anew.
    #[must_use]
    pub fn advance_to(&self, moment: &Moment, day: NaiveDate) -> Advance {
        let mut streak = *self;
        let (mut frozen, mut traveled) = (Vec::new(), Vec::new());
        let Some((last, zone)) = self.last else {
            streak.current = 1;
            return streak.counted(moment, day, frozen, traveled);
        };
        if day <= last {
            // The same day again, or an earlier one after a journey west.
            streak.last = Some((last, moment.zone));
            return Advance { streak, day: last, is_new_day: false, frozen, traveled };
        }
        let gap = day_count(last, day) - 1;
        let missed = missed_days(moment, day, last, zone);
        if missed <= self.freezes {
            // The earliest days of the gap are those that passed everywhere.
            for ahead in 1..=gap {
                let day = last + TimeDelta::days(ahead);
                if ahead <= missed { frozen.push(day) } else { traveled.push(day) }
            }
            streak.freezes -= missed;
            streak.current += 1;
        } else {
            streak.current = 1;
        }
        if streak.current % DAYS_FOR_A_FREEZE == 0 {
            streak.freezes = (streak.freezes + 1).min(MOST_FREEZES);
        }
        streak.counted(moment, day, frozen, traveled)
    }

    fn counted(
        mut self,
        moment: &Moment,
        day: NaiveDate,
        frozen: Vec<NaiveDate>,
        traveled: Vec<NaiveDate>,
    ) -> Advance {
        self.longest = self.longest.max(self.current);
        self.last = Some((day, moment.zone));
        Advance { streak: self, day, is_new_day: true, frozen, traveled }
    }

    /// How the streak stands at a moment, without learning.
    #[must_use]
    pub fn standing(&self, moment: &Moment) -> Standing {
        let Some((last, zone)) = self.last else { return Standing::default() };
        let today = moment.day();
        let missed = missed_days(moment, today, last, zone);
        let alive = missed <= self.freezes;
        Standing {
            days: if alive { self.current } else { 0 },
            longest: self.longest,
            learned_today: last >= today,
            freezes: if alive { self.freezes - missed } else { self.freezes },
            frozen: if alive { missed } else { 0 },
        }
    }
}

/// How a streak stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, utoipa::ToSchema)]
pub struct Standing {
    /// Days in a row, until today or yesterday; 0 when the streak is over.
    pub days: i64,
    /// The longest there was.
    pub longest: i64,
    /// Whether today counts already.
    pub learned_today: bool,
    /// Freezes that are left.
    pub freezes: i64,
    /// Days just missed for which freezes are in use.
    pub frozen: i64,
}

/// Days after `last` and before today that have passed both here and where the last learning was.
fn missed_days(moment: &Moment, today: NaiveDate, last: NaiveDate, last_zone: Tz) -> i64 {
    let here = day_count(last, today) - 1;
    let there = day_count(last, moment.day_in(last_zone)) - 1;
    here.min(there).max(0)
}

fn day_count(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    use super::*;

    fn at(zone: Tz, text: &str, day_end_hour: i64) -> Moment {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        let at = local.and_local_timezone(zone).earliest().unwrap().with_timezone(&Utc);
        Moment { at, zone, day_end_hour }
    }

    fn learn(moments: &[Moment]) -> Streak {
        moments.iter().fold(Streak::default(), |streak, moment| streak.advance(moment).streak)
    }

    #[test]
    fn a_lesson_before_the_night_ends_counts_for_the_evening_before() {
        let zone = Tz::Europe__Berlin;
        let night = at(zone, "2026-05-06 02:30", 3);
        assert_eq!(night.day(), NaiveDate::from_ymd_opt(2026, 5, 5).unwrap());
        let streak = learn(&[at(zone, "2026-05-04 20:00", 3), night, at(zone, "2026-05-06 21:00", 3)]);
        assert_eq!(streak.current, 3);
    }

    #[test]
    fn weekends_count_and_midnight_counts_once() {
        let zone = Tz::America__Los_Angeles;
        let friday_sunday = [at(zone, "2026-05-08 20:00", 0), at(zone, "2026-05-10 09:00", 0)];
        assert_eq!(learn(&friday_sunday).current, 1, "Saturday was missed");
        let around = [at(zone, "2026-05-08 23:59", 0), at(zone, "2026-05-09 00:00", 0)];
        assert_eq!(learn(&around).current, 2, "two days, one each");
        assert_eq!(learn(&[around[0], around[0], around[1], around[1]]).current, 2);
    }

    #[test]
    fn flying_over_the_date_line_breaks_nothing() {
        let (honolulu, auckland) = (Tz::Pacific__Honolulu, Tz::Pacific__Auckland);
        // Sunday evening in Honolulu is Monday evening in Auckland; the next lesson is there on Tuesday.
        let east = [at(honolulu, "2026-06-07 19:00", 3), at(auckland, "2026-06-09 12:00", 3)];
        let first = Streak::default().advance(&east[0]).streak;
        let second = first.advance(&east[1]);
        assert_eq!(second.streak.current, 2);
        assert_eq!(second.traveled, [NaiveDate::from_ymd_opt(2026, 6, 8).unwrap()]);
        assert!(second.frozen.is_empty());
        // And back: Sunday comes a second time and counts once.
        let west = [at(auckland, "2026-06-08 09:00", 3), at(honolulu, "2026-06-07 20:00", 3)];
        let back = learn(&west);
        assert_eq!(back.current, 1);
        assert_eq!(back.advance(&at(honolulu, "2026-06-08 20:00", 3)).streak.current, 1, "the same day");
        assert_eq!(back.advance(&at(honolulu, "2026-06-09 20:00", 3)).streak.current, 2);
    }

    #[test]
    fn west_of_greenwich_today_is_not_yesterday() {
        let zone = Tz::America__New_York;
        let streak = learn(&[at(zone, "2026-03-03 21:00", 0)]);
        // Already the next day in UTC, still the same evening here.
        let evening = at(zone, "2026-03-03 22:00", 0);
        assert!(streak.standing(&evening).learned_today);
        let morning = at(zone, "2026-03-04 08:00", 0);
        let standing = streak.standing(&morning);
        assert!(!standing.learned_today);
        assert_eq!(standing.days, 1);
    }

    #[test]
    fn seven_days_earn_a_freeze_and_a_missed_day_uses_it() {
        let zone = Tz::UTC;
        let day = |n: u32| at(zone, &format!("2026-01-{n:02} 12:00"), 0);
        let week = learn(&(1..=7).map(day).collect::<Vec<_>>());
        assert_eq!((week.current, week.freezes), (7, 1));
        let waiting = week.standing(&day(9));
        assert_eq!((waiting.days, waiting.frozen, waiting.freezes), (7, 1, 0));
        let after = week.advance(&day(9));
        assert_eq!((after.streak.current, after.streak.freezes), (8, 0));
        assert_eq!(after.frozen, [NaiveDate::from_ymd_opt(2026, 1, 8).unwrap()]);
        let lost = week.advance(&day(10));
        assert_eq!((lost.streak.current, lost.streak.longest, lost.streak.freezes), (1, 7, 1));
        assert_eq!(week.standing(&day(10)).days, 0);
        let month = learn(&(1..=28).map(day).collect::<Vec<_>>());
        assert_eq!(month.freezes, MOST_FREEZES);
    }

    /// Day by day, as one would count on a calendar.
    fn by_calendar(days: &BTreeSet<NaiveDate>) -> (i64, i64, i64) {
        let (mut current, mut longest, mut freezes) = (0, 0, 0);
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return (0, 0, 0) };
        let mut gap = 0;
        for day in first.iter_days().take_while(|day| day <= last) {
            if !days.contains(&day) {
                gap += 1;
                continue;
            }
            if gap > freezes {
                current = 1;
            } else {
                freezes -= gap;
                current += 1;
                if current % 7 == 0 {
                    freezes = (freezes + 1).min(2);
                }
            }
            gap = 0;
            longest = longest.max(current);
        }
        (current, longest, freezes)
    }

    fn zones() -> impl Strategy<Value = Tz> {
        prop::sample::select(&chrono_tz::TZ_VARIANTS[..])
    }

    proptest! {
        #[test]
        fn at_home_it_is_what_a_calendar_says(
            zone in zones(),
            day_end_hour in 0_i64..=6,
            hours in prop::collection::vec(1_i64..60, 1..120),
        ) {
            let mut now: DateTime<Utc> = "2026-02-01T05:00:00Z".parse().unwrap();
            let mut days = BTreeSet::new();
            let mut streak = Streak::default();
            for wait in hours {
                now += TimeDelta::hours(wait);
                let moment = Moment { at: now, zone, day_end_hour };
                days.insert(moment.day());
                streak = streak.advance(&moment).streak;
                prop_assert_eq!(streak.standing(&moment).days, streak.current);
            }
            prop_assert_eq!((streak.current, streak.longest, streak.freezes), by_calendar(&days));
        }

        #[test]
        fn travel_never_breaks_it(
            steps in prop::collection::vec((zones(), 1_i64..=22), 1..80),
            day_end_hour in 0_i64..=6,
        ) {
            let start: DateTime<Utc> = "2026-09-20T00:30:00Z".parse().unwrap();
            let (mut now, mut streak) = (start, Streak::default());
            for (zone, wait) in steps {
                now += TimeDelta::hours(wait);
                let moment = Moment { at: now, zone, day_end_hour };
                let before = streak;
                prop_assert!(before.last.is_none() || before.standing(&moment).days > 0);
                let step = streak.advance(&moment);
                prop_assert!(step.frozen.is_empty(), "a journey costs no freeze");
                prop_assert!(before.last.is_none_or(|(last, _)| step.day >= last), "days only go on");
                streak = step.streak;
                prop_assert!(streak.current >= before.current);
            }
            // No more days than there were, give or take the date line.
            prop_assert!(streak.current <= (now - start).num_days() + 3);
        }
    }
}
