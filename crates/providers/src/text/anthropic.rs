//! Anthropic's Messages. A form is had by making the model call one tool, whose input is the answer.

use momentum_core::ports::{
    AnswerSchema, Speaker, TextAnswer, TextError, TextErrorKind, TextModel, TextRequest, TokenUsage, Writing,
};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{
    config::ModelConfig,
    draft::{Draft, Listener, instructed, tokens},
    errors::{Complaint, error, malformed, truncated, with_usage},
    http::{Denied, Form, Http, Incoming},
    manners::Manners,
    openai::number,
    tool::ToolDraft,
};

/// Where Anthropic's own interface begins.
const OWN: &str = "https://api.anthropic.com";

/// The interface that is spoken.
const VERSION: &str = "2023-06-01";

/// Anthropic, or what speaks like it.
pub(super) struct Anthropic {
    http: Http,
    url: String,
    manners: Manners<Manner>,
}

/// What a model knows of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Manner {
    /// It can be made to call the tool; otherwise it is told to answer in JSON.
    tool: bool,
    temperature: bool,
}

impl Manner {
    fn instead(mut self, denied: &Denied, request: &TextRequest) -> Option<Self> {
        if denied.status != Some(400) {
            return None;
        }
        if self.temperature && request.temperature.is_some() && denied.said.contains("temperature") {
            self.temperature = false;
        } else if self.tool && request.schema.is_some() && denied.said.contains("tool_choice") {
            self.tool = false;
        } else {
            return None;
        }
        Some(self)
    }
}

impl Anthropic {
    pub(super) fn new(config: &ModelConfig) -> Result<Self, String> {
        let (base, _) = config.base(OWN)?;
        let key = config.key().ok_or("api_key is missing")?;
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", key.header("")?);
        headers.insert("anthropic-version", HeaderValue::from_static(VERSION));
        let base = base.strip_suffix("/v1").unwrap_or(&base);
        Ok(Self {
            http: Http::new(headers, Some(key.expose().to_owned()), config.patience())?,
            url: format!("{base}/v1/messages"),
            manners: Manners::new(),
        })
    }

    /// Asks in the manner that is known, and while the provider names a parameter that it doesn't take, without that.
    async fn ask(&self, request: &TextRequest) -> Result<(Incoming, Manner), TextError> {
        let known = self.manners.of(&request.model);
        let mut manner = known.unwrap_or(Manner { tool: true, temperature: true });
        loop {
            let denied = match self.http.post(&self.url, &body(request, manner)).await {
                Ok(incoming) => {
                    if known != Some(manner) {
                        self.manners.keep(&request.model, manner);
                    }
                    return Ok((incoming, manner));
                }
                Err(denied) => denied,
            };
            manner = manner.instead(&denied, request).ok_or(denied.error)?;
        }
    }

    async fn answer(&self, request: &TextRequest, on_text: Listener<'_>) -> Result<TextAnswer, TextError> {
        let (incoming, manner) = self.ask(request).await?;
        let wants_tool = request.schema.is_some() && manner.tool;
        let mut reading = Reading {
            draft: ToolDraft::new(Draft::new(request, on_text), wants_tool),
            stop: None,
            key: self.http.key(),
        };
        match reading.follow(incoming).await {
            Ok(()) => reading.end(),
            Err(error) => Err(with_usage(error, reading.draft.usage())),
        }
    }
}

impl TextModel for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn write<'a>(&'a self, request: &'a TextRequest, on_text: Listener<'a>) -> Writing<'a> {
        Box::pin(self.answer(request, on_text))
    }
}

