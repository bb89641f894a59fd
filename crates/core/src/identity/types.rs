use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use momentum_db::FromRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Error, Result,
    ids::{SessionId, UserId},
};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Free courses.
    Free,
    /// The full catalog.
    Premium,
    /// Everything.
    Admin,
}

momentum_db::stored_as_word!(Role);

impl Role {
    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Premium => "premium",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "free" => Ok(Self::Free),
            "premium" => Ok(Self::Premium),
            "admin" => Ok(Self::Admin),
            _ => Err(Error::invalid("role", "unknown", "The role is one of free, premium and admin.")),
        }
    }
}

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountState {
    Active,
    Suspended,
    Deleted,
}

momentum_db::stored_as_word!(AccountState);

impl AccountState {
    /// As stored and shown in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }
}

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Password,
    /// An account elsewhere.
    Provider,
    /// A passkey that proved possession and, by fingerprint, face or PIN, the person.
    Passkey,
}

impl Method {
    const ALL: [Self; 3] = [Self::Password, Self::Provider, Self::Passkey];

    /// What [`Method::as_str`] answered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    /// As stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Provider => "provider",
            Self::Passkey => "passkey",
        }
    }
}

/// How long a proof is good for changing how an account is protected.
pub const PROOF_LIFE: TimeDelta = TimeDelta::minutes(15);

/// Who acts: the answer to "may they?" and "whose?" in every service.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Whose account.
    pub user: UserId,
    /// The session they came with.
    pub session: SessionId,
    /// What they may do.
    pub role: Role,
    /// Their display name.
    pub name: String,
    /// Where their picture is, as a path of the site.
    pub avatar_url: Option<String>,
    /// Whether their address was proved to be theirs.
    pub email_verified: bool,
    /// Where their day begins.
    pub time_zone: Tz,
    /// When they last proved in this session who they are.
    pub proved_at: DateTime<Utc>,
    /// Their role needs a second factor, and they have none yet: until then they may do nothing else.
    pub must_enroll: bool,
    /// Where this request comes from.
    pub origin: Origin,
}

impl Actor {
    /// Refuses everybody but administrators.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require_admin(&self) -> Result<()> {
        if self.role == Role::Admin {
            Ok(())
        } else {
            Err(Error::forbidden("admin-only", "Only administrators may do this."))
        }
    }

    /// Refuses when the last proof in this session is older than [`PROOF_LIFE`]: for changes that a stranger at an open
    /// browser must not make.
    ///
    /// # Errors
    /// [`Error::Forbidden`] `step-up-required`.
    pub fn require_recent_proof(&self, now: DateTime<Utc>) -> Result<()> {
        if now - self.proved_at <= PROOF_LIFE {
            Ok(())
        } else {
            Err(Error::forbidden("step-up-required", "Confirm first that it is you."))
        }
    }
}

/// An email address in the form in which it is compared: trimmed, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Longest address that mail servers must accept (RFC 5321, path limit without brackets).
    const MAX: usize = 254;

    /// Checks the form `local@domain.tld`. Whether it exists only a mail can tell.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@')?;
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
        let label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let good = text.len() <= Self::MAX
            && !local.is_empty()
            && local.len() <= 64
            && local.chars().all(plain)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && domain.contains('.')
            && domain.split('.').all(label);
        good.then_some(Self(text))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Parses an IANA time zone name such as `Europe/Berlin`.
#[must_use]
pub fn parse_time_zone(name: &str) -> Option<Tz> {
    name.trim().parse().ok()
}

/// An account with its profile, as its owner sees it (product.md I10).
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct User {
    pub id: UserId,
    pub email: String,
    /// Whether the address was proved to be the person's.
    pub email_verified: bool,
    pub name: String,
    pub role: Role,
    pub state: AccountState,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// BCP 47 language tag.
    pub locale: String,
    pub headline: String,
    pub bio: String,
    pub age_range: String,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    pub occupation: String,
    pub education: String,
    pub goals: String,
    /// Minutes a day that the person wants to learn.
    pub daily_minutes: Option<i64>,
    /// `morning`, `midday`, `evening`, `night`, or empty.
    pub preferred_time: String,
    /// Slugs of categories.
    #[sqlx(json)]
    pub favorite_categories: Vec<String>,
    /// Whether others may see the profile page.
    pub is_public: bool,
    /// Whether others see the person on leaderboards.
    pub on_leaderboards: bool,
    /// Where the picture is, as a path of the site; null without one.
    #[sqlx(default)]
    pub avatar_url: Option<String>,
    /// 0 to 100: how much of the profile is filled in.
    #[sqlx(skip)]
    pub profile_completion_percent: u8,
    pub created_at: DateTime<Utc>,
}

/// Where a request comes from, as far as it can be told.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address.
    pub address: String,
    /// What the client calls itself.
    pub user_agent: String,
}

/// A session in the list "Your devices".
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct SessionInfo {
    pub id: SessionId,
    /// `browser` or `api`.
    pub kind: String,
    pub user_agent: String,
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Whether a second factor was used when it began.
    pub second_factor: bool,
    /// Whether it is the session that asks.
    #[sqlx(skip)]
    pub current: bool,
}
