//! Corrections of what a month has cost, where a figure is known to be false: rows beside the requests, never changes of them.

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, Tx, sql};
use serde_json::json;

use super::{
    budget::{self, MICROS, dollars},
    note,
};
use crate::{Error, FieldErrors, Result, Services, identity::Actor, ids::UsageCorrectionId};

/// The most that one correction may change, in whole US dollars.
const MOST: i64 = 1_000_000;

/// Corrections that are listed.
const LISTED: i64 = 50;

/// What is to be corrected.
#[derive(Debug, Clone)]
pub struct CorrectionRequest {
    /// Such as `2026-11`, UTC; without it, this month.
    pub month: Option<String>,
    /// Millionths of a US dollar; negative when too much was counted.
    pub cost_micros: i64,
    /// 1 to 300 characters.
    pub reason: String,
}

/// A correction.
#[derive(Debug, Clone, FromRow)]
pub struct Correction {
    pub id: UsageCorrectionId,
    /// Such as `2026-11`, UTC.
    pub month: String,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
    pub reason: String,
    /// Name of who made it; empty when the account is gone.
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
}

/// Adds to what a month has cost, or takes away from it.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field, also when less than nothing would be left; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn correct_usage(s: &Services, actor: &Actor, request: CorrectionRequest) -> Result<Correction> {
    actor.require_admin()?;
    let now = s.clock.now();
    let this_month = budget::month(now);
    let correction = Correction {
        id: UsageCorrectionId::new(),
        month: request.month.unwrap_or_else(|| this_month.clone()),
        cost_micros: request.cost_micros,
        reason: request.reason.trim().to_owned(),
        created_by_name: actor.name.clone(),
        created_at: now,
    };
    check(&correction, &this_month)?;
    let Correction { month, cost_micros, reason, .. } = &correction;
    let mut tx = s.db.begin().await?;
    budget::add(&mut tx, month, *cost_micros).await?;
    let spent = budget::spent(&mut tx, month).await?;
    let reserved = reserved(&mut tx, month).await?;
    if spent < reserved {
        let counted = dollars(spent - cost_micros - reserved);
        let message = format!("{counted} is counted for this month; no more than that can be taken away.");
        return Err(Error::invalid("amount_usd", "too-much", message));
    }
    tx.run(sql!(
        "INSERT INTO ai_corrections (id, month, cost_micros, reason, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        correction.id,
        month,
        *cost_micros,
        reason,
        actor.user,
        now
    ))
    .await?;
    if *month == this_month {
        budget::forget_alerts(&mut tx, month).await?;
        budget::alert(s, &mut tx, month, now).await?;
    }
    let after = json!({ "cost_micros": cost_micros, "reason": reason });
    note(&mut tx, actor, "studio.usage-corrected", ("ai-month", month.clone()), after, now).await?;
    tx.commit().await?;
    Ok(correction)
}

fn check(correction: &Correction, this_month: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    let month = correction.month.as_str();
    // A year of more than four digits, or with a sign, would be sorted wrongly.
    let is_month = month.len() == 7
        && month.starts_with(|c: char| c.is_ascii_digit())
        && NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").is_ok();
    let message = "Enter this month or an earlier one, such as 2026-11.";
    errors.check(is_month && month <= this_month, "month", "invalid", message);
    let amount = correction.cost_micros;
    let message = "Enter dollars other than 0, at most 1,000,000; with a minus to take away.";
    errors.check(
        amount != 0 && amount.unsigned_abs() <= (MOST * MICROS).unsigned_abs(),
        "amount_usd",
        "out-of-range",
        message,
    );
    let letters = correction.reason.chars().count();
    errors.check((1..=300).contains(&letters), "reason", "invalid", "Say why, in at most 300 characters.");
    errors.into_result()
}

/// What is set aside for requests under way.
async fn reserved(tx: &mut Tx, month: &str) -> Result<i64> {
    let (sum,): (i64,) = tx
        .one(sql!(
            "SELECT CAST(COALESCE(SUM(reserved_micros), 0) AS BIGINT) FROM ai_calls
             WHERE month = $1 AND state = 'running'",
            month
        ))
        .await?;
    Ok(sum)
}

/// What corrections have added to a month, in millionths of a US dollar.
pub(super) async fn of_month(conn: &mut Conn, month: &str) -> Result<i64> {
    let (sum,): (i64,) = conn
        .one(sql!(
            "SELECT CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) FROM ai_corrections WHERE month = $1",
            month
        ))
        .await?;
    Ok(sum)
}

/// The latest corrections of all months, newest first.
pub(super) async fn latest(conn: &mut Conn) -> Result<Vec<Correction>> {
    Ok(conn
        .all(sql!(
            "SELECT c.id, c.month, c.cost_micros, c.reason, COALESCE(u.name, '') AS created_by_name, c.created_at
             FROM ai_corrections c LEFT JOIN users u ON u.id = c.created_by
             ORDER BY c.created_at DESC, c.id DESC LIMIT $1",
            LISTED
        ))
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(month: &str, cost_micros: i64, reason: &str) -> Vec<String> {
        let correction = Correction {
            id: UsageCorrectionId::new(),
            month: month.into(),
            cost_micros,
            reason: reason.into(),
            created_by_name: String::new(),
            created_at: DateTime::UNIX_EPOCH,
        };
        match check(&correction, "2026-11") {
            Err(Error::Invalid(errors)) => {
                errors.as_slice().iter().map(|error| error.field.to_string()).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn months_amounts_and_reasons_are_checked() {
        assert!(wrong("2026-11", -1, "Counted twice").is_empty());
        for month in ["2026-12", "2026-13", "2026-1", "+026-11", "now", ""] {
            assert_eq!(wrong(month, 1, "Why"), ["month"], "{month}");
        }
        assert_eq!(wrong("2026-10", 0, "Why"), ["amount_usd"]);
        assert_eq!(wrong("2026-10", i64::MIN, ""), ["amount_usd", "reason"]);
    }
}
