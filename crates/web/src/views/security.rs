//! Second factors: settings, setting one up, recovery codes, confirming that it is you, the second step of signing in.

use askama::Template;

use super::common::DateText;
use super::forms::{Field, wrong};
use super::gallery::Samples;
use super::page::{FlashKind, Page};

/// The field for a code of the authenticator app.
fn code_field(name: &'static str, label: &str) -> Field {
    Field::text(name, label).required().autocomplete("one-time-code").max_length(40)
}

/// A passkey in the list.
#[derive(Clone, Debug)]
pub struct PasskeyRow {
    /// Id for `/settings/security/passkeys/{id}/…`.
    pub id: String,
    /// As its owner called it.
    pub name: String,
    /// When it was added.
    pub added: DateText,
    /// When it was used last.
    pub used: Option<DateText>,
}

/// `GET /settings/security`, and the answer when a passkey could not be added or renamed.
#[derive(Template)]
#[template(path = "settings/security.html")]
pub struct SecurityPage {
    /// Shared page data.
    pub page: Page,
    /// What failed.
    pub alert: Option<String>,
    /// The account has a password.
    pub has_password: bool,
    /// Signing in takes a second factor.
    pub enabled: bool,
    /// The role needs a second factor.
    pub required: bool,
    /// Since when there is an authenticator app.
    pub authenticator: Option<DateText>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: i64,
    /// Passkeys can be used at this address.
    pub passkeys_available: bool,
    /// Oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// `name`, of a new passkey
    pub passkey_name: Field,
    /// Where to go when the first factor is set up: a path on this site.
    pub return_to: Option<String>,
}

impl SecurityPage {
    /// The name of a new passkey.
    #[must_use]
    pub fn name_field() -> Field {
        Field::text("name", "Name of the new passkey").required().max_length(60).value("This device")
    }

    /// Sample data: an account with an authenticator app.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in("Security", "/settings/security")
                .with_flash(FlashKind::Success, "Your authenticator app is set up."),
            alert: None,
            has_password: true,
            enabled: true,
            required: false,
            authenticator: Some(DateText::sample("3 weeks ago")),
            recovery_codes_left: 8,
            passkeys_available: true,
            passkeys: [("p1", "My phone", Some("2 hours ago")), ("p2", "Blue security key", None)]
                .map(|(id, name, used)| PasskeyRow {
                    id: id.into(),
                    name: name.into(),
                    added: DateText::sample("3 weeks ago"),
                    used: used.map(DateText::sample),
                })
                .into(),
            passkey_name: Self::name_field(),
            return_to: None,
        }
    }
}

impl Samples for SecurityPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let off = |required| Self {
            page: Page::sample_signed_in("Security", "/settings/security"),
            enabled: false,
            required,
            authenticator: None,
            recovery_codes_left: 0,
            passkeys: Vec::new(),
            passkeys_available: !required,
            return_to: required.then(|| "/notes".into()),
            ..Self::sample()
        };
        let elsewhere = Self { has_password: false, ..off(false) };
        let few = Self { recovery_codes_left: 2, required: true, ..Self::sample() };
        let alert = Some("The passkey could not be verified. Try again.".into());
        let failed = Self { alert, ..Self::sample() };
        vec![
            ("settings-security", Self::sample()),
            ("settings-security-off", off(false)),
            ("settings-security-required", off(true)),
            ("settings-security-no-password", elsewhere),
            ("settings-security-few-codes", few),
            ("settings-security-failed", failed),
        ]
    }
}

/// `GET /settings/security/authenticator`, and the answer to a wrong code.
#[derive(Template)]
#[template(path = "settings/authenticator.html")]
pub struct AuthenticatorPage {
    /// Shared page data.
    pub page: Page,
    /// Width and height of the QR code, in modules.
    pub qr_size: usize,
    /// Its dark modules, as an SVG path.
    pub qr_path: String,
    /// The secret in groups of four, for typing.
    pub secret: Vec<String>,
    /// Opens the app on the device that shows the page.
    pub otpauth_url: String,
    /// `code`
    pub code: Field,
    /// Where to go when it is set up: a path on this site.
    pub return_to: Option<String>,
}

