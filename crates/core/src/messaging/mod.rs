//! Mail to people: a row in the outbox, written in the transaction of its cause and delivered by a job.
//!
//! [`send`] writes the row and enqueues the job; [`delivery`] renders the mail and hands it over, never twice; [`mailbox`]
//! is what administrators see of it. This area knows nobody: whoever sends says to whom and what.

mod delivery;
pub mod jobs;
mod mailbox;
mod message;
mod render;

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde_json::json;

pub use mailbox::{MailFilter, MailState, MailSummary, StoredMail, find, list, recent, retry};
pub use message::Message;
pub use render::{Look, Rendered, render};

use crate::{
    Result,
    ids::{MailId, UserId},
    jobs::{NewJob, enqueue},
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

/// Puts a mail into the outbox, to be delivered after the commit.
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
    deliver_later(tx, id, now).await?;
    Ok(id)
}

async fn deliver_later(tx: &mut Tx, id: MailId, now: DateTime<Utc>) -> Result<()> {
    let job = NewJob::new(jobs::DELIVER, json!({ "mail": id })).dedup(format!("{}:{id}", jobs::DELIVER));
    enqueue(tx, job, now).await?;
    Ok(())
}
