//! Badges: what they look like, one's own, shared ones, and where administrators make them.

use askama::Template;

use super::common::{DateText, Progress};
use super::forms::{Field, wrong};
use super::gallery::Samples;
use super::page::Page;
use super::site_settings::Check;

/// A badge as a picture with its name.
#[derive(Clone, Debug)]
pub struct BadgeLook {
    /// Its id, so that it is celebrated once.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `bronze`…
    pub tier: &'static str,
    /// `Bronze`…
    pub tier_label: &'static str,
    /// Its picture.
    pub image: String,
}

impl BadgeLook {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            id: "01935e1c-7f3a-7c1e-9d2b-1f2e3d4c5b6a".into(),
            name: "3-Day Streak".into(),
            description: "You learned on three days in a row.".into(),
            tier: "bronze",
            tier_label: "Bronze",
            image: "/badge-art/flame-3-bronze.svg".into(),
        }
    }
}

/// What was earned by something.
#[derive(Clone, Debug, Default)]
pub struct Earned {
    /// Such as `+10 points`.
    pub points: Option<String>,
    /// Such as `4 days in a row`.
    pub streak: Option<String>,
    /// Badges.
    pub badges: Vec<BadgeLook>,
}

/// A badge as it stands for the viewer.
#[derive(Clone, Debug)]
pub struct BadgeCard {
    /// Picture and name.
    pub look: BadgeLook,
    /// Such as `3 of 5 courses`; none for visitors.
    pub progress: Option<Progress>,
    /// When it was earned.
    pub earned: Option<DateText>,
    /// Where it is shown to others.
    pub share_url: Option<String>,
    /// In the showcase of the profile.
    pub showcased: bool,
}

/// The badges of a tier.
#[derive(Clone, Debug)]
pub struct BadgeGroup {
    /// `Bronze`…
    pub label: &'static str,
    /// `bronze`…
    pub key: &'static str,
    /// Points of each.
    pub points: i64,
    /// Its badges.
    pub cards: Vec<BadgeCard>,
}

/// `GET /badges`
#[derive(Template)]
#[template(path = "engagement/badges.html")]
pub struct BadgesPage {
    /// Shared page data.
    pub page: Page,
    /// By tier.
    pub groups: Vec<BadgeGroup>,
    /// Such as `5 of 16`; none for visitors.
    pub earned_label: Option<String>,
    /// Earned ones, to choose from for the profile.
    pub choices: Vec<BadgeCard>,
    /// What is wrong with the choice.
    pub error: Option<String>,
    /// How many the profile shows first.
    pub most: usize,
    /// Others may see the profile.
    pub is_public: bool,
    /// The viewer's profile.
    pub profile_url: String,
}

/// `GET /people/{id}/badges/{slug}`
#[derive(Template)]
#[template(path = "engagement/shared_badge.html")]
pub struct SharedBadgePage {
    /// Shared page data.
    pub page: Page,
    /// The badge.
    pub look: BadgeLook,
    /// Who has it.
    pub name: String,
    /// Their profile.
    pub profile_url: String,
    /// When they earned it.
    pub earned: DateText,
    /// Such as `12 learners have it`.
    pub holders: String,
    /// It is the viewer's.
    pub is_own: bool,
    /// Others may see it.
    pub is_public: bool,
    /// The page's whole address, to copy.
    pub address: String,
    /// The picture to share.
    pub picture: String,
}

/// A badge in the list of administrators.
#[derive(Clone, Debug)]
pub struct BadgeAdminRow {
    /// Picture and name.
    pub look: BadgeLook,
    /// What it takes, in words.
    pub rule: String,
    /// Can be earned.
    pub active: bool,
    /// Such as `1,204`.
    pub holders: String,
    /// Such as `12.4 %`.
    pub share: String,
    /// Earned in the last thirty days.
    pub recent: String,
    /// When somebody got it last.
    pub last: Option<DateText>,
}

/// `GET /admin/badges`
#[derive(Template)]
#[template(path = "admin/badges/index.html")]
pub struct BadgeAdminPage {
    /// Shared page data.
    pub page: Page,
    /// All badges, in order.
    pub rows: Vec<BadgeAdminRow>,
}

/// A drawing to choose.
#[derive(Clone, Debug)]
pub struct EmblemChoice {
    /// Its name.
    pub value: &'static str,
    /// What it shows.
    pub label: &'static str,
    /// In the tier that is chosen.
    pub image: String,
    /// Chosen now.
    pub checked: bool,
}

/// What decides whether a badge can be deleted.
#[derive(Clone, Debug)]
pub struct StoredBadge {
    /// Its id.
    pub id: String,
    /// Such as `12 learners have it`; none when nobody does.
    pub holders: Option<String>,
    /// It can be earned.
    pub active: bool,
}

