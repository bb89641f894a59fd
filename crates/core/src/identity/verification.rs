//! Proving that an address is its owner's.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, Tx, sql};
use serde_json::json;

use super::{
    Actor, Origin,
    account_tokens::{self, Purpose},
    email_change, limits, profile,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    ids::UserId,
    messaging::{self, Message, Recipient},
};

/// The mails that carry a verification link.
const WITH_LINK: [&str; 2] = ["welcome", "verify-email"];

/// Greets a new account whose address has to be proved, within the transaction that made it.
pub(super) async fn welcome(
    s: &Services,
    tx: &mut Tx,
    to: &Recipient,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let verify_link = link(s, tx, user, &to.email, now).await?;
    let message = if s.live.now().notifications.welcome {
        Message::Welcome { verify_link }
    } else {
        Message::VerifyEmail { link: verify_link }
    };
    messaging::send(tx, to, &message, now).await?;
    Ok(())
}

async fn link(s: &Services, tx: &mut Tx, user: UserId, email: &str, now: DateTime<Utc>) -> Result<String> {
    let token = account_tokens::issue(tx, user, Purpose::VerifyEmail, email, now).await?;
    Ok(format!("{}/verify-email?token={token}", s.settings.base_url))
}

/// Sends the actor another link: once a minute and five an hour at most.
///
/// # Errors
/// [`Error::Conflict`] `already-verified`; [`Error::TooManyRequests`].
pub async fn resend_verification(s: &Services, actor: &Actor) -> Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let user = profile::load(&mut tx, actor.user).await?.ok_or(Error::NotFound("account"))?;
    if user.email_verified {
        return Err(Error::conflict("already-verified", "Your address is confirmed already."));
    }
    // The token's row is what requests at the same moment queue at, so it comes before the count.
    let link = link(s, &mut tx, user.id, &user.email, now).await?;
    brake(&mut tx, user.id, &WITH_LINK, now).await?;
    let to = Recipient { user: Some(user.id), email: user.email, name: user.name };
    messaging::send(&mut tx, &to, &Message::VerifyEmail { link }, now).await?;
    Ok(tx.commit().await?)
}

/// Proves the address by the link that was sent there. Works whether signed in or not. From then on a change of address that
/// is under way needs its consent.
///
/// # Errors
/// [`Error::Conflict`] `link-not-valid`; [`Error::TooManyRequests`].
pub async fn verify_email(s: &Services, token: &str, origin: &Origin) -> Result<()> {
    limits::link(s, &origin.address).await?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    let (user, email) = account_tokens::take(&mut tx, Purpose::VerifyEmail, token, now).await?;
    email_change::ask_proved_side(s, &mut tx, user, now).await?;
    let verified = tx
        .run(sql!(
            "UPDATE users SET email_verified_at = COALESCE(email_verified_at, $3), updated_at = $3
             WHERE id = $1 AND email = $2 AND state = 'active'",
            user,
            email.as_str(),
            now
        ))
        .await?;
    if verified == 0 {
        return Err(account_tokens::not_valid());
    }
    let event = Event {
        actor: Some(user),
        action: "identity.email-verified",
        target_kind: "user",
        target_id: user.to_string(),
        address: &origin.address,
        before: serde_json::Value::Null,
        after: json!({ "email": email }),
    };
    audit::record(&mut tx, &event, now).await?;
    Ok(tx.commit().await?)
}

/// Refuses another mail of these templates to somebody who got one within a minute, or five within an hour. Counted in
/// the database, so it holds across servers.
pub(super) async fn brake(
    conn: &mut Conn,
    user: UserId,
    templates: &[&'static str],
    now: DateTime<Utc>,
) -> Result<()> {
    let sent = messaging::recent(conn, user, templates, now - TimeDelta::hours(1)).await?;
    match wait_before_another(&sent, now) {
        None => Ok(()),
        Some(wait) => {
            let seconds = u64::try_from(wait.num_seconds()).unwrap_or(0) + 1;
            Err(Error::TooManyRequests { retry_after_seconds: seconds })
        }
    }
}

/// How long to wait when mails were sent at these times of the last hour, newest first.
fn wait_before_another(sent: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<TimeDelta> {
    let minute = sent.first().map(|last| *last + TimeDelta::minutes(1));
    let hour = sent.get(4).map(|fifth| *fifth + TimeDelta::hours(1));
    let free_at = minute.max(hour)?;
    (free_at > now).then(|| free_at - now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_minute_and_five_an_hour() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let ago = |minutes: &[i64]| {
            minutes.iter().map(|minutes| now - TimeDelta::minutes(*minutes)).collect::<Vec<_>>()
        };
        assert_eq!(wait_before_another(&[], now), None);
        assert_eq!(wait_before_another(&ago(&[1, 2]), now), None);
        assert_eq!(wait_before_another(&ago(&[0]), now), Some(TimeDelta::minutes(1)));
        assert_eq!(wait_before_another(&ago(&[5, 10, 20, 30]), now), None);
        assert_eq!(wait_before_another(&ago(&[5, 10, 20, 30, 50]), now), Some(TimeDelta::minutes(10)));
    }
}
