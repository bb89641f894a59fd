use serde::{Deserialize, Serialize};

use super::Section;
use crate::FieldErrors;

/// How the instance runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct System {
    /// Closed for everybody but administrators.
    pub maintenance: bool,
    /// What visitors read meanwhile; empty: the standard words.
    pub maintenance_message: String,
    /// When browsers and clients should come back, in minutes.
    pub maintenance_minutes: u32,
    /// Days after which mails are removed from the mailbox. Links in them live for up to three days.
    pub mail_retention_days: u32,
}

impl Default for System {
    fn default() -> Self {
        Self {
            maintenance: false,
            maintenance_message: String::new(),
            maintenance_minutes: 15,
            mail_retention_days: 30,
        }
    }
}

impl Section for System {
    const NAME: &'static str = "system";
    const CHANGED: &'static str = "settings.system-changed";

    fn tidy(&mut self) {
        self.maintenance_message = self.maintenance_message.trim().replace("\r\n", " ").replace('\n', " ");
    }

    fn check(&self, errors: &mut FieldErrors) {
        super::text::check_line(errors, "maintenance_message", &self.maintenance_message, 300);
        errors.check(
            (1..=1_440).contains(&self.maintenance_minutes),
            "maintenance_minutes",
            "out-of-range",
            "Enter a number of minutes between 1 and 1,440 (a day).",
        );
        errors.check(
            (7..=365).contains(&self.mail_retention_days),
            "mail_retention_days",
            "out-of-range",
            "Keep mails for 7 to 365 days.",
        );
    }

    fn is_sensitive(&self, _before: &Self) -> bool {
        true
    }
}
