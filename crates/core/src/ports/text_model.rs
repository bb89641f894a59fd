//! Language models.

use std::{pin::Pin, time::Duration};

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRequest {
    /// The provider's name of the model.
    pub model: String,
    /// Instructions that stand above the conversation; may be empty.
    pub system: String,
    /// The conversation: begins with [`Speaker::User`], then both in turn, ends with [`Speaker::User`].
    pub messages: Vec<Message>,
    /// The answer has to be a JSON object of this form.
    pub schema: Option<AnswerSchema>,
    /// The answer is cut off after so many tokens.
    pub max_output_tokens: u32,
    /// From 0, always the same, to 1; the provider's own default without it.
    pub temperature: Option<f32>,
}

/// A turn of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub speaker: Speaker,
    pub text: String,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    User,
    Model,
}

/// The form of a JSON answer.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerSchema {
    /// Letters, digits and `_`.
    pub name: String,
    /// What the answer is, in a sentence.
    pub description: String,
    /// A JSON Schema (2020-12) of an object, without references to elsewhere.
    pub schema: serde_json::Value,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextAnswer {
    /// All of it; with a schema, what ought to be JSON. It is not checked here.
    pub text: String,
    /// Whether it came to its end or was cut off at the limit.
    pub complete: bool,
    pub usage: TokenUsage,
}

/// What is paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenUsage {
    pub input: u64,
    pub output: u64,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    pub kind: TextErrorKind,
    /// For administrators: what the provider said, without secrets.
    pub message: String,
    /// How long the provider wants to be left alone.
    pub retry_after: Option<Duration>,
    /// What the provider says was used all the same.
    pub usage: TokenUsage,
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextErrorKind {
    /// Too many requests, or overloaded: the same may work later.
    Busy,
    /// The line broke, nothing came for too long, or the provider has a fault of its own: the same may work now.
    Interrupted,
    /// What came isn't what the provider's interface says: the same may work.
    Malformed,
    /// The answer went on far beyond what was asked for and was broken off.
    TooLong,
    /// The model or its guard won't answer this.
    Refused,
    /// The key is missing, wrong, or may not do this.
    Unauthorized,
    /// The account has no credit.
    NoCredit,
    /// The provider doesn't take the request: unknown model, too long, wrong parameter.
    Rejected,
}

impl TextErrorKind {
    /// Whether asking the same again can help.
    #[must_use]
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::Busy | Self::Interrupted | Self::Malformed)
    }
}

/// An answer on its way. Dropping it ends the request.
pub type Writing<'a> = Pin<Box<dyn Future<Output = Result<TextAnswer, TextError>> + Send + 'a>>;

/// Writes texts.
pub trait TextModel: Send + Sync {
    /// What it is called in configuration: `openai`, `anthropic`, `bedrock`.
    fn name(&self) -> &'static str;

    /// Answers `request`, once, without trying again. `on_text` hears each piece of the answer as it comes.
    fn write<'a>(
        &'a self,
        request: &'a TextRequest,
        on_text: &'a (dyn Fn(&str) + Send + Sync),
    ) -> Writing<'a>;
}
