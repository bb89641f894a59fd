//! The mailbox as administrators use it. Mails carry live links, so opening one is noted in the audit log.

use serde_json::{Value, json};

use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Actor,
    ids::MailId,
    messaging::{self, MailFilter, MailSummary, Rendered, StoredMail},
};

/// A mail with what it says.
#[derive(Debug, Clone)]
pub struct OpenedMail {
    pub summary: MailSummary,
    /// As it was handed over, or as it would be now.
    pub rendered: Rendered,
}

/// The mails that match, newest first, and how many there are (counted up to 10,000).
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn mails(s: &Services, actor: &Actor, filter: &MailFilter) -> Result<(Vec<MailSummary>, i64)> {
    actor.require_admin()?;
    messaging::list(&mut s.db.read().await?, filter).await
}

/// Opens a mail, and notes who did.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators; [`Error::NotFound`].
pub async fn open_mail(s: &Services, actor: &Actor, id: MailId) -> Result<OpenedMail> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    let mail = messaging::find(&mut tx, id).await?.ok_or(Error::NotFound("mail"))?;
    let rendered = rendered(s, &mail)?;
    note(s, &mut tx, actor, "messaging.mail-read", &mail.summary).await?;
    tx.commit().await?;
    Ok(OpenedMail { summary: mail.summary, rendered })
}

/// The HTML of a mail that was opened before: what its frame shows. Not noted again.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators; [`Error::NotFound`].
pub async fn mail_html(s: &Services, actor: &Actor, id: MailId) -> Result<String> {
    actor.require_admin()?;
    let mail = messaging::find(&mut s.db.read().await?, id).await?.ok_or(Error::NotFound("mail"))?;
    Ok(rendered(s, &mail)?.html)
}

/// As it was handed over; one that wasn't yet, as it would be.
fn rendered(s: &Services, mail: &StoredMail) -> Result<Rendered> {
    match (&mail.summary.subject, &mail.html, &mail.text_part) {
        (Some(subject), Some(html), Some(text)) => {
            Ok(Rendered { subject: subject.clone(), html: html.clone(), text: text.clone() })
        }
        _ => messaging::render(
            &messaging::Look::of(&s.settings, &s.live.now()),
            &mail.summary.name,
            &mail.message()?,
        ),
    }
}

/// Sends a failed mail once more.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators; [`Error::NotFound`]; [`Error::Conflict`] `not-failed`.
pub async fn retry_mail(s: &Services, actor: &Actor, id: MailId) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    let mail = messaging::find(&mut tx, id).await?.ok_or(Error::NotFound("mail"))?;
    messaging::retry(&mut tx, id, s.clock.now()).await?;
    note(s, &mut tx, actor, "messaging.mail-retried", &mail.summary).await?;
    Ok(tx.commit().await?)
}

async fn note(
    s: &Services,
    tx: &mut momentum_db::Tx,
    actor: &Actor,
    action: &'static str,
    mail: &MailSummary,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "mail",
        target_id: mail.id.to_string(),
        address: &actor.origin.address,
        before: Value::Null,
        after: json!({ "template": mail.template, "to": mail.email }),
    };
    audit::record(tx, &event, s.clock.now()).await
}
