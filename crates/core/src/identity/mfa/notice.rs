//! What follows a change of how an account is protected, or an attack on it: an entry in the audit log and a mail to its
//! owner.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde_json::Value;

use crate::{
    Error, Result, Services,
    audit::{self, Event},
    ids::UserId,
    messaging::{self, Message, Recipient},
};

/// A change of how an account is protected.
pub(in crate::identity) struct Change<'a> {
    /// Whose account.
    pub user: UserId,
    /// Who did it; nobody for the program itself.
    pub by: Option<UserId>,
    /// From where.
    pub address: &'a str,
    /// As in the audit log.
    pub action: &'static str,
    pub before: Value,
    pub after: Value,
    /// In words, for the mail.
    pub what: String,
}

impl Change<'_> {
    /// Writes mail and audit entry, as the last thing of the transaction.
    pub(in crate::identity) async fn record(
        self,
        s: &Services,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let what = self.what.clone();
        self.write(s, tx, now, |security_link| Message::SecurityChanged { what, at: now, security_link })
            .await
    }

    /// As [`Change::record`], for what looks like somebody else's doing.
    pub(in crate::identity) async fn raise_alarm(
        self,
        s: &Services,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (what, address) = (self.what.clone(), self.address.to_owned());
        let message = |security_link| Message::SecurityAlarm { what, address, at: now, security_link };
        self.write(s, tx, now, message).await
    }

    async fn write(
        self,
        s: &Services,
        tx: &mut Tx,
        now: DateTime<Utc>,
        message: impl FnOnce(String) -> Message,
    ) -> Result<()> {
        let (email, name): (String, String) = tx
            .opt(sql!("SELECT email, name FROM users WHERE id = $1", self.user))
            .await?
            .ok_or(Error::NotFound("account"))?;
        let message = message(format!("{}/settings/security", s.settings.base_url));
        messaging::send(tx, &Recipient { user: Some(self.user), email, name }, &message, now).await?;
        let event = Event {
            actor: self.by,
            action: self.action,
            target_kind: "user",
            target_id: self.user.to_string(),
            address: self.address,
            before: self.before,
            after: self.after,
        };
        audit::record(tx, &event, now).await
    }
}
