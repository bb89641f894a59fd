//! What models may cost: a budget for each month (UTC), which is reserved before a request and settled after it, so that
//! requests under way at the same time can't spend the same money.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Tx, sql};

use crate::{
    Error, Result, Services,
    messaging::{self, Message, Recipient},
    settings::{self, Studio as StudioSettings},
};

/// `2026-11`.
pub(super) fn month(now: DateTime<Utc>) -> String {
    now.format("%Y-%m").to_string()
}

/// Of a US dollar.
pub(super) const MICROS: i64 = 1_000_000;

/// Millionths of a US dollar in whole dollars.
pub(super) fn micros(dollars: u32) -> i64 {
    i64::from(dollars) * MICROS
}

/// What a month has cost, with what is reserved, in millionths of a US dollar.
pub(super) async fn spent(conn: &mut Conn, month: &str) -> Result<i64> {
    let row: Option<(i64,)> =
        conn.opt(sql!("SELECT cost_micros FROM ai_months WHERE month = $1", month)).await?;
    Ok(row.map_or(0, |(cost,)| cost))
}

/// What is said when what is `left` of the month's budget doesn't pay the next request.
pub(super) fn too_little(left: i64, next: i64) -> String {
    let why = if left > 0 {
        format!(
            "The next request may cost {}, and {} are left of this month's budget",
            dollars(next),
            dollars(left)
        )
    } else {
        "This month's budget for models is used up".to_owned()
    };
    format!("{why}. Raise it under Settings, AI, or wait for the next month.")
}

/// What is left of a month's budget, in millionths of a US dollar; `None` without a limit. Negative when more was spent.
pub(super) async fn left(conn: &mut Conn, month: &str) -> Result<Option<i64>> {
    let budget = settings::load::<StudioSettings>(conn).await?.monthly_budget_usd.map(micros);
    let spent = spent(conn, month).await?;
    Ok(budget.map(|budget| budget - spent))
}

/// Whether what is left of the month's budget doesn't pay a job's next request.
pub(super) async fn is_used_up(conn: &mut Conn, month: &str, next: i64) -> Result<bool> {
    Ok(left(conn, month).await?.is_some_and(|left| left < next))
}

/// Refuses what would stop at once, because what is left of the month's budget doesn't pay its next request.
pub(super) async fn check(conn: &mut Conn, month: &str, next: i64) -> Result<()> {
    match left(conn, month).await? {
        Some(left) if left < next => Err(Error::conflict("budget-used-up", too_little(left, next))),
        _ => Ok(()),
    }
}

/// Adds to what a month has cost, whatever the budget; less than nothing takes away. Holds the month.
pub(super) async fn add(tx: &mut Tx, month: &str, cost: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO ai_months (month, cost_micros) VALUES ($1, 0) ON CONFLICT (month) DO NOTHING",
        month
    ))
    .await?;
    tx.run(sql!("UPDATE ai_months SET cost_micros = cost_micros + $2 WHERE month = $1", month, cost)).await?;
    Ok(())
}

/// Sets `cost` aside; `false` when the month's budget doesn't reach.
pub(super) async fn reserve(tx: &mut Tx, month: &str, cost: i64) -> Result<bool> {
    tx.run(sql!(
        "INSERT INTO ai_months (month, cost_micros) VALUES ($1, 0) ON CONFLICT (month) DO NOTHING",
        month
    ))
    .await?;
    let budget = settings::load::<StudioSettings>(tx).await?.monthly_budget_usd.map(micros);
    let reserved = tx
        .run(sql!(
            "UPDATE ai_months SET cost_micros = cost_micros + $2
             WHERE month = $1 AND ($3 IS NULL OR cost_micros + $2 <= $3)",
            month,
            cost,
            budget
        ))
        .await?;
    Ok(reserved == 1)
}

/// Puts what it really cost in place of what was reserved.
pub(super) async fn settle(
    s: &Services,
    tx: &mut Tx,
    month: &str,
    (reserved, cost): (i64, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    add(tx, month, cost - reserved).await?;
    alert(s, tx, month, now).await
}

/// Tells administrators when a threshold is passed.
pub(super) async fn alert(s: &Services, tx: &mut Tx, month: &str, now: DateTime<Utc>) -> Result<()> {
    let settings = settings::load::<StudioSettings>(tx).await?;
    let Some(budget) = settings.monthly_budget_usd.filter(|budget| *budget > 0) else { return Ok(()) };
    let spent = spent(tx, month).await?;
    for percent in settings.alert_percents {
        if spent < micros(budget) / 100 * i64::from(percent) {
            continue;
        }
        let first_time = tx
            .run(sql!(
                "INSERT INTO ai_budget_alerts (month, percent, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                month,
                percent,
                now
            ))
            .await?;
        if first_time == 1 {
            let message = Message::StudioBudget {
                percent,
                spent: dollars(spent),
                budget: format!("${budget}"),
                usage_link: format!("{}/admin/ai/usage", s.settings.base_url),
            };
            tell(tx, &message, now).await?;
        }
    }
    Ok(())
}

/// Has thresholds that a correction has left again told anew when they are passed anew.
pub(super) async fn forget_alerts(tx: &mut Tx, month: &str) -> Result<()> {
    let Some(left) = left(tx, month).await? else { return Ok(()) };
    let spent = spent(tx, month).await?;
    tx.run(sql!(
        "DELETE FROM ai_budget_alerts WHERE month = $1 AND percent * $2 > $3",
        month,
        (spent + left) / 100,
        spent
    ))
    .await?;
    Ok(())
}

/// Writes to every administrator.
async fn tell(tx: &mut Tx, message: &Message, now: DateTime<Utc>) -> Result<()> {
    for to in administrators(tx).await? {
        messaging::send(tx, &to, message, now).await?;
    }
    Ok(())
}

async fn administrators(conn: &mut Conn) -> Result<Vec<Recipient>> {
    let rows: Vec<(crate::ids::UserId, String, String)> = conn
        .all("SELECT id, email, name FROM users WHERE role = 'admin' AND state = 'active' ORDER BY id LIMIT 20")
        .await?;
    Ok(rows.into_iter().map(|(id, email, name)| Recipient { user: Some(id), email, name }).collect())
}

/// `$1.25`; less than a cent as `$0.0042`.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn dollars(micros: i64) -> String {
    let dollars = micros as f64 / 1e6;
    if micros != 0 && micros.abs() < 10_000 { format!("${dollars:.4}") } else { format!("${dollars:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_with_something_left_is_not_called_used_up() {
        assert!(too_little(0, 400_000).starts_with("This month's budget for models is used up. Raise"));
        assert!(
            too_little(330_000, 400_000).starts_with("The next request may cost $0.40, and $0.33 are left")
        );
    }

    #[test]
    fn small_sums_keep_their_digits() {
        assert_eq!(dollars(0), "$0.00");
        assert_eq!(dollars(4_200), "$0.0042");
        assert_eq!(dollars(1_254_000), "$1.25");
    }
}
