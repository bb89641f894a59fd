//! From a message to a mail: subject, HTML and text.
//!
//! A message's words stand in two files of its template's name: `.txt` with the subject, the line that mail programs
//! show beside it, and the plain text; `.mjml` with the inside of the HTML, which `_layout.mjml` surrounds. `{{name}}`
//! stands for a value. MJML becomes HTML before values are put in, so nothing that a person typed can become markup.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use mrml::prelude::render::RenderOptions;

use super::Message;
use crate::{
    Error, Result, Settings,
    settings::{MailColors, Snapshot},
};

/// A mail's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub html: String,
    pub text: String,
}

/// What all mails of an instance have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Public address without a slash at the end.
    pub base_url: String,
    /// The site's name.
    pub site: String,
    /// The colors.
    pub colors: MailColors,
    /// Address, width and height of the logo.
    pub logo: Option<(String, u32, u32)>,
    /// What stands below, such as the postal address.
    pub footer: String,
}

impl Look {
    /// As the settings have it.
    #[must_use]
    pub fn of(settings: &Settings, live: &Snapshot) -> Self {
        let logo = &live.logo;
        Self {
            base_url: settings.base_url.clone(),
            site: live.site_name(settings).to_owned(),
            colors: live.mail_colors.clone(),
            logo: logo.path().map(|path| (format!("{}{path}", settings.base_url), logo.width, logo.height)),
            footer: live.notifications.footer.clone(),
        }
    }

    /// The logo, or the built-in mark with the name.
    fn brand(&self) -> String {
        let site = escape(&self.site);
        match &self.logo {
            Some((url, width, height)) => {
                let shown = (*height).clamp(1, 48);
                let width = u64::from(*width) * u64::from(shown) / u64::from((*height).max(1));
                format!(
                    "<img src=\"{}\" alt=\"{site}\" width=\"{width}\" height=\"{shown}\" style=\"border:0;display:block\">",
                    escape(url)
                )
            }
            None => {
                let fill = &self.colors.fill;
                let dot = |size: u8, opacity: &str| {
                    format!(
                        "<span style=\"color:{fill};opacity:{opacity};font-size:{size}px\">&#9679;</span>"
                    )
                };
                format!("{} {} {}&nbsp; {site}", dot(11, "0.5"), dot(15, "0.75"), dot(22, "1"))
            }
        }
    }

    /// The text below, line by line.
    fn footer_html(&self) -> String {
        if self.footer.is_empty() {
            return String::new();
        }
        format!("<br><br>{}", self.footer.lines().map(escape).collect::<Vec<_>>().join("<br>"))
    }
}

/// Writes `message` for somebody of this name.
///
/// # Errors
/// [`Error::Internal`] when a template is broken.
pub fn render(look: &Look, name: &str, message: &Message) -> Result<Rendered> {
    let template = template(message.template())?;
    let mut values = values(message);
    values.push(("name", name.to_owned()));
    values.push(("site", look.site.clone()));
    values.push(("site_url", look.base_url.clone()));
    for (_, value) in &mut values {
        *value = one_line(value);
    }
    let (subject, preheader, body) = template.words()?;
    let subject = fill(subject, &values, str::to_owned)?;
    let preheader = fill(preheader, &values, str::to_owned)?;
    let footer = if look.footer.is_empty() { String::new() } else { format!("\n\n{}", look.footer) };
    values.push(("footer", footer));
    let text = fill(&TEXT_LAYOUT.replace(CONTENT, body.trim_end()), &values, str::to_owned)?;
    values.push(("subject", subject.clone()));
    values.push(("preheader", preheader));
    let MailColors { fill: color, on, link, link_at_night } = &look.colors;
    values.push(("color", color.clone()));
    values.push(("on_color", on.clone()));
    values.push(("link_color", link.clone()));
    values.push(("link_color_at_night", link_at_night.clone()));
    values.push(("html_brand", look.brand()));
    values.push(("html_footer", look.footer_html()));
    let html = fill(template.html()?, &values, escape)?;
    Ok(Rendered { subject, html, text })
}

