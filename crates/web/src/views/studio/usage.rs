//! What models cost, and how people judge what they wrote.

use askama::Template;

use super::BudgetBar;
use crate::views::{
    common::DateText,
    forms::{Choice, Field, wrong},
    gallery::Samples,
    page::Page,
};

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

/// A correction of what a month has cost.
#[derive(Clone, Debug)]
pub struct CorrectionLine {
    /// Such as `November 2026`.
    pub month: String,
    /// Such as `−$1.20`.
    pub amount: String,
    /// Why.
    pub reason: String,
    /// Who made it; empty when the account is gone.
    pub by: String,
    /// When.
    pub at: DateText,
}

/// `GET /admin/ai/usage`, and the answers to a failed `POST`.
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
    /// What corrections add to this month; none when nothing.
    pub corrected: Option<String>,
    /// The latest corrections, the newest first.
    pub corrections: Vec<CorrectionLine>,
    /// `month`
    pub month: Field,
    /// `amount_usd`
    pub amount: Field,
    /// `reason`
    pub reason: Field,
}

impl StudioUsagePage {
    /// The empty fields of a correction: month, amount, reason.
    #[must_use]
    pub fn fields_of(months: Vec<Choice>) -> [Field; 3] {
        [
            Field::select("month", "Month", months),
            Field::text("amount_usd", "Dollars to add")
                .required()
                .max_length(20)
                .hint("Such as 1.50, or -1.50 to take away what was counted wrongly."),
            Field::text("reason", "Why").required().max_length(300),
        ]
    }

    /// Every field, in the order of the form, to be marked.
    pub fn fields(&mut self) -> [&mut Field; 3] {
        [&mut self.month, &mut self.amount, &mut self.reason]
    }

    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.month, &self.amount, &self.reason])
    }
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
        let fields = || {
            Self::fields_of(Choice::list(&[("2026-11", "November 2026"), ("2026-10", "October 2026")], ""))
        };
        let [month, amount, reason] = fields();
        let full = Self {
            page: Page::sample_signed_in("Usage", "/admin/ai/usage"),
            budget: BudgetBar::sample(),
            models: vec![model("gpt-oss-120b", Some("$3.20")), model("a-model-without-a-price", None)],
            courses: "4 courses".into(),
            average: Some("$0.80".into()),
            unpriced: vec!["a-model-without-a-price".into()],
            before: vec![("October 2026".into(), "$12.40".into()), ("September 2026".into(), "$0.00".into())],
            corrected: Some("−$96.80".into()),
            corrections: vec![CorrectionLine {
                month: "November 2026".into(),
                amount: "−$96.80".into(),
                reason: "The provider reported tokens that it didn’t bill.".into(),
                by: "Ada Admin".into(),
                at: DateText::sample("5 minutes ago"),
            }],
            month,
            amount: amount.value("ten").error(Some("Enter dollars other than 0.".into())),
            reason,
        };
        let [month, amount, reason] = fields();
        let none = Self {
            page: Page::sample_signed_in("Usage", "/admin/ai/usage"),
            budget: BudgetBar { budget: None, reserved: None, cost: "$0.00".into(), ..BudgetBar::sample() },
            models: Vec::new(),
            courses: "0 courses".into(),
            average: None,
            unpriced: Vec::new(),
            before: Vec::new(),
            corrected: None,
            corrections: Vec::new(),
            month,
            amount,
            reason,
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
