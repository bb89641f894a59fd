//! Links from mails and what they lead to: a new password, a confirmed address.

use askama::Template;

use super::account::PolicyRule;
use super::forms::{Field, wrong};
use super::gallery::Samples;
use super::page::Page;

/// `GET /forgot-password`, and the answer to a `POST` that was refused.
#[derive(Template)]
#[template(path = "account/forgot_password.html")]
pub struct ForgotPasswordPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// `email`
    pub email: Field,
}

impl ForgotPasswordPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.email])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page) -> Self {
        let email = Field::email("email", "Email").required().autocomplete("username").max_length(254);
        Self { page, alert: None, email }
    }
}

impl Samples for ForgotPasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let new = || Self::new(Page::sample("Forgot your password?", "/forgot-password"));
        let mut failed = new();
        failed.email = failed
            .email
            .value("ada@example")
            .error(Some("Enter an email address, such as name@example.com.".into()));
        vec![("forgot-password", new()), ("forgot-password-failed", failed)]
    }
}

/// `GET /reset-password`, and the answer to a `POST` that was refused.
#[derive(Template)]
#[template(path = "account/reset_password.html")]
pub struct ResetPasswordPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// From the link in the mail.
    pub token: String,
    /// Other ways into the account go with it.
    pub takes_others: bool,
    /// `password`
    pub password: Field,
    /// The password policy.
    pub policy: Vec<PolicyRule>,
}

impl ResetPasswordPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.password])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, token: String) -> Self {
        let password = Field::password("password", "New password")
            .required()
            .autocomplete("new-password")
            .max_length(256);
        Self {
            alert: None,
            token,
            takes_others: false,
            password,
            policy: PolicyRule::of(&page.site, &[]),
            page,
        }
    }
}

impl Samples for ResetPasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let new = || Self::new(Page::sample("Set a new password", "/reset-password"), "sample-token".into());
        let takes_others = Self { takes_others: true, ..new() };
        let mut failed = new();
        failed.password = failed.password.error(Some("Add a digit.".into()));
        failed.policy = PolicyRule::of(&failed.page.site, &["digit"]);
        vec![
            ("reset-password", new()),
            ("reset-password-failed", failed),
            ("reset-password-takes-others", takes_others),
        ]
    }
}

/// A link from a mail was opened. One button does what it is for, so that programs that look into mails, and open every
/// link, don't.
#[derive(Template)]
#[template(path = "account/link.html")]
pub struct LinkPage {
    /// Shared page data.
    pub page: Page,
    /// What it is about.
    pub heading: String,
    /// One or two sentences.
    pub text: String,
    /// Where the button posts to.
    pub action: &'static str,
    /// What the button says.
    pub button: &'static str,
    /// From the link.
    pub token: String,
    /// What to do when it is not what one wanted, and where.
    pub otherwise: Option<(&'static str, &'static str)>,
}

impl Samples for LinkPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            page: Page::sample("Confirm your address", "/verify-email"),
            heading: "Confirm your address".into(),
            text: "One click, and we know that this address is yours.".into(),
            action: "/verify-email",
            button: "Confirm my address",
            token: "sample-token".into(),
            otherwise: Some(("You didn’t make this account? Take it over", "/forgot-password")),
        };
        vec![("verify-email", page)]
    }
}

/// What came of it, and where to go next.
#[derive(Template)]
#[template(path = "account/outcome.html")]
pub struct OutcomePage {
    /// Shared page data.
    pub page: Page,
    /// It went well.
    pub good: bool,
    /// What happened.
    pub heading: String,
    /// What it means.
    pub text: String,
    /// Where to go next.
    pub next_url: &'static str,
    /// What the link there says.
    pub next_label: &'static str,
}

impl Samples for OutcomePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sent = Self {
            page: Page::sample("Look into your mailbox", "/forgot-password"),
            good: true,
            heading: "Look into your mailbox".into(),
            text: "If there is an account with this address, a link is on its way. It works for one hour."
                .into(),
            next_url: "/sign-in",
            next_label: "Back to sign in",
        };
        let expired = Self {
            page: Page::sample("This link doesn’t work any more", "/reset-password"),
            good: false,
            heading: "This link doesn’t work any more".into(),
            text: "This link was used already, was replaced by a newer one, or is too old.".into(),
            next_url: "/forgot-password",
            next_label: "Get a new link",
        };
        vec![("mail-sent", sent), ("link-expired", expired)]
    }
}
