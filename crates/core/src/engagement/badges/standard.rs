//! The badges that every site begins with.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};

use super::{Rule, Tier};
use crate::{Result, ids::BadgeId};

struct Standard {
    slug: &'static str,
    name: &'static str,
    description: &'static str,
    tier: Tier,
    emblem: &'static str,
    rule: Rule,
}

const fn badge(
    slug: &'static str,
    name: &'static str,
    description: &'static str,
    tier: Tier,
    emblem: &'static str,
    rule: Rule,
) -> Standard {
    Standard { slug, name, description, tier, emblem, rule }
}

const fn courses(count: i64, pace_percent: Option<i64>) -> Rule {
    Rule::Courses { count, category_id: None, within_days: None, pace_percent }
}

const STANDARD: [Standard; 16] = [
    badge(
        "first-lesson-completed",
        "First Lesson Completed",
        "You completed a lesson. The first is the hardest.",
        Tier::Bronze,
        "first-step",
        Rule::Lessons { count: 1, category_id: None, within_days: None },
    ),
    badge(
        "first-course-completed",
        "First Course Completed",
        "You completed a course, down to its last lesson.",
        Tier::Bronze,
        "finish-flag",
        courses(1, None),
    ),
    badge(
        "profile-completed",
        "Profile Completed",
        "You told us who you are and what you want to learn.",
        Tier::Bronze,
        "profile",
        Rule::Profile,
    ),
    badge(
        "3-day-streak",
        "3-Day Streak",
        "You learned on three days in a row.",
        Tier::Bronze,
        "flame-3",
        Rule::Streak { days: 3 },
    ),
    badge(
        "5-courses-completed",
        "5 Courses Completed",
        "You completed five courses.",
        Tier::Silver,
        "books-5",
        courses(5, None),
    ),
    badge(
        "7-day-streak",
        "7-Day Streak",
        "You learned every day for a week.",
        Tier::Silver,
        "flame-7",
        Rule::Streak { days: 7 },
    ),
    badge(
        "quick-learner",
        "Quick Learner",
        "You completed a course in three quarters of its days.",
        Tier::Silver,
        "quick",
        courses(1, Some(75)),
    ),
    badge(
        "category-explorer",
        "Category Explorer",
        "You completed lessons in three categories.",
        Tier::Silver,
        "compass",
        Rule::CategoriesExplored { count: 3 },
    ),
    badge(
        "10-courses-completed",
        "10 Courses Completed",
        "You completed ten courses.",
        Tier::Gold,
        "books-10",
        courses(10, None),
    ),
    badge(
        "14-day-streak",
        "14-Day Streak",
        "You learned every day for two weeks.",
        Tier::Gold,
        "flame-14",
        Rule::Streak { days: 14 },
    ),
    badge(
        "category-master",
        "Category Master",
        "You completed three courses in one category.",
        Tier::Gold,
        "crown",
        Rule::CoursesInOneCategory { count: 3 },
    ),
    badge(
        "speed-demon",
        "Speed Demon",
        "You completed three courses, each in half its days or less.",
        Tier::Gold,
        "lightning",
        courses(3, Some(50)),
    ),
    badge(
        "25-courses-completed",
        "25 Courses Completed",
        "You completed twenty-five courses.",
        Tier::Platinum,
        "books-25",
        courses(25, None),
    ),
    badge(
        "30-day-streak",
        "30-Day Streak",
        "You learned every day for thirty days.",
        Tier::Platinum,
        "flame-30",
        Rule::Streak { days: 30 },
    ),
    badge(
        "all-categories-mastered",
        "All Categories Mastered",
        "You completed a course in every category there is.",
        Tier::Platinum,
        "globe",
        Rule::EveryCategory { courses: 1 },
    ),
    badge(
        "lifetime-learner",
        "Lifetime Learner",
        "You learned on 365 days. It has become part of your life.",
        Tier::Platinum,
        "infinity",
        Rule::DaysLearned { days: 365 },
    ),
];

/// Adds the badges that every site begins with.
///
/// # Errors
/// When the database fails.
pub(in crate::engagement) async fn add(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    for (position, badge) in (1_i64..).zip(&STANDARD) {
        tx.run(sql!(
            "INSERT INTO badges (id, slug, name, description, tier, emblem, rule, active, position, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9, $9) ON CONFLICT (slug) DO NOTHING",
            BadgeId::new(),
            badge.slug,
            badge.name,
            badge.description,
            badge.tier.as_str(),
            badge.emblem,
            serde_json::to_value(&badge.rule).map_err(crate::Error::internal)?,
            position,
            now
        ))
        .await?;
    }
    Ok(())
}
