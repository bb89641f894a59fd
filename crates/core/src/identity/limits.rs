//! Brakes on guessing passwords, on mass sign-up, and on mails that strangers set going. They stand in the database, so
//! that all servers count together.
//!
//! Two things brake. An **allowance** refills steadily (GCRA, as ATM networks police cells: ITU-T I.371): who comes too
//! fast waits a little. And **wrong passwords in a row** cost a delay that doubles. Both go by what was typed, whether
//! there is such an account or not, so they tell nobody which accounts exist.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Origin, lockout};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    ids::UserId,
    jobs::piece_by_piece,
};

/// Demo instances are shared by many people behind few addresses.
const GENEROUS: i64 = 1_000;

/// So many wrong passwords in a row cost nothing.
const FREE_FAILURES: i64 = 5;

/// At so many the owner is told, with a link that opens the account again.
const LOCKOUT_AT: i64 = 10;

/// A failure costs no more than this, in milliseconds.
const LONGEST_DELAY: i64 = 15 * 60 * 1_000;

/// Whether the limits are the usual ones.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    generous: bool,
}

impl Limits {
    /// Usual limits, or generous ones for a demo.
    #[must_use]
    pub fn new(generous: bool) -> Self {
        Self { generous }
    }
}

/// An allowance: so many at once, then so many an hour.
#[derive(Clone, Copy)]
struct Quota {
    of: &'static str,
    burst: i64,
    per_hour: i64,
}

const SIGN_IN_BY_ACCOUNT: Quota = Quota { of: "sign-in by account", burst: 20, per_hour: 600 };
const SIGN_IN_BY_ADDRESS: Quota = Quota { of: "sign-in by address", burst: 100, per_hour: 3_600 };
const SIGN_UP_BY_ADDRESS: Quota = Quota { of: "sign-up by address", burst: 30, per_hour: 600 };
const RECOVERY_BY_ACCOUNT: Quota = Quota { of: "recovery by account", burst: 5, per_hour: 60 };
const LINK_BY_ADDRESS: Quota = Quota { of: "link by address", burst: 30, per_hour: 1_200 };
const EMAIL_CHANGE_BY_ACCOUNT: Quota = Quota { of: "email change by account", burst: 5, per_hour: 5 };
const EMAIL_CHANGE_BY_TARGET: Quota = Quota { of: "email change by target", burst: 5, per_hour: 5 };
const CALENDAR_BY_OWNER: Quota = Quota { of: "calendar by owner", burst: 30, per_hour: 600 };

/// Counts one try to sign in.
pub(super) async fn sign_in(s: &Services, account: &str, address: &str) -> Result<()> {
    take(s, SIGN_IN_BY_ADDRESS, address).await?;
    take(s, SIGN_IN_BY_ACCOUNT, account).await
}

/// Counts one question to an authenticator. Whose passkey it will be is not known yet.
pub(super) async fn passkey(s: &Services, address: &str) -> Result<()> {
    take(s, SIGN_IN_BY_ADDRESS, address).await
}

/// Counts one try to sign up.
pub(super) async fn sign_up(s: &Services, address: &str) -> Result<()> {
    take(s, SIGN_UP_BY_ADDRESS, address).await
}

/// Counts one request for a mail that lets somebody in again. The account need not exist.
pub(super) async fn recovery(s: &Services, account: &str, address: &str) -> Result<()> {
    link(s, address).await?;
    take(s, RECOVERY_BY_ACCOUNT, account).await
}

/// Counts one request to move an account to the address `target`, to which that sends a mail.
pub(super) async fn email_change(s: &Services, account: UserId, target: &str) -> Result<()> {
    take(s, EMAIL_CHANGE_BY_ACCOUNT, &account.to_string()).await?;
    take(s, EMAIL_CHANGE_BY_TARGET, target).await
}

/// Counts one link from a mail that is followed.
pub(super) async fn link(s: &Services, address: &str) -> Result<()> {
    take(s, LINK_BY_ADDRESS, address).await
}

/// Counts one address that opens nothing.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub(crate) async fn count_unknown_link(s: &Services, address: &str) -> Result<()> {
    link(s, address).await
}

/// Counts one reading of a calendar. It goes by whose it is: the programs of many people come from one address.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub(crate) async fn count_calendar_read(s: &Services, owner: UserId) -> Result<()> {
    take(s, CALENDAR_BY_OWNER, &owner.to_string()).await
}

