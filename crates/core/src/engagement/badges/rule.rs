//! What a badge takes, as data: administrators make rules without code. Evaluating is plain functions of facts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{
    points::{Entry, Reason},
    repo::Counts,
};
use crate::{FieldErrors, ids::CategoryId};

/// With fewer categories than this there is nothing to master.
const FEWEST_CATEGORIES: i64 = 3;

/// What it takes to earn a badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// Complete this many lessons.
    Lessons {
        #[schema(minimum = 1, maximum = 100_000)]
        count: i64,
        /// Only those of this category.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category_id: Option<CategoryId>,
        /// All within this many days in a row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 3_650)]
        within_days: Option<i64>,
    },
    /// Complete this many courses.
    Courses {
        #[schema(minimum = 1, maximum = 10_000)]
        count: i64,
        /// Only those of this category.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category_id: Option<CategoryId>,
        /// All within this many days in a row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 3_650)]
        within_days: Option<i64>,
        /// Each in at most this share of its days: 50 means a course of 14 days in 7.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 100)]
        pace_percent: Option<i64>,
    },
    /// Complete this many courses in any one category.
    CoursesInOneCategory {
        #[schema(minimum = 1, maximum = 10_000)]
        count: i64,
    },
    /// Complete a lesson in this many categories.
    CategoriesExplored {
        #[schema(minimum = 1, maximum = 1_000)]
        count: i64,
    },
    /// Complete this many courses in every category that has courses, of at least three.
    EveryCategory {
        #[schema(minimum = 1, maximum = 10_000)]
        courses: i64,
    },
    /// Learn on this many days in a row.
    Streak {
        #[schema(minimum = 2, maximum = 10_000)]
        days: i64,
    },
    /// Learn on this many days in all.
    DaysLearned {
        #[schema(minimum = 1, maximum = 10_000)]
        days: i64,
    },
    /// Fill in the whole profile.
    Profile,
    /// Pass this many quizzes.
    Quizzes {
        #[schema(minimum = 1, maximum = 100_000)]
        count: i64,
        /// Count only those without a mistake.
        #[serde(default)]
        perfect: bool,
    },
    /// Collect this many points.
    Points {
        #[schema(minimum = 1, maximum = 100_000_000)]
        count: i64,
    },
}

/// What rules look at.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub(in crate::engagement) counts: Counts,
    pub categories: Vec<CategoryFacts>,
    /// Lessons and courses that were completed; only for rules that ask for it.
    pub log: Vec<Done>,
    pub profile_percent: i64,
    /// Categories with published courses.
    pub open_categories: Vec<CategoryId>,
}

/// What somebody has done in a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, momentum_db::FromRow)]
pub struct CategoryFacts {
    pub category_id: CategoryId,
    pub lessons_completed: i64,
    pub courses_completed: i64,
}

/// Something that was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    pub reason: Reason,
    pub day: NaiveDate,
    pub category: Option<CategoryId>,
    pub pace_percent: Option<i64>,
}

impl Done {
    pub(in crate::engagement) fn of(entry: &Entry) -> Self {
        Self {
            reason: entry.reason,
            day: entry.day,
            category: entry.category_id,
            pace_percent: entry.pace_percent,
        }
    }
}

/// What has to be read before a rule can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    pub categories: bool,
    pub log: bool,
    pub profile: bool,
}

impl Needs {
    pub(in crate::engagement) fn and(self, other: Self) -> Self {
        Self {
            categories: self.categories || other.categories,
            log: self.log || other.log,
            profile: self.profile || other.profile,
        }
    }
}

/// What an event has changed.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub(in crate::engagement) before: Counts,
    pub(in crate::engagement) after: Counts,
    /// Categories in which a lesson or a course was completed.
    pub categories: Vec<CategoryId>,
    /// A category in which it was the first lesson.
    pub new_category: bool,
    pub profile: bool,
}

impl Rule {
    /// What has to be read to evaluate it.
    #[must_use]
    pub fn needs(&self) -> Needs {
        match self {
            Self::Lessons { within_days: Some(_), .. }
            | Self::Courses { within_days: Some(_), .. }
            | Self::Courses { pace_percent: Some(_), .. } => Needs { log: true, ..Needs::default() },
            Self::Lessons { category_id: Some(_), .. }
            | Self::Courses { category_id: Some(_), .. }
            | Self::CoursesInOneCategory { .. }
            | Self::CategoriesExplored { .. }
            | Self::EveryCategory { .. } => Needs { categories: true, ..Needs::default() },
            Self::Profile => Needs { profile: true, ..Needs::default() },
            _ => Needs::default(),
        }
    }

