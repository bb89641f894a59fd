//! What models have cost, and what people think of what they wrote.

use axum::{extract::State, response::Response};
use momentum_core::{
    Error,
    studio::{self, CorrectionRequest, ModelUsage, PromptReport, Usage},
};
use serde::Deserialize;

use super::author_label;
use crate::{
    App,
    pages::{
        account::{mark, refused},
        context::{Ctx, Notice},
        failure::PageError,
        form::Posted,
    },
    present,
    views::{BudgetBar, Choice, CorrectionLine, ModelLine, PromptLine, StudioPromptsPage, StudioUsagePage},
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
        used_up: usage.is_used_up(),
    }
}

/// `GET /admin/ai/usage`
pub(crate) async fn show(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let view = page(&app, &ctx, &CorrectionForm::default()).await?;
    ctx.render(&view)
}

/// A correction as it is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CorrectionForm {
    month: String,
    amount_usd: String,
    reason: String,
}

/// `POST /admin/ai/usage/corrections`
pub(crate) async fn correct(
    State(app): State<App>,
    posted: Posted<CorrectionForm>,
) -> Result<Response, PageError> {
    let Posted { ctx, form, .. } = posted;
    let request = CorrectionRequest {
        month: Some(form.month.clone()).filter(|month| !month.is_empty()),
        // What is no number is no amount.
        cost_micros: typed_dollars(&form.amount_usd).map_or(0, present::micros),
        reason: form.reason.clone(),
    };
    match studio::correct_usage(&app.services, ctx.actor()?, request).await {
        Ok(_) => Ok(ctx.redirect_with("/admin/ai/usage", Notice::UsageCorrected)),
        Err(error @ Error::Invalid(_)) => {
            let mut view = page(&app, &ctx, &form).await?;
            if let Error::Invalid(errors) = &error {
                mark(errors, &mut view.fields());
            }
            refused(&ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `12.50`, `-3`, `−$0.20`.
fn typed_dollars(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-").replace(['$', ' '], "").replace(',', ".");
    text.parse().ok().filter(|dollars: &f64| dollars.is_finite())
}

async fn page(app: &App, ctx: &Ctx, form: &CorrectionForm) -> Result<StudioUsagePage, PageError> {
    let actor = ctx.actor()?;
    let usage = studio::usage(&app.services, actor).await?;
    let now = app.services.clock.now();
    let line = |used: &ModelUsage| ModelLine {
        model: used.model.clone(),
        provider: used.provider.clone(),
        calls: present::number(used.calls),
        input_tokens: present::number(used.input_tokens),
        output_tokens: present::number(used.output_tokens),
        cost: (!usage.unpriced.contains(&used.model)).then(|| present::dollars(used.cost_micros)),
    };
    let corrections = usage.corrections.iter().map(|correction| CorrectionLine {
        month: present::month(&correction.month),
        amount: present::dollars(correction.cost_micros),
        reason: correction.reason.clone(),
        by: correction.created_by_name.clone(),
        at: present::moment(correction.created_at, now, actor.time_zone),
    });
    let mut months = vec![(usage.month.clone(), present::month(&usage.month))];
    months.extend(usage.before.iter().map(|(month, _)| (month.clone(), present::month(month))));
    let months: Vec<_> = months.iter().map(|(month, label)| (month.as_str(), label.as_str())).collect();
    let [month, amount, reason] = StudioUsagePage::fields_of(Choice::list(&months, &form.month));
    Ok(StudioUsagePage {
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
        corrected: (usage.corrected_micros != 0).then(|| present::dollars(usage.corrected_micros)),
        corrections: corrections.collect(),
        month: month.value(&form.month),
        amount: amount.value(&form.amount_usd),
        reason: reason.value(&form.reason),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_as_people_type_them() {
        for (text, dollars) in [("12.50", 12.5), ("-3", -3.0), (" −$0,20 ", -0.2), ("-$1", -1.0)] {
            assert_eq!(typed_dollars(text).map(present::micros), Some(present::micros(dollars)), "{text}");
        }
        for wrong in ["", "ten", "1.2.3", "1,000.50", "inf", "NaN"] {
            assert_eq!(typed_dollars(wrong), None, "{wrong}");
        }
    }
}
