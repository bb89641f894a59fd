use chrono::{DateTime, Datelike, Utc};
use momentum_db::FromRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Error, FieldErrors, Result,
    catalog::markdown,
    identity::{Actor, Role},
    ids::AnnouncementId,
    names,
    settings::{check_line, is_link},
};

/// Its tone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Info,
    Success,
    Warning,
}

momentum_db::stored_as_word!(Kind);

impl Kind {
    pub const ALL: [Self; 3] = [Self::Info, Self::Success, Self::Warning];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
        }
    }
}

/// Whom it is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Visitors too.
    #[default]
    Everybody,
    /// Whoever is signed in.
    SignedIn,
    /// Free members.
    Free,
    /// Premium members.
    Premium,
    /// Administrators.
    Admins,
}

momentum_db::stored_as_word!(Audience);

impl Audience {
    pub const ALL: [Self; 5] = [Self::Everybody, Self::SignedIn, Self::Free, Self::Premium, Self::Admins];

    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::SignedIn => "signed-in",
            Self::Free => "free",
            Self::Premium => "premium",
            Self::Admins => "admins",
        }
    }

    /// Whether it means somebody with this role; nobody's role is a visitor's.
    #[must_use]
    pub fn includes(self, role: Option<Role>) -> bool {
        match self {
            Self::Everybody => true,
            Self::SignedIn => role.is_some(),
            Self::Free => role == Some(Role::Free),
            Self::Premium => role == Some(Role::Premium),
            Self::Admins => role == Some(Role::Admin),
        }
    }
}

macro_rules! from_text {
    ($($kind:ty, $field:literal, $message:literal;)+) => {$(
        impl std::str::FromStr for $kind {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::ALL
                    .into_iter()
                    .find(|known| known.as_str() == text)
                    .ok_or_else(|| Error::invalid($field, "unknown", $message))
            }
        }
    )+};
}
from_text! {
    Kind, "kind", "Choose info, success or warning.";
    Audience, "audience", "Choose everybody, signed-in, free, premium or admins.";
}

/// Where it stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Scheduled,
    Live,
    Over,
}

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow, ToSchema)]
pub struct Announcement {
    pub id: AnnouncementId,
    /// One line.
    pub title: String,
    /// Markdown; may be empty.
    pub body: String,
    pub kind: Kind,
    pub audience: Audience,
    pub starts_at: DateTime<Utc>,
    /// Null: until it is deleted.
    pub ends_at: Option<DateTime<Utc>>,
    /// It stands on top of every page, not only in the list.
    pub banner: bool,
    /// People can put the banner away.
    pub dismissible: bool,
    /// Where it leads; empty for nowhere.
    pub link_url: String,
    /// What the link says.
    pub link_label: String,
    /// Grows with each change; a change names the one that it was made from.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Announcement {
    /// Where it stands at this moment.
    #[must_use]
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        if self.ends_at.is_some_and(|end| end <= now) {
            Phase::Over
        } else if self.starts_at > now {
            Phase::Scheduled
        } else {
            Phase::Live
        }
    }

    /// Whether it is for them now.
    #[must_use]
    pub fn is_for(&self, actor: Option<&Actor>, now: DateTime<Utc>) -> bool {
        self.phase(now) == Phase::Live && self.audience.includes(actor.map(|actor| actor.role))
    }
}

/// What an administrator writes.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// One line, at most 120 characters.
    pub title: String,
    /// Markdown, at most 2,000 characters: paragraphs, lists, links, emphasis. Headings and tables are shown as text.
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub audience: Audience,
    /// Missing: at once.
    pub starts_at: Option<DateTime<Utc>>,
    /// Missing: until it is deleted.
    pub ends_at: Option<DateTime<Utc>>,
    #[serde(default = "yes")]
    pub banner: bool,
    #[serde(default = "yes")]
    pub dismissible: bool,
    #[serde(default)]
    pub link_url: String,
    #[serde(default)]
    pub link_label: String,
}

fn yes() -> bool {
    true
}

impl Draft {
    /// Without spaces around, and checked.
    pub(super) fn tidy(mut self) -> Result<Self> {
        for text in [&mut self.title, &mut self.link_url, &mut self.link_label] {
            *text = text.trim().to_owned();
        }
        self.body = self.body.trim().replace("\r\n", "\n");
        let mut errors = FieldErrors::default();
        errors.check(!self.title.is_empty(), "title", "required", "Enter a title.");
        check_line(&mut errors, "title", &self.title, 120);
        names::check(&mut errors, "title", &self.title);
        errors.check(self.body.chars().count() <= 2_000, "body", "too-long", "Use at most 2,000 characters.");
        errors.check(
            self.body.is_empty() || markdown::shows_short(&self.body),
            "body",
            "invalid",
            "Nothing of this text can be read. Write something, or leave it empty.",
        );
        for (field, at) in [("starts_at", self.starts_at), ("ends_at", self.ends_at)] {
            let near = at.is_none_or(|at| (2000..=2200).contains(&at.year()));
            errors.check(near, field, "out-of-range", "Choose a day in the years 2000 to 2200.");
        }
        let ordered = match (self.starts_at, self.ends_at) {
            (Some(start), Some(end)) => start < end,
            _ => true,
        };
        errors.check(ordered, "ends_at", "too-early", "It has to end after it begins.");
        errors.check(
            self.link_url.is_empty() || is_link(&self.link_url),
            "link_url",
            "invalid",
            "Enter an address that begins with https://, or a path that begins with /.",
        );
        errors.check(
            self.link_url.is_empty() || !self.link_label.is_empty(),
            "link_label",
            "required",
            "Say what the link leads to.",
        );
        errors.check(
            !self.link_url.is_empty() || self.link_label.is_empty(),
            "link_url",
            "required",
            "Say where the link leads, or leave its words out.",
        );
        check_line(&mut errors, "link_label", &self.link_label, 60);
        names::check(&mut errors, "link_label", &self.link_label);
        errors.into_result()?;
        Ok(self)
    }
}