/// What the message's own tokens stand for.
fn values(message: &Message) -> Vec<(&'static str, String)> {
    match message {
        Message::Welcome { verify_link: link }
        | Message::VerifyEmail { link }
        | Message::ChangeEmailNew { link }
        | Message::ResetPassword { link }
        | Message::Invitation { link }
        | Message::AccountExists { sign_in_link: link } => vec![("link", link.clone())],
        Message::ChangeEmailOld { new_email, link } => {
            vec![("new_email", new_email.clone()), ("link", link.clone())]
        }
        Message::EmailChanged { new_email } => vec![("new_email", new_email.clone())],
        Message::PasswordChanged { address, at, also } => {
            let also = if also.is_empty() { String::new() } else { format!(" {also}") };
            vec![("address", address.clone()), ("at", moment(*at)), ("also", also)]
        }
        Message::NewDevice { device, address, at, devices_link } => vec![
            ("device", device.clone()),
            ("address", address.clone()),
            ("at", moment(*at)),
            ("link", devices_link.clone()),
        ],
        Message::Lockout { unlock_link, address } => {
            vec![("address", address.clone()), ("link", unlock_link.clone())]
        }
        Message::SecurityAlarm { what, address, at, security_link } => vec![
            ("what", what.clone()),
            ("address", address.clone()),
            ("at", moment(*at)),
            ("link", security_link.clone()),
        ],
        Message::SecurityChanged { what, at, security_link } => {
            vec![("what", what.clone()), ("at", moment(*at)), ("link", security_link.clone())]
        }
        Message::CourseCompleted { course, lessons, day, days, points, badges, course_link } => vec![
            ("course", course.clone()),
            ("lessons", if *lessons == 1 { "the lesson".into() } else { format!("all {lessons} lessons") }),
            ("day", day.format("%B %-d, %Y").to_string()),
            ("pace", if *days <= 1 { "one day".into() } else { format!("{days} days") }),
            ("earned", earned(*points, badges)),
            ("link", course_link.clone()),
        ],
        Message::SettingsChanged { section, fields, who, at, settings_link } => vec![
            ("section", section.clone()),
            ("fields", fields.clone()),
            ("who", who.clone()),
            ("at", moment(*at)),
            ("link", settings_link.clone()),
        ],
        Message::StudioDone { topic, review_link } => {
            vec![("topic", topic.clone()), ("link", review_link.clone())]
        }
        Message::StudioFailed { topic, why, job_link } => {
            vec![("topic", topic.clone()), ("why", why.clone()), ("link", job_link.clone())]
        }
        Message::StudioBudget { percent, spent, budget, usage_link } => vec![
            ("percent", percent.to_string()),
            ("spent", spent.clone()),
            ("budget", budget.clone()),
            ("link", usage_link.clone()),
        ],
    }
}

/// `60 points and the badges Early Bird and Night Owl`.
fn earned(points: i64, badges: &[String]) -> String {
    let points = if points == 1 { "1 point".to_owned() } else { format!("{points} points") };
    match badges {
        [] => points,
        [badge] => format!("{points} and the badge {badge}"),
        [others @ .., last] => format!("{points} and the badges {} and {last}", others.join(", ")),
    }
}

/// `March 2, 2026, 12:00 UTC`.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%B %-d, %Y, %H:%M UTC").to_string()
}

