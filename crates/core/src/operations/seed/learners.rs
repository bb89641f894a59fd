use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use momentum_db::{Rows, Tx, row};
use serde_json::json;

use super::{
    random::Random,
    words::{FIRST_NAMES, LAST_NAMES, OCCUPATIONS, PLACES, SUBJECTS},
};
use crate::{
    Result,
    identity::{AGE_RANGES, EDUCATION_LEVELS, Role, TIMES_OF_DAY},
    ids::UserId,
};

/// Learners a transaction.
pub(super) const LEARNERS_A_CHUNK: usize = 5_000;

/// What learning has to know of a learner.
#[derive(Clone, Copy)]
pub(super) struct SeededLearner {
    pub id: UserId,
    pub role: Role,
    pub time_zone: Tz,
}

/// The address of a seeded learner; numbers begin at 1.
pub(super) fn email(number: usize) -> String {
    format!("learner-{number:06}@example.com")
}

/// Makes learners up and stores them.
pub(super) struct Writer<'a> {
    pub random: Random,
    pub now: DateTime<Utc>,
    /// How many learners there will be.
    pub count: usize,
    /// One for all: hashing each would take hours.
    pub password_hash: &'a str,
}

impl Writer<'_> {
    /// Stores some learners after the first `from`.
    pub(super) async fn store_some(&mut self, tx: &mut Tx, from: usize) -> Result<Vec<SeededLearner>> {
        let mut users = Rows::new(
            "users",
            [
                "id",
                "email",
                "name",
                "password_hash",
                "role",
                "state",
                "time_zone",
                "created_at",
                "updated_at",
                "email_verified_at",
            ],
        );
        let mut profiles = Rows::new(
            "profiles",
            [
                "user_id",
                "headline",
                "bio",
                "age_range",
                "country",
                "occupation",
                "education",
                "goals",
                "daily_minutes",
                "preferred_time",
                "favorite_categories",
                "is_public",
            ],
        );
        let to = self.count.min(from + LEARNERS_A_CHUNK);
        let mut learners = Vec::with_capacity(to - from);
        for n in from..to {
            let random = &mut self.random;
            // A year to 150 days ago, so that every enrollment is younger; the first learner is the oldest.
            let age = 365.0 - 215.0 * n as f64 / self.count as f64;
            let created = self.now - TimeDelta::seconds((age * 86_400.0) as i64);
            let id = UserId(random.id(created));
            let (country, time_zone) = PLACES[random.below(PLACES.len())];
            let role = if random.chance(15) { Role::Premium } else { Role::Free };
            let name = format!("{} {}", random.pick(&FIRST_NAMES), random.pick(&LAST_NAMES));
            users.push(row![
                id,
                email(n + 1),
                name,
                self.password_hash,
                role.as_str(),
                "active",
                time_zone.name(),
                created,
                created,
                created,
            ]);
            let occupation = random.pick(&OCCUPATIONS);
            let favorites = [SUBJECTS[n % 6].category, SUBJECTS[(n + 1 + n / 6 % 5) % 6].category];
            profiles.push(row![
                id,
                format!("{occupation} who likes to learn a little every day"),
                "I learn best in the morning, with coffee and a notebook.",
                random.pick(&AGE_RANGES),
                country,
                occupation,
                random.pick(&EDUCATION_LEVELS),
                "Keep going until it is a habit.",
                random.between(1, 6) * 10,
                random.pick(&TIMES_OF_DAY),
                json!(favorites),
                random.chance(30),
            ]);
            learners.push(SeededLearner { id, role, time_zone });
        }
        tx.load(users).await?;
        tx.load(profiles).await?;
        Ok(learners)
    }
}
