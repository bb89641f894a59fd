use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    Section,
    text::{check_address, check_line, check_link},
};
use crate::{FieldErrors, language::is_language_tag, names};

/// What the site is called, what it says about itself, and who may join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct General {
    /// Empty: the name in the configuration.
    pub site_name: String,
    /// The heading of the home page; empty: the standard one.
    pub tagline: String,
    /// What search engines and the home page say the site is; empty: the standard words.
    pub description: String,
    /// Where people write for help; empty: nowhere.
    pub support_email: String,
    /// IANA name of new accounts' time zone when their browser doesn't say it.
    pub default_time_zone: String,
    /// BCP 47 tag of new accounts' language.
    pub default_language: String,
    /// Address of the terms of use; empty without.
    pub terms_url: String,
    /// Address of the privacy notice; empty without.
    pub privacy_url: String,
    /// Everybody may sign up; otherwise administrators make the accounts.
    pub sign_up_open: bool,
}

impl Default for General {
    fn default() -> Self {
        Self {
            site_name: String::new(),
            tagline: String::new(),
            description: String::new(),
            support_email: String::new(),
            default_time_zone: chrono_tz::UTC.name().to_owned(),
            default_language: "en".to_owned(),
            terms_url: String::new(),
            privacy_url: String::new(),
            sign_up_open: true,
        }
    }
}

impl Section for General {
    const NAME: &'static str = "general";
    const CHANGED: &'static str = "settings.general-changed";

    fn tidy(&mut self) {
        for text in [
            &mut self.site_name,
            &mut self.tagline,
            &mut self.description,
            &mut self.support_email,
            &mut self.default_time_zone,
            &mut self.default_language,
            &mut self.terms_url,
            &mut self.privacy_url,
        ] {
            *text = text.trim().to_owned();
        }
    }

    fn check(&self, errors: &mut FieldErrors) {
        check_line(errors, "site_name", &self.site_name, 60);
        names::check(errors, "site_name", &self.site_name);
        check_line(errors, "tagline", &self.tagline, 100);
        check_line(errors, "description", &self.description, 300);
        check_address(errors, "support_email", &self.support_email);
        errors.check(
            self.default_time_zone.parse::<Tz>().is_ok(),
            "default_time_zone",
            "unknown",
            "Choose a time zone, such as Europe/Berlin.",
        );
        errors.check(
            is_language_tag(&self.default_language),
            "default_language",
            "invalid",
            "Enter a language tag, such as en or pt-BR.",
        );
        check_link(errors, "terms_url", &self.terms_url);
        check_link(errors, "privacy_url", &self.privacy_url);
    }
}
