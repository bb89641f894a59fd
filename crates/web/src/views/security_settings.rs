//! Administration: how accounts are protected.

use askama::Template;

use super::forms::{Choice, Field, wrong};
use super::gallery::Samples;
use super::page::Page;

/// `GET /admin/settings/security`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/security.html")]
pub struct SecuritySettingsPage {
    /// Shared page data.
    pub page: Page,
    /// `mfa_required_for`: checkboxes, sent once for each that is ticked.
    pub roles: Vec<Choice>,
    /// `allowed_email_domains`
    pub allowed: Field,
    /// `denied_email_domains`
    pub denied: Field,
    /// `audit_retention_days`
    pub retention: Field,
}

impl SecuritySettingsPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.allowed, &self.denied, &self.retention])
    }

    /// A form with these roles ticked.
    #[must_use]
    pub fn new(page: Page, required_for: &[String]) -> Self {
        let roles = [("admin", "Administrators"), ("premium", "Premium members"), ("free", "Free members")];
        Self {
            page,
            roles: roles
                .map(|(value, label)| Choice {
                    value: value.into(),
                    label: label.into(),
                    selected: required_for.iter().any(|role| role == value),
                })
                .into(),
            allowed: Field::textarea("allowed_email_domains", "Only these domains", 3)
                .hint("One a line, such as example.com. Empty: every domain may sign up."),
            denied: Field::textarea("denied_email_domains", "Never these domains", 3)
                .hint("One a line. They stay out even when they are also allowed."),
            retention: Field::text("audit_retention_days", "Keep entries for this many days")
                .required()
                .max_length(6)
                .hint("At least 30; 0 keeps them for ever."),
        }
    }

    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let page = Page::sample_signed_in("Security", "/admin/settings/security");
        let mut view = Self::new(page, &["admin".to_owned()]);
        view.denied = view.denied.value("mailinator.example\nthrowaway.example");
        view.retention = view.retention.value("365");
        view
    }
}

impl Samples for SecuritySettingsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.retention = failed
            .retention
            .value("7")
            .error(Some("Keep entries for at least 30 days, or enter 0 to keep them for ever.".into()));
        vec![("admin-security", Self::sample()), ("admin-security-failed", failed)]
    }
}