/// `GET /admin/badges/new`, `GET /admin/badges/{id}`
#[derive(Template)]
#[template(path = "admin/badges/edit.html")]
pub struct BadgeFormPage {
    /// Shared page data.
    pub page: Page,
    /// The badge as it is; none for a new one.
    pub stored: Option<StoredBadge>,
    /// Where the form goes.
    pub action: String,
    /// The version it was made from.
    pub version: String,
    /// What was wrong with all of it.
    pub alert: Option<String>,
    /// `name`
    pub name: Field,
    /// `description`
    pub description: Field,
    /// `tier`
    pub tier: Field,
    /// `kind`
    pub kind: Field,
    /// `count`
    pub count: Field,
    /// `category`
    pub category: Field,
    /// `within_days`
    pub within_days: Field,
    /// `pace_percent`
    pub pace_percent: Field,
    /// `emblem`
    pub emblems: Vec<EmblemChoice>,
    /// What is wrong with the choice.
    pub emblem_error: Option<String>,
    /// `active`
    pub active: Check,
}

impl BadgeFormPage {
    /// Every field, to mark what is wrong.
    pub fn fields_mut(&mut self) -> [&mut Field; 8] {
        [
            &mut self.name,
            &mut self.description,
            &mut self.tier,
            &mut self.kind,
            &mut self.count,
            &mut self.category,
            &mut self.within_days,
            &mut self.pace_percent,
        ]
    }

    fn errors(&self) -> Vec<&Field> {
        wrong(&[
            &self.name,
            &self.description,
            &self.tier,
            &self.kind,
            &self.count,
            &self.category,
            &self.within_days,
            &self.pace_percent,
        ])
    }
}

impl BadgesPage {
    fn sample() -> Self {
        let card = |earned: bool, done| BadgeCard {
            look: BadgeLook::sample(),
            progress: Some(Progress { done, total: 3 }),
            earned: earned.then(|| DateText::sample("yesterday")),
            share_url: earned.then(|| "/people/01935e1c/badges/3-day-streak".into()),
            showcased: earned,
        };
        Self {
            page: Page::sample_signed_in("Badges", "/badges"),
            groups: vec![BadgeGroup {
                label: "Bronze",
                key: "bronze",
                points: 20,
                cards: vec![card(true, 3), card(false, 1)],
            }],
            earned_label: Some("1 of 16".into()),
            choices: vec![card(true, 3)],
            error: None,
            most: 6,
            is_public: false,
            profile_url: "/people/01935e1c".into(),
        }
    }
}

impl Samples for BadgesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut visitor = Self::sample();
        visitor.page = Page::sample("Badges", "/badges");
        visitor.earned_label = None;
        visitor.choices.clear();
        for card in visitor.groups.iter_mut().flat_map(|group| &mut group.cards) {
            (card.progress, card.earned, card.share_url) = (None, None, None);
        }
        let error = Some("Choose at most 6 badges.".to_owned());
        let too_many = Self { error, ..Self::sample() };
        vec![("badges", Self::sample()), ("badges-visitor", visitor), ("badges-too-many", too_many)]
    }
}

impl Samples for SharedBadgePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = || Self {
            page: Page::sample("3-Day Streak · Ada Moreau", "/people/01935e1c/badges/3-day-streak"),
            look: BadgeLook::sample(),
            name: "Ada Moreau".into(),
            profile_url: "/people/01935e1c".into(),
            earned: DateText::sample("yesterday"),
            holders: "12 learners have it".into(),
            is_own: false,
            is_public: true,
            address: "https://momentum.example/people/01935e1c/badges/3-day-streak".into(),
            picture: "/people/01935e1c/badges/3-day-streak/picture.png".into(),
        };
        let own = Self {
            page: Page::sample_signed_in("3-Day Streak · Ada Moreau", "/people/01935e1c/badges/3-day-streak"),
            is_own: true,
            is_public: false,
            ..view()
        };
        vec![("shared-badge", view()), ("shared-badge-own", own)]
    }
}

impl Samples for BadgeAdminPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let row = BadgeAdminRow {
            look: BadgeLook::sample(),
            rule: "Learn on 3 days in a row".into(),
            active: true,
            holders: "1,204".into(),
            share: "12.4 %".into(),
            recent: "31".into(),
            last: Some(DateText::sample("yesterday")),
        };
        let retired = BadgeAdminRow { active: false, last: None, ..row.clone() };
        vec![(
            "admin-badges",
            Self { page: Page::sample_signed_in("Badges", "/admin/badges"), rows: vec![row, retired] },
        )]
    }
}

impl Samples for BadgeFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = Self {
            page: Page::sample_signed_in("A new badge", "/admin/badges/new"),
            stored: Some(StoredBadge { id: BadgeLook::sample().id, holders: None, active: false }),
            action: "/admin/badges".into(),
            version: String::new(),
            alert: None,
            name: Field::text("name", "Name"),
            description: Field::text("description", "What it is for"),
            tier: Field::text("tier", "Tier"),
            kind: Field::text("kind", "What it takes"),
            count: Field::text("count", "How many"),
            category: Field::text("category", "Only in"),
            within_days: Field::text("within_days", "Within days"),
            pace_percent: Field::text("pace_percent", "Pace"),
            emblems: vec![EmblemChoice {
                value: "star",
                label: "A star",
                image: "/badge-art/star-bronze.svg".into(),
                checked: true,
            }],
            emblem_error: None,
            active: Check::switch("active", "Can be earned", "", true),
        };
        vec![("admin-badge", view)]
    }
}
