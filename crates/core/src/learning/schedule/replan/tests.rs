use chrono::Datelike;
use proptest::prelude::*;

use super::{
    super::plan::{Weekday, plus},
    *,
};

/// 2026-03-02 is a Monday.
fn date(n: i64) -> NaiveDate {
    plus(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(), n)
}

fn days(done: &[bool]) -> Vec<(i64, bool)> {
    (1..).zip(done.iter().copied()).collect()
}

fn fresh(drip: bool) -> Schedule {
    Schedule::new(date(0), drip, Plan::default())
}

fn ground<'a>(schedule: &'a Schedule, days: &'a [(i64, bool)], today: i64) -> Ground<'a> {
    Ground { schedule, days, today: date(today), learned_today: false }
}

fn numbers(proposal: &Proposal) -> Vec<(i64, i64)> {
    proposal.due.iter().map(|(day, on)| (*day, (*on - date(0)).num_days())).collect()
}

#[test]
fn shifting_starts_today_and_moves_the_finish() {
    let (schedule, days) = (fresh(false), days(&[true, false, false, false, false, false, false]));
    let proposal = ground(&schedule, &days, 3).propose(Choice::Shift).unwrap();
    assert_eq!(numbers(&proposal), [(2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8)]);
    let learned = Ground { learned_today: true, ..ground(&schedule, &days, 3) };
    assert_eq!(learned.propose(Choice::Shift).unwrap().due[0], (2, date(4)), "today has its lesson");
}

#[test]
fn catching_up_doubles_until_it_is_caught_up() {
    let (schedule, days) = (fresh(false), days(&[true, false, false, false, false, false, false]));
    let proposal = ground(&schedule, &days, 3).propose(Choice::CatchUp).unwrap();
    assert_eq!(numbers(&proposal), [(2, 3), (3, 3), (4, 4), (5, 4), (6, 5), (7, 6)]);
    let late = ground(&schedule, &days, 6).propose(Choice::CatchUp).unwrap();
    assert_eq!(late.by_date().len(), 1, "all on the last day");
    assert_eq!(ground(&schedule, &days, 7).propose(Choice::CatchUp), None, "the finish has passed");
    let mut nothing_missed = days.clone();
    (nothing_missed[1].1, nothing_missed[2].1) = (true, true);
    let same = ground(&schedule, &nothing_missed, 3).propose(Choice::CatchUp).unwrap();
    assert_eq!(numbers(&same), [(4, 3), (5, 4), (6, 5), (7, 6)]);
}

#[test]
fn weekdays_leave_the_others_free() {
    let (schedule, days) = (fresh(false), days(&[true, false, false, false]));
    let chosen = Weekdays::of([Weekday::Monday, Weekday::Wednesday, Weekday::Friday]).unwrap();
    let proposal = ground(&schedule, &days, 1).propose(Choice::Weekdays(chosen)).unwrap();
    assert_eq!(numbers(&proposal), [(2, 2), (3, 4), (4, 7)]);
    let kept = ground(&schedule, &days, 1).choose(Choice::Weekdays(chosen)).unwrap();
    let later = Schedule::new(date(0), false, kept);
    let shifted = ground(&later, &days, 8).propose(Choice::Shift).unwrap();
    assert_eq!(numbers(&shifted), [(2, 9), (3, 11), (4, 14)], "a shift keeps to them");
}

#[test]
fn leaving_it_moves_nothing() {
    let (schedule, days) = (fresh(false), days(&[false; 7]));
    let left = ground(&schedule, &days, 3).choose(Choice::Leave).unwrap();
    assert_eq!(left, Plan { left_on: Some(date(3)), ..Plan::default() });
    assert_eq!(ground(&schedule, &[(1, true)], 3).choose(Choice::Shift), None, "nothing is open");
}

fn choices() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::Shift),
        Just(Choice::CatchUp),
        prop::sample::subsequence(Weekday::ALL.to_vec(), 1..=7)
            .prop_map(|list| Choice::Weekdays(Weekdays::of(list).unwrap())),
        Just(Choice::Leave),
    ]
}

/// A choice after so many days, with what was done meanwhile: bit `n` for day `n + 1`.
fn life() -> impl Strategy<Value = Vec<(Choice, i64, u32, bool)>> {
    prop::collection::vec((choices(), 0_i64..9, any::<u32>(), any::<bool>()), 1..6)
}

proptest! {
    #[test]
    fn every_plan_keeps_its_promises(
        length in 1_usize..22, first_day in 0_i64..7, drip in any::<bool>(), life in life(),
    ) {
        let start = date(first_day);
        let mut schedule = Schedule::new(start, drip, Plan::default());
        let mut days = days(&vec![false; length]);
        let mut today = start;
        for (choice, wait, done, learned_today) in life {
            today = plus(today, wait);
            for (day, is_done) in &mut days {
                *is_done |= done >> (*day - 1) & done >> 7 & 1 == 1 && schedule.is_open(*day, today);
            }
            let ground = Ground { schedule: &schedule, days: &days, today, learned_today };
            let Some(plan) = ground.choose(choice) else {
                let open: Vec<_> = days.iter().filter(|(_, done)| !done).collect();
                let past = open.iter().all(|(day, _)| schedule.due(*day) < today);
                prop_assert!(open.is_empty() || (choice == Choice::CatchUp && past));
                continue;
            };
            let next = Schedule::new(start, drip, plan);
            let open: Vec<i64> = days.iter().filter(|(_, done)| !done).map(|(day, _)| *day).collect();
            let before: Vec<_> = open.iter().map(|day| schedule.due(*day)).collect();
            let after: Vec<_> = open.iter().map(|day| next.due(*day)).collect();
            for (day, done) in &days {
                if *done || choice == Choice::Leave {
                    prop_assert_eq!(next.due(*day), schedule.due(*day), "what is done doesn't move");
                }
                prop_assert!(!drip || next.due(*day) >= plus(start, day - 1), "a drip never opens early");
            }
            if choice != Choice::Leave {
                prop_assert!(after.iter().all(|date| *date >= today), "never before today");
                prop_assert!(after.is_sorted(), "in their order");
                prop_assert_eq!(next.asks(today, &days), None, "nothing to ask about");
            }
            match choice {
                Choice::CatchUp => {
                    prop_assert_eq!(after.iter().max(), before.iter().max(), "the finish stays");
                    prop_assert!(after.iter().zip(&before).all(|(after, before)| after >= before), "nothing is pulled");
                }
                Choice::Shift | Choice::Weekdays(_) => {
                    prop_assert!(after.windows(2).all(|pair| pair[0] < pair[1]), "one a day");
                    let weekday = |date: &NaiveDate| Weekday::ALL[date.weekday().num_days_from_monday() as usize];
                    prop_assert!(after.iter().all(|date| next.weekdays().contains(weekday(date))));
                    if let Choice::Weekdays(chosen) = choice {
                        prop_assert_eq!(next.weekdays(), chosen);
                    }
                }
                Choice::Leave => prop_assert_eq!(next.asks(today, &days), None),
            }
            let again = Ground { schedule: &next, days: &days, today, learned_today }.choose(choice);
            prop_assert_eq!(again.as_ref(), Some(next.plan()), "the same choice again changes nothing");
            schedule = next;
        }
        // Whatever days the course has later, their dates are in order as far as nothing was done ahead.
        if days.iter().all(|(_, done)| !done) {
            prop_assert!((1..30).map(|day| schedule.due(day)).is_sorted());
        }
    }
}
