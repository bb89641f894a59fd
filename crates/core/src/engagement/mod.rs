//! Engagement: points, streaks, badges, leaderboards.
//!
//! Whatever somebody earns is written in the transaction of what they did ([`Earning`]): a line in the points ledger,
//! which nobody changes later, and what follows from it: totals, the streak, what was done by category and day, badges. All of
//! that can be computed anew from the ledger ([`rebuild_statistics`]). The row in `learners` is held from the first write on,
//! so that a person's deeds follow each other.

mod badges;
mod day;
mod earn;
mod emblems;
mod histories;
pub mod jobs;
mod leaderboard;
pub mod live;
mod points;
mod profile;
mod rebuild;
mod repo;
mod statistics;
mod streak;

pub use badges::{
    Badge, BadgeDetails, BadgeStatistics, EarnedBadge, KnownBadges, MAX_SHOWCASE, OwnBadge, Rule, Tier,
    all_badges, badge_by_slug, badge_statistics, badges, create_badge, delete_badge, earned_with,
    managed_badge, own_badges, public_badges, set_showcase, shared_badge, update_badge,
};
pub use day::Moment;
pub(crate) use earn::{Deed, Earning, moment_in};
pub use earn::{Gain, day_at, moment, today};
pub use emblems::EMBLEMS;
pub(crate) use histories::{Historian, History, HistoryRows};
pub use leaderboard::{Board, Boards, MOST_PLACES, Period, Place, leaderboard};
pub use points::{RULES as POINT_RULES, Reason, Rule as PointRule};
pub(crate) use profile::ProfileChange;
pub use profile::{relist, update_profile};
pub use rebuild::{Rebuilt, catch_up, rebuild_statistics};
pub use statistics::{
    LearnerDay, PastStreak, PointsEntry, PublicNumbers, ReviewDay, Statistics, StreakHistory, points_history,
    public_numbers, statistics, streak,
};
pub(crate) use statistics::{
    add_time, days_since, known_numbers, latest_day, lessons_since, review_day, standing,
};
pub use streak::{DAYS_FOR_A_FREEZE, MOST_FREEZES, Standing};
