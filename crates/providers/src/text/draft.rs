//! The answer while it comes.

use momentum_core::ports::{AnswerSchema, TextAnswer, TextError, TextErrorKind, TextRequest, TokenUsage};
use serde_json::Value;

use super::errors::error;

/// A token has seldom more bytes, whatever the script: so much of an answer is read for each that was asked for.
const BYTES_PER_TOKEN: usize = 12;

/// So many bytes more, for very short answers.
const MARGIN: usize = 1_000;

/// No answer uses more tokens: sums of such numbers can be trusted to fit. What this very answer can have used is judged by
/// who counts, who knows what was asked.
const MAX_TOKENS: u64 = 1_000_000_000;

/// Who hears the pieces.
pub(super) type Listener<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// What has come so far.
pub(super) struct Draft<'a> {
    text: String,
    /// An answer that has more bytes doesn't keep to what was asked.
    most: usize,
    on_text: Listener<'a>,
    pub usage: TokenUsage,
}

impl<'a> Draft<'a> {
    /// Of the answer to `request`.
    pub(super) fn new(request: &TextRequest, on_text: Listener<'a>) -> Self {
        let tokens = usize::try_from(request.max_output_tokens).unwrap_or(usize::MAX);
        let most = tokens.saturating_mul(BYTES_PER_TOKEN).saturating_add(MARGIN);
        Self { text: String::new(), most, on_text, usage: TokenUsage::default() }
    }

    /// One more piece.
    pub(super) fn push(&mut self, piece: &str) -> Result<(), TextError> {
        let before = self.text.len();
        let held = hold(&mut self.text, piece, self.most);
        if self.text.len() > before {
            (self.on_text)(&self.text[before..]);
        }
        held
    }

    /// So many bytes of text are read.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn answer(self, complete: bool) -> TextAnswer {
        TextAnswer { text: self.text, complete, usage: self.usage }
    }
}

/// Puts a piece to the others, which have `most` bytes in all: of one that is too much, what fits.
pub(super) fn hold(text: &mut String, piece: &str, most: usize) -> Result<(), TextError> {
    let mut fits = piece.len().min(most.saturating_sub(text.len()));
    while !piece.is_char_boundary(fits) {
        fits -= 1;
    }
    text.push_str(&piece[..fits]);
    if fits < piece.len() { Err(too_long()) } else { Ok(()) }
}

/// The answer goes on and on.
pub(super) fn too_long() -> TextError {
    error(TextErrorKind::TooLong, "it was broken off because it was too long")
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

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn of_a_piece_that_is_too_much_what_fits_is_held() {
        let mut text = String::from("ab");
        assert_eq!(hold(&mut text, "c", 5), Ok(()));
        assert_eq!(hold(&mut text, "ä€", 6), Err(too_long()));
        assert_eq!(text, "abcä");
        assert_eq!(hold(&mut text, "", 5), Ok(()));
    }
}
