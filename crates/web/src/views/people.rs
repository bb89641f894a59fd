//! Public profiles.

use askama::Template;

use super::badges::BadgeLook;
use super::gallery::Samples;
use super::learning::FinishedCourse;
use super::page::Page;

/// A badge with the page that shows it.
#[derive(Clone, Debug)]
pub struct SharedLook {
    /// Picture and name.
    pub look: BadgeLook,
    /// Its page.
    pub url: String,
}

/// `GET /people/{id}`
#[derive(Template)]
#[template(path = "people/show.html")]
pub struct PublicProfilePage {
    /// Shared page data.
    pub page: Page,
    /// Name.
    pub name: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// The picture, if there is one.
    pub avatar_url: Option<String>,
    /// One line.
    pub headline: Option<String>,
    /// Plain text; blank lines part paragraphs.
    pub bio: Option<String>,
    /// Such as `Learning here since March 2026`.
    pub since_label: String,
    /// Such as `1,230 points`, `longest streak of 12 days`; empty without.
    pub numbers: Vec<String>,
    /// The showcase first.
    pub badges: Vec<SharedLook>,
    /// Courses completed.
    pub finished: Vec<FinishedCourse>,
    /// The viewer's own profile.
    pub is_own: bool,
}

impl PublicProfilePage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            page: Page::sample("Ada Moreau", "/people/01935e1c"),
            name: "Ada Moreau".into(),
            initials: "AM".into(),
            avatar_url: None,
            headline: Some("Product analyst in Lyon".into()),
            bio: Some("I like questions that fit on one line and answers that fit on one page.".into()),
            since_label: "Learning here since March 2026".into(),
            numbers: vec!["230 points".into(), "longest streak of 12 days".into()],
            badges: vec![SharedLook {
                look: BadgeLook::sample(),
                url: "/people/01935e1c/badges/3-day-streak".into(),
            }],
            finished: vec![FinishedCourse::sample()],
            is_own: false,
        }
    }
}

impl Samples for PublicProfilePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let quiet = Self {
            page: Page::sample_signed_in("Ada Moreau", "/people/01935e1d"),
            headline: None,
            bio: None,
            numbers: Vec::new(),
            badges: Vec::new(),
            finished: Vec::new(),
            is_own: true,
            ..Self::sample()
        };
        vec![("profile-public", Self::sample()), ("profile-public-empty", quiet)]
    }
}
