//! Handing a mail over: retried while it was certainly not taken, never twice.
//!
//! `sending` is committed before the mailer is called. Whoever finds a mail in that state knows that a program stopped
//! in between and that nobody can tell whether the mail went out, so it is given up, with a reason that an
//! administrator sees and may act on. Losing one mail in a crash is better than sending a link twice.

use momentum_db::{FromRow, Json, Tx, sql};
use serde::Deserialize;

use super::{Look, MailState, Message, render};
use crate::{
    Error, Result, Services,
    ids::MailId,
    jobs::{self, Job},
    ports::{Mail, MailError},
    settings::Snapshot,
};

#[derive(Deserialize)]
struct Payload {
    mail: MailId,
}

/// A mail that this attempt took from the outbox.
#[derive(FromRow)]
struct Taken {
    email: String,
    name: String,
    content: Json<serde_json::Value>,
    attempts: i64,
}

/// Delivers the mail that the job names.
pub(super) async fn deliver(s: &Services, job: &Job) -> Result<()> {
    let Payload { mail: id } = job.parse()?;
    let live = s.live.get(&s.db).await?;
    let mut tx = s.db.begin().await?;
    let Some(taken) = take(&mut tx, id).await? else {
        give_up_interrupted(&mut tx, id).await?;
        return Ok(tx.commit().await?);
    };
    let mail = match write(s, &live, id, &taken) {
        Ok(mail) => mail,
        Err(error) => {
            let why = format!("The mail can't be written: {error}");
            settle(s, &mut tx, id, taken.attempts, MailState::Failed, Some(&why)).await?;
            return Ok(tx.commit().await?);
        }
    };
    keep(&mut tx, id, &mail).await?;
    let Some(mailer) = &s.mailer else {
        settle(s, &mut tx, id, taken.attempts, MailState::Kept, None).await?;
        jobs::finish(&mut tx, job).await?;
        return Ok(tx.commit().await?);
    };
    tx.commit().await?;

    let handed_over = mailer.send(&mail).await;

    let again = matches!(handed_over, Err(MailError::Temporary(_))) && !job.is_last_attempt();
    let (state, why) = match handed_over {
        Ok(()) => (MailState::Sent, None),
        Err(error) if again => (MailState::Queued, Some(error.to_string())),
        Err(error) => {
            tracing::error!(mail = %id, %error, "a mail could not be delivered");
            (MailState::Failed, Some(error.to_string()))
        }
    };
    let mut tx = s.db.begin().await?;
    settle(s, &mut tx, id, taken.attempts, state, why.as_deref()).await?;
    tx.commit().await?;
    if again { Err(Error::Unavailable(why.unwrap_or_default())) } else { Ok(()) }
}

/// Takes the mail for one attempt; nothing when it is not waiting.
async fn take(tx: &mut Tx, id: MailId) -> Result<Option<Taken>> {
    Ok(tx
        .opt(sql!(
            "UPDATE mails SET state = 'sending', attempts = attempts + 1 WHERE id = $1 AND state = 'queued'
             RETURNING email, name, content, attempts",
            id
        ))
        .await?)
}

async fn give_up_interrupted(tx: &mut Tx, id: MailId) -> Result<()> {
    let given_up = tx
        .run(sql!(
            "UPDATE mails SET state = 'failed', error = $2 WHERE id = $1 AND state = 'sending'",
            id,
            "The program stopped while it handed this mail over. It may have arrived, so it was not sent again."
        ))
        .await?;
    if given_up > 0 {
        tracing::error!(mail = %id, "a mail was interrupted while it was handed over; it is not sent again unasked");
    }
    Ok(())
}

fn write(s: &Services, live: &Snapshot, id: MailId, taken: &Taken) -> Result<Mail> {
    let message = Message::from_content(&taken.content.0)?;
    let rendered = render(&Look::of(&s.settings, live), &taken.name, &message)?;
    let from = live.mail_from(&s.settings);
    let domain = from.rsplit('@').next().unwrap_or_default().trim_end_matches('>');
    Ok(Mail {
        message_id: format!("{id}@{domain}"),
        reply_to: Some(live.notifications.reply_to.clone()).filter(|address| !address.is_empty()),
        from,
        to_name: taken.name.clone(),
        to_email: taken.email.clone(),
        subject: rendered.subject,
        html: rendered.html,
        text: rendered.text,
    })
}

/// Keeps the mail as it was written, for the mailbox.
async fn keep(tx: &mut Tx, id: MailId, mail: &Mail) -> Result<()> {
    tx.run(sql!(
        "UPDATE mails SET subject = $2, html = $3, text_part = $4 WHERE id = $1",
        id,
        mail.subject.as_str(),
        mail.html.as_str(),
        mail.text.as_str()
    ))
    .await?;
    Ok(())
}

/// Notes how the attempt ended. One that another worker gave up meanwhile is set right when it succeeded after all.
async fn settle(
    s: &Services,
    tx: &mut Tx,
    id: MailId,
    attempt: i64,
    state: MailState,
    error: Option<&str>,
) -> Result<()> {
    let arrived = matches!(state, MailState::Sent | MailState::Kept);
    tx.run(sql!(
        "UPDATE mails SET state = $3, error = $4, sent_at = $5
         WHERE id = $1 AND attempts = $2 AND (state = 'sending' OR (state = 'failed' AND $3 = 'sent'))",
        id,
        attempt,
        state.as_str(),
        error,
        arrived.then(|| s.clock.now())
    ))
    .await?;
    Ok(())
}