    /// Whether an event can have led to it: rules that it can't touch aren't looked at. What only counts is reached at the
    /// very event that crosses the line.
    #[must_use]
    pub fn may_be_reached(&self, change: &Change) -> bool {
        let (before, after) = (&change.before, &change.after);
        let crossed = |count: i64, of: fn(&Counts) -> i64| of(before) < count && of(after) >= count;
        let in_category = |id: &Option<CategoryId>| id.is_none_or(|id| change.categories.contains(&id));
        match self {
            Self::Lessons { count, category_id: None, within_days: None } => {
                crossed(*count, |c| c.lessons_completed)
            }
            Self::Lessons { category_id, .. } => {
                after.lessons_completed > before.lessons_completed && in_category(category_id)
            }
            Self::Courses { count, category_id: None, within_days: None, pace_percent: None } => {
                crossed(*count, |c| c.courses_completed)
            }
            Self::Courses { category_id, .. } => {
                after.courses_completed > before.courses_completed && in_category(category_id)
            }
            Self::CoursesInOneCategory { .. } | Self::EveryCategory { .. } => {
                after.courses_completed > before.courses_completed
            }
            Self::CategoriesExplored { .. } => change.new_category,
            Self::Streak { days } => crossed(*days, |c| c.longest_streak),
            Self::DaysLearned { days } => crossed(*days, |c| c.days_learned),
            Self::Profile => change.profile,
            Self::Quizzes { count, perfect: false } => crossed(*count, |c| c.quizzes_passed),
            Self::Quizzes { count, perfect: true } => crossed(*count, |c| c.perfect_quizzes),
            Self::Points { count } => crossed(*count, |c| c.total_points),
        }
    }

    /// How far somebody is: what they have, and what it takes.
    #[must_use]
    pub fn progress(&self, facts: &Facts) -> (i64, i64) {
        let counts = &facts.counts;
        let category = |id: CategoryId| facts.categories.iter().find(|c| c.category_id == id);
        match self {
            Self::Lessons { count, category_id, within_days: Some(days) } => {
                let done = facts.log.iter().filter(|done| {
                    done.reason == Reason::Lesson && category_id.is_none_or(|id| done.category == Some(id))
                });
                (most_within(done.map(|done| done.day), *days), *count)
            }
            Self::Lessons { count, category_id: Some(id), .. } => {
                (category(*id).map_or(0, |c| c.lessons_completed), *count)
            }
            Self::Lessons { count, .. } => (counts.lessons_completed, *count),
            Self::Courses { count, category_id, within_days, pace_percent }
                if within_days.is_some() || pace_percent.is_some() =>
            {
                let done = facts.log.iter().filter(|done| {
                    done.reason == Reason::Course
                        && category_id.is_none_or(|id| done.category == Some(id))
                        && pace_percent.is_none_or(|most| done.pace_percent.is_some_and(|pace| pace <= most))
                });
                let days = done.map(|done| done.day);
                let most = match within_days {
                    Some(window) => most_within(days, *window),
                    None => i64::try_from(days.count()).unwrap_or(i64::MAX),
                };
                (most, *count)
            }
            Self::Courses { count, category_id: Some(id), .. } => {
                (category(*id).map_or(0, |c| c.courses_completed), *count)
            }
            Self::Courses { count, .. } => (counts.courses_completed, *count),
            Self::CoursesInOneCategory { count } => {
                (facts.categories.iter().map(|c| c.courses_completed).max().unwrap_or(0), *count)
            }
            Self::CategoriesExplored { count } => {
                let explored = facts.categories.iter().filter(|c| c.lessons_completed > 0).count();
                (i64::try_from(explored).unwrap_or(i64::MAX), *count)
            }
            Self::EveryCategory { courses } => {
                let all = i64::try_from(facts.open_categories.len()).unwrap_or(i64::MAX);
                let done = facts
                    .open_categories
                    .iter()
                    .filter(|id| category(**id).is_some_and(|c| c.courses_completed >= *courses))
                    .count();
                (i64::try_from(done).unwrap_or(i64::MAX), all.max(FEWEST_CATEGORIES))
            }
            Self::Streak { days } => (counts.longest_streak, *days),
            Self::DaysLearned { days } => (counts.days_learned, *days),
            Self::Profile => (facts.profile_percent, 100),
            Self::Quizzes { count, perfect: false } => (counts.quizzes_passed, *count),
            Self::Quizzes { count, perfect: true } => (counts.perfect_quizzes, *count),
            Self::Points { count } => (counts.total_points, *count),
        }
    }

