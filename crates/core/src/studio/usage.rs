//! What models have cost.

use momentum_db::{FromRow, sql};

use super::{
    Correction,
    budget::{micros, month, spent},
    corrections,
};
use crate::{
    Result, Services,
    identity::Actor,
    settings::{self, Studio as StudioSettings},
};

/// A model's share of a month.
#[derive(Debug, Clone, FromRow)]
pub struct ModelUsage {
    pub provider: String,
    pub model: String,
    pub calls: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
}

/// A month so far.
#[derive(Debug, Clone)]
pub struct Usage {
    /// `2026-11`, UTC.
    pub month: String,
    /// The most expensive first.
    pub by_model: Vec<ModelUsage>,
    /// What models have cost, with what was corrected, in millionths of a US dollar.
    pub cost_micros: i64,
    /// What corrections add to it, in millionths of a US dollar.
    pub corrected_micros: i64,
    /// What is set aside for requests under way, millionths of a US dollar.
    pub reserved_micros: i64,
    /// Millionths of a US dollar; `None` for no limit.
    pub budget_micros: Option<i64>,
    /// Models that were used and have no price, so that they count as nothing.
    pub unpriced: Vec<String>,
    /// Courses that were begun this month, and what one cost on average, in millionths of a US dollar.
    pub courses: i64,
    pub average_course_micros: i64,
    /// The last months before this one with their costs, newest first.
    pub before: Vec<(String, i64)>,
    /// The latest corrections of all months, newest first.
    pub corrections: Vec<Correction>,
}

impl Usage {
    /// Whether nothing is left of the budget.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.budget_micros.is_some_and(|budget| self.cost_micros + self.reserved_micros >= budget)
    }
}

/// What this month (UTC) has cost so far.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn usage(s: &Services, actor: &Actor) -> Result<Usage> {
    actor.require_admin()?;
    let month = month(s.clock.now());
    let mut conn = s.db.read().await?;
    let by_model: Vec<ModelUsage> = conn
        .all(sql!(
            "SELECT provider, model, COUNT(*) AS calls, CAST(SUM(input_tokens) AS BIGINT) AS input_tokens,
                    CAST(SUM(output_tokens) AS BIGINT) AS output_tokens, CAST(SUM(cost_micros) AS BIGINT) AS cost_micros
             FROM ai_calls WHERE month = $1 AND state <> 'running' GROUP BY provider, model
             ORDER BY 6 DESC, provider, model",
            &month
        ))
        .await?;
    let corrected_micros = corrections::of_month(&mut conn, &month).await?;
    let cost_micros = by_model.iter().map(|model| model.cost_micros).sum::<i64>() + corrected_micros;
    let (courses, course_cost): (i64, i64) = conn
        .one(sql!(
            "SELECT COUNT(DISTINCT j.id), CAST(COALESCE(SUM(c.cost_micros), 0) AS BIGINT)
             FROM ai_jobs j JOIN ai_calls c ON c.job_id = j.id WHERE c.month = $1 AND j.kind = 'course'",
            &month
        ))
        .await?;
    let before = conn
        .all(sql!(
            "SELECT month, cost_micros FROM ai_months WHERE month < $1 ORDER BY month DESC LIMIT 12",
            &month
        ))
        .await?;
    let budget = settings::load::<StudioSettings>(&mut conn).await?.monthly_budget_usd;
    Ok(Usage {
        unpriced: by_model
            .iter()
            .filter(|used| s.studio.price(&used.model).is_none())
            .map(|used| used.model.clone())
            .collect(),
        reserved_micros: spent(&mut conn, &month).await? - cost_micros,
        budget_micros: budget.map(micros),
        average_course_micros: course_cost / courses.max(1),
        corrections: corrections::latest(&mut conn).await?,
        courses,
        cost_micros,
        corrected_micros,
        by_model,
        before,
        month,
    })
}
