//! Planning the rest of a course anew, as plain functions. What is done never moves.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::plan::{Plan, Schedule, Weekdays};

/// What a learner can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The rest starts today, a lesson a day. The finish moves.
    Shift,
    /// The finish stays; more lessons a day until that is caught up.
    CatchUp,
    /// A lesson on each of these weekdays from now on.
    Weekdays(Weekdays),
    /// As it is, and don't ask again for what was missed so far.
    Leave,
}

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub schedule: &'a Schedule,
    /// The course's days in order with whether each is done.
    pub days: &'a [(i64, bool)],
    pub today: NaiveDate,
    /// A lesson of the course was completed today already: the next one is for the next day.
    pub learned_today: bool,
}

/// The dates that a choice would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// On which weekdays it plans.
    pub weekdays: Weekdays,
    /// The days that are open, in order, with their dates; at least one.
    pub due: Vec<(i64, NaiveDate)>,
}

impl Proposal {
    /// When it is finished.
    #[must_use]
    pub fn finish_on(&self) -> Option<NaiveDate> {
        self.due.iter().map(|(_, date)| *date).max()
    }

    /// The dates with the days that are due then.
    #[must_use]
    pub fn by_date(&self) -> BTreeMap<NaiveDate, Vec<i64>> {
        let mut dates = BTreeMap::<_, Vec<i64>>::new();
        for (day, date) in &self.due {
            dates.entry(*date).or_default().push(*day);
        }
        dates
    }
}

impl Ground<'_> {
    fn open(&self) -> Vec<i64> {
        self.days.iter().filter(|(_, done)| !done).map(|(day, _)| *day).collect()
    }

    /// The day from which on lessons are planned.
    fn first(&self) -> NaiveDate {
        if self.learned_today { self.today.succ_opt().unwrap_or(self.today) } else { self.today }
    }

    /// What the choice would give; none when it is not possible, or plans nothing.
    pub(super) fn propose(&self, choice: Choice) -> Option<Proposal> {
        let weekdays = match choice {
            Choice::Weekdays(weekdays) => weekdays,
            _ => self.schedule.weekdays(),
        };
        let due = match choice {
            Choice::Leave => return None,
            Choice::Shift | Choice::Weekdays(_) => self.one_by_one(weekdays),
            Choice::CatchUp => self.caught_up(weekdays)?,
        };
        (!due.is_empty()).then_some(Proposal { weekdays, due })
    }

    fn one_by_one(&self, weekdays: Weekdays) -> Vec<(i64, NaiveDate)> {
        let mut next = weekdays.on_or_after(self.first());
        let mut due = Vec::new();
        for day in self.open() {
            let date =
                self.schedule.earliest(day).map_or(next, |earliest| weekdays.on_or_after(next.max(earliest)));
            due.push((day, date));
            next = weekdays.after(date);
        }
        due
    }

    /// As few lessons a day as make it to the same finish, none of them earlier than it was planned.
    fn caught_up(&self, weekdays: Weekdays) -> Option<Vec<(i64, NaiveDate)>> {
        let open = self.open();
        let finish = open.iter().map(|day| self.schedule.due(*day)).max()?;
        if finish < self.today {
            return None;
        }
        let mut dates: Vec<NaiveDate> = Vec::new();
        let mut date = weekdays.on_or_after(self.first());
        while date < finish {
            dates.push(date);
            date = weekdays.after(date);
        }
        dates.push(finish);
        (1..=open.len()).find_map(|a_day| self.at_pace(a_day, &open, &dates))
    }

    fn at_pace(&self, a_day: usize, open: &[i64], dates: &[NaiveDate]) -> Option<Vec<(i64, NaiveDate)>> {
        let mut rest = open.iter().copied().peekable();
        let mut due = Vec::new();
        for date in dates {
            for _ in 0..a_day {
                let Some(day) = rest.next_if(|day| self.schedule.due(*day) <= *date) else { break };
                due.push((day, *date));
            }
        }
        rest.peek().is_none().then_some(due)
    }

    /// The plan with this choice; none when it is not possible.
    pub(super) fn choose(&self, choice: Choice) -> Option<Plan> {
        let plan = self.schedule.plan();
        if choice == Choice::Leave {
            return Some(Plan { left_on: Some(self.today), ..plan.clone() });
        }
        let proposal = self.propose(choice)?;
        let mut due: BTreeMap<_, _> =
            self.days.iter().map(|(day, _)| (*day, self.schedule.due(*day))).collect();
        due.extend(proposal.due);
        Some(Plan { due, weekdays: proposal.weekdays, left_on: None, ..plan.clone() })
    }
}

#[cfg(test)]
mod tests;