impl AuthenticatorPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.code])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, qr_size: usize, qr_path: String, secret: &str, otpauth_url: String) -> Self {
        let letters: Vec<char> = secret.chars().collect();
        Self {
            page,
            qr_size,
            qr_path,
            secret: letters.chunks(4).map(|group| group.iter().collect()).collect(),
            otpauth_url,
            code: code_field("code", "Six digits from the app"),
            return_to: None,
        }
    }

    /// Sample data. The picture says nothing.
    #[must_use]
    pub fn sample() -> Self {
        let path = (4..33).step_by(2).map(|y| format!("M4 {y}h29v1h-29z")).collect();
        Self::new(
            Page::sample_signed_in("Set up an authenticator app", "/settings/security/authenticator"),
            37,
            path,
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "otpauth://totp/Momentum:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Momentum".into(),
        )
    }
}

impl Samples for AuthenticatorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.code = failed.code.value("123456").error(Some("This code is not right.".into()));
        vec![("settings-authenticator", Self::sample()), ("settings-authenticator-failed", failed)]
    }
}

/// The answer that shows new recovery codes, once.
#[derive(Template)]
#[template(path = "settings/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// Shared page data.
    pub page: Page,
    /// The codes.
    pub codes: Vec<String>,
    /// They came with the first factor.
    pub first: bool,
    /// Where to go when they are saved: a path on this site.
    pub next_url: String,
}

impl RecoveryCodesPage {
    /// The codes as a text file, for the link that saves them.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("Recovery codes for {}. Each works once.\n\n", self.page.site_name);
        for code in &self.codes {
            text.push_str(code);
            text.push('\n');
        }
        text
    }
}

impl Samples for RecoveryCodesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = |first| Self {
            page: Page::sample_signed_in("Recovery codes", "/settings/security"),
            codes: (0..10).map(|n| format!("{n}k7d-9qxf-2hv{n}")).collect(),
            first,
            next_url: "/settings/security".into(),
        };
        vec![("settings-recovery-codes", sample(true)), ("settings-recovery-codes-new", sample(false))]
    }
}

/// `GET /settings/confirm`, and the answer to a wrong proof.
#[derive(Template)]
#[template(path = "settings/confirm.html")]
pub struct ConfirmPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// Where to go afterwards.
    pub return_to: String,
    /// The account has a password.
    pub by_password: bool,
    /// The account has no password but an authenticator app.
    pub by_otp: bool,
    /// The account has a passkey that can be used at this address.
    pub by_passkey: bool,
    /// `password`
    pub password: Field,
    /// `otp`
    pub otp: Field,
}

impl ConfirmPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.password, &self.otp])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, return_to: String, by_password: bool, by_otp: bool, by_passkey: bool) -> Self {
        Self {
            page,
            alert: None,
            return_to,
            by_password,
            by_otp,
            by_passkey,
            password: Field::password("password", "Password").required().autocomplete("current-password"),
            otp: code_field("otp", "Six digits from your authenticator app"),
        }
    }
}

impl Samples for ConfirmPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = |password, otp, passkey| {
            let page = Page::sample_signed_in("Confirm it’s you", "/settings/confirm");
            Self::new(page, "/settings/security".into(), password, otp, passkey)
        };
        let mut failed = sample(true, false, false);
        failed.password = failed.password.error(Some("This is not your password.".into()));
        vec![
            ("settings-confirm", sample(true, false, true)),
            ("settings-confirm-failed", failed),
            ("settings-confirm-code", sample(false, true, false)),
            ("settings-confirm-passkey", sample(false, false, true)),
            ("settings-confirm-sign-in", sample(false, false, false)),
        ]
    }
}

/// `GET /sign-in/second-factor`, and the answer to a wrong code.
#[derive(Template)]
#[template(path = "account/second_factor.html")]
pub struct SecondFactorPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// The account has an authenticator app.
    pub totp: bool,
    /// The account has a passkey that can be used at this address.
    pub passkey: bool,
    /// `code`
    pub code: Field,
    /// Where to go afterwards: a path on this site.
    pub return_to: Option<String>,
}

impl SecondFactorPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.code])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, totp: bool, passkey: bool, return_to: Option<String>) -> Self {
        let code = if totp {
            code_field("code", "Code")
                .hint("Six digits from your authenticator app, or one of your recovery codes.")
        } else {
            code_field("code", "Recovery code").hint("One of the codes that you saved when you set this up.")
        };
        Self { page, alert: None, totp, passkey, code, return_to }
    }
}

impl Samples for SecondFactorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = |totp, passkey| {
            Self::new(Page::sample("One more step", "/sign-in/second-factor"), totp, passkey, None)
        };
        let mut failed = sample(true, false);
        failed.code = failed.code.error(Some("This code is not right, or it was used already.".into()));
        vec![
            ("second-factor", sample(true, true)),
            ("second-factor-failed", failed),
            ("second-factor-recovery", sample(false, true)),
        ]
    }
}
