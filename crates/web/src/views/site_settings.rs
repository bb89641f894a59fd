//! Administration: the settings, one page a section.

use askama::Template;

use super::common::DateText;
use super::forms::{Field, wrong};
use super::gallery::Samples;
use super::page::Page;
use super::site::LogoLook;

/// The sections with their names.
pub const SECTIONS: [(&str, &str); 7] = [
    ("general", "General"),
    ("branding", "Branding"),
    ("security", "Security"),
    ("learning", "Learning"),
    ("ai", "AI"),
    ("notifications", "Notifications"),
    ("system", "System"),
];

/// A checkbox.
#[derive(Clone, Debug)]
pub struct Check {
    /// Name in the form.
    pub name: &'static str,
    /// What is sent when it is ticked.
    pub value: &'static str,
    /// Label.
    pub label: &'static str,
    /// Help below the label; empty without.
    pub hint: &'static str,
    /// Ticked now.
    pub checked: bool,
}

impl Check {
    /// A switch that sends `true`.
    #[must_use]
    pub fn switch(name: &'static str, label: &'static str, hint: &'static str, checked: bool) -> Self {
        Self { name, value: "true", label, hint, checked }
    }
}

/// A part of the form.
#[derive(Clone, Debug, Default)]
pub struct SettingsGroup {
    /// Its heading.
    pub legend: &'static str,
    /// Help below the heading; empty without.
    pub hint: &'static str,
    /// Switches that stand first.
    pub switches: Vec<Check>,
    /// Choices of several.
    pub pills: Vec<Check>,
    /// What the choices are about, for those who hear the page.
    pub pills_label: &'static str,
    /// Fields.
    pub fields: Vec<Field>,
}

/// A fact that can't be changed here.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is about.
    pub label: &'static str,
    /// The fact.
    pub value: String,
}

/// How well one color reads on another.
#[derive(Clone, Debug)]
pub struct ReadingRow {
    /// What is read where.
    pub what: &'static str,
    /// `4.6:1`.
    pub ratio: String,
    /// Color of the text.
    pub text: String,
    /// Color below it.
    pub ground: String,
    /// It is enough.
    pub good: bool,
}

/// Colors of one theme in the preview.
#[derive(Clone, Debug)]
pub struct PreviewTheme {
    /// `Light` or `Dark`.
    pub name: &'static str,
    /// The page.
    pub paper: &'static str,
    /// Text on it.
    pub ink: &'static str,
    /// Button, text on it, link, panel, text on it.
    pub fill: String,
    pub on: String,
    pub link: String,
    pub panel: String,
    pub on_panel: String,
}

/// What the colors look like.
#[derive(Clone, Debug)]
pub struct BrandPreview {
    /// What stands against saving them.
    pub problems: Vec<String>,
    /// Light and dark.
    pub themes: Vec<PreviewTheme>,
    /// How well they read.
    pub readings: Vec<ReadingRow>,
}

impl BrandPreview {
    fn sample() -> Self {
        let theme = |name, paper, ink| PreviewTheme {
            name,
            paper,
            ink,
            fill: "#ff6b3d".into(),
            on: "#22120a".into(),
            link: "#b0370c".into(),
            panel: "#0d4a4c".into(),
            on_panel: "#fffdf8".into(),
        };
        Self {
            problems: vec!["Primary color: too faint. The nearest shade that can be read is #b0370c.".into()],
            themes: vec![theme("Light", "#fbf5e9", "#221b16"), theme("Dark", "#16120f", "#f7efe3")],
            readings: vec![
                ReadingRow {
                    what: "Text on primary buttons, light",
                    ratio: "6.4:1".into(),
                    text: "#22120a".into(),
                    ground: "#ff6b3d".into(),
                    good: true,
                },
                ReadingRow {
                    what: "Primary color as text, light",
                    ratio: "2.7:1".into(),
                    text: "#ff6b3d".into(),
                    ground: "#f3ead9".into(),
                    good: false,
                },
            ],
        }
    }
}

/// `POST /admin/settings/branding/preview`, for the script of the page.
#[derive(Template)]
#[template(path = "admin/brand_preview.html")]
pub struct BrandPreviewPart {
    /// Shared page data.
    pub page: Page,
    /// What the colors look like.
    pub preview: BrandPreview,
}

