//! How learning is counted.

use momentum_core::{Error, FieldErrors, settings::Learning};
use serde::Deserialize;

use super::{SettingsForm, whole};
use crate::views::{Field, SettingsGroup};

/// `learning`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct LearningForm {
    version: String,
    day_end_hour: String,
}

impl SettingsForm for LearningForm {
    type Section = Learning;

    const TITLE: &'static str = "Learning";
    const INTRO: &'static str = "How days of learning are counted.";

    fn of(section: &Learning) -> Self {
        Self { version: String::new(), day_end_hour: section.day_end_hour.to_string() }
    }

    fn section(&self) -> Result<Learning, Error> {
        let mut errors = FieldErrors::default();
        let section = Learning { day_end_hour: whole(&mut errors, "day_end_hour", &self.day_end_hour) };
        errors.into_result()?;
        Ok(section)
    }

    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    fn groups(&self) -> Vec<SettingsGroup> {
        vec![SettingsGroup {
            legend: "Streaks",
            fields: vec![
                Field::text("day_end_hour", "A day ends at this hour of the night")
                    .required()
                    .max_length(1)
                    .hint(
                        "0 to 6, by each learner’s own clock. With 3, a lesson at two in the night counts for the \
                         evening before.",
                    )
                    .value(&self.day_end_hour),
            ],
            ..SettingsGroup::default()
        }]
    }
}
