//! The list of accounts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures::Stream;
use momentum_db::{Conn, FromRow, Statement, containing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bulk::check_number;
use crate::{
    Result, Services,
    identity::{AccountState, Actor, Role},
    ids::UserId,
};

/// Accounts are counted up to here; more are "more".
const COUNTED: i64 = 10_000;

/// Accounts of a piece of an export.
const PIECE: i64 = 1_000;

/// An account in the list.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct UserRow {
    pub id: UserId,
    pub email: String,
    pub email_verified: bool,
    pub name: String,
    pub role: Role,
    pub state: AccountState,
    /// IANA name.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    /// 0 to 100: how much of the profile is filled in.
    pub profile_completion_percent: i64,
    pub created_at: DateTime<Utc>,
    /// Exact to some minutes; null: never.
    pub last_seen_at: Option<DateTime<Utc>>,
    pub enrollment_count: i64,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserSort {
    /// The newest first.
    #[default]
    Newest,
    /// From A to Z.
    Name,
    /// Whoever was here last first.
    LastSeen,
    /// Administrators, free members, premium members.
    Role,
    /// Active ones, then suspended ones.
    State,
}

impl UserSort {
    /// What [`UserSort::as_str`] answered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Newest, Self::Name, Self::LastSeen, Self::Role, Self::State]
            .into_iter()
            .find(|sort| sort.as_str() == text)
    }

    /// As in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Name => "name",
            Self::LastSeen => "last_seen",
            Self::Role => "role",
            Self::State => "state",
        }
    }

    /// Whether it goes downwards unless somebody says otherwise.
    #[must_use]
    pub fn usually_descending(self) -> bool {
        matches!(self, Self::Newest | Self::LastSeen)
    }

    fn order(self, descending: bool) -> &'static str {
        match (self, descending) {
            (Self::Newest, true) => " ORDER BY u.created_at DESC, u.id DESC",
            (Self::Newest, false) => " ORDER BY u.created_at, u.id",
            (Self::Name, true) => " ORDER BY LOWER(u.name) DESC, u.id DESC",
            (Self::Name, false) => " ORDER BY LOWER(u.name), u.id",
            (Self::LastSeen, true) => " ORDER BY u.last_seen_at DESC, u.id DESC",
            (Self::LastSeen, false) => " ORDER BY u.last_seen_at, u.id",
            (Self::Role, true) => " ORDER BY u.role DESC, u.created_at DESC, u.id DESC",
            (Self::Role, false) => " ORDER BY u.role, u.created_at, u.id",
            (Self::State, true) => " ORDER BY u.state DESC, u.created_at DESC, u.id DESC",
            (Self::State, false) => " ORDER BY u.state, u.created_at, u.id",
        }
    }
}

/// Which accounts, and which part of their list.
#[derive(Debug, Clone, Default)]
pub struct UsersFilter {
    /// A part of the name or the address.
    pub q: String,
    pub role: Option<Role>,
    pub state: Option<AccountState>,
    pub sort: UserSort,
    pub descending: bool,
    pub limit: i64,
    pub offset: i64,
}

/// The accounts that match, and how many there are (counted up to 10,000).
///
/// # Errors
/// [`crate::Error::Forbidden`] to everybody but administrators.
pub async fn users(s: &Services, actor: &Actor, filter: &UsersFilter) -> Result<(Vec<UserRow>, i64)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let mut count = Statement::new("SELECT COUNT(*) FROM (SELECT 1 FROM users u");
    restrict(&mut count, filter);
    count.push(" LIMIT ").push_bind(COUNTED).push(") AS found");
    let (total,): (i64,) = conn.one(count).await?;
    let mut page = Statement::new("SELECT u.id FROM users u");
    restrict(&mut page, filter);
    page.push(filter.sort.order(filter.descending));
    page.push(" LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
    let ids: Vec<(UserId,)> = conn.all(page).await?;
    let ids: Vec<UserId> = ids.into_iter().map(|(id,)| id).collect();
    Ok((rows(&mut conn, &ids).await?, total))
}

/// Those of these accounts that there are, in this order.
///
/// # Errors
/// [`crate::Error::Forbidden`] to everybody but administrators; [`crate::Error::Invalid`] when there are too many.
pub async fn users_by_id(s: &Services, actor: &Actor, ids: &[UserId]) -> Result<Vec<UserRow>> {
    actor.require_admin()?;
    check_number(ids)?;
    rows(&mut s.db.read().await?, ids).await
}

