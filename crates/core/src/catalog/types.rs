use std::sync::Arc;

use chrono::{DateTime, Utc};
use momentum_db::FromRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::QuizOutline;
use crate::{
    Error, Result,
    ids::{ActionItemId, CategoryId, CourseId, LessonId},
    packed::Packed,
    words::words,
};

/// The longest list that one request answers.
pub const MAX_PAGE: i64 = 100;

/// The longest slug that authors can choose, in bytes.
pub const MAX_SLUG: usize = 80;

words! {
    /// Who may join a course.
    Access {
        /// Everybody with an account.
        Free = "free",
        /// Premium members.
        Premium = "premium",
        /// Who bought it; premium members too.
        Paid = "paid",
    }
}

words! {
    /// What a course expects one to know.
    Level { Beginner = "beginner", Intermediate = "intermediate", Advanced = "advanced" }
}

words! {
    /// Whether a course can be seen.
    CourseStatus {
        /// By its authors only.
        Draft = "draft",
        /// By everybody.
        Published = "published",
        /// By those who are enrolled.
        Archived = "archived",
    }
}

words! {
    /// What stands behind a link.
    ResourceKind {
        Article = "article", Documentation = "documentation", Book = "book", Video = "video", Tool = "tool",
        Paper = "paper",
    }
}

words! {
    /// The order of a list of courses.
    Sort {
        /// Best match first; without a search text, most popular first.
        Relevance = "relevance",
        Newest = "newest",
        /// Most enrollments first.
        Popular = "popular",
        /// Highest average rating first.
        Rating = "rating",
    }
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// In the currency's minor unit, such as cents.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

/// A category of courses.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Category {
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub target_audience: String,
    /// Name of an icon in the interface's set.
    pub icon: String,
    /// Name of a palette in the design tokens.
    pub color: String,
    /// Published courses.
    pub course_count: i64,
}

/// A course as it stands in lists.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct CourseCard {
    pub id: CourseId,
    pub slug: String,
    pub title: String,
    pub subtitle: String,
    #[serde(rename = "category")]
    pub category_slug: String,
    pub category_name: String,
    #[serde(skip)]
    pub category_color: String,
    #[serde(skip)]
    pub category_icon: String,
    pub author: String,
    /// The picture that its authors chose: `/media/{id}/{name}`.
    pub thumbnail_url: Option<String>,
    /// BCP 47.
    pub language: String,
    pub level: Level,
    /// 7, 14 or 21.
    pub duration_days: i64,
    pub access: Access,
    /// Only with access `paid`.
    #[sqlx(flatten)]
    pub price: Price,
    /// Of a paid course: premium members get it too.
    pub premium_included: bool,
    /// Published lessons.
    pub lesson_count: i64,
    /// Of all lessons together.
    pub total_minutes: i64,
    pub enrollment_count: i64,
    pub completion_count: i64,
    /// 1 to 5; null before the first rating.
    pub rating_average: Option<f64>,
    pub rating_count: i64,
    pub published_at: Option<DateTime<Utc>>,
}

/// A price, or none.
#[derive(Debug, Clone, Serialize, FromRow)]
#[serde(into = "Option<Money>")]
pub struct Price {
    price_minor: Option<i64>,
    price_currency: Option<String>,
}

impl Price {
    /// The amount, if there is a price.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Some(Money { amount: self.price_minor?, currency: self.price_currency.clone()? })
    }
}

impl From<Price> for Option<Money> {
    fn from(price: Price) -> Self {
        price.money()
    }
}

impl utoipa::PartialSchema for Price {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        <Option<Money> as utoipa::PartialSchema>::schema()
    }
}

impl ToSchema for Price {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((Money::name().into_owned(), <Money as utoipa::PartialSchema>::schema()));
    }
}

/// A published course with its outline.
#[derive(Debug, Clone, FromRow)]
pub struct Course {
    #[sqlx(flatten)]
    pub card: CourseCard,
    pub status: CourseStatus,
    /// Markdown.
    #[sqlx(try_from = "String")]
    pub description: Packed,
    /// The description as sanitized HTML.
    #[sqlx(try_from = "String")]
    pub description_html: Packed,
    pub(super) render_version: i64,
    pub audience: String,
    #[sqlx(json)]
    pub objectives: Vec<String>,
    #[sqlx(json)]
    pub tags: Vec<String>,
    pub intro_video_url: Option<String>,
    /// Whether day N opens only N−1 days after enrollment.
    pub drip: bool,
    /// Published lessons by day.
    #[sqlx(skip)]
    pub lessons: Vec<LessonOutline>,
    pub updated_at: DateTime<Utc>,
}

