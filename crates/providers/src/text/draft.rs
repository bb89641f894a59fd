//! The answer while it comes.

use momentum_core::ports::{AnswerSchema, TextAnswer, TextError, TokenUsage};
use serde_json::Value;

use super::errors::malformed;

/// No answer is longer, in bytes.
const MAX_TEXT: usize = 2 << 20;

/// No answer uses more tokens: sums of such numbers can be trusted to fit. What this very answer can have used is judged by
/// who counts, who knows what was asked.
const MAX_TOKENS: u64 = 1_000_000_000;

/// Who hears the pieces.
pub(super) type Listener<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// What has come so far.
pub(super) struct Draft<'a> {
    text: String,
    on_text: Listener<'a>,
    pub usage: TokenUsage,
}

impl<'a> Draft<'a> {
    pub(super) fn new(on_text: Listener<'a>) -> Self {
        Self { text: String::new(), on_text, usage: TokenUsage::default() }
    }

    /// One more piece.
    pub(super) fn push(&mut self, piece: &str) -> Result<(), TextError> {
        if piece.is_empty() {
            return Ok(());
        }
        hold(&mut self.text, piece)?;
        (self.on_text)(piece);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn answer(self, complete: bool) -> TextAnswer {
        TextAnswer { text: self.text, complete, usage: self.usage }
    }
}

/// Puts a piece to the others.
pub(super) fn hold(text: &mut String, piece: &str) -> Result<(), TextError> {
    if text.len() + piece.len() > MAX_TEXT {
        return Err(malformed("the answer is too long"));
    }
    text.push_str(piece);
    Ok(())
}

/// A number of tokens; nothing when it is none.
pub(super) fn tokens(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default().min(MAX_TOKENS)
}

/// The instructions, and the form of the answer in words, for models that are not told it otherwise.
pub(super) fn instructed(system: &str, schema: Option<&AnswerSchema>) -> String {
    let Some(schema) = schema else { return system.to_owned() };
    let form = format!(
        "Answer with one JSON object and nothing else: no explanation before or after it, no Markdown. It is this: {} \
         It conforms to this JSON Schema:\n{}",
        schema.description, schema.schema
    );
    if system.is_empty() { form } else { format!("{system}\n\n{form}") }
}
