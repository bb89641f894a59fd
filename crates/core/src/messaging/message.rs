use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What a mail says. Links are absolute and carry what they need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "kebab-case")]
pub enum Message {
    /// A new account; with a link that confirms its address.
    Welcome { verify_link: String },
    /// The address has to be confirmed.
    VerifyEmail { link: String },
    /// To the old address: somebody wants to move the account to `new_email`; the link allows it.
    ChangeEmailOld { new_email: String, link: String },
    /// To the new address: the link confirms it.
    ChangeEmailNew { link: String },
    /// To the old address, when the change is done.
    EmailChanged { new_email: String },
    /// The link sets a new password.
    ResetPassword { link: String },
    /// Somebody made the account; the link sets its first password.
    Invitation { link: String },
    /// Somebody tried to reset the password of an account that signs in otherwise or asked to sign up again.
    AccountExists { sign_in_link: String },
    /// The password was changed, and what changed with it, as a sentence; mostly nothing.
    PasswordChanged {
        address: String,
        at: DateTime<Utc>,
        #[serde(default)]
        also: String,
    },
    /// A device that was not seen before signed in.
    NewDevice { device: String, address: String, at: DateTime<Utc>, devices_link: String },
    /// Too many wrong passwords; the link opens the account again.
    Lockout { unlock_link: String, address: String },
    /// How the account is protected was changed, in words such as `An authenticator app was added`.
    SecurityChanged { what: String, at: DateTime<Utc>, security_link: String },
    /// Something that looks like somebody else's doing, in words such as `Somebody typed five wrong codes`.
    SecurityAlarm { what: String, address: String, at: DateTime<Utc>, security_link: String },
    /// A course is done, on this day where the learner lives, and it took them so many days; with what finishing it earned.
    CourseCompleted {
        course: String,
        lessons: i64,
        day: NaiveDate,
        days: i64,
        points: i64,
        badges: Vec<String>,
        course_link: String,
    },
    /// To whom administrators named: settings were changed, with the names of the fields.
    SettingsChanged { section: String, fields: String, who: String, at: DateTime<Utc>, settings_link: String },
    /// The draft that somebody asked the studio for is there.
    StudioDone { topic: String, review_link: String },
    /// The studio can't go on with it.
    StudioFailed { topic: String, why: String, job_link: String },
    /// Models have used up so many percent of the month's budget.
    StudioBudget { percent: u32, spent: String, budget: String, usage_link: String },
}

impl Message {
    /// The template's name.
    #[must_use]
    pub fn template(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::VerifyEmail { .. } => "verify-email",
            Self::ChangeEmailOld { .. } => "change-email-old",
            Self::ChangeEmailNew { .. } => "change-email-new",
            Self::EmailChanged { .. } => "email-changed",
            Self::ResetPassword { .. } => "reset-password",
            Self::Invitation { .. } => "invitation",
            Self::AccountExists { .. } => "account-exists",
            Self::PasswordChanged { .. } => "password-changed",
            Self::NewDevice { .. } => "new-device",
            Self::Lockout { .. } => "lockout",
            Self::SecurityChanged { .. } => "security-changed",
            Self::SecurityAlarm { .. } => "security-alarm",
            Self::CourseCompleted { .. } => "course-completed",
            Self::SettingsChanged { .. } => "settings-changed",
            Self::StudioDone { .. } => "studio-done",
            Self::StudioFailed { .. } => "studio-failed",
            Self::StudioBudget { .. } => "studio-budget",
        }
    }

    /// One of each, for tests and for looking at them.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(20_514) + TimeDelta::hours(12);
        let link = |path: &str| {
            format!("https://learn.example/{path}?token=pGHSnMlWRxLmNTLBmFzLUAKvzBEdnbTsHCA1uFUcuTo")
        };
        let address = "203.0.113.7".to_owned();
        vec![
            Self::Welcome { verify_link: link("verify-email") },
            Self::VerifyEmail { link: link("verify-email") },
            Self::ChangeEmailOld { new_email: "new@example.com".into(), link: link("confirm-email") },
            Self::ChangeEmailNew { link: link("confirm-email") },
            Self::EmailChanged { new_email: "new@example.com".into() },
            Self::ResetPassword { link: link("reset-password") },
            Self::Invitation { link: link("reset-password") },
            Self::AccountExists { sign_in_link: "https://learn.example/sign-in".into() },
            Self::PasswordChanged {
                address: address.clone(),
                at,
                also: "Its address was never confirmed before, so its second step was turned off.".into(),
            },
            Self::NewDevice {
                device: "Firefox on Linux".into(),
                address: address.clone(),
                at,
                devices_link: "https://learn.example/settings/devices".into(),
            },
            Self::Lockout { unlock_link: link("unlock"), address: address.clone() },
            Self::SecurityChanged {
                what: "An authenticator app was added".into(),
                at,
                security_link: "https://learn.example/settings/security".into(),
            },
            Self::SecurityAlarm {
                what: "Somebody got past the first step of signing in and typed 5 wrong codes".into(),
                address,
                at,
                security_link: "https://learn.example/settings/security".into(),
            },
            Self::CourseCompleted {
                course: "SQL in seven days".into(),
                lessons: 7,
                day: at.date_naive(),
                days: 9,
                points: 110,
                badges: vec!["First Course Completed".into(), "Week of Learning".into()],
                course_link: "https://learn.example/courses/sql-in-seven-days/completed".into(),
            },
            Self::SettingsChanged {
                section: "Branding".into(),
                fields: "sender name, sender address".into(),
                who: "Alex Admin".into(),
                at,
                settings_link: "https://learn.example/admin/settings/branding".into(),
            },
            Self::StudioDone {
                topic: "Sourdough in a week".into(),
                review_link: "https://learn.example/admin/ai/review/01890a5d".into(),
            },
            Self::StudioFailed {
                topic: "Sourdough in a week".into(),
                why: "The provider doesn't accept the key: invalid x-api-key".into(),
                job_link: "https://learn.example/admin/ai/jobs/01890a5d".into(),
            },
            Self::StudioBudget {
                percent: 80,
                spent: "$80.12".into(),
                budget: "$100".into(),
                usage_link: "https://learn.example/admin/ai/usage".into(),
            },
        ]
    }

    /// As stored.
    ///
    /// # Errors
    /// [`Error::Internal`] when it can't be written as JSON.
    pub(super) fn content(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }

    /// From what is stored.
    ///
    /// # Errors
    /// [`Error::Internal`] when another version of the program left something else.
    pub(super) fn from_content(content: &serde_json::Value) -> Result<Self> {
        Self::deserialize(content).map_err(|error| Error::internal(format!("a mail's content: {error}")))
    }
}