/// All accounts that match, in the order of their ids, as `write` puts each piece of them: read piece by piece while they
/// are sent, so that they never stand in memory.
///
/// # Errors
/// [`crate::Error::Forbidden`] to everybody but administrators.
pub fn export_users<T, W>(
    s: &Services,
    actor: &Actor,
    filter: UsersFilter,
    write: W,
) -> Result<impl Stream<Item = Result<T>> + Send + use<T, W>>
where
    T: Send + 'static,
    W: Fn(&[UserRow]) -> Result<T> + Send + Sync + 'static,
{
    actor.require_admin()?;
    let parts = (s.clone(), filter, write);
    Ok(futures::stream::try_unfold((parts, None), |((s, filter, write), after)| async move {
        let rows = piece(&s, &filter, after).await?;
        let Some(last) = rows.last().map(|row| row.id) else { return Ok(None) };
        let written = write(&rows)?;
        Ok::<_, crate::Error>(Some((written, ((s, filter, write), Some(last)))))
    }))
}

/// The next accounts behind `after`; none when that was all.
async fn piece(s: &Services, filter: &UsersFilter, after: Option<UserId>) -> Result<Vec<UserRow>> {
    let mut conn = s.db.read().await?;
    let mut query = Statement::new("SELECT u.id FROM users u");
    restrict(&mut query, filter);
    if let Some(after) = after {
        query.push(" AND u.id > ").push_bind(after);
    }
    query.push(" ORDER BY u.id LIMIT ").push_bind(PIECE);
    let ids: Vec<(UserId,)> = conn.all(query).await?;
    let ids: Vec<UserId> = ids.into_iter().map(|(id,)| id).collect();
    rows(&mut conn, &ids).await
}

fn restrict(statement: &mut Statement, filter: &UsersFilter) {
    statement.push(" WHERE TRUE");
    let q = filter.q.trim();
    if !q.is_empty() {
        let lower = containing(&q.to_lowercase());
        statement.push(" AND (u.email LIKE ").push_bind(lower.as_str()).push(" ESCAPE '!'");
        statement.push(" OR LOWER(u.name) LIKE ").push_bind(lower).push(" ESCAPE '!'");
        if !q.is_ascii() {
            // SQLite's LOWER knows the letters A to Z only.
            for text in [q.to_owned(), capitalized(q)] {
                statement.push(" OR u.name LIKE ").push_bind(containing(&text)).push(" ESCAPE '!'");
            }
        }
        statement.push(")");
    }
    if let Some(role) = filter.role {
        statement.push(" AND u.role = ").push_bind(role.as_str());
    }
    if let Some(state) = filter.state {
        statement.push(" AND u.state = ").push_bind(state.as_str());
    }
}

/// `Özil Émile` for `özil émile`.
fn capitalized(text: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    text.split(' ').map(word).collect::<Vec<String>>().join(" ")
}

/// These accounts, in this order. Read apart from choosing them, so that nothing is computed for rows that aren't shown.
async fn rows(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<UserRow>> {
    // The ten parts of a profile, as `identity::missing_parts` has them.
    let mut query = Statement::new(
        "SELECT u.id, u.email, u.email_verified_at IS NOT NULL AS email_verified, u.name, u.role, u.state, u.time_zone,
                p.country, u.created_at,
                CASE WHEN u.last_seen_at > '1970-01-02T00:00:00+00:00' THEN u.last_seen_at END AS last_seen_at,
                (SELECT COUNT(*) FROM enrollments e WHERE e.user_id = u.id) AS enrollment_count,
                CAST(10 * ((CASE WHEN p.headline <> '' THEN 1 ELSE 0 END) + (CASE WHEN p.bio <> '' THEN 1 ELSE 0 END)
                         + (CASE WHEN p.age_range <> '' THEN 1 ELSE 0 END) + (CASE WHEN p.country <> '' THEN 1 ELSE 0 END)
                         + (CASE WHEN p.occupation <> '' THEN 1 ELSE 0 END) + (CASE WHEN p.education <> '' THEN 1 ELSE 0 END)
                         + (CASE WHEN p.goals <> '' THEN 1 ELSE 0 END)
                         + (CASE WHEN p.daily_minutes IS NOT NULL THEN 1 ELSE 0 END)
                         + (CASE WHEN p.preferred_time <> '' THEN 1 ELSE 0 END)
                         + (CASE WHEN p.favorite_categories <> '[]' THEN 1 ELSE 0 END)) AS BIGINT)
                    AS profile_completion_percent
         FROM users u JOIN profiles p ON p.user_id = u.id WHERE u.id IN (",
    );
    query.push_list(ids.iter().copied()).push(")");
    let mut found: HashMap<UserId, UserRow> =
        conn.all::<UserRow>(query).await?.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