impl Course {
    /// A lesson of its outline.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn lesson(&self, id: LessonId) -> Result<&LessonOutline> {
        self.lessons.iter().find(|lesson| lesson.id == id).ok_or(Error::NotFound("lesson"))
    }

    /// The lessons before and after that of a day: days between may have none.
    #[must_use]
    pub fn around(&self, day: i64) -> (Option<&LessonOutline>, Option<&LessonOutline>) {
        let before = self.lessons.iter().rfind(|lesson| lesson.day < day);
        (before, self.lessons.iter().find(|lesson| lesson.day > day))
    }

    /// About how many bytes it takes in memory.
    pub(super) fn weight(&self) -> usize {
        let lists = self.objectives.iter().chain(&self.tags).map(|text| text.len() + 32).sum::<usize>();
        let outline = self.lessons.iter().map(LessonOutline::weight).sum::<usize>();
        1_000 + self.description.size() + self.description_html.size() + lists + outline
    }
}

/// A lesson in a course's outline.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct LessonOutline {
    pub id: LessonId,
    pub day: i64,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub minutes: i64,
    /// Open to everybody.
    pub is_preview: bool,
    /// Of its quiz; 0 without one.
    pub question_count: i64,
}

impl LessonOutline {
    fn weight(&self) -> usize {
        150 + self.slug.len() + self.title.len() + self.summary.len()
    }
}

/// A lesson with everything a learner reads.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Lesson {
    pub id: LessonId,
    pub course_id: CourseId,
    pub day: i64,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub minutes: i64,
    /// Its text as sanitized HTML. (What it was written as is [`super::lesson_bodies`].)
    #[sqlx(try_from = "String")]
    #[serde(skip)]
    pub body_html: Packed,
    #[serde(skip)]
    pub(super) render_version: i64,
    pub video_url: Option<String>,
    pub is_preview: bool,
    #[sqlx(json)]
    pub action_items: Vec<ActionItem>,
    #[sqlx(json)]
    pub key_takeaways: Vec<String>,
    #[sqlx(json)]
    pub resources: Vec<Resource>,
    /// Its quiz, without the questions.
    #[sqlx(flatten)]
    pub quiz: QuizOutline,
}

impl Lesson {
    /// About how many bytes it takes in memory.
    pub(super) fn weight(&self) -> usize {
        1_500 + self.body_html.size()
    }
}

/// Something to do, to be ticked off.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionItem {
    pub id: ActionItemId,
    pub text: String,
}

/// A link for further reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub title: String,
    pub url: String,
    pub kind: ResourceKind,
}

/// Which courses a list asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CourseFilter {
    /// Slug.
    pub category: Option<String>,
    pub duration: Option<i64>,
    pub access: Option<Access>,
    pub level: Option<Level>,
    /// Words that must all occur in title, subtitle, tags or author.
    pub q: String,
    pub sort: Sort,
    /// 1 to [`MAX_PAGE`].
    pub limit: i64,
    pub offset: i64,
}

impl Default for CourseFilter {
    fn default() -> Self {
        Self {
            category: None,
            duration: None,
            access: None,
            level: None,
            q: String::new(),
            sort: Sort::Relevance,
            limit: 24,
            offset: 0,
        }
    }
}

/// A published course as it is compared with others.
#[derive(Debug, Clone, FromRow)]
pub struct PublishedCourse {
    #[sqlx(flatten)]
    pub card: CourseCard,
    /// In lower case, each once.
    #[sqlx(json)]
    pub tags: Vec<String>,
}

/// All published courses, in the order of their ids; these stand beside them, so that one is found without looking at others.
#[derive(Debug, Clone, Default)]
pub struct Published(Vec<(CourseId, Arc<PublishedCourse>)>);

impl Published {
    /// These; tags are made alike.
    pub(super) fn new(mut courses: Vec<PublishedCourse>) -> Self {
        for course in &mut courses {
            course.tags.iter_mut().for_each(|tag| *tag = tag.trim().to_lowercase());
            course.tags.sort();
            course.tags.dedup();
        }
        courses.sort_by_key(|course| course.card.id);
        Self(courses.into_iter().map(|course| (course.card.id, Arc::new(course))).collect())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, by id.
    pub fn as_slice(&self) -> &[(CourseId, Arc<PublishedCourse>)] {
        &self.0
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: CourseId) -> Option<&Arc<PublishedCourse>> {
        let place = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.0.get(place).map(|(_, course)| course)
    }
}

/// One page of a list of courses.
#[derive(Debug, Clone, Default)]
pub struct CardPage {
    pub items: Vec<CourseCard>,
    /// All that match.
    pub total: i64,
}
