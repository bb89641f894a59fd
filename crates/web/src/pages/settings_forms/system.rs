//! How the instance runs.

use momentum_core::{Error, FieldErrors, settings::System};
use serde::Deserialize;

use super::{SettingsForm, whole};
use crate::views::{Check, Field, SettingsGroup};

/// `system`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct SystemForm {
    version: String,
    maintenance: bool,
    maintenance_message: String,
    maintenance_minutes: String,
    mail_retention_days: String,
}

impl SettingsForm for SystemForm {
    type Section = System;

    const TITLE: &'static str = "System";
    const INTRO: &'static str = "How the instance runs.";
    const FACTS: bool = true;
    const SENSITIVE: bool = true;

    fn of(section: &System) -> Self {
        Self {
            version: String::new(),
            maintenance: section.maintenance,
            maintenance_message: section.maintenance_message.clone(),
            maintenance_minutes: section.maintenance_minutes.to_string(),
            mail_retention_days: section.mail_retention_days.to_string(),
        }
    }

    fn section(&self) -> Result<System, Error> {
        let mut errors = FieldErrors::default();
        let section = System {
            maintenance: self.maintenance,
            maintenance_message: self.maintenance_message.clone(),
            maintenance_minutes: whole(&mut errors, "maintenance_minutes", &self.maintenance_minutes),
            mail_retention_days: whole(&mut errors, "mail_retention_days", &self.mail_retention_days),
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
                legend: "Maintenance",
                switches: vec![Check::switch(
                    "maintenance",
                    "Close the site for maintenance",
                    "Visitors, learners and API clients are asked to come back later. Administrators work on.",
                    self.maintenance,
                )],
                fields: vec![
                    Field::textarea("maintenance_message", "Message", 2)
                        .max_length(300)
                        .hint("What people read meanwhile. Empty: the standard words.")
                        .value(&self.maintenance_message),
                    Field::text("maintenance_minutes", "Come back in (minutes)")
                        .required()
                        .max_length(5)
                        .value(&self.maintenance_minutes),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Mailbox",
                fields: vec![
                    Field::text("mail_retention_days", "Keep mails for this many days")
                        .required()
                        .max_length(3)
                        .hint("7 to 365.")
                        .value(&self.mail_retention_days),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}