fn body(request: &TextRequest, manner: Manner) -> Value {
    let messages = request.messages.iter().map(|message| {
        let role = match message.speaker {
            Speaker::User => "user",
            Speaker::Model => "assistant",
        };
        json!({ "role": role, "content": message.text })
    });
    let mut body = json!({
        "model": request.model,
        "max_tokens": request.max_output_tokens,
        "messages": messages.collect::<Vec<_>>(),
        "stream": true,
    });
    let system = instructed(&request.system, request.schema.as_ref().filter(|_| !manner.tool));
    if !system.is_empty() {
        body["system"] = json!(system);
    }
    if let Some(temperature) = request.temperature.filter(|_| manner.temperature) {
        body["temperature"] = number(temperature);
    }
    if let Some(AnswerSchema { name, description, schema }) = request.schema.as_ref().filter(|_| manner.tool)
    {
        body["tools"] = json!([{ "name": name, "description": description, "input_schema": schema }]);
        body["tool_choice"] = json!({ "type": "tool", "name": name, "disable_parallel_tool_use": true });
    }
    body
}

struct Reading<'a> {
    draft: ToolDraft<'a>,
    /// Why it ended.
    stop: Option<String>,
    key: Option<&'a str>,
}

impl Reading<'_> {
    async fn follow(&mut self, mut incoming: Incoming) -> Result<(), TextError> {
        match incoming.form().await? {
            Form::Empty => return Err(truncated()),
            Form::Whole => {
                let whole = incoming.whole().await?;
                return self.whole(&whole);
            }
            Form::Stream => {}
        }
        loop {
            let event = match incoming.event().await {
                Ok(Some(event)) => event,
                // It has come to its end already.
                Ok(None) | Err(_) if self.stop.is_some() => return Ok(()),
                Ok(None) => return Err(truncated()),
                Err(error) => return Err(error),
            };
            let value = event.json(self.key)?;
            match value["type"].as_str().unwrap_or(&event.name) {
                "message_start" => self.used(&value["message"]["usage"]),
                "content_block_start" => self.draft.block(&value["content_block"])?,
                "content_block_delta" => {
                    if self.stop.is_some() {
                        return Err(malformed("the answer goes on after its end"));
                    }
                    incoming.begun();
                    let delta = &value["delta"];
                    match delta["type"].as_str() {
                        Some("text_delta") => self.draft.text(delta["text"].as_str().unwrap_or_default())?,
                        Some("input_json_delta") => {
                            self.draft.input(delta["partial_json"].as_str().unwrap_or_default())?;
                        }
                        // What it thinks, and what is yet to be invented.
                        _ => {}
                    }
                }
                "message_delta" => {
                    self.used(&value["usage"]);
                    if let Some(stop) = value["delta"]["stop_reason"].as_str() {
                        self.stop = Some(stop.to_owned());
                        incoming.over();
                    }
                }
                "message_stop" => return Ok(()),
                "error" => return Err(Complaint::of(&value).error(None, self.key)),
                _ => {}
            }
        }
    }

    /// An answer that comes whole although a stream was asked for.
    fn whole(&mut self, value: &Value) -> Result<(), TextError> {
        if value["type"] == "error" || value.get("error").is_some_and(|error| !error.is_null()) {
            return Err(Complaint::of(value).error(None, self.key));
        }
        let blocks = value["content"].as_array().ok_or_else(|| malformed("an answer with nothing in it"))?;
        self.used(&value["usage"]);
        for block in blocks {
            self.draft.block(block)?;
        }
        self.stop = value["stop_reason"].as_str().map(ToOwned::to_owned);
        Ok(())
    }

    /// What is said later holds, except that nothing is taken back.
    fn used(&mut self, usage: &Value) {
        let names = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
        let input: u64 = names.iter().map(|name| tokens(&usage[*name])).sum();
        let output = tokens(&usage["output_tokens"]);
        let before = self.draft.usage();
        self.draft.used(TokenUsage { input: before.input.max(input), output: before.output.max(output) });
    }

    fn end(self) -> Result<TextAnswer, TextError> {
        let usage = self.draft.usage();
        let outcome = match self.stop.as_deref() {
            Some("refusal") => Err(error(TextErrorKind::Refused, "it gives no reason")),
            Some("max_tokens" | "model_context_window_exceeded") => self.draft.answer(false),
            Some(_) => self.draft.answer(true),
            None => Err(malformed("the answer doesn't say why it ends")),
        };
        outcome.map_err(|error| with_usage(error, usage))
    }
}
