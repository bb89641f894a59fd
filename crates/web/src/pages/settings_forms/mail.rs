//! Which mails are sent.

use momentum_core::{Error, settings::Notifications};
use serde::Deserialize;

use super::{SettingsForm, lines};
use crate::views::{Check, Field, SettingsGroup};

/// `notifications`
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct NotificationsForm {
    version: String,
    welcome: bool,
    new_device: bool,
    course_completed: bool,
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
            course_completed: section.course_completed,
            reply_to: section.reply_to.clone(),
            footer: section.footer.clone(),
            admin_notices: section.admin_notices.join("\n"),
        }
    }

    fn section(&self) -> Result<Notifications, Error> {
        Ok(Notifications {
            welcome: self.welcome,
            new_device: self.new_device,
            course_completed: self.course_completed,
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
                    Check::switch(
                        "course_completed",
                        "Congratulate on finished courses",
                        "With the day on which it was done, and what was earned with it.",
                        self.course_completed,
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
