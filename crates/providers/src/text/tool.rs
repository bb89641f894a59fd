//! An answer that is the input of a tool, or else a text.

use momentum_core::ports::{TextAnswer, TextError, TokenUsage};
use serde_json::Value;

use super::draft::{Draft, hold};

/// What has come so far. When a tool is wanted, texts are only the answer if it is never called: models like to say
/// what they are about to do.
pub(super) struct ToolDraft<'a> {
    draft: Draft<'a>,
    wanted: bool,
    /// Texts that may turn out to be the answer.
    held: String,
    called: bool,
}

impl<'a> ToolDraft<'a> {
    pub(super) fn new(draft: Draft<'a>, wanted: bool) -> Self {
        Self { draft, wanted, held: String::new(), called: false }
    }

    /// A piece of text.
    pub(super) fn text(&mut self, piece: &str) -> Result<(), TextError> {
        if self.wanted { hold(&mut self.held, piece, self.draft.most()) } else { self.draft.push(piece) }
    }

    /// A call begins.
    pub(super) fn call(&mut self) {
        self.called = true;
    }

    /// A piece of the tool's input.
    pub(super) fn input(&mut self, piece: &str) -> Result<(), TextError> {
        self.called = true;
        if self.wanted { self.draft.push(piece) } else { Ok(()) }
    }

    /// A block of Anthropic's: at its beginning, or as a whole.
    pub(super) fn block(&mut self, block: &Value) -> Result<(), TextError> {
        match block["type"].as_str() {
            Some("text") => self.text(block["text"].as_str().unwrap_or_default()),
            Some("tool_use") => {
                self.call();
                match &block["input"] {
                    Value::Object(input) if !input.is_empty() => self.input(&block["input"].to_string()),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    pub(super) fn usage(&self) -> TokenUsage {
        self.draft.usage
    }

    pub(super) fn used(&mut self, usage: TokenUsage) {
        self.draft.usage = usage;
    }

    pub(super) fn answer(mut self, complete: bool) -> Result<TextAnswer, TextError> {
        if self.wanted && !self.called {
            self.draft.push(&self.held)?;
        } else if self.wanted && complete && self.draft.is_empty() {
            // A call without input is one with an empty object.
            self.draft.push("{}")?;
        }
        Ok(self.draft.answer(complete))
    }
}
