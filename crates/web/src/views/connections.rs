//! Settings: accounts elsewhere that open this one.

use askama::Template;

use super::common::DateText;
use super::gallery::Samples;
use super::page::Page;

/// A button that leads to another service.
#[derive(Clone, Debug)]
pub struct ProviderLink {
    /// Such as `Google`.
    pub name: String,
    /// Where it leads.
    pub url: String,
}

impl ProviderLink {
    /// Sample data.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        [("Google", "google"), ("Apple", "apple")]
            .map(|(name, id)| Self { name: name.into(), url: format!("/sign-in/with/{id}") })
            .to_vec()
    }
}

/// One connected account.
#[derive(Clone, Debug)]
pub struct ConnectionRow {
    /// Id for `/settings/connections/{id}/remove`.
    pub id: String,
    /// The service.
    pub name: String,
    /// The address there.
    pub email: Option<String>,
    /// Since when.
    pub connected: DateText,
    /// Last sign-in with it.
    pub last_used: DateText,
}

/// `GET /settings/connections`
#[derive(Template)]
#[template(path = "settings/connections.html")]
pub struct ConnectionsPage {
    /// Shared page data.
    pub page: Page,
    /// Why a service was not connected.
    pub alert: Option<String>,
    /// Without one, the last connection stays.
    pub has_password: bool,
    /// What is connected.
    pub connections: Vec<ConnectionRow>,
    /// What can be connected.
    pub available: Vec<ProviderLink>,
}

impl ConnectionsPage {
    /// Whether a connection may be removed.
    #[must_use]
    pub fn removable(&self) -> bool {
        self.has_password || self.connections.len() > 1
    }

    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            page: Page::sample_signed_in("Connected services", "/settings/connections"),
            alert: None,
            has_password: true,
            connections: vec![ConnectionRow {
                id: "c1".into(),
                name: "Google".into(),
                email: Some("ada@example.com".into()),
                connected: DateText::sample("2 months ago"),
                last_used: DateText::sample("yesterday"),
            }],
            available: ProviderLink::samples(),
        }
    }
}

impl Samples for ConnectionsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut only = Self::sample();
        only.has_password = false;
        let mut none = Self::sample();
        none.connections.clear();
        let mut nothing = Self::sample();
        nothing.connections.clear();
        nothing.available.clear();
        let alert = Some("That account is connected to another account here.".into());
        let refused = Self { alert, ..Self::sample() };
        vec![
            ("settings-connections", Self::sample()),
            ("settings-connections-refused", refused),
            ("settings-connections-only", only),
            ("settings-connections-none", none),
            ("settings-connections-unavailable", nothing),
        ]
    }
}
