//! Six digits can be guessed by whoever may try often enough, so wrong codes of an account are counted until a right one
//! comes, wherever they are typed, and soon cost time.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Tx, sql};

use crate::{Error, Result, ids::UserId};

/// So many wrong codes cost nothing.
const FREE_TRIES: i64 = 5;

/// At so many the owner is told.
pub(super) const TOLD_AT: i64 = 5;

const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// How long to wait after so many wrong codes in a row: 30 seconds, doubled each time, up to an hour.
fn wait(tries: i64) -> TimeDelta {
    match u32::try_from(tries - FREE_TRIES) {
        Err(_) => TimeDelta::zero(),
        Ok(over) => LONGEST_WAIT.min(TimeDelta::seconds(30_i64.saturating_mul(1 << over.min(8)))),
    }
}

/// Counts a try before it is known to be wrong, so that twenty at once are twenty. Answers how many there were in a row.
/// Holds the account's row until the end of the transaction.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub(super) async fn begin(tx: &mut Tx, user: UserId, now: DateTime<Utc>) -> Result<i64> {
    let counted: Option<(i64,)> = tx
        .opt(sql!(
            "INSERT INTO second_factor_tries (user_id, tries, blocked_until) VALUES ($1, 1, $2)
             ON CONFLICT (user_id) DO UPDATE SET tries = second_factor_tries.tries + 1
             WHERE second_factor_tries.blocked_until <= $2 RETURNING tries",
            user,
            now
        ))
        .await?;
    if let Some((tries,)) = counted {
        tx.run(sql!(
            "UPDATE second_factor_tries SET blocked_until = $2 WHERE user_id = $1",
            user,
            now + wait(tries)
        ))
        .await?;
        return Ok(tries);
    }
    let (until,): (DateTime<Utc>,) =
        tx.one(sql!("SELECT blocked_until FROM second_factor_tries WHERE user_id = $1", user)).await?;
    let milliseconds = u64::try_from((until - now).num_milliseconds()).unwrap_or(0);
    Err(Error::TooManyRequests { retry_after_seconds: milliseconds.div_ceil(1_000).max(1) })
}

/// A right code came.
pub(super) async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.run(sql!("DELETE FROM second_factor_tries WHERE user_id = $1", user)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tries_are_free_and_the_next_ones_cost_more_and_more() {
        let seconds: Vec<i64> = [1, 4, 5, 6, 7, 10, 12, 100].map(|tries| wait(tries).num_seconds()).to_vec();
        assert_eq!(seconds, [0, 0, 30, 60, 120, 960, 3_600, 3_600]);
    }
}
