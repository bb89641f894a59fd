use chrono::{DateTime, Utc};
use momentum_db::{FromRow, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CheckItem;
use crate::{
    catalog::{Access, ActionItem, CourseStatus, Level, Money, Question, Resource},
    ids::{ActionItemId, CourseId, LessonId, UserId},
    words::words,
};

/// The version that a change was made from; `None` from whatever is there.
pub type Based = Option<i64>;

words! {
    /// Whether learners see a lesson.
    LessonStatus { Draft = "draft", Published = "published" }
}

words! {
    /// Whether a person has looked at a course that a program wrote.
    ReviewState {
        /// Written by people.
        None = "none",
        Pending = "pending",
        Approved = "approved",
    }
}

words! {
    /// The order of the list of courses.
    CourseSort {
        /// Changed last first.
        Changed = "changed",
        Title = "title",
        /// Most learners first.
        Learners = "learners",
        Rating = "rating",
    }
}

/// What an author can change of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CourseDetails {
    pub title: String,
    /// In addresses: lower-case letters, digits and hyphens. Made from the title when empty.
    pub slug: String,
    /// One line.
    pub subtitle: String,
    /// Markdown.
    pub description: String,
    /// Slug of a category.
    pub category: String,
    pub tags: Vec<String>,
    /// 7, 14 or 21.
    pub duration_days: i64,
    pub level: Level,
    /// BCP 47.
    pub language: String,
    pub access: Access,
    /// Only with access `paid`.
    pub price: Option<Money>,
    /// Of a paid course: premium members get it too.
    pub premium_included: bool,
    pub author: String,
    /// One sentence: whom it is for.
    pub audience: String,
    pub objectives: Vec<String>,
    /// Day N opens N−1 days after enrollment.
    pub drip: bool,
    pub intro_video_url: Option<String>,
    /// A picture of the media library; without one the cover is drawn.
    pub thumbnail_url: Option<String>,
}

impl Default for CourseDetails {
    fn default() -> Self {
        Self {
            title: String::new(),
            slug: String::new(),
            subtitle: String::new(),
            description: String::new(),
            category: String::new(),
            tags: Vec::new(),
            duration_days: 7,
            level: Level::Beginner,
            language: "en".to_owned(),
            access: Access::Free,
            price: None,
            premium_included: true,
            author: String::new(),
            audience: String::new(),
            objectives: Vec::new(),
            drip: false,
            intro_video_url: None,
            thumbnail_url: None,
        }
    }
}

/// A course as its authors see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthoredCourse {
    pub id: CourseId,
    /// Counts the saves.
    pub version: i64,
    pub status: CourseStatus,
    pub ai_generated: bool,
    pub review_state: ReviewState,
    #[serde(flatten)]
    pub details: CourseDetails,
    pub enrollment_count: i64,
    pub completion_count: i64,
    /// 1 to 5; null before the first rating.
    pub rating_average: Option<f64>,
    pub rating_count: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub published_at: Option<DateTime<Utc>>,
    /// By day, drafts too.
    pub lessons: Vec<LessonRow>,
    /// What is missing, and what would be better.
    pub checklist: Vec<CheckItem>,
}

/// A course in the list of all.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct CourseRow {
    pub id: CourseId,
    pub slug: String,
    pub title: String,
    /// Slug.
    pub category: String,
    pub category_name: String,
    pub status: CourseStatus,
    pub access: Access,
    pub level: Level,
    pub duration_days: i64,
    /// Published lessons.
    pub lesson_count: i64,
    pub ai_generated: bool,
    pub review_state: ReviewState,
    pub enrollment_count: i64,
    pub completion_count: i64,
    pub rating_average: Option<f64>,
    pub rating_count: i64,
    pub updated_at: DateTime<Utc>,
    pub published_at: Option<DateTime<Utc>>,
}

/// Which courses the list of all asks for.
#[derive(Debug, Clone)]
pub struct CoursesFilter {
    /// Words that must all occur in title, subtitle, tags or author.
    pub q: String,
    pub status: Option<CourseStatus>,
    /// Slug.
    pub category: Option<String>,
    pub access: Option<Access>,
    pub sort: CourseSort,
    pub descending: bool,
    /// 1 to 100.
    pub limit: i64,
    pub offset: i64,
}

/// What an author can change of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LessonContent {
    pub title: String,
    /// Made from the title when empty.
    pub slug: String,
    /// One sentence: what one can do afterwards.
    pub summary: String,
    /// Estimated, all in all; 15 to 20 are best.
    pub minutes: i64,
    /// Markdown.
    pub body: String,
    pub video_url: Option<String>,
    /// Open to everybody.
    pub is_preview: bool,
    pub action_items: Vec<ActionItemText>,
    pub key_takeaways: Vec<String>,
    pub resources: Vec<Resource>,
}

