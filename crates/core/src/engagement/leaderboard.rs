//! Leaderboards: who has collected the most points. Nothing is sorted for a view: the rows of learners are kept in the order
//! of their points by indexes, and a rank is one more than the number of those who have more. Equal points share a rank.
//!
//! Ranks down to [`NEAR`] are counted for each view. Further down a rank moves with everybody's lessons and nobody minds a few
//! seconds; there it comes from a count of the whole board that is kept for [`FAR_FOR`].
//!
//! The places at the top are the same for everybody who looks. On SQLite this process hears of every row that changes, so they
//! are read again only when one of the tables they come from has changed; on PostgreSQL for each view.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Changes, Conn, FromRow, Statement, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::{month_of, week_of};
use crate::{
    Error, Result, Services,
    cache::Cache,
    catalog,
    identity::Actor,
    ids::{CategoryId, UserId},
    remembered::Remembered,
};

/// How many places a board shows at most.
pub const MOST_PLACES: i64 = 100;

/// Ranks that are always exact.
const NEAR: i64 = 1_000;

/// How long ranks beyond [`NEAR`] stay the same.
const FAR_FOR: Duration = Duration::from_secs(10);

/// Which points count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Since Monday, UTC.
    #[default]
    Week,
    /// Since the first of the month, UTC.
    Month,
    /// Ever.
    All,
}

impl Period {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::All];

    /// As in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::All => "all",
        }
    }

    /// What [`Period::as_str`] answered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == text)
    }

    /// When it began; always for [`Period::All`].
    #[must_use]
    pub fn begins(self, now: DateTime<Utc>) -> Option<NaiveDate> {
        match self {
            Self::Week => Some(week_of(now)),
            Self::Month => Some(month_of(now)),
            Self::All => None,
        }
    }
}

/// A place on a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1; equal points, equal rank.
    pub rank: i64,
    pub user: UserId,
    /// The whole name of people with a public profile, `Ada M.` of others.
    pub name: String,
    pub avatar_url: Option<String>,
    /// Whether there is a profile to look at.
    pub is_public: bool,
    pub points: i64,
}

/// A leaderboard.
#[derive(Debug, Clone)]
pub struct Board {
    /// The best, at most [`MOST_PLACES`].
    pub places: Vec<Place>,
    /// The actor's own place; none without points or when they are not on leaderboards.
    pub me: Option<Place>,
    /// Whether the actor is on leaderboards.
    pub listed: bool,
}

#[derive(FromRow)]
struct Row {
    user_id: UserId,
    name: String,
    avatar: Option<String>,
    is_public: bool,
    points: i64,
}

impl Row {
    fn place(self, rank: i64) -> Place {
        Place {
            rank,
            user: self.user_id,
            name: if self.is_public { self.name } else { first_name_and_initial(&self.name) },
            avatar_url: self.avatar.map(|version| crate::identity::avatar_path(self.user_id, &version)),
            is_public: self.is_public,
            points: self.points,
        }
    }
}

/// A leaderboard as the actor sees it.
///
/// # Errors
/// [`Error::Invalid`] for an unknown category.
pub async fn leaderboard(
    s: &Services,
    actor: &Actor,
    period: Period,
    category: Option<&str>,
    limit: i64,
) -> Result<Board> {
    let category = match category {
        None => None,
        Some(slug) => {
            let all = catalog::categories(s).await?;
            let found = all.iter().find(|category| category.slug == slug);
            Some(
                found
                    .map(|category| category.id)
                    .ok_or_else(|| Error::invalid("category", "unknown", "There is no such category."))?,
            )
        }
    };
    let board = BoardKey { period, category, begins: period.begins(s.clock.now()) };
    let mut conn = s.db.read().await?;
    let places = board.top(s, &mut conn).await?;
    let shown = usize::try_from(limit.clamp(1, MOST_PLACES)).unwrap_or_default().min(places.len());
    let me = match places.iter().find(|place| place.user == actor.user) {
        Some(place) => Some(place.clone()),
        None => board.place_of(s, &mut conn, actor.user).await?,
    };
    let listed = match &me {
        Some(_) => true,
        None => {
            let (on,): (bool,) =
                conn.one(sql!("SELECT on_leaderboards FROM profiles WHERE user_id = $1", actor.user)).await?;
            on
        }
    };
    Ok(Board { places: places[..shown].to_vec(), me, listed })
}

/// How many people stand above so many points on a board.
struct Standings {
    /// Points, the most first, with how many people have more.
    steps: Vec<(i64, i64)>,
    /// On the board in all.
    people: i64,
}

impl Standings {
    /// From points with how many people have them, the most points first.
    fn of(counts: Vec<(i64, i64)>) -> Self {
        let mut people = 0;
        let mut steps = Vec::with_capacity(counts.len());
        for (points, with_them) in counts {
            steps.push((points, people));
            people += with_them;
        }
        Self { steps, people }
    }

    fn above(&self, points: i64) -> i64 {
        let place = self.steps.partition_point(|(other, _)| *other > points);
        self.steps.get(place).map_or(self.people, |(_, more)| *more)
    }
}

/// What is remembered of boards.
pub struct Boards {
    tops: Remembered<BoardKey, Arc<[Place]>>,
    /// For those who are far down.
    standings: Cache<BoardKey, Arc<Standings>>,
}

impl Default for Boards {
    fn default() -> Self {
        Self { tops: Remembered::of_entries(100), standings: Cache::of_entries(100).for_at_most(FAR_FOR) }
    }
}

