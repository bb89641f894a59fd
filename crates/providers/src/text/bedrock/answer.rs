//! What the answer says.

use aws_sdk_bedrockruntime::{
    primitives::event_stream::EventReceiver,
    types::{
        ContentBlockDelta, ContentBlockStart, ConverseStreamOutput, StopReason, TokenUsage as Used,
        error::ConverseStreamOutputError,
    },
};
use momentum_core::ports::{TextAnswer, TextError, TextErrorKind, TokenUsage};
use tokio::time::{Instant, timeout_at};

use super::{errors::of_stream, nothing_came};
use crate::text::{
    errors::{error, interrupted, malformed, truncated, with_usage},
    http::{EPILOGUE, Patience},
    tool::ToolDraft,
};

type Stream = EventReceiver<ConverseStreamOutput, ConverseStreamOutputError>;

/// Reads it to its end.
pub(super) async fn read(
    stream: Stream,
    draft: ToolDraft<'_>,
    patience: Patience,
    key: Option<&str>,
) -> Result<TextAnswer, TextError> {
    let mut reading = Reading { draft, stop: None, key };
    match reading.follow(stream, patience).await {
        Ok(()) => reading.end(),
        Err(error) => Err(with_usage(error, reading.draft.usage())),
    }
}

struct Reading<'a> {
    draft: ToolDraft<'a>,
    /// Why it ended.
    stop: Option<StopReason>,
    key: Option<&'a str>,
}

impl Reading<'_> {
    async fn follow(&mut self, mut stream: Stream, patience: Patience) -> Result<(), TextError> {
        let mut limit = patience.first;
        loop {
            let event = match timeout_at(Instant::now() + limit, stream.recv()).await {
                Ok(Ok(Some(event))) => event,
                // Only what was used is missing.
                _ if self.stop.is_some() => return Ok(()),
                Ok(Ok(None)) => return Err(truncated()),
                Ok(Err(failure)) => return Err(of_stream(&failure, self.key)),
                Err(_) => return Err(nothing_came(limit)),
            };
            match event {
                ConverseStreamOutput::ContentBlockStart(start) => {
                    if let Some(ContentBlockStart::ToolUse(_)) = start.start() {
                        self.draft.call();
                    }
                }
                ConverseStreamOutput::ContentBlockDelta(delta) => {
                    if self.stop.is_some() {
                        return Err(malformed("the answer goes on after its end"));
                    }
                    limit = limit.min(patience.piece);
                    match delta.delta() {
                        Some(ContentBlockDelta::Text(text)) => self.draft.text(text)?,
                        Some(ContentBlockDelta::ToolUse(tool)) => self.draft.input(tool.input())?,
                        // What it thinks, and what is yet to be invented.
                        _ => {}
                    }
                }
                ConverseStreamOutput::MessageStop(stop) => {
                    self.stop = Some(stop.stop_reason().clone());
                    limit = limit.min(EPILOGUE);
                }
                ConverseStreamOutput::Metadata(metadata) => {
                    if let Some(usage) = metadata.usage() {
                        self.draft.used(used(usage));
                    }
                    // Nothing comes after it.
                    if self.stop.is_some() {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }

    fn end(self) -> Result<TextAnswer, TextError> {
        let usage = self.draft.usage();
        let refused = |what: &str| Err(error(TextErrorKind::Refused, what));
        let outcome = match self.stop {
            Some(StopReason::ContentFiltered) => refused("the provider's filter refuses this"),
            Some(StopReason::GuardrailIntervened) => refused("the guardrail refuses this"),
            Some(stop) if stop.as_str() == "refusal" => refused("it gives no reason"),
            Some(StopReason::MaxTokens | StopReason::ModelContextWindowExceeded) => self.draft.answer(false),
            Some(StopReason::MalformedModelOutput | StopReason::MalformedToolUse) => {
                Err(malformed("the model's answer can't be read"))
            }
            Some(_) => self.draft.answer(true),
            None => Err(interrupted("the answer doesn't say why it ends")),
        };
        outcome.map_err(|error| with_usage(error, usage))
    }
}

fn used(usage: &Used) -> TokenUsage {
    let count = |tokens: i32| u64::try_from(tokens).unwrap_or_default();
    let cached = [usage.cache_read_input_tokens(), usage.cache_write_input_tokens()];
    let cached: u64 = cached.into_iter().flatten().map(count).sum();
    TokenUsage { input: count(usage.input_tokens()) + cached, output: count(usage.output_tokens()) }
}
