use serde::{Deserialize, Serialize};

use super::Section;
use crate::FieldErrors;

/// What language models may cost, and how much may be asked of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Studio {
    /// US dollars for a month (UTC), 0 to 1,000,000; at 0 no model is asked. Null: no limit.
    pub monthly_budget_usd: Option<u32>,
    /// At these percent of the budget administrators get a mail, at most five, 1 to 100.
    pub alert_percents: Vec<u32>,
    /// Courses that an administrator may have written in a day (UTC), 1 to 1,000.
    pub courses_per_day: u32,
}

impl Default for Studio {
    fn default() -> Self {
        Self { monthly_budget_usd: Some(100), alert_percents: vec![50, 80, 100], courses_per_day: 10 }
    }
}

impl Section for Studio {
    const NAME: &'static str = "ai";
    const CHANGED: &'static str = "settings.ai-changed";

    fn tidy(&mut self) {
        self.alert_percents.sort_unstable();
        self.alert_percents.dedup();
    }

    fn check(&self, errors: &mut FieldErrors) {
        errors.check(
            self.monthly_budget_usd.is_none_or(|budget| budget <= 1_000_000),
            "monthly_budget_usd",
            "out-of-range",
            "Enter whole dollars, at most 1,000,000.",
        );
        errors.check(
            self.alert_percents.len() <= 5
                && self.alert_percents.iter().all(|percent| (1..=100).contains(percent)),
            "alert_percents",
            "out-of-range",
            "Enter at most five numbers from 1 to 100.",
        );
        errors.check(
            (1..=1_000).contains(&self.courses_per_day),
            "courses_per_day",
            "out-of-range",
            "Enter a number from 1 to 1,000.",
        );
    }
}
