//! The port: what an index is given, asked and answers.

use std::collections::HashMap;

use futures::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use super::Excerpt;
use crate::{
    Result,
    catalog::{Access, Level, Sort},
    ids::CourseId,
};

/// Characters of a search text that are looked at.
pub const MAX_TEXT: usize = 200;

/// Finds published courses by their text. It may lose everything at any time; it is filled again from the database.
pub trait SearchIndex: Send + Sync {
    /// What stands in it.
    fn listing(&self) -> BoxFuture<'_, Result<HashMap<CourseId, Indexed>>>;

    /// Takes changes over; searches that begin afterwards see them.
    fn apply(&self, changes: Vec<Change>) -> BoxFuture<'_, Result<()>>;

    /// A page of the courses that match.
    fn search<'a>(&'a self, query: &'a SearchQuery) -> BoxFuture<'a, Result<Hits>>;

    /// Continuations of what somebody has typed, the best first.
    fn suggest<'a>(&'a self, text: &'a str, limit: usize) -> BoxFuture<'a, Result<Vec<Suggestion>>>;

    /// Which kind of index it is and where, for operators.
    fn describe(&self) -> String;
}

/// What an index holds of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    /// Of [`CourseDocument::stamp`].
    pub stamp: String,
    /// The numbers beside it.
    pub signals: Signals,
}

/// A change of an index.
#[derive(Debug, Clone)]
pub enum Change {
    /// A course that is new or has changed.
    Put(Box<CourseDocument>),
    /// Only the numbers beside a course have changed.
    Signals(CourseId, Signals),
    /// A course that is not published any more.
    Remove(CourseId),
}

/// A published course as it is indexed.
#[derive(Debug, Clone)]
pub struct CourseDocument {
    pub id: CourseId,
    pub slug: String,
    /// Says which state of the course this is; another state has another stamp.
    pub stamp: String,
    pub title: String,
    pub subtitle: String,
    /// Plain text without blocks of code.
    pub description: String,
    /// What results may quote of the description: without tables and code.
    pub quotable: String,
    pub tags: Vec<String>,
    pub author: String,
    /// Slug.
    pub category: String,
    pub category_name: String,
    /// BCP 47.
    pub language: String,
    pub level: Level,
    pub duration_days: i64,
    pub access: Access,
    /// Seconds since 1970.
    pub published_at: i64,
    pub signals: Signals,
    /// Published lessons by day.
    pub lessons: Vec<LessonDocument>,
}

/// A published lesson as it is indexed.
#[derive(Debug, Clone)]
pub struct LessonDocument {
    pub day: i64,
    pub title: String,
    /// Plain text without blocks of code.
    pub text: String,
    /// The blocks of code.
    pub code: String,
    /// What results may quote of it: without tables and code.
    pub quotable: String,
}

/// What learners say of a course with their feet and their stars.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    pub enrollments: i64,
    /// 1 to 5.
    pub rating_average: Option<f64>,
    pub rating_count: i64,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchQuery {
    /// As typed; nothing finds every course.
    pub text: String,
    /// Slug.
    pub category: Option<String>,
    pub duration: Option<i64>,
    pub access: Option<Access>,
    pub level: Option<Level>,
    pub sort: Sort,
    /// 1 to [`crate::catalog::MAX_PAGE`].
    pub limit: i64,
    pub offset: i64,
}

impl Default for SearchQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            category: None,
            duration: None,
            access: None,
            level: None,
            sort: Sort::Relevance,
            limit: 20,
            offset: 0,
        }
    }
}

/// What an index found.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// This page, in order.
    pub items: Vec<Hit>,
    /// All that match.
    pub total: i64,
    pub facets: Facets,
    /// The text as it was probably meant, when words in it are unknown.
    pub did_you_mean: Option<String>,
    /// Words, in lower case, that no course has and without which this was found; empty when one has all that are needed.
    pub left_out: Vec<String>,
    /// Whether no course has all the other words, so that each of these has only some.
    pub partial: bool,
}

/// A course that matches.
#[derive(Debug, Clone)]
pub struct Hit {
    pub course: CourseId,
    /// The title, when words of it match.
    pub title: Option<Excerpt>,
    /// The place in subtitle or description that matches.
    pub excerpt: Option<Excerpt>,
    /// The lesson that matches best.
    pub lesson: Option<LessonHit>,
}

/// A lesson that matches.
#[derive(Debug, Clone)]
pub struct LessonHit {
    pub day: i64,
    pub title: Excerpt,
    /// The place in its text that matches; what it is about, for those who may not read it.
    pub excerpt: Option<Excerpt>,
}

/// How many of the courses that match the text have which value. Each list counts what all other filters let through,
/// so it tells what another choice would find.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facets {
    pub category: Vec<FacetCount>,
    /// 7, 14, 21.
    pub duration: Vec<FacetCount>,
    pub access: Vec<FacetCount>,
    pub level: Vec<FacetCount>,
}

/// A value with the number of courses that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetCount {
    /// As the filter takes it.
    pub value: String,
    pub count: i64,
}

/// A continuation of what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suggestion {
    pub text: String,
    pub kind: SuggestionKind,
    /// Of the course (also of a lesson's course) or the category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Of a lesson.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<i64>,
}

/// What a suggestion names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    Course,
    Category,
    Tag,
    Lesson,
}
