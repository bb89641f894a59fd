//! How accounts are protected.

use momentum_core::{Error, FieldErrors, settings::Security};
use serde::Deserialize;

use super::{SettingsForm, lines, whole};
use crate::views::{Check, Field, SettingsGroup};

/// `security`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct SecurityForm {
    version: String,
    mfa_required_for: Vec<String>,
    allowed_email_domains: String,
    denied_email_domains: String,
    audit_retention_days: String,
    password_min_length: String,
    password_needs: Vec<String>,
    session_idle_days: String,
    session_max_days: String,
    refresh_token_days: String,
}

impl SettingsForm for SecurityForm {
    type Section = Security;

    const TITLE: &'static str = "Security";
    const INTRO: &'static str = "In force at once.";
    const SENSITIVE: bool = true;

    fn of(section: &Security) -> Self {
        Self {
            version: String::new(),
            mfa_required_for: section.mfa_required_for.clone(),
            allowed_email_domains: section.allowed_email_domains.join("\n"),
            denied_email_domains: section.denied_email_domains.join("\n"),
            audit_retention_days: section.audit_retention_days.to_string(),
            password_min_length: section.password_min_length.to_string(),
            password_needs: section.password_needs.clone(),
            session_idle_days: section.session_idle_days.to_string(),
            session_max_days: section.session_max_days.to_string(),
            refresh_token_days: section.refresh_token_days.to_string(),
        }
    }

    fn section(&self) -> Result<Security, Error> {
        let mut errors = FieldErrors::default();
        let section = Security {
            mfa_required_for: self.mfa_required_for.clone(),
            allowed_email_domains: lines(&self.allowed_email_domains),
            denied_email_domains: lines(&self.denied_email_domains),
            audit_retention_days: whole(&mut errors, "audit_retention_days", &self.audit_retention_days),
            password_min_length: whole(&mut errors, "password_min_length", &self.password_min_length),
            password_needs: self.password_needs.clone(),
            session_idle_days: whole(&mut errors, "session_idle_days", &self.session_idle_days),
            session_max_days: whole(&mut errors, "session_max_days", &self.session_max_days),
            refresh_token_days: whole(&mut errors, "refresh_token_days", &self.refresh_token_days),
        };
        errors.into_result()?;
        Ok(section)
    }

    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    fn groups(&self) -> Vec<SettingsGroup> {
        let pills = |name, chosen: &[String], all: &[(&'static str, &'static str)]| {
            all.iter()
                .map(|(value, label)| Check {
                    name,
                    value,
                    label,
                    hint: "",
                    checked: chosen.iter().any(|item| item == value),
                })
                .collect()
        };
        let days = |name, label, value: &str, hint: &str| {
            Field::text(name, label).required().max_length(6).hint(hint).value(value)
        };
        vec![
            SettingsGroup {
                legend: "Second step at sign-in",
                hint: "Whoever has one of these roles and no second step can do nothing else until they have set one up.",
                pills_label: "Needed by",
                pills: pills(
                    "mfa_required_for",
                    &self.mfa_required_for,
                    &[("admin", "Administrators"), ("premium", "Premium members"), ("free", "Free members")],
                ),
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "New passwords",
                hint: "Passwords that are easy to guess are refused in any case.",
                pills_label: "They have to have",
                pills: pills(
                    "password_needs",
                    &self.password_needs,
                    &[
                        ("upper", "An uppercase letter"),
                        ("lower", "A lowercase letter"),
                        ("digit", "A digit"),
                        ("symbol", "A symbol"),
                    ],
                ),
                fields: vec![
                    Field::text("password_min_length", "Shortest length")
                        .required()
                        .max_length(2)
                        .hint("8 to 64 characters.")
                        .value(&self.password_min_length),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "How long people stay signed in",
                fields: vec![
                    days(
                        "session_idle_days",
                        "Days without use",
                        &self.session_idle_days,
                        "A browser that is not used for so long is signed out.",
                    ),
                    days(
                        "session_max_days",
                        "Days in all",
                        &self.session_max_days,
                        "After so long everybody signs in again.",
                    ),
                    days(
                        "refresh_token_days",
                        "Days of a refresh token",
                        &self.refresh_token_days,
                        "For apps that use the API: a refresh token that is not used for so long ends.",
                    ),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Who may sign up",
                fields: vec![
                    Field::textarea("allowed_email_domains", "Only these domains", 3)
                        .hint("One a line, such as example.com, without its subdomains. Empty: every domain may sign up.")
                        .value(&self.allowed_email_domains),
                    Field::textarea("denied_email_domains", "Never these domains", 3)
                        .hint("One a line. Their subdomains stay out too.")
                        .value(&self.denied_email_domains),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Audit log",
                fields: vec![
                    Field::text("audit_retention_days", "Keep entries for this many days")
                        .required()
                        .max_length(6)
                        .hint("At least 30, at most 36,500; 0 keeps them for ever.")
                        .value(&self.audit_retention_days),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}
