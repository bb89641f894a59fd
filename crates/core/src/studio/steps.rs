//! The steps of a job, what each waits for, and which come next: plain functions.

use std::fmt;

use super::{Author, JobKind, StepState};

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    /// References are split into passages.
    Prepare,
    Plan,
    /// The text of a day's lesson; of the extractive author, all of the lesson.
    Text(u32),
    /// Its action items, takeaways and questions.
    Extras(u32),
    /// What is said in its video.
    Script(u32),
    /// What is said in the course's video.
    Intro,
    /// The gates judge.
    Quality,
    /// The draft goes to authoring.
    Save,
}

impl Step {
    /// The word for it, without its day.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Plan => "plan",
            Self::Text(_) => "text",
            Self::Extras(_) => "extras",
            Self::Script(_) => "script",
            Self::Intro => "intro",
            Self::Quality => "quality",
            Self::Save => "save",
        }
    }

    pub(super) fn day(self) -> Option<u32> {
        match self {
            Self::Text(day) | Self::Extras(day) | Self::Script(day) => Some(day),
            _ => None,
        }
    }

    pub(super) fn parse(key: &str) -> Option<Self> {
        let (word, day) = match key.split_once(':') {
            Some((word, day)) => (word, Some(day.parse().ok()?)),
            None => (key, None),
        };
        Some(match (word, day) {
            ("prepare", None) => Self::Prepare,
            ("plan", None) => Self::Plan,
            ("text", Some(day)) => Self::Text(day),
            ("extras", Some(day)) => Self::Extras(day),
            ("script", Some(day)) => Self::Script(day),
            ("intro", None) => Self::Intro,
            ("quality", None) => Self::Quality,
            ("save", None) => Self::Save,
            _ => return None,
        })
    }

    /// Whether `self` may begin when `done` are done, of all the steps of its job.
    fn may_begin(self, all: &[(Step, StepState)]) -> bool {
        let is_done = |wanted: Step| {
            all.iter().find(|(step, _)| *step == wanted).is_none_or(|(_, state)| *state == StepState::Done)
        };
        match self {
            Self::Prepare => true,
            Self::Plan => is_done(Self::Prepare),
            Self::Text(_) | Self::Intro => is_done(Self::Prepare) && is_done(Self::Plan),
            Self::Extras(day) => is_done(Self::Text(day)),
            Self::Script(day) => is_done(Self::Text(day)) && is_done(Self::Extras(day)),
            Self::Quality => all
                .iter()
                .all(|(step, state)| *state == StepState::Done || matches!(step, Self::Quality | Self::Save)),
            Self::Save => is_done(Self::Quality),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day() {
            Some(day) => write!(f, "{}:{day}", self.word()),
            None => f.write_str(self.word()),
        }
    }
}

/// All steps of a job for these days, in the order of the work.
pub(super) fn steps_of(kind: JobKind, author: Author, days: impl Iterator<Item = u32>) -> Vec<Step> {
    let mut steps = vec![Step::Prepare];
    if kind == JobKind::Course {
        steps.push(Step::Plan);
    }
    for day in days {
        steps.push(Step::Text(day));
        if author == Author::Model {
            steps.extend([Step::Extras(day), Step::Script(day)]);
        }
    }
    if kind == JobKind::Course {
        steps.push(Step::Intro);
    }
    steps.extend([Step::Quality, Step::Save]);
    steps
}

/// What to set going now, so that at most `limit` steps are under way.
pub(super) fn next(all: &[(Step, StepState)], limit: usize) -> Vec<Step> {
    let active =
        all.iter().filter(|(_, state)| matches!(state, StepState::Queued | StepState::Running)).count();
    all.iter()
        .filter(|(step, state)| *state == StepState::Waiting && step.may_begin(all))
        .map(|(step, _)| *step)
        .take(limit.max(1).saturating_sub(active))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kind: JobKind, author: Author, days: u32, limit: usize) -> Vec<Vec<Step>> {
        let mut all: Vec<_> =
            steps_of(kind, author, 1..=days).into_iter().map(|step| (step, StepState::Waiting)).collect();
        let mut rounds = Vec::new();
        loop {
            let round = next(&all, limit);
            if round.is_empty() {
                assert!(all.iter().all(|(_, state)| *state == StepState::Done), "stuck: {all:?}");
                return rounds;
            }
            for (step, state) in &mut all {
                if round.contains(step) {
                    *state = StepState::Done;
                }
            }
            rounds.push(round);
        }
    }

    #[test]
    fn every_step_comes_once_after_what_it_needs() {
        for limit in [1, 2, 4, 100] {
            for author in [Author::Model, Author::Extractive] {
                let rounds = run(JobKind::Course, author, 7, limit);
                let order: Vec<Step> = rounds.iter().flatten().copied().collect();
                assert_eq!(order[..2], [Step::Prepare, Step::Plan]);
                assert_eq!(order[order.len() - 2..], [Step::Quality, Step::Save]);
                assert!(rounds.iter().all(|round| round.len() <= limit));
                let mut once = order.clone();
                once.sort_unstable();
                once.dedup();
                assert_eq!(once.len(), order.len());
            }
        }
    }

    #[test]
    fn a_lesson_needs_no_plan() {
        let order: Vec<Step> = run(JobKind::Lesson, Author::Model, 1, 4).into_iter().flatten().collect();
        assert_eq!(
            order,
            [Step::Prepare, Step::Text(1), Step::Extras(1), Step::Script(1), Step::Quality, Step::Save]
        );
    }

    #[test]
    fn nothing_new_begins_while_enough_is_under_way() {
        let mut all: Vec<_> = steps_of(JobKind::Course, Author::Model, 1..=7)
            .into_iter()
            .map(|step| (step, StepState::Waiting))
            .collect();
        all[0].1 = StepState::Done;
        all[1].1 = StepState::Done;
        all[2].1 = StepState::Running;
        all[5].1 = StepState::Queued;
        assert_eq!(next(&all, 2), []);
        assert_eq!(next(&all, 3), [Step::Text(3)]);
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for step in steps_of(JobKind::Course, Author::Model, 1..=21) {
            assert_eq!(Step::parse(&step.to_string()), Some(step));
        }
        assert_eq!(Step::parse("text"), None);
        assert_eq!(Step::parse("save:1"), None);
        assert_eq!(Step::parse("text:x"), None);
    }
}
