//! What the answer says.

use momentum_core::ports::{TextAnswer, TextError, TextErrorKind};
use serde_json::Value;

use crate::text::{
    draft::{Draft, hold, tokens},
    errors::{Complaint, error, interrupted, malformed, quoted, truncated, with_usage},
    http::{Form, Incoming},
    thinking::Thinking,
};

/// Reads it to its end.
pub(super) async fn read(
    incoming: Incoming,
    draft: Draft<'_>,
    key: Option<&str>,
) -> Result<TextAnswer, TextError> {
    let mut reading = Reading {
        draft,
        thinking: Thinking::default(),
        refusal: String::new(),
        finish: None,
        any: false,
        key,
    };
    match reading.follow(incoming).await {
        Ok(()) => reading.end(),
        Err(error) => Err(with_usage(error, reading.draft.usage)),
    }
}

struct Reading<'a> {
    draft: Draft<'a>,
    thinking: Thinking,
    refusal: String,
    /// Why it ended.
    finish: Option<String>,
    /// Whether there was anything of an answer at all.
    any: bool,
    key: Option<&'a str>,
}

impl Reading<'_> {
    async fn follow(&mut self, mut incoming: Incoming) -> Result<(), TextError> {
        match incoming.form().await? {
            Form::Empty => return Err(truncated()),
            Form::Whole => {
                let whole = incoming.whole().await?;
                return self.hear(&whole).map(|_| ());
            }
            Form::Stream => {}
        }
        loop {
            let event = match incoming.event().await {
                Ok(Some(event)) => event,
                // It has come to its end already; only usage may be missing.
                Ok(None) | Err(_) if self.finish.is_some() => return Ok(()),
                Ok(None) => return Err(truncated()),
                Err(error) => return Err(error),
            };
            if event.data.trim() == "[DONE]" {
                return Ok(());
            }
            if event.data.trim().is_empty() {
                continue;
            }
            let value = event.json(self.key)?;
            if event.name == "error" {
                return Err(Complaint::of(&value).error(None, self.key));
            }
            if self.hear(&value)? {
                incoming.begun();
            }
            if self.finish.is_some() {
                incoming.over();
            }
        }
    }

    /// Takes in a piece, or a whole answer. Says whether the model has said anything in it, if only to itself.
    fn hear(&mut self, value: &Value) -> Result<bool, TextError> {
        if value.get("error").is_some_and(|error| !error.is_null()) || value["object"] == "error" {
            return Err(Complaint::of(value).error(None, self.key));
        }
        if value["usage"].is_object() {
            self.draft.usage.input = tokens(&value["usage"]["prompt_tokens"]);
            self.draft.usage.output = tokens(&value["usage"]["completion_tokens"]);
        }
        let choice = &value["choices"][0];
        if !choice.is_object() {
            return Ok(false);
        }
        self.any = true;
        let message = ["delta", "message"].iter().map(|name| &choice[*name]).find(|part| part.is_object());
        let message = message.unwrap_or(&Value::Null);
        let mut spoken = ["reasoning_content", "reasoning"]
            .iter()
            .any(|name| message[*name].as_str().is_some_and(|thought| !thought.is_empty()));
        for piece in pieces(&message["content"]) {
            spoken |= !piece.is_empty();
            if self.finish.is_some() && !piece.is_empty() {
                return Err(malformed("the answer goes on after its end"));
            }
            self.draft.push(&self.thinking.answer(piece))?;
        }
        if let Some(refusal) = message["refusal"].as_str() {
            spoken = true;
            hold(&mut self.refusal, refusal, self.draft.most())?;
        }
        if let Some(finish) = choice["finish_reason"].as_str().filter(|finish| !finish.is_empty()) {
            self.finish = Some(finish.to_owned());
        }
        Ok(spoken)
    }

    fn end(mut self) -> Result<TextAnswer, TextError> {
        let usage = self.draft.usage;
        let failed = |error| Err(with_usage(error, usage));
        if !self.refusal.is_empty() {
            let said = quoted(&self.refusal, self.key);
            return failed(error(TextErrorKind::Refused, said));
        }
        if !self.any {
            return failed(malformed("an answer with nothing in it"));
        }
        self.draft.push(&self.thinking.rest())?;
        match self.finish.as_deref() {
            Some("content_filter") => {
                failed(error(TextErrorKind::Refused, "the provider's filter refuses this"))
            }
            Some(fault @ ("error" | "abort" | "insufficient_system_resource")) => {
                failed(interrupted(format!("the provider gave up: {fault}")))
            }
            Some("length" | "max_tokens") => Ok(self.draft.answer(false)),
            Some(_) => Ok(self.draft.answer(true)),
            // Some servers don't say why they end.
            None if !self.draft.is_empty() => Ok(self.draft.answer(true)),
            None => failed(malformed("an answer with nothing in it")),
        }
    }
}

/// The text in `content`: a string, or parts of which some are text.
fn pieces(content: &Value) -> Vec<&str> {
    match content {
        Value::String(text) => vec![text],
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => Vec::new(),
    }
}
