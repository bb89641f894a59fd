//! The rules of learning as plain functions.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{DoneDays, Schedule};
use crate::{
    catalog::{Access, Course},
    error::Error,
    identity::Role,
    ids::LessonId,
};

/// More than this in one report is not learning but a tab left open.
const MOST_AT_ONCE: TimeDelta = TimeDelta::hours(1);

/// Whether somebody of this role may join a course with this access. Paid courses come with premium membership unless the
/// course says otherwise.
pub(crate) fn may_enroll(access: Access, premium_included: bool, role: Role) -> Result<(), Error> {
    match (access, role) {
        (Access::Free, _) | (_, Role::Admin) | (Access::Premium, Role::Premium) => Ok(()),
        (Access::Paid, Role::Premium) if premium_included => Ok(()),
        (Access::Premium, Role::Free) => {
            Err(Error::forbidden("premium-required", "This course is for premium members."))
        }
        (Access::Paid, _) => Err(Error::PaymentRequired("This course has to be bought first.")),
    }
}

/// Whole percent of a course that is done: 100 only when all of it is.
#[must_use]
pub(super) fn percent(done: i64, total: i64) -> i64 {
    if total <= 0 { 0 } else { (done * 100 / total).clamp(0, 100) }
}

/// Days from joining to finishing, in percent of a course's length: at least one day.
#[must_use]
pub(super) fn pace_percent(days: i64, duration_days: i64) -> i64 {
    days.max(1) * 100 / duration_days.max(1)
}

/// How much of `claimed` seconds to believe: never negative, never more than has passed since time was last
/// counted for this person, whichever lesson that was in.
#[must_use]
pub(super) fn honest_seconds(claimed: i64, counted_until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let passed = (now - counted_until).clamp(TimeDelta::zero(), MOST_AT_ONCE);
    claimed.clamp(0, passed.num_seconds())
}

/// Where a learner stands in a course today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPlan {
    /// The day of the course that the calendar has reached, 1 to its length.
    pub scheduled_day: i64,
    /// The first day that is not done yet; none when all are.
    pub next_day: Option<i64>,
    /// Days that were due before today and are not done.
    pub behind: i64,
    /// Whether everything up to today's lesson is done: nothing is due.
    pub done_for_today: bool,
}

/// Compares what is done with the schedule. `days` are the course's days in order with whether each is done;
/// `today` is the learner's day of learning.
#[must_use]
pub(super) fn plan(schedule: &Schedule, today: NaiveDate, days: &[(i64, bool)]) -> DayPlan {
    let open = || days.iter().filter(|(_, done)| !done).map(|(day, _)| schedule.due(*day));
    let reached = days.iter().map(|(day, _)| *day).filter(|day| schedule.due(*day) <= today).max();
    let behind = open().filter(|date| *date < today).count();
    let due = open().any(|date| date <= today);
    DayPlan {
        scheduled_day: reached.or_else(|| days.first().map(|(day, _)| *day)).unwrap_or(1),
        next_day: days.iter().find(|(_, done)| !done).map(|(day, _)| *day),
        behind: i64::try_from(behind).unwrap_or(i64::MAX),
        done_for_today: !due,
    }
}

/// Where to go on in a course: see [`super::Standing::resume_day`].
#[must_use]
pub(super) fn resume_day(
    course: &Course,
    schedule: &Schedule,
    done: DoneDays,
    last_lesson: Option<LessonId>,
    today: NaiveDate,
) -> Option<i64> {
    let days: Vec<_> = course.lessons.iter().map(|lesson| (lesson.day, done.contains(lesson.day))).collect();
    let left_at =
        course.lessons.iter().find(|lesson| Some(lesson.id) == last_lesson).map(|lesson| lesson.day);
    day_to_resume(&days, left_at.filter(|day| schedule.is_open(*day, today)))
}

