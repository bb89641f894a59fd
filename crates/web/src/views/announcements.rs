//! Announcements: the list for everybody, and the pages where administrators write them.

use askama::Template;

use super::common::DateText;
use super::forms::{Choice, Field, wrong};
use super::gallery::Samples;
use super::page::Page;
use super::site::Banner;
use super::site_settings::Check;

/// An announcement in the list for everybody.
#[derive(Clone, Debug)]
pub struct NewsItem {
    /// What it says.
    pub banner: Banner,
    /// Since when.
    pub since: DateText,
    /// Seen now for the first time.
    pub is_new: bool,
}

/// `GET /announcements`
#[derive(Template)]
#[template(path = "announcements/index.html")]
pub struct NewsPage {
    /// Shared page data.
    pub page: Page,
    /// The latest first.
    pub items: Vec<NewsItem>,
}

impl Samples for NewsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let item = |kind, title: &str, is_new| NewsItem {
            banner: Banner::sample(kind, title),
            since: DateText::sample("yesterday"),
            is_new,
        };
        let full = Self {
            page: Page::sample_signed_in("What’s new", "/announcements"),
            items: vec![
                item("warning", "Closed on Sunday morning", true),
                item("success", "Certificates are here", false),
                item("info", "Twelve new courses", false),
            ],
        };
        let mut bannered = Page::sample("What’s new", "/announcements");
        bannered.banners = vec![Banner::sample("info", "Twelve new courses")];
        bannered.site = super::site::SiteLook::sample_branded();
        let mut full = full;
        full.page.site.maintenance = true;
        full.page.unread = 3;
        vec![("news", full), ("news-empty", Self { page: bannered, items: Vec::new() })]
    }
}

/// An announcement in the administrators' list.
#[derive(Clone, Debug)]
pub struct AnnouncementRow {
    /// Id for `/admin/announcements/{id}`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `scheduled`, `live` or `over`.
    pub state: &'static str,
    /// The state in a word.
    pub state_label: &'static str,
    /// For whom.
    pub audience: &'static str,
    /// From when.
    pub starts: DateText,
    /// Until when.
    pub ends: Option<DateText>,
    /// It stands on top of every page.
    pub banner: bool,
}

/// `GET /admin/announcements`
#[derive(Template)]
#[template(path = "admin/announcements.html")]
pub struct AnnouncementsPage {
    /// Shared page data.
    pub page: Page,
    /// The latest begin first.
    pub rows: Vec<AnnouncementRow>,
    /// Such as `3 announcements`.
    pub total_label: String,
    /// The page before.
    pub newer_url: Option<String>,
    /// The page after.
    pub older_url: Option<String>,
}

impl Samples for AnnouncementsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = |title: &str, state, state_label| AnnouncementRow {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            title: title.into(),
            state,
            state_label,
            audience: "Everybody",
            starts: DateText::sample("yesterday"),
            ends: Some(DateText::sample("on March 8, 2026")),
            banner: true,
        };
        let page = || Page::sample_signed_in("Announcements", "/admin/announcements");
        let full = Self {
            page: page(),
            rows: vec![
                row("Closed on Sunday morning", "scheduled", "To come"),
                row("Twelve new courses", "live", "Live"),
                row("A happy new year", "over", "Over"),
            ],
            total_label: "3 announcements".into(),
            newer_url: None,
            older_url: Some("/admin/announcements?page=2".into()),
        };
        let empty = Self {
            page: page(),
            rows: Vec::new(),
            total_label: "0 announcements".into(),
            newer_url: None,
            older_url: None,
        };
        vec![("admin-announcements", full), ("admin-announcements-empty", empty)]
    }
}

/// `GET /admin/announcements/new` and `/{id}`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/announcement.html")]
pub struct AnnouncementPage {
    /// Shared page data.
    pub page: Page,
    /// Its id, unless it is new.
    pub id: Option<String>,
    /// The version that the form is made from.
    pub version: i64,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// `title`
    pub title: Field,
    /// `body`
    pub body: Field,
    /// `kind`
    pub kind: Field,
    /// `audience`
    pub audience: Field,
    /// `starts_at`
    pub starts_at: Field,
    /// `ends_at`
    pub ends_at: Field,
    /// `link_url`
    pub link_url: Field,
    /// `link_label`
    pub link_label: Field,
    /// `banner` and `dismissible`.
    pub switches: Vec<Check>,
    /// The clock of the two times.
    pub time_zone: String,
    /// As people see it.
    pub preview: Option<Banner>,
}

impl AnnouncementPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[
            &self.title,
            &self.body,
            &self.kind,
            &self.audience,
            &self.starts_at,
            &self.ends_at,
            &self.link_url,
            &self.link_label,
        ])
    }

    /// All fields, to be marked.
    pub fn fields_mut(&mut self) -> [&mut Field; 8] {
        [
            &mut self.title,
            &mut self.body,
            &mut self.kind,
            &mut self.audience,
            &mut self.starts_at,
            &mut self.ends_at,
            &mut self.link_url,
            &mut self.link_label,
        ]
    }

    /// Where the form is sent.
    #[must_use]
    pub fn action(&self) -> String {
        match &self.id {
            Some(id) => format!("/admin/announcements/{id}"),
            None => "/admin/announcements".into(),
        }
    }
}

impl Samples for AnnouncementPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let sample = |id: Option<&str>| Self {
            page: Page::sample_signed_in("Announcement", "/admin/announcements/new"),
            id: id.map(Into::into),
            version: 1,
            alert: None,
            title: Field::text("title", "Title").required().value("Twelve new courses"),
            body: Field::textarea("body", "Text", 4),
            kind: Field::select("kind", "Kind", Choice::list(&[("info", "News")], "info")),
            audience: Field::select(
                "audience",
                "For",
                Choice::list(&[("everybody", "Everybody")], "everybody"),
            ),
            starts_at: Field::text("starts_at", "From"),
            ends_at: Field::text("ends_at", "Until"),
            link_url: Field::text("link_url", "Leads to"),
            link_label: Field::text("link_label", "Words of the link"),
            switches: vec![Check::switch("banner", "Banner on top of every page", "", true)],
            time_zone: "Europe/Berlin".into(),
            preview: id.map(|_| Banner::sample("info", "Twelve new courses")),
        };
        let mut failed = sample(None);
        failed.title = failed.title.value("").error(Some("Enter a title.".into()));
        failed.alert = Some("Somebody else changed this announcement meanwhile.".into());
        vec![
            ("admin-announcement-new", sample(None)),
            ("admin-announcement", sample(Some("01935e1c"))),
            ("admin-announcement-failed", failed),
        ]
    }
}