impl Samples for BrandPreviewPart {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Page::sample_signed_in("Branding", "/admin/settings/branding");
        vec![("admin-brand-preview", Self { page, preview: BrandPreview::sample() })]
    }
}

/// The logo and the form that changes it.
#[derive(Clone, Debug, Default)]
pub struct LogoForm {
    /// The one that is there.
    pub current: Option<LogoLook>,
    /// Why an upload was refused.
    pub error: Option<String>,
}

/// `GET /admin/settings/{section}`, and the answer to a failed `POST`.
#[derive(Template)]
#[template(path = "admin/settings.html")]
pub struct SettingsPage {
    /// Shared page data.
    pub page: Page,
    /// Which section.
    pub section: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What it is about.
    pub intro: &'static str,
    /// The form's parts.
    pub groups: Vec<SettingsGroup>,
    /// The version that the form is made from.
    pub version: i64,
    /// When it was changed last.
    pub changed: Option<DateText>,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// What somebody else has set meanwhile: field and value.
    pub theirs: Vec<(String, String)>,
    /// Colors.
    pub preview: Option<BrandPreview>,
    /// The logo.
    pub logo: Option<LogoForm>,
    /// What is so and can't be changed here.
    pub facts: Vec<Fact>,
}

impl SettingsPage {
    /// A form without parts.
    #[must_use]
    pub fn new(page: Page, section: &'static str, intro: &'static str, groups: Vec<SettingsGroup>) -> Self {
        let title = SECTIONS.iter().find(|(key, _)| *key == section).map_or("", |(_, title)| title);
        Self {
            page,
            section,
            title,
            intro,
            groups,
            version: 0,
            changed: None,
            alert: None,
            theirs: Vec::new(),
            preview: None,
            logo: None,
            facts: Vec::new(),
        }
    }

    /// All sections, for the tabs.
    #[must_use]
    pub fn sections(&self) -> &'static [(&'static str, &'static str)] {
        &SECTIONS
    }

    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&self.groups.iter().flat_map(|group| &group.fields).collect::<Vec<_>>())
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == name)
    }

    /// All fields, to be marked.
    pub fn fields_mut(&mut self) -> Vec<&mut Field> {
        self.groups.iter_mut().flat_map(|group| &mut group.fields).collect()
    }

    fn sample(section: &'static str) -> Self {
        let group = SettingsGroup {
            legend: "The site",
            hint: "As visitors see it.",
            switches: vec![Check::switch(
                "sign_up_open",
                "Everybody may sign up",
                "Otherwise you make the accounts.",
                true,
            )],
            pills: vec![Check {
                name: "password_needs",
                value: "digit",
                label: "A digit",
                hint: "",
                checked: true,
            }],
            pills_label: "A password needs",
            fields: vec![Field::text("site_name", "Name").value("Momentum").hint("At most 60 characters.")],
        };
        let page = Page::sample_signed_in("Settings", &format!("/admin/settings/{section}"));
        let mut view = Self::new(page, section, "In force at once.", vec![group]);
        view.changed = Some(DateText::sample("2 hours ago"));
        view
    }
}

impl Samples for SettingsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample("general");
        for field in failed.fields_mut() {
            field.error = Some("Use at most 60 characters.".into());
        }
        let mut stale = Self::sample("general");
        stale.alert = Some("Somebody else changed these settings meanwhile.".into());
        stale.theirs = vec![("Name".into(), "Tea school".into())];
        let mut branding = Self::sample("branding");
        branding.preview = Some(BrandPreview::sample());
        branding.logo = Some(LogoForm::default());
        let mut with_logo = Self::sample("branding");
        with_logo.logo = Some(LogoForm {
            current: Some(LogoLook { url: "/branding/logo/0f3a.png".into(), width: 240, height: 80 }),
            error: Some("Choose a picture: a PNG, JPEG or WebP file.".into()),
        });
        let mut system = Self::sample("system");
        system.facts = vec![Fact { label: "Database", value: "PostgreSQL".into() }];
        vec![
            ("admin-settings", Self::sample("general")),
            ("admin-settings-failed", failed),
            ("admin-settings-stale", stale),
            ("admin-settings-branding", branding),
            ("admin-settings-logo", with_logo),
            ("admin-settings-system", system),
        ]
    }
}
