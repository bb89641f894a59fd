//! What models have cost, and what people think of what they wrote.

use axum::{extract::State, response::Response};
use momentum_core::studio::{self, ModelUsage, PromptReport, Usage};

use super::author_label;
use crate::{
    App,
    pages::{context::Ctx, failure::PageError},
    present,
    views::{BudgetBar, ModelLine, PromptLine, StudioPromptsPage, StudioUsagePage},
};

/// The month beside its budget.
pub(super) fn budget(usage: &Usage) -> BudgetBar {
    let taken = usage.cost_micros + usage.reserved_micros;
    BudgetBar {
        month: present::month(&usage.month),
        cost: present::dollars(usage.cost_micros),
        budget: usage.budget_micros.map(present::dollars),
        percent: match usage.budget_micros {
            Some(budget) if budget > 0 => (taken.saturating_mul(100) / budget).clamp(0, 100),
            Some(_) => 100,
            None => 0,
        },
        reserved: (usage.reserved_micros > 0).then(|| present::dollars(usage.reserved_micros)),
    }
}

/// `GET /admin/ai/usage`
pub(crate) async fn show(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let usage = studio::usage(&app.services, ctx.actor()?).await?;
    let line = |used: &ModelUsage| ModelLine {
        model: used.model.clone(),
        provider: used.provider.clone(),
        calls: present::number(used.calls),
        input_tokens: present::number(used.input_tokens),
        output_tokens: present::number(used.output_tokens),
        cost: (!usage.unpriced.contains(&used.model)).then(|| present::dollars(used.cost_micros)),
    };
    ctx.render(&StudioUsagePage {
        page: ctx.private_page("Usage", "/admin/ai/usage"),
        budget: budget(&usage),
        models: usage.by_model.iter().map(line).collect(),
        courses: present::count(usage.courses, "course", "courses"),
        average: (usage.courses > 0).then(|| present::dollars(usage.average_course_micros)),
        before: usage
            .before
            .iter()
            .map(|(month, cost)| (present::month(month), present::dollars(*cost)))
            .collect(),
        unpriced: usage.unpriced,
    })
}

/// `GET /admin/ai/prompts`
pub(crate) async fn prompts(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let reports = studio::prompt_report(&app.services, ctx.actor()?).await?;
    ctx.render(&StudioPromptsPage {
        page: ctx.private_page("Prompts", "/admin/ai/prompts"),
        versions: reports.iter().map(line).collect(),
    })
}

fn line(report: &PromptReport) -> PromptLine {
    let share = |n: i64| format!("{} ({} %)", present::number(n), n * 100 / report.lessons.max(1));
    let rating = report.rating_average.map(|average| {
        format!("{average:.1} of 5, by {}", present::count(report.ratings, "rating", "ratings"))
    });
    PromptLine {
        version: if report.prompts.is_empty() {
            author_label(studio::Author::Extractive, "")
        } else {
            format!("Version {}", report.prompts)
        },
        model: report.model.clone(),
        lessons: present::number(report.lessons),
        approved: share(report.approved),
        flagged: share(report.flagged),
        rating: rating.unwrap_or_default(),
        score: format!("{:.0} of 100", report.score_average),
        reasons: report.reasons.clone(),
    }
}
