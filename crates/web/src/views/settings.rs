//! Settings: profile, password, devices.

use askama::Template;

use super::account::PolicyRule;
use super::common::DateText;
use super::forms::{Choice, Field, wrong};
use super::gallery::Samples;
use super::page::{FlashKind, Page};

/// Something a complete profile still needs.
#[derive(Clone, Debug)]
pub struct MissingItem {
    /// Such as `a headline`.
    pub label: String,
    /// Name of the field to go to.
    pub field: &'static str,
}

/// `GET /settings/profile`, and the answer to a failed `POST /settings/profile`.
#[derive(Template)]
#[template(path = "settings/profile.html")]
pub struct ProfilePage {
    /// Shared page data.
    pub page: Page,
    /// What the form was made from, as JSON.
    pub was: String,
    /// 0 to 100.
    pub completion_percent: u8,
    /// What is missing.
    pub missing: Vec<MissingItem>,
    /// `name`
    pub name: Field,
    /// `headline`
    pub headline: Field,
    /// `bio`
    pub bio: Field,
    /// `time_zone`
    pub time_zone: Field,
    /// `locale`
    pub locale: Field,
    /// `age_range`
    pub age_range: Field,
    /// `country`
    pub country: Field,
    /// `occupation`
    pub occupation: Field,
    /// `education`
    pub education: Field,
    /// `goals`
    pub goals: Field,
    /// `daily_minutes`
    pub daily_minutes: Field,
    /// `preferred_time`
    pub preferred_time: Field,
    /// `favorite_categories`: checkboxes, sent once for each that is ticked.
    pub favorite_categories: Vec<Choice>,
    /// `is_public`: sent as `true` when on, not sent when off.
    pub is_public: bool,
    /// `on_leaderboards`: as `is_public`.
    pub on_leaderboards: bool,
    /// The public profile, when it is on.
    pub public_url: String,
    /// One or two letters in place of a picture.
    pub initials: String,
    /// The picture, if there is one.
    pub avatar_url: Option<String>,
    /// Why the picture that was sent is not taken.
    pub avatar_error: Option<String>,
}

impl ProfilePage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[
            &self.name,
            &self.headline,
            &self.bio,
            &self.time_zone,
            &self.locale,
            &self.age_range,
            &self.country,
            &self.occupation,
            &self.education,
            &self.goals,
            &self.daily_minutes,
            &self.preferred_time,
        ])
    }

    /// Sample data; also shows how each field is built.
    #[must_use]
    pub fn sample() -> Self {
        let zones =
            [("Europe/Paris", "Europe/Paris (UTC+1)"), ("America/New_York", "America/New York (UTC−5)")];
        let ages = [("", "Prefer not to say"), ("18-24", "18 to 24"), ("25-34", "25 to 34")];
        let schools = [("", "Prefer not to say"), ("bachelor", "Bachelor’s degree")];
        let minutes = [("", "No goal"), ("10", "10 minutes"), ("15", "15 minutes"), ("20", "20 minutes")];
        let times = [("", "Any time"), ("morning", "Morning"), ("noon", "Midday"), ("evening", "Evening")];
        let mut categories = Choice::list(
            &[
                ("technology", "Technology"),
                ("business", "Business"),
                ("personal-development", "Personal Development"),
                ("marketing", "Marketing"),
                ("design", "Design"),
                ("finance", "Finance"),
            ],
            "technology",
        );
        if let Some(last) = categories.last_mut() {
            last.selected = true;
        }
        Self {
            page: Page::sample_signed_in("Profile", "/settings/profile"),
            was: "{}".into(),
            completion_percent: 70,
            missing: vec![
                MissingItem { label: "Your country".into(), field: "country" },
                MissingItem { label: "What you want to learn".into(), field: "goals" },
            ],
            name: Field::text("name", "Name")
                .required()
                .autocomplete("name")
                .max_length(120)
                .value("Ada Moreau"),
            headline: Field::text("headline", "Headline")
                .max_length(120)
                .hint("One line about you, such as “Product analyst in Lyon”.")
                .value("Product analyst in Lyon"),
            bio: Field::textarea("bio", "About you", 4).max_length(2000),
            time_zone: Field::select("time_zone", "Time zone", Choice::list(&zones, "Europe/Paris"))
                .hint("Your day begins and ends here."),
            locale: Field::select(
                "locale",
                "Language and formats",
                Choice::list(&[("en-US", "English (US)")], "en-US"),
            ),
            age_range: Field::select("age_range", "Age", Choice::list(&ages, "25-34")),
            country: Field::text("country", "Country").autocomplete("country-name").max_length(80),
            occupation: Field::text("occupation", "Occupation")
                .autocomplete("organization-title")
                .max_length(120)
                .value("Analyst"),
            education: Field::select("education", "Education", Choice::list(&schools, "bachelor")),
            goals: Field::textarea("goals", "What do you want to learn?", 3).max_length(1000),
            daily_minutes: Field::select("daily_minutes", "Time a day", Choice::list(&minutes, "15")),
            preferred_time: Field::select(
                "preferred_time",
                "Best time of day",
                Choice::list(&times, "morning"),
            ),
            favorite_categories: categories,
            is_public: true,
            on_leaderboards: true,
            public_url: "/people/01935e1c".into(),
            initials: "AM".into(),
            avatar_url: None,
            avatar_error: None,
        }
    }
}