/// An action item as it is written. One with an id keeps the ticks of learners when its text changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionItemText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ActionItemId>,
    pub text: String,
}

impl From<ActionItem> for ActionItemText {
    fn from(item: ActionItem) -> Self {
        Self { id: Some(item.id), text: item.text }
    }
}

/// A working copy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LessonDraft {
    pub content: LessonContent,
    pub saved_by: UserId,
    /// Empty when the account is gone.
    pub saved_by_name: String,
    pub saved_at: DateTime<Utc>,
    /// Learners have been given another text since; compare it before saving this one.
    pub outdated: bool,
}

/// A lesson as its authors see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthoredLesson {
    pub id: LessonId,
    pub course_id: CourseId,
    pub course_title: String,
    pub course_slug: String,
    /// BCP 47.
    pub course_language: String,
    pub course_status: CourseStatus,
    /// 7, 14 or 21.
    pub duration_days: i64,
    pub day: i64,
    pub status: LessonStatus,
    /// Somebody hid it: it stays a draft when its course is published.
    pub hidden: bool,
    /// Whether a person has looked at what a program wrote.
    pub review_state: ReviewState,
    /// Counts the saves, those of the working copy too.
    pub version: i64,
    /// As it was saved last.
    #[serde(flatten)]
    pub content: LessonContent,
    /// What was typed since, if anything.
    pub draft: Option<LessonDraft>,
    /// With the right answers.
    pub quiz: Vec<Question>,
    /// The lesson of the day before.
    pub previous: Option<LessonId>,
    /// The lesson of the day after.
    pub next: Option<LessonId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A lesson in a list.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct LessonRow {
    pub id: LessonId,
    pub course_id: CourseId,
    pub course_title: String,
    pub day: i64,
    pub title: String,
    pub minutes: i64,
    pub status: LessonStatus,
    /// Somebody hid it: it stays a draft when its course is published.
    pub hidden: bool,
    /// Whether a person has looked at what a program wrote.
    pub review_state: ReviewState,
    pub is_preview: bool,
    /// Whether there is something to read.
    pub written: bool,
    /// Whether a working copy holds what learners don't see yet.
    pub has_draft: bool,
    pub question_count: i64,
    #[sqlx(skip)]
    pub action_item_count: i64,
    pub updated_at: DateTime<Utc>,
}

/// Which lessons the list of all asks for.
#[derive(Debug, Clone)]
pub struct LessonsFilter {
    /// Text in the title.
    pub q: String,
    pub course: Option<CourseId>,
    pub status: Option<LessonStatus>,
    /// Only those with a working copy.
    pub with_draft: bool,
    /// 1 to 100.
    pub limit: i64,
    pub offset: i64,
}

/// What stands against removing a course or a lesson, and what goes with it.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct Consequences {
    /// People who joined the course, or have begun the lesson.
    pub learners: i64,
    /// Notes that they wrote.
    pub notes: i64,
}

/// The JSON columns of a lesson.
#[derive(FromRow)]
pub(super) struct StoredLesson {
    pub course_id: CourseId,
    pub course_title: String,
    pub course_slug: String,
    pub course_language: String,
    pub course_status: CourseStatus,
    pub duration_days: i64,
    pub day: i64,
    pub status: LessonStatus,
    /// Stays a draft when the course is published.
    pub hidden: bool,
    pub review_state: ReviewState,
    pub version: i64,
    pub title: String,
    pub slug: String,
    pub summary: String,
    pub minutes: i64,
    pub body: String,
    pub video_url: Option<String>,
    pub is_preview: bool,
    #[sqlx(json)]
    pub action_items: Vec<ActionItem>,
    #[sqlx(json)]
    pub key_takeaways: Vec<String>,
    #[sqlx(json)]
    pub resources: Vec<Resource>,
    pub draft: Option<Json<LessonContent>>,
    pub draft_saved_by: Option<UserId>,
    pub draft_saved_by_name: Option<String>,
    pub draft_saved_at: Option<DateTime<Utc>>,
    pub draft_outdated: Option<bool>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl StoredLesson {
    /// What learners read, as an author changes it.
    pub(super) fn content(&self) -> LessonContent {
        LessonContent {
            title: self.title.clone(),
            slug: self.slug.clone(),
            summary: self.summary.clone(),
            minutes: self.minutes,
            body: self.body.clone(),
            video_url: self.video_url.clone(),
            is_preview: self.is_preview,
            action_items: self.action_items.iter().cloned().map(Into::into).collect(),
            key_takeaways: self.key_takeaways.clone(),
            resources: self.resources.clone(),
        }
    }
}
