//! The panel of administration: its menu, overview and search.

use askama::Template;

use super::common::DateText;
use super::gallery::Samples;
use super::page::Page;

/// An entry of the panel's menu.
#[derive(Debug, Clone, Copy)]
pub struct MenuEntry {
    /// Where it leads.
    pub path: &'static str,
    /// Words.
    pub label: &'static str,
    /// Icon.
    pub icon: &'static str,
}

const fn entry(path: &'static str, label: &'static str, icon: &'static str) -> MenuEntry {
    MenuEntry { path, label, icon }
}

/// The panel's sections, by group.
pub const MENU: &[(&str, &[MenuEntry])] = &[
    ("", &[entry("/admin", "Overview", "layout-dashboard")]),
    ("People", &[entry("/admin/users", "Users", "users"), entry("/admin/reviews", "Reviews", "star")]),
    (
        "Teaching",
        &[
            entry("/admin/courses", "Courses", "library"),
            entry("/admin/lessons", "Lessons", "notebook-pen"),
            entry("/admin/categories", "Categories", "shapes"),
            entry("/admin/ai", "AI generation", "sparkles"),
            entry("/admin/media", "Media", "image"),
            entry("/admin/badges", "Badges", "medal"),
            entry("/admin/recommendations", "Recommendations", "lightbulb"),
        ],
    ),
    (
        "Site",
        &[
            entry("/admin/announcements", "Announcements", "megaphone"),
            entry("/admin/searches", "Searches", "search"),
            entry("/admin/settings", "Settings", "sliders-horizontal"),
            entry("/admin/mail", "Mailbox", "mail"),
            entry("/admin/audit", "Audit log", "scroll-text"),
        ],
    ),
];

/// Pages that the search finds besides the menu's: the sections of the settings have tabs of their own.
pub const MORE_PAGES: &[MenuEntry] = &[
    entry("/admin/settings/general", "General settings", "sliders-horizontal"),
    entry("/admin/settings/branding", "Branding settings", "palette"),
    entry("/admin/settings/learning", "Learning settings", "flame"),
    entry("/admin/settings/security", "Security settings", "shield-check"),
    entry("/admin/settings/ai", "AI settings", "sparkles"),
    entry("/admin/settings/notifications", "Notification settings", "bell"),
    entry("/admin/settings/system", "System settings", "server"),
    entry("/admin/badges/new", "New badge", "plus"),
    entry("/admin/categories/new", "New category", "plus"),
    entry("/admin/courses/new", "New course", "plus"),
    entry("/admin/ai/new", "New course by AI or from documents", "sparkles"),
    entry("/admin/ai/references", "Documents for courses", "file-text"),
    entry("/admin/ai/usage", "AI usage and costs", "sparkles"),
    entry("/admin/ai/prompts", "Report on prompts", "scroll-text"),
    entry("/admin/courses/import", "Import a course", "upload"),
    entry("/admin/users/import", "Import accounts", "upload"),
];

impl Page {
    /// `aria-current` of an entry of the panel's menu.
    #[must_use]
    pub fn current_entry(&self, entry: &MenuEntry) -> Option<&'static str> {
        self.current(entry.path).filter(|state| entry.path != "/admin" || *state == "page")
    }
}

/// A number with what it counts.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Such as `1,204`.
    pub value: String,
    /// Such as `people`.
    pub label: String,
    /// Such as `12 new this week`.
    pub note: String,
    /// Where they are listed.
    pub url: Option<&'static str>,
    /// Somebody should look at it.
    pub alarming: bool,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// Who or what.
    pub title: String,
    /// What about it.
    pub note: String,
    /// Where it is.
    pub url: Option<String>,
    /// When.
    pub at: DateText,
}

/// `GET /admin`
#[derive(Template)]
#[template(path = "admin/overview.html")]
pub struct OverviewPage {
    /// Shared page data.
    pub page: Page,
    /// There is no course yet, not even a draft.
    pub is_new: bool,
    /// Figures.
    pub figures: Vec<Figure>,
    /// Heading and what happened, the latest first.
    pub activity: Vec<(&'static str, Vec<Happening>)>,
}

impl Samples for OverviewPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let figure = |value: &str, label: &str, alarming| Figure {
            value: value.into(),
            label: label.into(),
            note: "12 new this week".into(),
            url: Some("/admin/courses"),
            alarming,
        };
        let happening = Happening {
            title: "Ada Winter".into(),
            note: "joined SQL in seven days".into(),
            url: None,
            at: DateText::sample("yesterday"),
        };
        let view = Self {
            page: Page::sample_signed_in("Overview", "/admin"),
            is_new: false,
            figures: vec![figure("1,204", "people", false), figure("3", "mails failed", true)],
            activity: vec![("New enrollments", vec![happening]), ("New people", Vec::new())],
        };
        let new = Self {
            page: Page::sample_signed_in("Overview", "/admin"),
            is_new: true,
            figures: view.figures.clone(),
            activity: Vec::new(),
        };
        vec![("admin-overview", view), ("admin-overview-new-site", new)]
    }
}

/// Something that the panel's search found.
#[derive(Clone, Debug)]
pub struct FoundItem {
    /// Words.
    pub title: String,
    /// What it is.
    pub note: String,
    /// Where it is.
    pub url: String,
}

/// What the panel's search found of one kind.
#[derive(Clone, Debug)]
pub struct FoundGroup {
    /// What they are.
    pub kind: &'static str,
    /// The first of them.
    pub items: Vec<FoundItem>,
    /// How many match in all, as a number and in words.
    pub total: i64,
    pub total_label: String,
    /// Where all of them are listed, when there are more.
    pub all_url: Option<String>,
}

/// `GET /admin/search`
#[derive(Template)]
#[template(path = "admin/search.html")]
pub struct PanelSearchPage {
    /// Shared page data.
    pub page: Page,
    /// What is looked for.
    pub q: String,
    /// By kind; empty kinds are left out.
    pub groups: Vec<FoundGroup>,
}

impl Samples for PanelSearchPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let item = FoundItem {
            title: "SQL in seven days".into(),
            note: "published".into(),
            url: "/admin/courses/01935e1c".into(),
        };
        let group = FoundGroup {
            kind: "Courses",
            items: vec![item],
            total: 70,
            total_label: "1 of 70".into(),
            all_url: Some("/admin/courses?q=sql".into()),
        };
        let view = |q: &str, groups| Self {
            page: Page::sample_signed_in("Search", "/admin/search"),
            q: q.into(),
            groups,
        };
        vec![
            ("admin-search", view("sql", vec![group])),
            ("admin-search-nothing", view("zebra", Vec::new())),
            ("admin-search-blank", view("", Vec::new())),
        ]
    }
}
