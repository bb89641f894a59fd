//! Mail to people: a row in the outbox, written in the transaction of its cause and delivered by a job.
//!
//! This area knows nobody: whoever sends says to whom and what.

mod message;

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};

pub use message::Message;

use crate::{
    Result,
    ids::{MailId, UserId},
};

/// To whom a mail goes.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The account, if there is one.
    pub user: Option<UserId>,
    /// The address.
    pub email: String,
    /// The name to greet.
    pub name: String,
}

/// Puts a mail into the outbox.
///
/// # Errors
/// When the database fails.
pub async fn send(tx: &mut Tx, to: &Recipient, message: &Message, now: DateTime<Utc>) -> Result<MailId> {
    let id = MailId::new();
    tx.run(sql!(
        "INSERT INTO mails (id, user_id, email, name, template, content, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7)",
        id,
        to.user.map(|user| user.0),
        to.email.as_str(),
        to.name.as_str(),
        message.template(),
        message.content()?,
        now
    ))
    .await?;
    Ok(id)
}
