//! The forms of the settings: what is typed and ticked, and the section that it means.

mod learning;
mod mail;
mod security;
mod site;
mod studio;
mod system;

use momentum_core::{
    Error, FieldErrors,
    settings::{Branding, Section},
};
use serde::de::DeserializeOwned;

pub(crate) use learning::LearningForm;
pub(crate) use mail::NotificationsForm;
pub(crate) use security::SecurityForm;
pub(crate) use site::{BrandingForm, GeneralForm};
pub(crate) use studio::StudioForm;
pub(crate) use system::SystemForm;

use crate::views::SettingsGroup;

/// A form of one section.
pub(crate) trait SettingsForm: DeserializeOwned + Send + Sync + 'static {
    type Section: Section;

    /// The page's title.
    const TITLE: &'static str;
    /// What it is about.
    const INTRO: &'static str;
    /// Facts about the instance stand below.
    const FACTS: bool = false;
    /// Saving it can take a fresh proof, see [`Section::is_sensitive`].
    const SENSITIVE: bool = false;

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
