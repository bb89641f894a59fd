//! Chat completions, as OpenAI has them and many others understand them.

mod answer;
mod manner;

use momentum_core::ports::{Speaker, TextAnswer, TextError, TextModel, TextRequest, Writing};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Value, json};

use super::{
    config::ModelConfig,
    draft::{Draft, Listener, instructed},
    http::{Denied, Http, Incoming},
    manners::Manners,
    schema::strict,
};
use manner::{Form, Limit, Manner};

/// Where OpenAI's own interface begins.
const OWN: &str = "https://api.openai.com/v1";

/// A server that speaks like OpenAI.
pub(super) struct OpenAi {
    http: Http,
    base: String,
    manners: Manners<Manner>,
}

impl OpenAi {
    pub(super) fn new(config: &ModelConfig) -> Result<Self, String> {
        let (base, near) = config.base(OWN)?;
        let mut headers = HeaderMap::new();
        match config.key() {
            Some(key) => {
                headers.insert(AUTHORIZATION, key.header("Bearer ")?);
            }
            None if near => {}
            None => return Err("api_key is missing".into()),
        }
        let key = config.key().map(|key| key.expose().to_owned());
        Ok(Self { http: Http::new(headers, key, config.patience())?, base, manners: Manners::new() })
    }

    /// Asks in the manner that is known, and while the provider names a parameter that it doesn't know, without that.
    async fn ask(&self, request: &TextRequest) -> Result<Incoming, TextError> {
        let url = format!("{}/chat/completions", self.base);
        let known = self.manners.of(&request.model);
        let mut manner = known.unwrap_or_else(|| Manner::first(self.base == OWN));
        loop {
            let denied = match self.http.post(&url, &body(request, manner)).await {
                Ok(incoming) => {
                    if known != Some(manner) && manner.is_lasting() {
                        self.manners.keep(&request.model, manner);
                    }
                    return Ok(incoming);
                }
                Err(denied) => denied,
            };
            match manner.instead(&denied, request) {
                Some(other) => {
                    tracing::info!(
                        model = request.model,
                        reason = denied.error.message,
                        "asking differently"
                    );
                    manner = other;
                }
                None => return Err(self.hint(denied)),
            }
        }
    }

    /// The most frequent mistake in a configuration, said where it shows.
    fn hint(&self, denied: Denied) -> TextError {
        let mut error = denied.error;
        if denied.status == Some(404) && self.base != OWN && !self.base.ends_with("/v1") {
            error.message.push_str(" (does base_url have to end in /v1?)");
        }
        error
    }

    async fn answer(&self, request: &TextRequest, on_text: Listener<'_>) -> Result<TextAnswer, TextError> {
        let incoming = self.ask(request).await?;
        answer::read(incoming, Draft::new(request, on_text), self.http.key()).await
    }
}

impl TextModel for OpenAi {
    fn name(&self) -> &'static str {
        "openai"
    }

    fn write<'a>(&'a self, request: &'a TextRequest, on_text: Listener<'a>) -> Writing<'a> {
        Box::pin(self.answer(request, on_text))
    }
}

fn body(request: &TextRequest, manner: Manner) -> Value {
    let in_words = request.schema.as_ref().filter(|_| manner.form != Form::Schema);
    let system = instructed(&request.system, in_words);
    let mut messages = Vec::new();
    if !system.is_empty() {
        messages.push(json!({ "role": "system", "content": system }));
    }
    messages.extend(request.messages.iter().map(|message| {
        let role = match message.speaker {
            Speaker::User => "user",
            Speaker::Model => "assistant",
        };
        json!({ "role": role, "content": message.text })
    }));
    let mut body = json!({ "model": request.model, "messages": messages, "stream": true });
    if manner.usage {
        body["stream_options"] = json!({ "include_usage": true });
    }
    let limit = match manner.limit {
        Limit::MaxTokens => "max_tokens",
        Limit::MaxCompletionTokens => "max_completion_tokens",
    };
    body[limit] = json!(request.max_output_tokens);
    if let Some(temperature) = request.temperature.filter(|_| manner.temperature) {
        body["temperature"] = number(temperature);
    }
    if let Some(schema) = &request.schema {
        match manner.form {
            Form::Schema => {
                let fit = strict(&schema.schema);
                body["response_format"] = json!({ "type": "json_schema", "json_schema": {
                    "name": schema.name,
                    "description": schema.description,
                    "strict": fit.is_some(),
                    "schema": fit.as_ref().unwrap_or(&schema.schema),
                } });
            }
            Form::Object => body["response_format"] = json!({ "type": "json_object" }),
            Form::Words => {}
        }
    }
    body
}

/// 0.2 and not 0.20000000298.
pub(super) fn number(value: f32) -> Value {
    value.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}
