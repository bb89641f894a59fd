//! The forms of the settings: what is typed and ticked, and the section that it means.

use momentum_core::{
    Error, FieldErrors,
    settings::{Branding, General, Notifications, Section, Security, System},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::views::{Check, Field, SettingsGroup};

/// A form of one section.
pub(crate) trait SettingsForm: DeserializeOwned + Send + Sync + 'static {
    type Section: Section;

    /// The page's title.
    const TITLE: &'static str;
    /// What it is about.
    const INTRO: &'static str;
    /// Facts about the instance stand below.
    const FACTS: bool = false;

    /// The form of what is in force.
    fn of(section: &Self::Section) -> Self;

    /// The section that it means.
    fn section(&self) -> Result<Self::Section, Error>;

    /// The version that it was made from.
    fn version(&self) -> Option<i64>;

    /// The form's parts with what was typed.
    fn groups(&self) -> Vec<SettingsGroup>;

    /// The colors, for the page that shows them.
    fn branding(&self) -> Option<Branding> {
        None
    }
}

fn lines(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n', '\r', '\t']).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
}

fn whole(errors: &mut FieldErrors, field: &'static str, text: &str) -> u32 {
    let number = text.trim().replace(',', "").parse();
    errors.check(number.is_ok(), field, "invalid", "Enter a whole number.");
    number.unwrap_or_default()
}

/// `general`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct GeneralForm {
    version: String,
    site_name: String,
    tagline: String,
    description: String,
    support_email: String,
    default_time_zone: String,
    default_language: String,
    terms_url: String,
    privacy_url: String,
    sign_up_open: bool,
}

impl SettingsForm for GeneralForm {
    type Section = General;

    const TITLE: &'static str = "General settings";
    const INTRO: &'static str = "What the site is called and who may join. In force at once.";

    fn of(section: &General) -> Self {
        let section = section.clone();
        Self {
            version: String::new(),
            site_name: section.site_name,
            tagline: section.tagline,
            description: section.description,
            support_email: section.support_email,
            default_time_zone: section.default_time_zone,
            default_language: section.default_language,
            terms_url: section.terms_url,
            privacy_url: section.privacy_url,
            sign_up_open: section.sign_up_open,
        }
    }