impl Samples for ProfilePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.name = failed.name.value("").error(Some("Enter a name.".into()));
        failed.is_public = false;
        let no_picture = Self {
            avatar_error: Some("Choose a picture: a JPEG, PNG or WebP file.".into()),
            ..Self::sample()
        };
        vec![
            ("settings-profile", Self::sample()),
            ("settings-profile-failed", failed),
            ("settings-profile-no-picture", no_picture),
        ]
    }
}

/// `GET /settings/password`, and the answer to a failed `POST /settings/password`.
#[derive(Template)]
#[template(path = "settings/password.html")]
pub struct PasswordPage {
    /// Shared page data.
    pub page: Page,
    /// What failed as a whole.
    pub alert: Option<String>,
    /// The account has a password, which is asked for.
    pub has_password: bool,
    /// `current_password`
    pub current: Field,
    /// `password`
    pub password: Field,
    /// The password policy.
    pub policy: Vec<PolicyRule>,
}

impl PasswordPage {
    /// Wrong fields in order.
    #[must_use]
    pub fn errors(&self) -> Vec<&Field> {
        wrong(&[&self.current, &self.password])
    }

    /// An empty form.
    #[must_use]
    pub fn new(page: Page, has_password: bool) -> Self {
        Self {
            alert: None,
            has_password,
            current: Field::password("current_password", "Current password")
                .required()
                .autocomplete("current-password"),
            password: Field::password("password", "New password")
                .required()
                .autocomplete("new-password")
                .max_length(256),
            policy: PolicyRule::of(&page.site, &[]),
            page,
        }
    }

    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self::new(Page::sample_signed_in("Password", "/settings/password"), true)
    }
}

impl Samples for PasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut failed = Self::sample();
        failed.current = failed.current.error(Some("That isn’t your current password. Try again.".into()));
        let none = Self { has_password: false, ..Self::sample() };
        vec![
            ("settings-password", Self::sample()),
            ("settings-password-failed", failed),
            ("settings-password-none", none),
        ]
    }
}

/// One browser session.
#[derive(Clone, Debug)]
pub struct Device {
    /// Id for `/settings/devices/{id}/revoke`.
    pub id: String,
    /// Such as `Firefox on Linux`.
    pub browser: String,
    /// IP address.
    pub address: String,
    /// Last request.
    pub last_seen: DateText,
    /// First request.
    pub signed_in: DateText,
    /// The session of this request.
    pub current: bool,
    /// A phone or tablet.
    pub mobile: bool,
}

/// `GET /settings/devices`
#[derive(Template)]
#[template(path = "settings/devices.html")]
pub struct DevicesPage {
    /// Shared page data.
    pub page: Page,
    /// This one first, then the most recent.
    pub devices: Vec<Device>,
}

impl DevicesPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let device = |id: &str, browser: &str, seen: &str, mobile: bool| Device {
            id: id.into(),
            browser: browser.into(),
            address: "203.0.113.7".into(),
            last_seen: DateText::sample(seen),
            signed_in: DateText::sample("3 weeks ago"),
            current: id == "s1",
            mobile,
        };
        Self {
            page: Page::sample_signed_in("Your devices", "/settings/devices")
                .with_flash(FlashKind::Success, "Chrome on Windows was signed out."),
            devices: vec![
                device("s1", "Firefox on Linux", "just now", false),
                device("s2", "Safari on iPhone", "2 hours ago", true),
            ],
        }
    }
}

impl Samples for DevicesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut single = Self::sample();
        single.devices.truncate(1);
        single.page.flash = None;
        vec![("settings-devices", Self::sample()), ("settings-devices-single", single)]
    }
}
