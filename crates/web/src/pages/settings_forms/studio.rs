//! What language models may cost.

use momentum_core::{Error, FieldErrors, settings::Studio};
use serde::Deserialize;

use super::{SettingsForm, lines, whole};
use crate::views::{Field, SettingsGroup};

/// `ai`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct StudioForm {
    version: String,
    monthly_budget_usd: String,
    alert_percents: String,
    courses_per_day: String,
}

impl SettingsForm for StudioForm {
    type Section = Studio;

    const TITLE: &'static str = "AI";
    const INTRO: &'static str = "What language models may cost, and how much may be asked of them.";

    fn of(section: &Studio) -> Self {
        let percents: Vec<String> = section.alert_percents.iter().map(u32::to_string).collect();
        Self {
            version: String::new(),
            monthly_budget_usd: section
                .monthly_budget_usd
                .map(|budget| budget.to_string())
                .unwrap_or_default(),
            alert_percents: percents.join(", "),
            courses_per_day: section.courses_per_day.to_string(),
        }
    }

    fn section(&self) -> Result<Studio, Error> {
        let mut errors = FieldErrors::default();
        let budget = self.monthly_budget_usd.trim();
        let section = Studio {
            monthly_budget_usd: (!budget.is_empty())
                .then(|| whole(&mut errors, "monthly_budget_usd", budget)),
            alert_percents: lines(&self.alert_percents)
                .iter()
                .map(|percent| whole(&mut errors, "alert_percents", percent))
                .collect(),
            courses_per_day: whole(&mut errors, "courses_per_day", &self.courses_per_day),
        };
        errors.into_result()?;
        Ok(section)
    }

    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    fn groups(&self) -> Vec<SettingsGroup> {
        vec![
            SettingsGroup {
                legend: "Budget",
                fields: vec![
                    Field::text("monthly_budget_usd", "Dollars a month")
                        .max_length(9)
                        .hint("Whole US dollars for a month (UTC). When they are used up, no model is asked any more. Empty: no limit.")
                        .value(&self.monthly_budget_usd),
                    Field::text("alert_percents", "Tell administrators at these percent")
                        .max_length(40)
                        .hint("Such as 50, 80, 100. Each is told once a month.")
                        .value(&self.alert_percents),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Courses",
                fields: vec![
                    Field::text("courses_per_day", "Courses that one administrator may have written in a day")
                        .required()
                        .max_length(4)
                        .value(&self.courses_per_day),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}