/// Which board.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct BoardKey {
    period: Period,
    category: Option<CategoryId>,
    begins: Option<NaiveDate>,
}

impl BoardKey {
    fn points(&self) -> &'static str {
        match self.period {
            Period::Week => "b.week_points",
            Period::Month => "b.month_points",
            Period::All => "b.total_points",
        }
    }

    fn table(&self) -> &'static str {
        if self.category.is_some() { "learner_categories" } else { "learners" }
    }

    /// `FROM …`: the rows on the board.
    fn push_rows(&self, query: &mut Statement) {
        query.push(" ").push(self.table()).push(" b");
    }

    fn push_condition(&self, query: &mut Statement) {
        query.push(" b.listed AND ").push(self.points()).push(" > 0");
        if let Some(category) = self.category {
            query.push(" AND b.category_id = ").push_bind(category);
        }
        match self.period {
            Period::Week => query.push(" AND b.week = ").push_bind(self.begins),
            Period::Month => query.push(" AND b.month = ").push_bind(self.begins),
            Period::All => query,
        };
    }

    /// The first [`MOST_PLACES`].
    async fn top(&self, s: &Services, conn: &mut Conn) -> Result<Arc<[Place]>> {
        let changed = |changes: &Changes, moment, _: &_| {
            [self.table(), "users", "profiles"].iter().any(|table| changes.anywhere_since(moment, table))
        };
        match s.boards.tops.recall(&s.db, self, changed) {
            Some(places) => Ok(places),
            None => s.boards.tops.learn(&s.db, self.clone(), self.read_top(conn)).await,
        }
    }

    async fn read_top(&self, conn: &mut Conn) -> Result<Arc<[Place]>> {
        let rows: Vec<Row> = conn.all(self.best()).await?;
        let mut places: Vec<Place> = Vec::with_capacity(rows.len());
        for (index, row) in (1_i64..).zip(rows) {
            let tied = places.last().filter(|last| last.points == row.points).map(|last| last.rank);
            places.push(row.place(tied.unwrap_or(index)));
        }
        Ok(places.into())
    }

    fn best(&self) -> Statement {
        // The best are taken first, by the index alone, and looked up then.
        let mut query =
            sql!("SELECT t.user_id, t.points, u.name, u.avatar, p.is_public FROM (SELECT b.user_id, ");
        query.push(self.points()).push(" AS points FROM");
        self.push_rows(&mut query);
        query.push(" WHERE");
        self.push_condition(&mut query);
        query
            .push(" ORDER BY ")
            .push(self.points())
            .push(" DESC, b.user_id DESC LIMIT ")
            .push_bind(MOST_PLACES);
        query.push(
            ") t JOIN users u ON u.id = t.user_id JOIN profiles p ON p.user_id = t.user_id
               ORDER BY t.points DESC, t.user_id DESC",
        );
        query
    }

    async fn place_of(&self, s: &Services, conn: &mut Conn, user: UserId) -> Result<Option<Place>> {
        let mut query = sql!("SELECT b.user_id, u.name, u.avatar, p.is_public, ");
        query.push(self.points()).push(" AS points FROM");
        self.push_rows(&mut query);
        query.push(" JOIN users u ON u.id = b.user_id JOIN profiles p ON p.user_id = b.user_id WHERE");
        self.push_condition(&mut query);
        query.push(" AND b.user_id = ").push_bind(user);
        let Some(row) = conn.opt::<Row>(query).await? else { return Ok(None) };
        let mut above = self.above(conn, row.points, NEAR).await?;
        if above == NEAR {
            let standings = match s.boards.standings.get(self) {
                Some(standings) => standings,
                None => {
                    let standings = Arc::new(self.standings(conn).await?);
                    s.boards.standings.insert(self.clone(), standings.clone());
                    standings
                }
            };
            above = standings.above(row.points);
        }
        Ok(Some(row.place(above + 1)))
    }

    /// How many have more points; counts no further than `most`.
    async fn above(&self, conn: &mut Conn, points: i64, most: i64) -> Result<i64> {
        let mut query = sql!("SELECT COUNT(*) FROM (SELECT b.user_id FROM");
        self.push_rows(&mut query);
        // SQLite enters the index by the first of the two bounds that it reads: it has to be the narrow one.
        query.push(" WHERE ").push(self.points()).push(" > ").push_bind(points).push(" AND");
        self.push_condition(&mut query);
        query.push(" LIMIT ").push_bind(most).push(") better");
        let (above,): (i64,) = conn.one(query).await?;
        Ok(above)
    }

    async fn standings(&self, conn: &mut Conn) -> Result<Standings> {
        let mut query = sql!("SELECT ");
        query.push(self.points()).push(", COUNT(*) FROM");
        self.push_rows(&mut query);
        query.push(" WHERE");
        self.push_condition(&mut query);
        query.push(" GROUP BY ").push(self.points()).push(" ORDER BY ").push(self.points()).push(" DESC");
        Ok(Standings::of(conn.all(query).await?))
    }
}

/// `Ada M.` for `Ada Moreau`: enough to be recognized by friends.
#[must_use]
pub fn first_name_and_initial(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or_default();
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {initial}."),
        None => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standings_answer_what_counting_would() {
        let points = [90, 70, 70, 70, 20, 10, 10];
        let standings = Standings::of(vec![(90, 1), (70, 3), (20, 1), (10, 2)]);
        for mine in [100, 90, 80, 70, 30, 20, 10, 5] {
            let more = points.iter().filter(|other| **other > mine).count();
            assert_eq!(standings.above(mine), i64::try_from(more).unwrap(), "{mine} points");
        }
    }
}
