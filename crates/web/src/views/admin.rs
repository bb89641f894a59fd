//! Administration: the mailbox.

use askama::Template;

use super::common::DateText;
use super::forms::Choice;
use super::gallery::Samples;
use super::page::Page;

/// A mail in the list.
#[derive(Clone, Debug)]
pub struct MailRow {
    /// Id for `/admin/mail/{id}`.
    pub id: String,
    /// Its subject, or the kind of mail while that isn't written.
    pub subject: String,
    /// Name and address.
    pub to: String,
    /// `queued`, `sending`, `sent`, `kept` or `failed`.
    pub state: &'static str,
    /// The state in a word.
    pub state_label: &'static str,
    /// When it was asked for.
    pub created: DateText,
    /// Why it wasn't delivered.
    pub error: Option<String>,
}

impl MailRow {
    fn sample(subject: &str, state: &'static str, state_label: &'static str, error: Option<&str>) -> Self {
        Self {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            subject: subject.into(),
            to: "Ada Moreau <ada@example.com>".into(),
            state,
            state_label,
            created: DateText::sample("2 hours ago"),
            error: error.map(Into::into),
        }
    }
}

/// `GET /admin/mail`
#[derive(Template)]
#[template(path = "admin/mailbox.html")]
pub struct MailboxPage {
    /// Shared page data.
    pub page: Page,
    /// No mail server is configured.
    pub keeps: bool,
    /// Days after which mails are removed.
    pub kept_days: u32,
    /// The part of an address that is searched for.
    pub q: String,
    /// Kinds of mails.
    pub templates: Vec<Choice>,
    /// States.
    pub states: Vec<Choice>,
    /// Such as `12 mails`.
    pub total_label: String,
    /// Something is searched for.
    pub filtered: bool,
    /// Newest first.
    pub mails: Vec<MailRow>,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
}

impl Samples for MailboxPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = Self {
            page: Page::sample_signed_in("Mailbox", "/admin/mail"),
            keeps: true,
            kept_days: 30,
            q: String::new(),
            templates: Choice::list(&[("", "All kinds"), ("welcome", "Welcome")], ""),
            states: Choice::list(&[("", "All states"), ("failed", "Failed")], ""),
            total_label: "3 mails".into(),
            filtered: false,
            mails: vec![
                MailRow::sample("Set a new password", "kept", "Kept here", None),
                MailRow::sample("Welcome to Momentum: confirm your address", "sent", "Sent", None),
                MailRow::sample(
                    "Confirm your email address",
                    "failed",
                    "Failed",
                    Some("permanent error (550): no such mailbox"),
                ),
            ],
            newer_url: None,
            older_url: Some("/admin/mail?page=2".into()),
        };
        let empty = Self {
            page: Page::sample_signed_in("Mailbox", "/admin/mail?q=nobody"),
            keeps: false,
            kept_days: 7,
            q: "nobody".into(),
            total_label: "0 mails".into(),
            filtered: true,
            mails: Vec::new(),
            templates: Vec::new(),
            states: Vec::new(),
            newer_url: None,
            older_url: None,
        };
        vec![("admin-mailbox", sample), ("admin-mailbox-empty", empty)]
    }
}

/// One way to look at a mail.
#[derive(Clone, Debug)]
pub struct MailTab {
    /// Where it is shown.
    pub url: String,
    /// Its name.
    pub label: &'static str,
    /// It is shown now.
    pub current: bool,
}

/// `GET /admin/mail/{id}`
#[derive(Template)]
#[template(path = "admin/mail.html")]
pub struct MailPage {
    /// Shared page data.
    pub page: Page,
    /// The mail.
    pub mail: MailRow,
    /// Such as `Tried twice`; empty while it wasn't.
    pub attempts: String,
    /// It failed and may be sent again.
    pub can_retry: bool,
    /// The sender.
    pub from: String,
    /// Kind of mail.
    pub template: String,
    /// When it was handed over or kept.
    pub sent: Option<DateText>,
    /// HTML, text, source.
    pub tabs: Vec<MailTab>,
    /// The HTML in a document of its own; only in the first tab.
    pub content_url: Option<String>,
    /// Text or source; only in the other tabs.
    pub body: String,
}

impl Samples for MailPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let tabs = |current: &str| {
            [("html", "Mail"), ("text", "Text"), ("source", "Source")]
                .into_iter()
                .map(|(key, label)| MailTab {
                    url: format!("/admin/mail/01935e1c?view={key}"),
                    label,
                    current: key == current,
                })
                .collect()
        };
        let html = Self {
            page: Page::sample_signed_in("Set a new password", "/admin/mail/01935e1c"),
            mail: MailRow::sample("Set a new password", "kept", "Kept here", None),
            attempts: String::new(),
            can_retry: false,
            from: "Momentum <no-reply@momentum.example>".into(),
            template: "reset-password".into(),
            sent: Some(DateText::sample("2 hours ago")),
            tabs: tabs("html"),
            content_url: Some("about:blank".into()),
            body: String::new(),
        };
        let failed = Self {
            page: Page::sample_signed_in("Set a new password", "/admin/mail/01935e1c?view=text"),
            mail: MailRow::sample("Set a new password", "failed", "Failed", Some("permanent error (550)")),
            attempts: "Tried once".into(),
            can_retry: true,
            from: "Momentum <no-reply@momentum.example>".into(),
            template: "reset-password".into(),
            sent: None,
            tabs: tabs("text"),
            content_url: None,
            body: "Hello Ada,\n\nyou asked for a new password.".into(),
        };
        vec![("admin-mail", html), ("admin-mail-failed", failed)]
    }
}
