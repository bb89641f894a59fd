//! Settings: the account's address.

use askama::Template;

use super::common::DateText;
use super::forms::{Field, wrong};
use super::gallery::Samples;
use super::page::Page;

/// A change of address under way.
#[derive(Clone, Debug)]
pub struct PendingEmail {
    /// The address to be.
    pub new_email: String,
    /// The old address has agreed.
    pub confirmed_by_old: bool,
    /// The new address has confirmed.
    pub confirmed_by_new: bool,
    /// When it lapses.
    pub expires: DateText,
}

/// `GET /settings/account`, and the answer to a `POST` that was refused.
#[derive(Template)]
#[template(path = "settings/account.html")]
pub struct EmailSettingsPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// The address now.
    pub current: String,
    /// Whether it is proved.
    pub verified: bool,
    /// A change under way.
    pub pending: Option<PendingEmail>,
    /// The account has a password, which is asked for.
    pub has_password: bool,
    /// It has none, and a fresh proof is needed before the form.
    pub proof_first: bool,
    /// `email`
    pub email: Field,
    /// `password`
    pub password: Field,
}

impl EmailSettingsPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.email, &self.password])
    }

    /// With an empty form.
    #[must_use]
    pub fn new(page: Page, current: String, verified: bool, pending: Option<PendingEmail>) -> Self {
        Self {
            page,
            alert: None,
            current,
            verified,
            pending,
            has_password: true,
            proof_first: false,
            email: Field::email("email", "New email address")
                .required()
                .autocomplete("email")
                .max_length(254),
            password: Field::password("password", "Current password")
                .required()
                .autocomplete("current-password"),
        }
    }
}

impl Samples for EmailSettingsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = || Page::sample_signed_in("Account", "/settings/account");
        let pending = PendingEmail {
            new_email: "ada@new.example".into(),
            confirmed_by_old: true,
            confirmed_by_new: false,
            expires: DateText::sample("Tuesday, 12:00 PM"),
        };
        let mut failed = Self::new(page(), "ada@example.com".into(), true, None);
        failed.email = failed.email.value("ada@new.example");
        failed.password = failed.password.error(Some("This is not your current password.".into()));
        let mut proof_first = Self::new(page(), "ada@example.com".into(), true, None);
        (proof_first.has_password, proof_first.proof_first) = (false, true);
        vec![
            ("settings-account", Self::new(page(), "ada@example.com".into(), true, None)),
            (
                "settings-account-unverified",
                Self::new(page().unverified(), "ada@example.com".into(), false, None),
            ),
            ("settings-account-pending", Self::new(page(), "ada@example.com".into(), true, Some(pending))),
            ("settings-account-failed", failed),
            ("settings-account-proof-first", proof_first),
        ]
    }
}