/// Takes one from the allowance, unless it is used up or wrong passwords have to be waited out.
async fn take(s: &Services, quota: Quota, who: &str) -> Result<()> {
    let factor = if s.limits.generous { GENEROUS } else { 1 };
    let step = (3_600_000 / (quota.per_hour * factor)).max(1);
    let allowance = quota.burst * factor * step;
    let now = s.clock.now().timestamp_millis();
    let key = key(quota, who);
    let mut tx = s.db.begin().await?;
    let taken: Option<(i64,)> = tx
        .opt(sql!(
            "INSERT INTO throttles (key_hash, free_at) VALUES ($1, $2 + $3)
             ON CONFLICT (key_hash) DO UPDATE
             SET free_at = CASE WHEN throttles.free_at < $2 THEN $2 ELSE throttles.free_at END + $3
             WHERE throttles.free_at + $3 <= $2 + $4 AND throttles.blocked_until <= $2
             RETURNING free_at",
            key.as_slice(),
            now,
            step,
            allowance
        ))
        .await?;
    if taken.is_some() {
        return Ok(tx.commit().await?);
    }
    let (free_at, blocked_until): (i64, i64) =
        tx.one(sql!("SELECT free_at, blocked_until FROM throttles WHERE key_hash = $1", key)).await?;
    let wait = (free_at + step - allowance).max(blocked_until) - now;
    let retry_after_seconds = u64::try_from(wait / 1_000 + 1).unwrap_or(1);
    Err(Error::TooManyRequests { retry_after_seconds })
}

/// Notes a wrong password for what was typed, and whose account that is, if anybody's. The next tries have to wait, each
/// longer than the one before.
pub(super) async fn sign_in_failed(
    s: &Services,
    account: &str,
    owner: Option<UserId>,
    origin: &Origin,
) -> Result<()> {
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    if !s.limits.generous {
        count_failure(&mut tx, account, origin, now).await?;
    }
    note_refusal(&mut tx, "identity.sign-in-failed", owner, origin, now).await?;
    Ok(tx.commit().await?)
}

/// Writes to the audit log that a proof was refused, and whose account that is, if anybody's. What was typed is not written
/// down: it may be a password in the wrong field.
pub(super) async fn note_refusal(
    tx: &mut Tx,
    action: &'static str,
    owner: Option<UserId>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: None,
        action,
        target_kind: "user",
        target_id: owner.map(|owner| owner.to_string()).unwrap_or_default(),
        address: &origin.address,
        before: Value::Null,
        after: Value::Null,
    };
    audit::record(tx, &event, now).await
}

async fn count_failure(tx: &mut Tx, account: &str, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let key = key(SIGN_IN_BY_ACCOUNT, account);
    let failures: Option<(i64,)> = tx
        .opt(sql!(
            "UPDATE throttles SET failures = failures + 1 WHERE key_hash = $1 RETURNING failures",
            key.as_slice()
        ))
        .await?;
    let failures = failures.map_or(0, |(failures,)| failures);
    tx.run(sql!(
        "UPDATE throttles SET blocked_until = $2 WHERE key_hash = $1",
        key,
        now.timestamp_millis() + delay(failures)
    ))
    .await?;
    if failures == LOCKOUT_AT {
        lockout::tell_later(tx, account, origin, now).await?;
    }
    Ok(())
}

/// Notes a right password.
pub(super) async fn sign_in_succeeded(s: &Services, account: &str) -> Result<()> {
    let failed: Option<(i64,)> = {
        let mut conn = s.db.read().await?;
        let key = key(SIGN_IN_BY_ACCOUNT, account);
        conn.opt(sql!("SELECT failures FROM throttles WHERE key_hash = $1 AND failures > 0", key)).await?
    };
    if failed.is_none() {
        return Ok(());
    }
    let mut tx = s.db.begin().await?;
    forget_failures(&mut tx, account).await?;
    Ok(tx.commit().await?)
}

/// Forgets the wrong passwords: the right one came, or the owner followed the link.
pub(super) async fn forget_failures(tx: &mut Tx, account: &str) -> Result<()> {
    tx.run(sql!(
        "UPDATE throttles SET failures = 0, blocked_until = 0 WHERE key_hash = $1 AND failures > 0",
        key(SIGN_IN_BY_ACCOUNT, account)
    ))
    .await?;
    Ok(())
}

/// Removes who has been quiet for a day.
pub(super) async fn clean(s: &Services, now: DateTime<Utc>) -> Result<()> {
    let yesterday = now.timestamp_millis() - 86_400_000;
    piece_by_piece(s, |most| {
        sql!(
            "DELETE FROM throttles WHERE free_at < $1 AND blocked_until < $1 AND key_hash IN
                (SELECT key_hash FROM throttles WHERE free_at < $1 AND blocked_until < $1 LIMIT $2)",
            yesterday,
            most
        )
    })
    .await?;
    Ok(())
}

/// Milliseconds to wait after so many wrong passwords in a row: a second, doubled each time.
fn delay(failures: i64) -> i64 {
    match u32::try_from(failures - FREE_FAILURES) {
        Err(_) => 0,
        Ok(over) => LONGEST_DELAY.min(1_000_i64.saturating_mul(1 << over.min(20))),
    }
}

/// What is stored of what is braked and for whom.
fn key(quota: Quota, who: &str) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(quota.of);
    hasher.update([0]);
    hasher.update(who);
    hasher.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_costs_more_each_time_and_never_more_than_a_quarter_of_an_hour() {
        let seconds: Vec<i64> =
            [0, 4, 5, 6, 7, 10, 15, 1_000].map(|failures| delay(failures) / 1_000).to_vec();
        assert_eq!(seconds, [0, 0, 1, 2, 4, 32, 900, 900]);
    }
}
