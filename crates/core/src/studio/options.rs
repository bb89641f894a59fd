//! What the operator chose for the studio.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Grade, Prompts};
use crate::ports::{TextModel, TokenUsage};

/// What the studio needs: the model, if there is one, and how it is used.
pub struct Studio {
    pub model: Option<Arc<dyn TextModel>>,
    pub prompts: Prompts,
    pub options: StudioOptions,
}

/// How models are used.
#[derive(Debug, Clone)]
pub struct StudioOptions {
    /// The provider's name of the model that writes.
    pub final_model: String,
    /// The one for drafts; the same when empty.
    pub draft_model: String,
    /// What models cost, by name.
    pub prices: BTreeMap<String, ModelPrice>,
    /// Steps of one course at a time.
    pub concurrency: usize,
    /// The wait before a failed request is sent again; it doubles each time.
    pub retry_after: Duration,
    /// How often a running step looks whether it was cancelled, and keeps what has come so far.
    pub look_every: Duration,
}

impl Default for StudioOptions {
    fn default() -> Self {
        Self {
            final_model: String::new(),
            draft_model: String::new(),
            prices: BTreeMap::new(),
            concurrency: 4,
            retry_after: Duration::from_secs(2),
            look_every: Duration::from_millis(700),
        }
    }
}

/// US dollars for a million tokens, which is millionths of a dollar for one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelPrice {
    pub input: f64,
    pub output: f64,
}

impl Studio {
    /// Without a model: only the extractive author writes.
    #[must_use]
    pub fn without_model() -> Self {
        Self { model: None, prompts: Prompts::built_in(), options: StudioOptions::default() }
    }

    /// The model for this grade.
    #[must_use]
    pub fn model_name(&self, grade: Grade) -> &str {
        match grade {
            Grade::Draft if !self.options.draft_model.is_empty() => &self.options.draft_model,
            _ => &self.options.final_model,
        }
    }

    /// The price of a model; `None` when nobody set one.
    #[must_use]
    pub fn price(&self, model: &str) -> Option<ModelPrice> {
        self.options.prices.get(model).copied()
    }

    /// What so many tokens cost, in millionths of a US dollar, rounded up; 0 for a model without a price.
    #[must_use]
    pub fn cost(&self, model: &str, usage: TokenUsage) -> i64 {
        self.price(model).map_or(0, |price| price.of(usage))
    }
}

impl ModelPrice {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "far below 2^52 tokens and dollars"
    )]
    fn of(self, usage: TokenUsage) -> i64 {
        (usage.input as f64 * self.input + usage.output as f64 * self.output).ceil() as i64
    }
}
