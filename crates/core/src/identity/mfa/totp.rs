//! Authenticator apps: time-based one-time passwords (RFC 6238) with what every app understands: SHA-1, six digits, 30
//! seconds. A code of the step before or after is accepted too, because clocks differ, and no code is accepted twice.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{FromRow, Tx, sql};
use serde_json::json;
use totp_rs::Totp;

use super::{Qr, after_removal, has_factor, lock_factors, notice::Change, recovery, required_for, shown};
use crate::{
    Error, Result, Services,
    identity::{Actor, secret::random_bytes},
    ids::UserId,
};

/// Digits of a code.
pub(super) const DIGITS: usize = 6;

/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// So long a secret can be typed or scanned before it has to be begun again.
const PENDING_LIFE: TimeDelta = TimeDelta::hours(1);

/// What secrets are sealed for.
const PURPOSE: &str = "totp-secret";

/// An authenticator app that is being set up.
#[derive(Debug, Clone)]
pub struct PendingTotp {
    /// Base32, for typing.
    pub secret: String,
    /// What the QR code says.
    pub otpauth_url: String,
    pub qr: Qr,
}

/// Begins to set up an authenticator app, with a new secret in place of one that was not confirmed.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::Conflict`] `totp-enabled`.
pub async fn begin_totp(s: &Services, actor: &Actor) -> Result<PendingTotp> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let secret = random_bytes::<SECRET_BYTES>()?;
    let sealed = s.secret.seal(PURPOSE, actor.user.0.as_bytes(), &secret)?;
    let mut tx = s.db.begin().await?;
    // Otherwise a confirmation under way would confirm this secret by a code of the one before.
    lock_factors(&mut tx, actor.user).await?;
    let begun = tx
        .run(sql!(
            "INSERT INTO totp_factors (user_id, secret, created_at, last_step) VALUES ($1, $2, $3, 0)
             ON CONFLICT (user_id) DO UPDATE SET secret = $2, created_at = $3
             WHERE totp_factors.confirmed_at IS NULL",
            actor.user,
            sealed,
            now
        ))
        .await?;
    if begun == 0 {
        return Err(Error::conflict(
            "totp-enabled",
            "An authenticator app is set up already. Remove it first.",
        ));
    }
    let (email,): (String,) = tx.one(sql!("SELECT email FROM users WHERE id = $1", actor.user)).await?;
    tx.commit().await?;
    pending(s, &secret, &email)
}

/// The app that the actor is setting up, to be shown again; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn pending_totp(s: &Services, actor: &Actor) -> Result<Option<PendingTotp>> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let row: Option<(Vec<u8>, String)> = {
        let mut conn = s.db.read().await?;
        conn.opt(sql!(
            "SELECT f.secret, u.email FROM totp_factors f JOIN users u ON u.id = f.user_id
             WHERE f.user_id = $1 AND f.confirmed_at IS NULL AND f.created_at > $2",
            actor.user,
            now - PENDING_LIFE
        ))
        .await?
    };
    let Some((sealed, email)) = row else { return Ok(None) };
    let secret = s.secret.open(PURPOSE, actor.user.0.as_bytes(), &sealed)?;
    pending(s, &secret, &email).map(Some)
}

fn pending(s: &Services, secret: &[u8], email: &str) -> Result<PendingTotp> {
    // A colon would end the issuer in the address.
    let issuer = s.site_name().replace(':', " ");
    let totp = generator(secret, email, Some(issuer))?;
    let otpauth_url = totp.to_url().map_err(Error::internal)?;
    Ok(PendingTotp { secret: totp.secret().to_base32(), qr: Qr::of(&otpauth_url)?, otpauth_url })
}

fn generator(secret: &[u8], account: &str, issuer: Option<String>) -> Result<Totp> {
    totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name(account)
        .with_issuer(issuer)
        .build()
        .map_err(Error::internal)
}

/// The step whose code this is, if it is one of now, just before or just after.
fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let seconds = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let step = generator(secret, "", None)?.check(code, seconds);
    step.map(|step| i64::try_from(step).map_err(Error::internal)).transpose()
}

