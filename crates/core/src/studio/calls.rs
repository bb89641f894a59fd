//! Requests to language models, and what each has used and cost.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};

use super::budget;
use crate::{
    Result, Services,
    ids::{ModelCallId, StudioJobId},
    ports::{TextRequest, TokenUsage},
};

/// The most tokens that a provider puts around a conversation: marks of who speaks, rules for the form of the answer.
const AROUND: u64 = 2_000;

/// A request on its way.
pub(super) struct Call {
    pub id: ModelCallId,
    pub month: String,
    pub reserved: i64,
    pub model: String,
}

/// Notes how a request ended and what it cost, everywhere where costs are counted. Once only: a second time changes nothing.
pub(super) async fn settle(
    s: &Services,
    tx: &mut Tx,
    call: &Call,
    (state, usage, output, error): (&str, TokenUsage, &str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    let cost = s.studio.cost(&call.model, usage);
    let (input, made) = (signed(usage.input), signed(usage.output));
    let settled: Option<(StudioJobId, String)> = tx
        .opt(sql!(
            "UPDATE ai_calls SET state = $2, input_tokens = $3, output_tokens = $4, cost_micros = $5, output = $6, error = $7,
                    finished_at = $8
             WHERE id = $1 AND state = 'running' RETURNING job_id, step",
            call.id,
            state,
            input,
            made,
            cost,
            output,
            error,
            now
        ))
        .await?;
    let Some((job, step)) = settled else { return Ok(()) };
    tx.run(sql!(
        "UPDATE ai_jobs SET input_tokens = input_tokens + $2, output_tokens = output_tokens + $3,
                cost_micros = cost_micros + $4 WHERE id = $1",
        job,
        input,
        made,
        cost
    ))
    .await?;
    tx.run(sql!(
        "UPDATE ai_steps SET input_tokens = input_tokens + $3, output_tokens = output_tokens + $4,
                cost_micros = cost_micros + $5 WHERE job_id = $1 AND key = $2",
        job,
        step,
        input,
        made,
        cost
    ))
    .await?;
    budget::settle(s, tx, &call.month, (call.reserved, cost), now).await
}

fn signed(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

/// Tokens of a text: about one for four characters, as providers say of English.
pub(super) fn tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(4)
}

pub(super) fn input_tokens(request: &TextRequest) -> u64 {
    let texts = request.messages.iter().map(|turn| turn.text.as_str()).chain([request.system.as_str()]);
    let schema = request.schema.as_ref().map_or(0, |schema| tokens(&schema.schema.to_string()));
    texts.map(tokens).sum::<u64>() + schema
}

/// What the provider says was used, as far as that can be: no token is shorter than a byte, and no model writes more than its
/// answer and what it was allowed to think. One wrong figure must not use up a whole budget.
pub(super) fn possible(request: &TextRequest, output: &str, said: TokenUsage) -> TokenUsage {
    let bytes = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
    let schema = request.schema.as_ref().map_or(0, |schema| bytes(&schema.schema.to_string()));
    let texts = request.messages.iter().map(|turn| turn.text.as_str()).chain([request.system.as_str()]);
    let most = TokenUsage {
        input: texts.map(bytes).sum::<u64>() + schema + AROUND,
        output: bytes(output) + u64::from(request.max_output_tokens),
    };
    let usage = TokenUsage { input: said.input.min(most.input), output: said.output.min(most.output) };
    if usage != said {
        tracing::warn!(model = %request.model, ?said, counted = ?usage, "the provider says more tokens than there can be");
    }
    usage
}

/// What the provider counted, or about that where it counted nothing.
pub(super) fn counted(request: &TextRequest, output: &str, said: TokenUsage) -> TokenUsage {
    let said = possible(request, output, said);
    TokenUsage {
        input: if said.input == 0 { input_tokens(request) } else { said.input },
        output: if said.output == 0 { tokens(output) } else { said.output },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{Message, Speaker};

    #[test]
    fn what_a_provider_says_was_used_is_no_more_than_can_be() {
        let request = TextRequest {
            model: "m".into(),
            system: "s".repeat(100),
            messages: vec![Message { speaker: Speaker::User, text: "t".repeat(900) }],
            schema: None,
            max_output_tokens: 500,
            temperature: None,
        };
        let count = |input, output| {
            let usage = counted(&request, "An answer.", TokenUsage { input, output });
            (usage.input, usage.output)
        };
        assert_eq!(count(260, 400), (260, 400), "what can be is believed");
        assert_eq!(count(1_000_000_000, u64::MAX), (1_000 + AROUND, 10 + 500));
        assert_eq!(count(0, 0), (250, 3), "and what isn't said is estimated");
        assert_eq!(possible(&request, "", TokenUsage::default()), TokenUsage::default());
    }
}