/// A value stays on its line, whatever was typed.
fn one_line(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Puts values in place of their tokens, once: what looks like a token in a value stays as it is.
fn fill(text: &str, values: &[(&'static str, String)], encode: fn(&str) -> String) -> Result<String> {
    let mut out = String::with_capacity(text.len() + 256);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (token, after) =
            after.split_once("}}").ok_or_else(|| Error::internal("a token in a mail template has no end"))?;
        let (_, value) = values
            .iter()
            .find(|(name, _)| *name == token.trim())
            .ok_or_else(|| Error::internal(format!("a mail template has an unknown token: {token}")))?;
        // Markup of ours: its texts are escaped where it is made.
        let markup = token.trim().starts_with("html_");
        out.push_str(&if markup { value.clone() } else { encode(value) });
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Where a layout takes in the message's own part.
const CONTENT: &str = "{{content}}";
const LAYOUT: &str = include_str!("templates/_layout.mjml");
const TEXT_LAYOUT: &str = include_str!("templates/_layout.txt");

/// The two files of a template.
struct Template {
    name: &'static str,
    mjml: &'static str,
    text: &'static str,
    /// HTML with tokens, made when it is first needed.
    html: OnceLock<String>,
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(Template {
            name: $name,
            mjml: include_str!(concat!("templates/", $name, ".mjml")),
            text: include_str!(concat!("templates/", $name, ".txt")),
            html: OnceLock::new(),
        }),*]
    };
}

static TEMPLATES: [Template; 18] = templates![
    "welcome",
    "verify-email",
    "change-email-old",
    "change-email-new",
    "email-changed",
    "reset-password",
    "invitation",
    "account-exists",
    "password-changed",
    "new-device",
    "lockout",
    "security-alarm",
    "security-changed",
    "course-completed",
    "settings-changed",
    "studio-done",
    "studio-failed",
    "studio-budget",
];

fn template(name: &str) -> Result<&'static Template> {
    TEMPLATES
        .iter()
        .find(|template| template.name == name)
        .ok_or_else(|| Error::internal(format!("there is no mail template {name}")))
}

impl Template {
    /// Subject, preheader and body of the text file.
    fn words(&self) -> Result<(&'static str, &'static str, &'static str)> {
        let parts = self.text.split_once("\n\n").and_then(|(head, body)| {
            let (subject, preheader) = head.split_once('\n')?;
            Some((subject.strip_prefix("Subject: ")?, preheader.strip_prefix("Preheader: ")?, body))
        });
        parts.ok_or_else(|| Error::internal(format!("{}.txt has no subject and preheader", self.name)))
    }

    fn html(&self) -> Result<&str> {
        if let Some(html) = self.html.get() {
            return Ok(html);
        }
        let mjml = LAYOUT.replace(CONTENT, self.mjml);
        let wrong = |error: &dyn std::fmt::Display| Error::internal(format!("{}.mjml: {error}", self.name));
        let parsed = mrml::parse(mjml).map_err(|error| wrong(&error))?;
        // Fonts that MJML knows would be loaded from elsewhere.
        let options = RenderOptions { fonts: std::collections::HashMap::new(), ..RenderOptions::default() };
        let html = parsed.element.render(&options).map_err(|error| wrong(&error))?;
        Ok(self.html.get_or_init(|| html))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        Look {
            base_url: "https://learn.example".into(),
            site: "Momentum".into(),
            colors: MailColors::default(),
            logo: None,
            footer: String::new(),
        }
    }

    #[test]
    fn a_mail_looks_as_the_settings_say() {
        let message = Message::EmailChanged { new_email: "new@example.com".into() };
        let look = Look {
            site: "Tea & <b>school</b>".into(),
            colors: MailColors { fill: "#123456".into(), ..MailColors::default() },
            logo: Some(("https://learn.example/branding/logo/x.png".into(), 480, 160)),
            footer: "Tea Ltd.\n1 <Leaf> Road".into(),
            ..look()
        };
        let mail = render(&look, "Ada", &message).unwrap();
        assert!(
            mail.html
                .contains("<img src=\"https://learn.example/branding/logo/x.png\" alt=\"Tea &amp; &lt;b&gt;")
        );
        assert!(mail.html.contains("width=\"144\" height=\"48\""));
        assert!(mail.html.contains("<br><br>Tea Ltd.<br>1 &lt;Leaf&gt; Road"));
        assert!(mail.text.ends_with("\n\nTea Ltd.\n1 <Leaf> Road\n") || mail.text.ends_with("1 <Leaf> Road"));
        let button =
            render(&look, "Ada", &Message::VerifyEmail { link: "https://learn.example/x".into() }).unwrap();
        assert!(button.html.contains("#123456") && !button.html.contains("#ff6b3d"));
    }

    #[test]
    fn every_message_has_its_words() {
        let messages = Message::samples();
        assert_eq!(messages.len(), TEMPLATES.len());
        for message in messages {
            let mail = render(&look(), "Ada Moreau", &message).unwrap();
            let name = message.template();
            for part in [&mail.subject, &mail.html, &mail.text] {
                assert!(!part.contains("{{") && !part.contains("}}"), "{name} has a token left");
            }
            for link in values(&message).iter().filter(|(key, _)| *key == "link").map(|(_, link)| link) {
                assert!(mail.html.contains(&format!("href=\"{link}\"")), "{name}: {link} is no link");
                assert!(mail.text.contains(link.as_str()), "{name}: {link} is not in the text");
            }
            for href in mail.html.split("href=\"").skip(1) {
                assert!(href.starts_with("https://learn.example"), "{name} links to {}", &href[..40]);
            }
            assert!(!mail.html.contains("src=") && !mail.html.contains("@import"), "{name} loads something");
            assert!(
                mail.html.len() < 60 * 1024,
                "{name}: {} bytes, Gmail cuts off at 102 KB",
                mail.html.len()
            );
            assert!(mail.subject.len() < 70, "{name} has a long subject: {}", mail.subject);
            assert!(mail.text.lines().all(|line| line.len() < 200), "{name} has a long line of text");
            let text = format!("Subject: {}\n\n{}", mail.subject, mail.text);
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, text) });
        }
    }

    #[test]
    fn what_a_person_typed_is_only_text() {
        let message = Message::EmailChanged { new_email: "a&b'\"<x>@example.com".into() };
        let mail =
            render(&look(), "<script>alert(1)</script> {{link}}\r\nBcc: all@example.com", &message).unwrap();
        assert!(mail.html.contains("&lt;script&gt;alert(1)&lt;/script&gt; {{link}}"));
        assert!(!mail.html.contains("<script>"));
        assert!(mail.html.contains("a&amp;b&#39;&quot;&lt;x&gt;@example.com"));
        assert!(mail.text.contains("<script>alert(1)</script> {{link}}  Bcc: all@example.com"));
        assert!(!mail.subject.contains(['\r', '\n']));
    }

    #[test]
    fn an_unknown_token_is_an_error() {
        assert!(fill("Hello {{nobody}}", &[], escape).is_err());
        assert!(fill("Hello {{nobody", &[], escape).is_err());
    }
}
