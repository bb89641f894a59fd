//! Sign-in, sign-up, first-run setup.

use askama::Template;

use super::connections::ProviderLink;
use super::forms::{Field, wrong};
use super::gallery::Samples;
use super::page::Page;
use super::site::SiteLook;

/// One rule of the password policy, checked live by the `password-policy` island.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// `length`, `upper`, `lower`, `digit`, `symbol` or `common`.
    pub key: &'static str,
    /// What it asks for.
    pub label: String,
    /// The shortest length, for the rule of the length.
    pub min: Option<u32>,
    /// The password sent last broke it.
    pub failed: bool,
}

impl PolicyRule {
    /// The rules of this site; `failed` lists the keys that the last password broke.
    #[must_use]
    pub fn of(site: &SiteLook, failed: &[&str]) -> Vec<Self> {
        let needed = |key: &str| site.password_needs.iter().any(|need| need == key);
        [
            ("length", format!("At least {} characters", site.password_min)),
            ("upper", "An uppercase letter".to_owned()),
            ("lower", "A lowercase letter".to_owned()),
            ("digit", "A digit".to_owned()),
            ("symbol", "A symbol, such as ! or ?".to_owned()),
            ("common", "Not a commonly used password".to_owned()),
        ]
        .into_iter()
        .filter(|(key, _)| matches!(*key, "length" | "common") || needed(key))
        .map(|(key, label)| Self {
            key,
            label,
            min: (key == "length").then_some(site.password_min),
            failed: failed.contains(&key),
        })
        .collect()
    }
}

/// `GET /sign-in`, and the answer to a failed `POST /sign-in`.
#[derive(Template)]
#[template(path = "account/sign_in.html")]
pub struct SignInPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole, such as `Email or password is wrong.`
    pub alert: Option<String>,
    /// `email`
    pub email: Field,
    /// `password`
    pub password: Field,
    /// Where to go afterwards: a path on this site.
    pub return_to: Option<String>,
    /// Passkeys can be used at this address.
    pub passkeys: bool,
    /// Other services to sign in with.
    pub providers: Vec<ProviderLink>,
}

/// `GET /sign-up`, and the answer to a failed `POST /sign-up`.
#[derive(Template)]
#[template(path = "account/sign_up.html")]
pub struct SignUpPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// `name`
    pub name: Field,
    /// `email`
    pub email: Field,
    /// `password`
    pub password: Field,
    /// The password policy.
    pub policy: Vec<PolicyRule>,
    /// Where to go afterwards: a path on this site.
    pub return_to: Option<String>,
    /// Other services to sign up with.
    pub providers: Vec<ProviderLink>,
}

/// `GET /setup`: the first administrator.
#[derive(Template)]
#[template(path = "account/setup.html")]
pub struct SetupPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// `token`, from the log.
    pub token: Field,
    /// `name`
    pub name: Field,
    /// `email`
    pub email: Field,
    /// `password`
    pub password: Field,
    /// The password policy.
    pub policy: Vec<PolicyRule>,
}

impl SignInPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.email, &self.password])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, return_to: Option<String>, passkeys: bool) -> Self {
        Self {
            page,
            alert: None,
            email: Field::email("email", "Email")
                .required()
                .autocomplete(if passkeys { "username webauthn" } else { "username" })
                .max_length(254),
            password: Field::password("password", "Password").required().autocomplete("current-password"),
            return_to,
            passkeys,
            providers: Vec::new(),
        }
    }

    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self::new(Page::sample("Sign in", "/sign-in"), Some("/courses/sql-in-seven-days".into()), true)
    }
}

impl Samples for SignInPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.alert = Some("That email and password don’t match. Check both and try again.".into());
        failed.email = failed.email.value("ada@example.com");
        failed.passkeys = false;
        let mut services = Self::sample();
        services.providers = ProviderLink::samples();
        vec![("sign-in", Self::sample()), ("sign-in-failed", failed), ("sign-in-services", services)]
    }
}

fn name_field() -> Field {
    Field::text("name", "Name").required().autocomplete("name").max_length(100)
}

fn new_password_field() -> Field {
    Field::password("password", "Password").required().autocomplete("new-password").max_length(256)
}

impl SignUpPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.name, &self.email, &self.password])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, return_to: Option<String>) -> Self {
        Self {
            alert: None,
            name: name_field(),
            email: Field::email("email", "Email").required().autocomplete("email").max_length(254),
            password: new_password_field(),
            policy: PolicyRule::of(&page.site, &[]),
            return_to,
            providers: Vec::new(),
            page,
        }
    }

    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self::new(Page::sample("Create your account", "/sign-up"), None)
    }
}

impl Samples for SignUpPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.name = failed.name.value("Ada Moreau");
        failed.email = failed
            .email
            .value("ada@example")
            .error(Some("Enter a full email address, such as ada@example.com.".into()));
        failed.password = failed.password.error(Some("Add a digit and a symbol to the password.".into()));
        failed.policy = PolicyRule::of(&failed.page.site, &["digit", "symbol"]);
        vec![("sign-up", Self::sample()), ("sign-up-failed", failed)]
    }
}

impl SetupPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.token, &self.name, &self.email, &self.password])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page) -> Self {
        Self {
            alert: None,
            token: Field::text("token", "Setup token")
                .required()
                .autocomplete("off")
                .hint("The server printed it in its log when it started."),
            name: name_field(),
            email: Field::email("email", "Email").required().autocomplete("email").max_length(254),
            password: new_password_field(),
            policy: PolicyRule::of(&page.site, &[]),
            page,
        }
    }

    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self::new(Page::sample("Set up Momentum", "/setup"))
    }
}

impl Samples for SetupPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("setup", Self::sample())]
    }
}
