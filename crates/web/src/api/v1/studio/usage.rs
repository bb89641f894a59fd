//! What models have cost, and how people judged what they wrote.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use momentum_core::{
    ids::UsageCorrectionId,
    studio::{self, Correction, CorrectionRequest, PromptReport},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{super::List, UsageAnswer, usd};
use crate::{
    App,
    api::{ApiJson, Bearer, Operations},
    http::{
        access::Access,
        problem::{ApiError, Problems},
    },
    present,
};

pub(super) fn routes(operations: Operations) -> Operations {
    operations
        .add(Access::Admin, routes!(usage))
        .add(Access::Admin, routes!(correct))
        .add(Access::Admin, routes!(prompts))
}

/// A model's share of the month.
#[derive(Serialize, ToSchema)]
struct ModelUsageAnswer {
    provider: String,
    model: String,
    calls: i64,
    #[serde(flatten)]
    usage: UsageAnswer,
    /// False: nobody set a price, so it counts as nothing.
    has_price: bool,
}

/// The month's budget.
#[derive(Serialize, ToSchema)]
struct BudgetAnswer {
    /// Null: no limit.
    monthly_usd: Option<f64>,
    /// Null: no limit.
    remaining_usd: Option<f64>,
    /// Whole percent; null: no limit.
    used_percent: Option<i64>,
    /// Nothing is left: no model is asked.
    used_up: bool,
}

/// A month.
#[derive(Serialize, ToSchema)]
struct MonthCost {
    /// Such as 2026-10.
    month: String,
    cost_usd: f64,
}

/// A correction of what a month has cost.
#[derive(Serialize, ToSchema)]
struct CorrectionAnswer {
    id: UsageCorrectionId,
    /// Such as 2026-11, UTC.
    month: String,
    /// Negative: so much less.
    amount_usd: f64,
    reason: String,
    /// Name of who made it.
    created_by: String,
    created_at: DateTime<Utc>,
}

impl From<Correction> for CorrectionAnswer {
    fn from(correction: Correction) -> Self {
        Self {
            id: correction.id,
            month: correction.month,
            amount_usd: usd(correction.cost_micros),
            reason: correction.reason,
            created_by: correction.created_by_name,
            created_at: correction.created_at,
        }
    }
}

/// What models have cost.
#[derive(Serialize, ToSchema)]
struct StudioUsage {
    /// Such as 2026-11, UTC.
    month: String,
    /// With what was corrected.
    cost_usd: f64,
    /// What corrections add to it.
    corrected_usd: f64,
    /// Set aside for requests under way.
    reserved_usd: f64,
    input_tokens: i64,
    output_tokens: i64,
    courses: i64,
    average_course_usd: f64,
    by_model: Vec<ModelUsageAnswer>,
    budget: BudgetAnswer,
    /// The months before, newest first.
    previous: Vec<MonthCost>,
    /// The latest corrections of all months, newest first.
    corrections: Vec<CorrectionAnswer>,
}

/// What language models have cost this month (UTC) so far.
#[utoipa::path(get, path = "/admin/ai/usage", tag = "admin", responses((status = 200, body = StudioUsage), Problems))]
async fn usage(State(app): State<App>, Bearer(actor): Bearer) -> Result<Json<StudioUsage>, ApiError> {
    let usage = studio::usage(&app.services, &actor).await?;
    let (budget, used_up) = (usage.budget_micros, usage.is_used_up());
    let taken = usage.cost_micros + usage.reserved_micros;
    Ok(Json(StudioUsage {
        cost_usd: usd(usage.cost_micros),
        corrected_usd: usd(usage.corrected_micros),
        reserved_usd: usd(usage.reserved_micros),
        input_tokens: usage.by_model.iter().map(|model| model.input_tokens).sum(),
        output_tokens: usage.by_model.iter().map(|model| model.output_tokens).sum(),
        courses: usage.courses,
        average_course_usd: usd(usage.average_course_micros),
        by_model: usage
            .by_model
            .into_iter()
            .map(|model| ModelUsageAnswer {
                has_price: !usage.unpriced.contains(&model.model),
                provider: model.provider,
                model: model.model,
                calls: model.calls,
                usage: UsageAnswer {
                    input_tokens: model.input_tokens,
                    output_tokens: model.output_tokens,
                    cost_usd: usd(model.cost_micros),
                },
            })
            .collect(),
        budget: BudgetAnswer {
            monthly_usd: budget.map(usd),
            remaining_usd: budget.map(|budget| usd((budget - taken).max(0))),
            used_percent: budget.map(|budget| if budget > 0 { taken * 100 / budget } else { 100 }),
            used_up,
        },
        corrections: usage.corrections.into_iter().map(Into::into).collect(),
        previous: usage
            .before
            .into_iter()
            .map(|(month, cost)| MonthCost { month, cost_usd: usd(cost) })
            .collect(),
        month: usage.month,
    }))
}

/// What is to be corrected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectRequest {
    /// Such as 2026-11, UTC, not in the future; default: this month.
    #[serde(default)]
    month: Option<String>,
    /// US dollars other than 0, at most 1,000,000; negative to take away what was counted wrongly.
    amount_usd: f64,
    /// Why, in at most 300 characters.
    reason: String,
}

/// Corrects what a month has cost, where a figure is known to be false. The correction counts against the budget and is listed
/// with the usage.
#[utoipa::path(post, path = "/admin/ai/usage/corrections", tag = "admin", request_body = CorrectRequest,
    responses((status = 201, body = CorrectionAnswer), Problems))]
async fn correct(
    State(app): State<App>,
    Bearer(actor): Bearer,
    ApiJson(body): ApiJson<CorrectRequest>,
) -> Result<(StatusCode, Json<CorrectionAnswer>), ApiError> {
    let request = CorrectionRequest {
        month: body.month,
        cost_micros: present::micros(body.amount_usd),
        reason: body.reason,
    };
    let correction = studio::correct_usage(&app.services, &actor, request).await?;
    Ok((StatusCode::CREATED, Json(correction.into())))
}

/// How people judged what each version of the prompts made.
#[utoipa::path(get, path = "/admin/ai/prompts", tag = "admin",
    responses((status = 200, body = List<PromptReport>), Problems))]
async fn prompts(
    State(app): State<App>,
    Bearer(actor): Bearer,
) -> Result<Json<List<PromptReport>>, ApiError> {
    Ok(Json(List::whole(studio::prompt_report(&app.services, &actor).await?)))
}
