//! The home page.

use askama::Template;

use super::common::{CategoryTag, ContinueCard, CourseCard};
use super::gallery::Samples;
use super::page::Page;
use super::recommendations::RecommendedCourse;
use super::sample_data;

/// A category with its number of published courses.
#[derive(Clone, Debug)]
pub struct CategoryTile {
    /// The category.
    pub category: CategoryTag,
    /// Such as `3 courses`.
    pub course_count: String,
}

/// `GET /`
#[derive(Template)]
#[template(path = "home/index.html")]
pub struct HomePage {
    /// Shared page data.
    pub page: Page,
    /// Courses in progress of a signed-in viewer, the most recent first; the page shows at most two.
    pub continue_learning: Vec<ContinueCard>,
    /// What a signed-in viewer may want to learn next.
    pub recommended: Vec<RecommendedCourse>,
    /// All categories.
    pub categories: Vec<CategoryTile>,
    /// Most popular courses.
    pub popular: Vec<CourseCard>,
    /// Newest courses.
    pub newest: Vec<CourseCard>,
}

impl HomePage {
    /// Sample data for a visitor.
    #[must_use]
    pub fn sample() -> Self {
        let categories = [
            ("technology", "Technology", "4 courses"),
            ("business", "Business", "2 courses"),
            ("personal-development", "Personal Development", "3 courses"),
            ("marketing", "Marketing", "1 course"),
            ("design", "Design", "2 courses"),
            ("finance", "Finance", "No courses yet"),
        ];
        let cards = sample_data::cards(6);
        Self {
            page: Page::sample("Momentum", "/"),
            continue_learning: Vec::new(),
            recommended: Vec::new(),
            categories: categories
                .iter()
                .map(|(slug, name, count)| CategoryTile {
                    category: CategoryTag::new(slug, name),
                    course_count: (*count).into(),
                })
                .collect(),
            popular: cards.iter().take(3).cloned().collect(),
            newest: cards.into_iter().skip(3).collect(),
        }
    }
}

impl Samples for HomePage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("home", Self::sample()),
            (
                "home-signed-in",
                Self {
                    page: Page::sample_signed_in("Momentum", "/"),
                    continue_learning: vec![sample_data::next_lesson(), sample_data::other_lesson()],
                    recommended: RecommendedCourse::sample(3),
                    ..Self::sample()
                },
            ),
            ("home-empty", Self { popular: Vec::new(), newest: Vec::new(), ..Self::sample() }),
        ]
    }
}
