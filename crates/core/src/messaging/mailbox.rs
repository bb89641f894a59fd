//! The mailbox: what was sent to whom, as administrators look at it. Who may is decided by the caller.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Statement, Tx, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Message, deliver_later};
use crate::{
    Error, Result,
    ids::{MailId, UserId},
};

/// Mails are counted up to here; more are "more".
const COUNTED: i64 = 10_000;

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailState {
    /// Waits for its first or next attempt.
    Queued,
    /// Is being handed over.
    Sending,
    /// A mail server took it.
    Sent,
    /// Stays here, because no mail server is configured.
    Kept,
    /// Given up.
    Failed,
}

momentum_db::stored_as_word!(MailState);

impl MailState {
    /// All of them, for filters.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Sent, Self::Kept, Self::Failed];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for MailState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            Error::invalid("state", "unknown", "The state is queued, sending, sent, kept or failed.")
        })
    }
}

/// A mail in the list.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct MailSummary {
    pub id: MailId,
    /// The address it goes to.
    pub email: String,
    /// The receiver's name.
    pub name: String,
    /// Such as `reset-password`.
    pub template: String,
    /// Missing until the mail was written for its first attempt.
    pub subject: Option<String>,
    pub state: MailState,
    /// How often it was begun to hand it over.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    /// When it was handed over or kept.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A mail with what it says.
#[derive(Debug, Clone, FromRow)]
pub struct StoredMail {
    #[sqlx(flatten)]
    pub summary: MailSummary,
    pub html: Option<String>,
    pub text_part: Option<String>,
    content: Json<serde_json::Value>,
}

impl StoredMail {
    /// What it is about, before it was written.
    ///
    /// # Errors
    /// [`Error::Internal`] when another version of the program left something else.
    pub fn message(&self) -> Result<Message> {
        Message::from_content(&self.content.0)
    }
}

/// Which mails, and which part of their list.
#[derive(Debug, Clone, Default)]
pub struct MailFilter {
    /// A part of the address.
    pub address: String,
    pub template: Option<String>,
    pub state: Option<MailState>,
    pub limit: i64,
    pub offset: i64,
}

macro_rules! summary {
    () => {
        "SELECT id, email, name, template, subject, state, attempts, error, created_at, sent_at"
    };
}

/// The mails that match, newest first, and how many there are (counted up to 10,000).
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut Conn, filter: &MailFilter) -> Result<(Vec<MailSummary>, i64)> {
    let mut count = sql!("SELECT COUNT(*) FROM (SELECT 1 FROM mails");
    restrict(&mut count, filter);
    count.push(" LIMIT ").push_bind(COUNTED).push(") AS found");
    let (total,): (i64,) = conn.one(count).await?;
    let mut page = sql!(concat!(summary!(), " FROM mails"));
    restrict(&mut page, filter);
    page.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(filter.limit);
    page.push(" OFFSET ").push_bind(filter.offset);
    Ok((conn.all(page).await?, total))
}

fn restrict(statement: &mut Statement, filter: &MailFilter) {
    statement.push(" WHERE TRUE");
    let address = filter.address.trim().to_lowercase();
    if !address.is_empty() {
        let literal = address.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        statement.push(" AND email LIKE ").push_bind(format!("%{literal}%")).push(" ESCAPE '\\'");
    }
    if let Some(template) = &filter.template {
        statement.push(" AND template = ").push_bind(template);
    }
    if let Some(state) = filter.state {
        statement.push(" AND state = ").push_bind(state.as_str());
    }
}

/// The latest mails to somebody, newest first.
///
/// # Errors
/// When the database fails.
pub async fn to_user(conn: &mut Conn, user: UserId, limit: i64) -> Result<Vec<MailSummary>> {
    let query =
        concat!(summary!(), " FROM mails WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2");
    Ok(conn.all(sql!(query, user, limit)).await?)
}

/// One mail.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut Conn, id: MailId) -> Result<Option<StoredMail>> {
    Ok(conn.opt(sql!(concat!(summary!(), ", html, text_part, content FROM mails WHERE id = $1"), id)).await?)
}

/// Gives a failed mail all its attempts again. It keeps its id, and so its Message-ID.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] `not-failed`.
pub async fn retry(tx: &mut Tx, id: MailId, now: DateTime<Utc>) -> Result<()> {
    let queued =
        tx.run(sql!("UPDATE mails SET state = 'queued' WHERE id = $1 AND state = 'failed'", id)).await?;
    if queued == 0 {
        find(tx, id).await?.ok_or(Error::NotFound("mail"))?;
        return Err(Error::conflict("not-failed", "Only a mail that failed can be sent again."));
    }
    deliver_later(tx, id, now).await
}

/// When mails of these templates were last sent to somebody, newest first; for limits.
///
/// # Errors
/// When the database fails.
pub async fn recent(
    conn: &mut Conn,
    user: UserId,
    templates: &[&'static str],
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    let mut statement =
        sql!("SELECT created_at FROM mails WHERE user_id = $1 AND created_at > $2", user, since);
    statement.push(" AND template IN (").push_list(templates.iter().copied()).push(")");
    statement.push(" ORDER BY created_at DESC LIMIT 100");
    let rows: Vec<(DateTime<Utc>,)> = conn.all(statement).await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}