    /// Whether it is fulfilled.
    #[must_use]
    pub fn is_fulfilled(&self, facts: &Facts) -> bool {
        let (have, take) = self.progress(facts);
        have >= take
    }

    /// Notes what is wrong with its numbers.
    pub(super) fn check(&self, errors: &mut FieldErrors) {
        let mut within = |value: i64, least: i64, most: i64, field: &'static str| {
            errors.check(
                (least..=most).contains(&value),
                field,
                "out-of-range",
                format!("Enter a number from {least} to {most}."),
            );
        };
        let (count, least, most, field) = match self {
            Self::Lessons { count, .. } | Self::Quizzes { count, .. } => (*count, 1, 100_000, "rule.count"),
            Self::Courses { count, .. } | Self::CoursesInOneCategory { count } => {
                (*count, 1, 10_000, "rule.count")
            }
            Self::CategoriesExplored { count } => (*count, 1, 1_000, "rule.count"),
            Self::EveryCategory { courses } => (*courses, 1, 10_000, "rule.courses"),
            Self::Streak { days } => (*days, 2, 10_000, "rule.days"),
            Self::DaysLearned { days } => (*days, 1, 10_000, "rule.days"),
            Self::Points { count } => (*count, 1, 100_000_000, "rule.count"),
            Self::Profile => (1, 1, 1, "rule"),
        };
        within(count, least, most, field);
        if let Self::Lessons { within_days: Some(days), .. } | Self::Courses { within_days: Some(days), .. } =
            self
        {
            within(*days, 1, 3_650, "rule.within_days");
        }
        if let Self::Courses { pace_percent: Some(pace), .. } = self {
            within(*pace, 1, 100, "rule.pace_percent");
        }
    }

    /// The category that it names.
    pub(super) fn category(&self) -> Option<CategoryId> {
        match self {
            Self::Lessons { category_id, .. } | Self::Courses { category_id, .. } => *category_id,
            _ => None,
        }
    }
}

/// The most that lie within `window` days in a row.
fn most_within(days: impl Iterator<Item = NaiveDate>, window: i64) -> i64 {
    let mut days: Vec<_> = days.collect();
    days.sort_unstable();
    let (mut first, mut most) = (0, 0);
    for (last, day) in days.iter().enumerate() {
        while (*day - days[first]).num_days() >= window {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    i64::try_from(most).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + TimeDelta::days(n)
    }

    proptest! {
        #[test]
        fn a_window_holds_what_any_window_holds(days in prop::collection::vec(0_i64..200, 0..40), window in 1_i64..60) {
            let expected = (0..200)
                .map(|from| days.iter().filter(|day| (from..from + window).contains(*day)).count())
                .max()
                .unwrap_or(0);
            let found = most_within(days.iter().map(|n| day(*n)), window);
            prop_assert_eq!(found, i64::try_from(expected).unwrap());
        }
    }

    #[test]
    fn three_courses_of_a_category_in_thirty_days() {
        let (design, other) = (CategoryId::new(), CategoryId::new());
        let rule: Rule = serde_json::from_value(serde_json::json!({
            "kind": "courses", "count": 3, "category_id": design, "within_days": 30
        }))
        .unwrap();
        let course = |n: i64, category| Done {
            reason: Reason::Course,
            day: day(n),
            category: Some(category),
            pace_percent: Some(100),
        };
        let facts = |log: Vec<Done>| Facts { log, ..Facts::default() };
        let spread =
            facts(vec![course(0, design), course(20, design), course(30, design), course(25, other)]);
        assert_eq!(rule.progress(&spread), (2, 3));
        assert!(!rule.is_fulfilled(&spread));
        assert!(rule.is_fulfilled(&facts(vec![course(1, design), course(20, design), course(30, design)])));
    }

    #[test]
    fn only_what_crosses_the_line_is_looked_at() {
        let rule = Rule::Lessons { count: 10, category_id: None, within_days: None };
        let lessons = |n| Counts { lessons_completed: n, ..Counts::default() };
        let change = |from, to| Change { before: lessons(from), after: lessons(to), ..Change::default() };
        assert!(rule.may_be_reached(&change(9, 10)));
        assert!(!rule.may_be_reached(&change(8, 9)));
        assert!(!rule.may_be_reached(&change(10, 11)));
    }

    #[test]
    fn one_category_is_no_mastery() {
        let only = CategoryId::new();
        let facts = Facts {
            categories: vec![CategoryFacts { category_id: only, lessons_completed: 7, courses_completed: 1 }],
            open_categories: vec![only],
            ..Facts::default()
        };
        assert_eq!(Rule::EveryCategory { courses: 1 }.progress(&facts), (1, 3));
    }
}
