//! What models cost, and how people judge what they wrote.

use askama::Template;

use super::BudgetBar;
use crate::views::{gallery::Samples, page::Page};

/// A model's share of a month.
#[derive(Clone, Debug)]
pub struct ModelLine {
    /// Its name.
    pub model: String,
    /// Who runs it.
    pub provider: String,
    /// Requests.
    pub calls: String,
    /// Tokens that it read.
    pub input_tokens: String,
    /// Tokens that it wrote.
    pub output_tokens: String,
    /// Such as `$1.20`; none when nobody set a price.
    pub cost: Option<String>,
}

/// `GET /admin/ai/usage`
#[derive(Template)]
#[template(path = "admin/ai/usage.html")]
pub struct StudioUsagePage {
    /// Shared page data.
    pub page: Page,
    /// The month.
    pub budget: BudgetBar,
    /// The most expensive first.
    pub models: Vec<ModelLine>,
    /// Such as `4 courses`.
    pub courses: String,
    /// What one cost on average; none before the first.
    pub average: Option<String>,
    /// Models without a price.
    pub unpriced: Vec<String>,
    /// Months before with what they cost, the newest first.
    pub before: Vec<(String, String)>,
}

impl Samples for StudioUsagePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let model = |name: &str, cost: Option<&str>| ModelLine {
            model: name.into(),
            provider: "openai".into(),
            calls: "46".into(),
            input_tokens: "512,300".into(),
            output_tokens: "121,800".into(),
            cost: cost.map(Into::into),
        };
        let full = Self {
            page: Page::sample_signed_in("Usage", "/admin/ai/usage"),
            budget: BudgetBar::sample(),
            models: vec![model("gpt-oss-120b", Some("$3.20")), model("a-model-without-a-price", None)],
            courses: "4 courses".into(),
            average: Some("$0.80".into()),
            unpriced: vec!["a-model-without-a-price".into()],
            before: vec![("October 2026".into(), "$12.40".into()), ("September 2026".into(), "$0.00".into())],
        };
        let none = Self {
            page: Page::sample_signed_in("Usage", "/admin/ai/usage"),
            budget: BudgetBar { budget: None, reserved: None, cost: "$0.00".into(), ..BudgetBar::sample() },
            models: Vec::new(),
            courses: "0 courses".into(),
            average: None,
            unpriced: Vec::new(),
            before: Vec::new(),
        };
        vec![("admin-ai-usage", full), ("admin-ai-usage-none", none)]
    }
}

/// What a version of the prompts made, and how it was judged.
#[derive(Clone, Debug)]
pub struct PromptLine {
    /// Version of the prompts, or `Extracted, not AI`.
    pub version: String,
    /// Name of the model; empty for the built-in author.
    pub model: String,
    /// Lessons that it made.
    pub lessons: String,
    /// Such as `12 (80 %)`.
    pub approved: String,
    /// Such as `2 (13 %)`.
    pub flagged: String,
    /// Such as `4.2 of 5, by 9`; empty before the first.
    pub rating: String,
    /// How the gates judged, on average.
    pub score: String,
    /// The latest reasons that people gave.
    pub reasons: Vec<String>,
}

/// `GET /admin/ai/prompts`
#[derive(Template)]
#[template(path = "admin/ai/prompts.html")]
pub struct StudioPromptsPage {
    /// Shared page data.
    pub page: Page,
    /// The newest first.
    pub versions: Vec<PromptLine>,
}

impl Samples for StudioPromptsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let line = |version: &str, model: &str, reasons: &[&str]| PromptLine {
            version: version.into(),
            model: model.into(),
            lessons: "15".into(),
            approved: "12 (80 %)".into(),
            flagged: "2 (13 %)".into(),
            rating: if model.is_empty() { String::new() } else { "4.2 of 5, by 9".into() },
            score: "84".into(),
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        };
        let view = |versions| Self { page: Page::sample_signed_in("Prompts", "/admin/ai/prompts"), versions };
        let some = vec![
            line("3f2a91c0", "gpt-oss-120b", &["The example contradicts the handbook.", "Too long."]),
            line("Extracted, not AI", "", &[]),
        ];
        vec![("admin-ai-prompts", view(some)), ("admin-ai-prompts-none", view(Vec::new()))]
    }
}
