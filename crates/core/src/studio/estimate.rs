//! What a course will take, before it is begun.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, sql};
use utoipa::ToSchema;

use super::{
    Author, Brief, Grade, StepState, budget,
    calls::tokens,
    model_author::{EXTRAS_ANSWER, FIRST_ANSWER, SCRIPT_ANSWER},
    steps::Step,
};
use crate::{Result, Services, identity::Actor, ids::ReferenceId, ports::TokenUsage};

/// Tokens that a course takes of a model, from what courses took: the prompts and schemas of plan, text, extras and script, and
/// what they answer.
const PLAN: (u64, u64) = (1_800, 700);
const PLAN_PER_DAY: u64 = 110;
const LESSON: (u64, u64) = (7_500, 3_900);
/// Passages of a lesson and its plan, where there are references.
const PASSAGES: u64 = 2_500;
/// Seconds of a request before there is any experience with the model.
const SECONDS: i64 = 25;

/// What a course will take.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, ToSchema)]
pub struct Estimate {
    pub author: Author,
    /// Requests to the model.
    pub calls: u64,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// US dollars; null when the model has no price.
    pub cost_usd: Option<f64>,
    pub seconds: i64,
    /// US dollars that are left of the budget of the month (UTC) in which it begins; null without a limit, or when no model is
    /// asked. A course that costs more stops on its way, and can go on when there is more.
    pub budget_left_usd: Option<f64>,
    /// So little is left that the course can't be begun.
    pub budget_used_up: bool,
}

/// What the request of a step of a course of these days may cost, in millionths of a US dollar; nothing where no model is asked.
pub(super) fn of_step(s: &Services, model: &str, step: Step, days: u32) -> Option<i64> {
    // Text, extras and script are the three requests for a lesson.
    let (input, output) = match step {
        Step::Plan => (PLAN.0 + PLAN_PER_DAY * u64::from(days), FIRST_ANSWER),
        Step::Text(_) => (LESSON.0 / 3, FIRST_ANSWER),
        Step::Extras(_) => (LESSON.0 / 3, EXTRAS_ANSWER),
        Step::Script(_) | Step::Intro => (LESSON.0 / 3, SCRIPT_ANSWER),
        Step::Prepare | Step::Quality | Step::Save => return None,
    };
    Some(s.studio.cost(model, TokenUsage { input, output: u64::from(output) }))
}

/// Whether this month's budget doesn't reach for the text of a lesson, whichever model writes it.
pub(super) async fn pays_no_text(s: &Services, conn: &mut Conn) -> Result<bool> {
    if s.studio.model.is_none() {
        return Ok(false);
    }
    let costs =
        [Grade::Draft, Grade::Final].map(|grade| of_step(s, s.studio.model_name(grade), Step::Text(1), 1));
    let least = costs.into_iter().flatten().min().unwrap_or_default();
    budget::is_used_up(conn, &budget::month(s.clock.now()), least).await
}

/// What the next request of a job may cost, of all its steps; nothing when no model is asked any more.
pub(super) fn of_next(
    s: &Services,
    (author, model, brief): (Author, &str, &Brief),
    steps: impl IntoIterator<Item = (Step, StepState)>,
) -> Option<i64> {
    if author != Author::Model {
        return None;
    }
    let days = u32::try_from(brief.duration_days).unwrap_or_default();
    steps
        .into_iter()
        .filter(|(_, state)| *state != StepState::Done)
        .find_map(|(step, _)| of_step(s, model, step, days))
}

/// What a course of these days from these references will take, when it begins at `starts_at`; without that, now.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub async fn estimate(
    s: &Services,
    actor: &Actor,
    days: u32,
    author: Option<Author>,
    grade: Grade,
    references: &[ReferenceId],
    starts_at: Option<DateTime<Utc>>,
) -> Result<Estimate> {
    actor.require_admin()?;
    let author = author.unwrap_or(if s.studio.model.is_some() { Author::Model } else { Author::Extractive });
    if author == Author::Extractive {
        let seconds = 2 + i64::from(days) / 4;
        return Ok(Estimate {
            author,
            calls: 0,
            input_tokens: 0,
            output_tokens: 0,
            cost_usd: Some(0.0),
            seconds,
            budget_left_usd: None,
            budget_used_up: false,
        });
    }
    let model = s.studio.model_name(grade);
    let first = of_step(s, model, Step::Plan, days).unwrap_or_default();
    let days = u64::from(days);
    let calls = 2 + 3 * days;
    let passages = if references.is_empty() { 0 } else { PASSAGES };
    let prompts =
        tokens(&s.studio.prompts.fill("system", serde_json::json!({ "language": "English", "tone": "" }))?);
    let usage = TokenUsage {
        input: PLAN.0 + PLAN_PER_DAY * days + 4 * passages + days * (LESSON.0 + passages) + calls * prompts,
        output: PLAN.1 + PLAN_PER_DAY * days + days * LESSON.1,
    };
    let cost = s.studio.price(model).map(|_| s.studio.cost(model, usage) as f64 / 1e6);
    let mut conn = s.db.read().await?;
    let left = budget::left(&mut conn, &budget::month(starts_at.unwrap_or_else(|| s.clock.now()))).await?;
    let recent: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)> = conn
        .all(sql!(
            "SELECT started_at, finished_at FROM ai_calls WHERE model = $1 AND state = 'used'
             ORDER BY started_at DESC LIMIT 50",
            model
        ))
        .await?;
    let taken: Vec<i64> = recent
        .into_iter()
        .filter_map(|(begun, ended)| ended.map(|ended| (ended - begun).num_milliseconds()))
        .collect();
    let each = match i64::try_from(taken.len()) {
        Ok(count) if count > 0 => taken.iter().sum::<i64>() / count,
        _ => SECONDS * 1_000,
    };
    let at_once = i64::try_from(s.studio.options.concurrency.max(1)).unwrap_or(1);
    let rounds = 1 + i64::try_from(calls).unwrap_or(i64::MAX).saturating_sub(1) / at_once;
    Ok(Estimate {
        author,
        calls,
        input_tokens: usage.input,
        output_tokens: usage.output,
        cost_usd: cost,
        seconds: (rounds * each / 1_000).max(1),
        budget_left_usd: left.map(|left| left.max(0) as f64 / 1e6),
        budget_used_up: left.is_some_and(|left| left < first),
    })
}
