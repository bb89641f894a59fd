use serde::{Deserialize, Serialize};

use super::{
    Section,
    text::{check_address, is_address},
};
use crate::FieldErrors;

/// Which mails are sent, and what all of them carry. Mails that protect an account can't be switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Notifications {
    /// Greet new accounts. Without it they get only the link that confirms their address.
    pub welcome: bool,
    /// Tell people when somebody signs in from a device that was never seen.
    pub new_device: bool,
    /// Write to people who have finished a course.
    pub course_completed: bool,
    /// Where answers to mails go; empty: to the sender.
    pub reply_to: String,
    /// What stands below every mail, such as the postal address.
    pub footer: String,
    /// Who is told when settings change, at most ten addresses.
    pub admin_notices: Vec<String>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            welcome: true,
            new_device: true,
            course_completed: true,
            reply_to: String::new(),
            footer: String::new(),
            admin_notices: Vec::new(),
        }
    }
}

impl Section for Notifications {
    const NAME: &'static str = "notifications";
    const CHANGED: &'static str = "settings.notifications-changed";

    fn tidy(&mut self) {
        self.reply_to = self.reply_to.trim().to_lowercase();
        self.footer = self.footer.trim().replace("\r\n", "\n");
        for address in &mut self.admin_notices {
            *address = address.trim().to_lowercase();
        }
        self.admin_notices.retain(|address| !address.is_empty());
        self.admin_notices.sort();
        self.admin_notices.dedup();
    }

    fn check(&self, errors: &mut FieldErrors) {
        check_address(errors, "reply_to", &self.reply_to);
        errors.check(self.footer.chars().count() <= 500, "footer", "too-long", "Use at most 500 characters.");
        errors.check(
            !self.footer.chars().any(|c| c.is_control() && c != '\n'),
            "footer",
            "invalid",
            "Use plain text only.",
        );
        errors.check(
            self.admin_notices.iter().all(|address| is_address(address)),
            "admin_notices",
            "invalid",
            "Enter email addresses, one a line.",
        );
        errors.check(
            self.admin_notices.len() <= 10,
            "admin_notices",
            "too-many",
            "Enter at most ten addresses.",
        );
    }
}
