//! Reading the log. Who may is for the caller to say.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Statement, containing, sql};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Error, Result,
    ids::{AuditEntryId, UserId},
};

/// A word that is in the addresses of more accounts than this finds what was done to so many of them.
const MAX_ACCOUNTS: i64 = 100;

const COLUMNS: &str =
    "SELECT a.sequence, a.id, a.at, a.actor_id, u.email AS actor_email, a.action, a.target_kind, a.target_id, a.address,
            a.before_state, a.after_state, a.hash";

const FROM: &str = " FROM audit_log a LEFT JOIN users u ON u.id = a.actor_id";

/// An entry of the log.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct AuditEntry {
    /// Its place in the log, without gaps.
    pub sequence: i64,
    pub id: AuditEntryId,
    pub at: DateTime<Utc>,
    /// Who did it; null for the program itself or a visitor.
    pub actor_id: Option<UserId>,
    /// Their address now; null when the account is gone.
    pub actor_email: Option<String>,
    /// `area.what-happened`.
    pub action: String,
    pub target_kind: String,
    pub target_id: String,
    /// The client's address.
    pub address: String,
    /// JSON.
    pub before_state: String,
    /// JSON.
    pub after_state: String,
    /// SHA-256 over this entry and the hash before it.
    pub hash: String,
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Words of which each has to occur in action, target or address, or in the email address of the actor or of the account
    /// that it was done to; or the actor's id.
    pub q: String,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

impl AuditFilter {
    /// Refuses a time that ends before it begins.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `to`.
    pub fn check(&self) -> Result<()> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if to <= from => {
                Err(Error::invalid("to", "before-from", "This has to come after the beginning."))
            }
            _ => Ok(()),
        }
    }
}

/// Entries, the newest first, and how many there are in all.
///
/// # Errors
/// When the database fails.
pub async fn entries(
    conn: &mut Conn,
    filter: &AuditFilter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<AuditEntry>, i64)> {
    let words = words(conn, filter).await?;
    let mut count = Statement::new("SELECT COUNT(*)");
    push_filter(&mut count, filter, &words);
    let (total,): (i64,) = conn.one(count).await?;
    let mut query = Statement::new(COLUMNS);
    push_filter(&mut query, filter, &words);
    query.push(" ORDER BY a.sequence DESC LIMIT ").push_bind(limit);
    query.push(" OFFSET ").push_bind(offset);
    Ok((conn.all(query).await?, total))
}

/// The next entries behind number `sequence`, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn after(
    conn: &mut Conn,
    filter: &AuditFilter,
    sequence: i64,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let words = words(conn, filter).await?;
    let mut query = Statement::new(COLUMNS);
    push_filter(&mut query, filter, &words);
    query.push(" AND a.sequence > ").push_bind(sequence);
    query.push(" ORDER BY a.sequence LIMIT ").push_bind(limit);
    Ok(conn.all(query).await?)
}

/// The latest entries about somebody: what they did, and what was done to their account; newest first.
///
/// # Errors
/// When the database fails.
pub async fn about(conn: &mut Conn, user: UserId, limit: i64) -> Result<Vec<AuditEntry>> {
    let latest = |which: &'static str, value: momentum_db::Value| {
        let mut query = Statement::new(COLUMNS);
        query.push(FROM).push(which).push_bind(value);
        query.push(" ORDER BY a.sequence DESC LIMIT ").push_bind(limit);
        query
    };
    let mut entries: Vec<AuditEntry> = conn.all(latest(" WHERE a.actor_id = ", user.into())).await?;
    entries.extend(conn.all::<AuditEntry>(latest(" WHERE a.target_id = ", user.to_string().into())).await?);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
    entries.dedup_by_key(|entry| entry.sequence);
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(entries)
}

/// A word that is looked for, and the accounts whose addresses have it.
struct Word {
    text: String,
    accounts: Vec<UserId>,
}

async fn words(conn: &mut Conn, filter: &AuditFilter) -> Result<Vec<Word>> {
    let mut words = Vec::new();
    for text in filter.q.to_lowercase().split_whitespace().take(5).map(ToOwned::to_owned) {
        let accounts: Vec<(UserId,)> = conn
            .all(sql!(
                "SELECT id FROM users WHERE email LIKE $1 ESCAPE '!' ORDER BY id LIMIT $2",
                containing(&text),
                MAX_ACCOUNTS
            ))
            .await?;
        words.push(Word { text, accounts: accounts.into_iter().map(|(id,)| id).collect() });
    }
    Ok(words)
}

fn push_filter(query: &mut Statement, filter: &AuditFilter, words: &[Word]) {
    query.push(FROM).push(" WHERE 1 = 1");
    if let Some(from) = filter.from {
        query.push(" AND a.at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND a.at < ").push_bind(to);
    }
    for Word { text, accounts } in words {
        query
            .push(" AND ((a.action || ' ' || a.target_kind || ' ' || a.target_id || ' ' || a.address || ' ' || COALESCE(u.email, '')) LIKE ")
            .push_bind(containing(text))
            .push(" ESCAPE '!'");
        if let Ok(actor) = text.parse::<UserId>() {
            query.push(" OR a.actor_id = ").push_bind(actor);
        }
        for account in accounts {
            query.push(" OR a.target_id = ").push_bind(account.to_string());
        }
        query.push(")");
    }
}