/// Makes the app a factor, when a code shows that it works. Answers new recovery codes when it is the first factor; they
/// are shown this once.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::Conflict`] `totp-not-begun`; [`Error::Invalid`] for a wrong code.
pub async fn confirm_totp(s: &Services, actor: &Actor, code: &str) -> Result<Option<Vec<String>>> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let mut tx = s.db.begin().await?;
    let not_begun =
        || Error::conflict("totp-not-begun", "There is no authenticator app to confirm. Begin again.");
    // Of twenty at once one confirms: the others wait here, and then there is nothing to confirm.
    lock_factors(&mut tx, actor.user).await?;
    let row: Option<(Vec<u8>,)> = tx
        .opt(sql!(
            "SELECT secret FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NULL AND created_at > $2",
            actor.user,
            now - PENDING_LIFE
        ))
        .await?;
    let (sealed,) = row.ok_or_else(not_begun)?;
    let secret = s.secret.open(PURPOSE, actor.user.0.as_bytes(), &sealed)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).take(12).collect();
    let step = step_of(&secret, &code, now)?.ok_or_else(|| {
        Error::invalid("code", "wrong", "This code is not right. Type the six digits that the app shows now.")
    })?;
    let first = !has_factor(&mut tx, actor.user).await?;
    tx.run(sql!(
        "UPDATE totp_factors SET confirmed_at = $2, last_step = $3 WHERE user_id = $1",
        actor.user,
        now,
        step
    ))
    .await?;
    shown(&mut tx, actor).await?;
    let codes = if first { Some(recovery::replace(s, &mut tx, actor.user, now).await?) } else { None };
    let change = Change {
        user: actor.user,
        by: Some(actor.user),
        address: &actor.origin.address,
        action: "identity.totp-added",
        before: json!({ "totp": false }),
        after: json!({ "totp": true }),
        what: "An authenticator app was added".into(),
    };
    change.record(s, &mut tx, now).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Removes the authenticator app. With the last factor the recovery codes go too: there is nothing left to recover.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::NotFound`] without one; [`Error::Conflict`] `last-factor` when the role
/// needs one.
pub async fn remove_totp(s: &Services, actor: &Actor) -> Result<()> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let required = required_for(s, actor.role).await?;
    let mut tx = s.db.begin().await?;
    lock_factors(&mut tx, actor.user).await?;
    let removed = tx
        .run(sql!("DELETE FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL", actor.user))
        .await?;
    if removed == 0 {
        return Err(Error::NotFound("authenticator app"));
    }
    after_removal(&mut tx, actor, required).await?;
    let change = Change {
        user: actor.user,
        by: Some(actor.user),
        address: &actor.origin.address,
        action: "identity.totp-removed",
        before: json!({ "totp": true }),
        after: json!({ "totp": false }),
        what: "The authenticator app was removed".into(),
    };
    change.record(s, &mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

#[derive(FromRow)]
struct FactorRow {
    secret: Vec<u8>,
    last_step: i64,
}

/// Whether `code` is right now; if so, it and all before it are used up.
pub(super) async fn consume(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row: Option<FactorRow> = tx
        .opt(sql!(
            "SELECT secret, last_step FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL",
            user
        ))
        .await?;
    let Some(row) = row else { return Ok(false) };
    let secret = s.secret.open(PURPOSE, user.0.as_bytes(), &row.secret)?;
    let Some(step) = step_of(&secret, code, now)?.filter(|step| *step > row.last_step) else {
        return Ok(false);
    };
    let used = tx
        .run(sql!("UPDATE totp_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2", user, step))
        .await?;
    Ok(used == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of the eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(step_of(secret, code, at(seconds)).unwrap(), Some(seconds / 30), "{seconds}");
            assert_eq!(step_of(secret, code, at(seconds + 30)).unwrap(), Some(seconds / 30), "a step late");
            assert_eq!(step_of(secret, code, at(seconds + 90)).unwrap(), None, "too late");
        }
    }
}
