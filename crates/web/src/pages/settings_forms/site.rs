//! What the site is called and how it looks.

use momentum_core::{
    Error,
    settings::{ACCENT_COLOR, Branding, General, PRIMARY_COLOR},
};
use serde::Deserialize;

use super::SettingsForm;
use crate::views::{Check, Field, SettingsGroup};

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
    const SENSITIVE: bool = true;

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
                    Field::color("primary_color", "Primary color", PRIMARY_COLOR)
                        .hint("Buttons, links and progress, such as #b0370c. Empty: coral.")
                        .value(&self.primary_color),
                    Field::color("accent_color", "Accent color", ACCENT_COLOR)
                        .hint("Panels and messages, such as #0d4a4c. Empty: teal.")
                        .value(&self.accent_color),
                ],
                ..SettingsGroup::default()
            },
            SettingsGroup {
                legend: "Sender of mails",
                hint: "The mail server has to allow the address.",
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