    fn section(&self) -> Result<General, Error> {
        Ok(General {
            site_name: self.site_name.clone(),
            tagline: self.tagline.clone(),
            description: self.description.clone(),
            support_email: self.support_email.clone(),
            default_time_zone: self.default_time_zone.clone(),
            default_language: self.default_language.clone(),
            terms_url: self.terms_url.clone(),
            privacy_url: self.privacy_url.clone(),
            sign_up_open: self.sign_up_open,
        })
    }

    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    fn groups(&self) -> Vec<SettingsGroup> {
        vec![
            SettingsGroup {
                legend: "The site",
                fields: vec![
                    Field::text("site_name", "Name")
                        .max_length(60)
                        .hint("In page titles and mails. Empty: the name in the configuration.")
                        .value(&self.site_name),
                    Field::text("tagline", "Heading of the home page")
                        .max_length(100)
                        .hint("Empty: the standard heading.")
                        .value(&self.tagline),
                    Field::textarea("description", "Description", 3)
                        .max_length(300)
                        .hint("On the home page and for search engines. Empty: the standard words.")
                        .value(&self.description),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "New accounts",
                switches: vec![Check::switch(
                    "sign_up_open",
                    "Everybody may sign up",
                    "Otherwise administrators make the accounts.",
                    self.sign_up_open,
                )],
                fields: vec![
                    Field::text("default_time_zone", "Time zone")
                        .required()
                        .max_length(60)
                        .hint("When the browser doesn’t say it, such as Europe/Berlin.")
                        .value(&self.default_time_zone),
                    Field::text("default_language", "Language")
                        .required()
                        .max_length(20)
                        .hint("A language tag, such as en or pt-BR.")
                        .value(&self.default_language),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Help and rules",
                hint: "Shown at the foot of every page when they are set.",
                fields: vec![
                    Field::email("support_email", "Address for help")
                        .max_length(254)
                        .value(&self.support_email),
                    Field::text("terms_url", "Terms of use")
                        .max_length(500)
                        .hint("An address that begins with https://, or a path such as /terms.")
                        .value(&self.terms_url),
                    Field::text("privacy_url", "Privacy notice")
                        .max_length(500)
                        .hint("An address that begins with https://, or a path such as /privacy.")
                        .value(&self.privacy_url),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}

/// `branding`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct BrandingForm {
    version: String,
    primary_color: String,
    accent_color: String,
    adjust_shades: bool,
    sender_name: String,
    sender_address: String,
}

impl SettingsForm for BrandingForm {
    type Section = Branding;

    const TITLE: &'static str = "Branding";
    const INTRO: &'static str = "How pages and mails look. In force at once, for everybody.";

    fn of(section: &Branding) -> Self {
        let section = section.clone();
        Self {
            version: String::new(),
            primary_color: section.primary_color,
            accent_color: section.accent_color,
            adjust_shades: section.adjust_shades,
            sender_name: section.sender_name,
            sender_address: section.sender_address,
        }
    }

    fn section(&self) -> Result<Branding, Error> {
        Ok(Branding {
            primary_color: self.primary_color.clone(),
            accent_color: self.accent_color.clone(),
            adjust_shades: self.adjust_shades,
            sender_name: self.sender_name.clone(),
            sender_address: self.sender_address.clone(),
        })
    }

    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    fn branding(&self) -> Option<Branding> {
        self.section().ok()
    }

    fn groups(&self) -> Vec<SettingsGroup> {
        vec![
            SettingsGroup {
                legend: "Colors",
                hint: "Text has to have a contrast of 4.5:1, by day and by night.",
                switches: vec![Check::switch(
                    "adjust_shades",
                    "Use the nearest readable shade for text",
                    "Your color stays as it is on buttons. Without this, a color that is too faint for text is refused.",
                    self.adjust_shades,
                )],
                fields: vec![
                    Field::text("primary_color", "Primary color")
                        .max_length(7)
                        .hint("Buttons, links and progress, such as #b0370c. Empty: coral.")
                        .value(&self.primary_color),
                    Field::text("accent_color", "Accent color")
                        .max_length(7)
                        .hint("Panels and messages, such as #0d4a4c. Empty: teal.")
                        .value(&self.accent_color),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Sender of mails",
                hint: "You are asked to confirm that it’s you before a change. The mail server has to allow the address.",
                fields: vec![
                    Field::text("sender_name", "Name")
                        .max_length(60)
                        .hint("Empty: the name of the site.")
                        .value(&self.sender_name),
                    Field::email("sender_address", "Address")
                        .max_length(254)
                        .hint("Empty: the address in the configuration.")
                        .value(&self.sender_address),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}

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
    const INTRO: &'static str = "In force at once. You are asked to confirm that it’s you before a change.";

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
                        .hint("One a line, such as example.com. Empty: every domain may sign up.")
                        .value(&self.allowed_email_domains),
                    Field::textarea("denied_email_domains", "Never these domains", 3)
                        .hint("One a line. They stay out even when they are also allowed.")
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
                        .hint("At least 30; 0 keeps them for ever.")
                        .value(&self.audit_retention_days),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}

/// `notifications`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct NotificationsForm {
    version: String,
    welcome: bool,
    new_device: bool,
    reply_to: String,
    footer: String,
    admin_notices: String,
}

impl SettingsForm for NotificationsForm {
    type Section = Notifications;

    const TITLE: &'static str = "Notifications";
    const INTRO: &'static str = "Which mails are sent, and what all of them carry.";

    fn of(section: &Notifications) -> Self {
        Self {
            version: String::new(),
            welcome: section.welcome,
            new_device: section.new_device,
            reply_to: section.reply_to.clone(),
            footer: section.footer.clone(),
            admin_notices: section.admin_notices.join("\n"),
        }
    }

    fn section(&self) -> Result<Notifications, Error> {
        Ok(Notifications {
            welcome: self.welcome,
            new_device: self.new_device,
            reply_to: self.reply_to.clone(),
            footer: self.footer.clone(),
            admin_notices: lines(&self.admin_notices),
        })
    }

    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }

    fn groups(&self) -> Vec<SettingsGroup> {
        vec![
            SettingsGroup {
                legend: "Mails to members",
                hint: "Links that people ask for, locked accounts, and changes of password, address or protection are always written about.",
                switches: vec![
                    Check::switch(
                        "welcome",
                        "Welcome new accounts",
                        "Without it they get only the link that confirms their address.",
                        self.welcome,
                    ),
                    Check::switch(
                        "new_device",
                        "Tell of new devices",
                        "When somebody signs in from a device that was never seen.",
                        self.new_device,
                    ),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "In every mail",
                fields: vec![
                    Field::email("reply_to", "Answers go to")
                        .max_length(254)
                        .hint("Empty: to the sender.")
                        .value(&self.reply_to),
                    Field::textarea("footer", "Words at the foot", 3)
                        .max_length(500)
                        .hint("Such as the name and postal address of your organization.")
                        .value(&self.footer),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Notices to administrators",
                fields: vec![
                    Field::textarea("admin_notices", "Tell these addresses when settings change", 3)
                        .hint("One a line, at most ten.")
                        .value(&self.admin_notices),
                ],
                ..SettingsGroup::default()
            },
        ]
    }
}

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
    const INTRO: &'static str =
        "How the instance runs. You are asked to confirm that it’s you before a change.";
    const FACTS: bool = true;

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
