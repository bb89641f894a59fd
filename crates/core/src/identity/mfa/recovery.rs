//! Recovery codes: ten of them, shown once, each good once.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use serde_json::json;

use super::{has_factor, lock_factors, notice::Change};
use crate::{
    Error, Result, Services,
    identity::{Actor, secret::random_bytes},
    ids::UserId,
};

/// How many there are.
const COUNT: usize = 10;

/// Crockford's base 32: no letter that looks like a digit. What is typed instead of one is understood.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a code: 60 bits, of which the keyed hash tells nothing.
const LENGTH: usize = 12;

/// Replaces the recovery codes of the actor's account; the old ones are no longer good.
///
/// # Errors
/// [`Error::Forbidden`] `step-up-required`; [`Error::Conflict`] `no-second-factor`.
pub async fn regenerate_recovery_codes(s: &Services, actor: &Actor) -> Result<Vec<String>> {
    let now = s.clock.now();
    actor.require_recent_proof(now)?;
    let mut tx = s.db.begin().await?;
    lock_factors(&mut tx, actor.user).await?;
    if !has_factor(&mut tx, actor.user).await? {
        return Err(Error::conflict(
            "no-second-factor",
            "Recovery codes stand in for a second factor. Set one up first.",
        ));
    }
    let codes = replace(s, &mut tx, actor.user, now).await?;
    let change = Change {
        user: actor.user,
        by: Some(actor.user),
        address: &actor.origin.address,
        action: "identity.recovery-codes-regenerated",
        before: json!(null),
        after: json!({ "left": COUNT }),
        what: "New recovery codes were made; the old ones no longer work".into(),
    };
    change.record(s, &mut tx, now).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Makes new codes in place of the old ones.
pub(super) async fn replace(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    remove(tx, user).await?;
    let mut codes = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let code = new_code()?;
        tx.run(sql!(
            "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES ($1, $2, $3)",
            user,
            hash(s, user, &code)?,
            now
        ))
        .await?;
        codes.push(grouped(&code));
    }
    Ok(codes)
}

/// Removes all codes of an account.
pub(super) async fn remove(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.run(sql!("DELETE FROM recovery_codes WHERE user_id = $1", user)).await?;
    Ok(())
}

/// Uses a code up; answers how many are left when it was good.
pub(super) async fn consume(
    s: &Services,
    tx: &mut Tx,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>> {
    let used = tx
        .run(sql!(
            "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
            user,
            hash(s, user, &as_made(code))?,
            now
        ))
        .await?;
    if used == 0 {
        return Ok(None);
    }
    let (left,): (i64,) = tx
        .one(sql!("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL", user))
        .await?;
    Ok(Some(left))
}

fn hash(s: &Services, user: UserId, code: &str) -> Result<Vec<u8>> {
    s.secret.keyed_hash("recovery-code", &[user.0.as_bytes(), code.as_bytes()])
}

fn new_code() -> Result<String> {
    let letters = random_bytes::<LENGTH>()?;
    Ok(letters.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// The code as it was made, whatever way it was typed.
fn as_made(typed: &str) -> String {
    let letter = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    typed.chars().map(letter).collect()
}

/// In groups of four, for reading and typing.
fn grouped(code: &str) -> String {
    let groups: Vec<&str> = (0..LENGTH).step_by(4).map(|at| &code[at..at + 4]).collect();
    groups.join("-")
}
