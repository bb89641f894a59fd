//! What a server and a model know of the parameters.

use momentum_core::ports::TextRequest;

use crate::text::http::Denied;

/// Which parameters are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    pub form: Form,
    pub limit: Limit,
    pub temperature: bool,
    /// `stream_options.include_usage`.
    pub usage: bool,
    /// The schema itself was refused: another one may be taken.
    only_this: bool,
    /// The limit has been given its other name.
    renamed: bool,
}

/// How the form of the answer is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `json_schema`.
    Schema,
    /// `json_object`, and the schema in words.
    Object,
    /// Only in words.
    Words,
}

/// What the limit is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    MaxTokens,
    MaxCompletionTokens,
}

impl Manner {
    /// How to ask whom one doesn't know. All of OpenAI's models know the new name of the limit, most others the old.
    pub(super) fn first(openai: bool) -> Self {
        let limit = if openai { Limit::MaxCompletionTokens } else { Limit::MaxTokens };
        Self { form: Form::Schema, limit, temperature: true, usage: true, only_this: false, renamed: false }
    }

    /// Whether it holds for the next request, too.
    pub(super) fn is_lasting(self) -> bool {
        !self.only_this
    }

    /// How to ask after this answer, or nothing when asking differently wouldn't help.
    pub(super) fn instead(mut self, denied: &Denied, request: &TextRequest) -> Option<Self> {
        if !matches!(denied.status, Some(400 | 422)) {
            return None;
        }
        let names = |words: &[&str]| words.iter().any(|word| denied.said.contains(word));
        if request.schema.is_some()
            && self.form != Form::Words
            && names(&["response_format", "json_schema", "json_object", "structured output"])
        {
            self.only_this |= names(&["invalid schema", "invalid_json_schema"]);
            self.form = if self.form == Form::Schema { Form::Object } else { Form::Words };
        } else if self.usage && names(&["stream_options", "include_usage"]) {
            self.usage = false;
        } else if !self.renamed && names(&["max_tokens", "max_completion_tokens"]) {
            self.renamed = true;
            self.limit = match self.limit {
                Limit::MaxTokens => Limit::MaxCompletionTokens,
                Limit::MaxCompletionTokens => Limit::MaxTokens,
            };
        } else if self.temperature && request.temperature.is_some() && names(&["temperature"]) {
            self.temperature = false;
        } else {
            return None;
        }
        Some(self)
    }
}