/// The lesson that somebody was in last, unless it is done; then the first that is not.
#[must_use]
fn day_to_resume(days: &[(i64, bool)], left_at: Option<i64>) -> Option<i64> {
    let open = |day: i64| days.iter().any(|(known, done)| *known == day && !done);
    left_at.filter(|day| open(*day)).or_else(|| days.iter().find(|(_, done)| !done).map(|(day, _)| *day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::schedule::Plan, *};

    fn schedule(start: i64) -> Schedule {
        Schedule::new(day(start), false, Plan::default())
    }

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() + TimeDelta::days(n)
    }

    fn done(flags: &[bool]) -> Vec<(i64, bool)> {
        (1..).zip(flags.iter().copied()).collect()
    }

    #[test]
    fn access_follows_the_plan() {
        assert!(may_enroll(Access::Free, true, Role::Free).is_ok());
        assert!(matches!(may_enroll(Access::Premium, true, Role::Free), Err(Error::Forbidden { .. })));
        assert!(matches!(may_enroll(Access::Paid, true, Role::Free), Err(Error::PaymentRequired(_))));
        assert!(matches!(may_enroll(Access::Paid, false, Role::Premium), Err(Error::PaymentRequired(_))));
        assert!(may_enroll(Access::Paid, false, Role::Admin).is_ok());
        for role in [Role::Premium, Role::Admin] {
            for access in Access::ALL {
                assert!(may_enroll(*access, true, role).is_ok());
            }
        }
    }

    #[test]
    fn the_plan_tells_today_from_yesterday() {
        let fresh = plan(&schedule(0), day(0), &done(&[false; 7]));
        assert_eq!(fresh, DayPlan { scheduled_day: 1, next_day: Some(1), behind: 0, done_for_today: false });

        let mut flags = [false; 7];
        flags[0] = true;
        assert!(plan(&schedule(0), day(0), &done(&flags)).done_for_today);
        let tomorrow = plan(&schedule(0), day(1), &done(&flags));
        assert_eq!((tomorrow.scheduled_day, tomorrow.next_day, tomorrow.done_for_today), (2, Some(2), false));
        assert_eq!(plan(&schedule(0), day(3), &done(&flags)).behind, 2, "days 2 and 3 were missed");
        assert_eq!(plan(&schedule(0), day(40), &done(&[true; 7])).next_day, None);
    }

    #[test]
    fn one_goes_on_where_one_left_off() {
        let days = done(&[true, false, false, true]);
        assert_eq!(day_to_resume(&days, None), Some(2));
        assert_eq!(day_to_resume(&days, Some(3)), Some(3), "left unfinished");
        assert_eq!(day_to_resume(&days, Some(4)), Some(2), "done since");
        assert_eq!(day_to_resume(&days, Some(9)), Some(2), "gone since");
        assert_eq!(day_to_resume(&done(&[true; 3]), Some(1)), None);
    }

    #[test]
    fn travelling_west_on_the_first_day_is_still_day_one() {
        assert_eq!(plan(&schedule(1), day(0), &done(&[false; 7])).scheduled_day, 1);
    }

    proptest! {
        #[test]
        fn percent_is_100_only_when_all_is_done(total in 1_i64..60, done in 0_i64..60) {
            let done = done.min(total);
            let percent = percent(done, total);
            prop_assert!((0..=100).contains(&percent));
            prop_assert_eq!(percent == 100, done == total);
        }

        #[test]
        fn no_second_is_counted_that_did_not_pass(claims in prop::collection::vec((any::<i64>(), 0_i64..5_000), 0..40)) {
            let start = DateTime::<Utc>::UNIX_EPOCH;
            let (mut now, mut counted_until, mut sum) = (start, start, 0);
            for (claimed, wait) in claims {
                now += TimeDelta::seconds(wait);
                sum += honest_seconds(claimed, counted_until, now);
                counted_until = now;
            }
            prop_assert!(sum >= 0);
            prop_assert!(sum <= (now - start).num_seconds());
        }

        #[test]
        fn the_plan_stays_inside_the_course(flags in prop::collection::vec(any::<bool>(), 1..22), offset in -40_i64..60) {
            let days = done(&flags);
            let plan = plan(&schedule(0), day(offset), &days);
            let length = i64::try_from(flags.len()).unwrap();
            prop_assert!((1..=length).contains(&plan.scheduled_day));
            prop_assert!(plan.behind <= length);
            prop_assert_eq!(plan.next_day.is_none(), flags.iter().all(|f| *f));
            prop_assert!(!(plan.done_for_today && plan.behind > 0));
        }
    }
}
