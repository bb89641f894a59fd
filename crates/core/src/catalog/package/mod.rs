//! Course packages: a course as a folder of Markdown with front matter. The format is described in
//! `docs/CONTENT_PACKAGES.md`.

mod read;
mod write;

use serde::{Deserialize, Serialize};

use super::{Access, Level, Money, Question, QuizPolicy, Resource};

pub use read::parse;
pub(crate) use read::{day_of, line_of, readable};
pub use write::write;

/// The version of the format that is read and written.
pub const FORMAT: u32 = 1;

/// A package, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct CoursePackage {
    pub course: CourseHead,
    /// Markdown.
    pub description: String,
    /// By day.
    pub lessons: Vec<LessonPackage>,
}

/// What can be read of a package, and is right as far as it goes.
pub(crate) struct Readable {
    /// With the description, in Markdown.
    pub(crate) course: Option<(CourseHead, String)>,
    /// By day.
    pub(crate) lessons: Vec<LessonPackage>,
}

impl Readable {
    /// The package, when it has a course.
    pub(crate) fn whole(self) -> Option<CoursePackage> {
        let Self { course, lessons } = self;
        course.map(|(course, description)| CoursePackage { course, description, lessons })
    }
}

/// A lesson file.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonPackage {
    /// From 1.
    pub day: i64,
    pub head: LessonHead,
    /// Markdown.
    pub body: String,
}

/// Front matter of `course.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseHead {
    pub format: u32,
    pub slug: String,
    pub title: String,
    pub subtitle: String,
    /// Slug.
    pub category: String,
    pub tags: Vec<String>,
    pub duration_days: i64,
    pub level: Level,
    pub language: String,
    pub access: Access,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Of a paid course: premium members get it too.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub premium_included: bool,
    pub author: String,
    pub audience: String,
    pub objectives: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub drip: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro_video_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
    /// A program wrote it, and somebody has approved it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ai_generated: bool,
    /// What there is to say about files in `media/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaHead>,
}

/// What is said about a file in `media/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaHead {
    /// Its name in the folder.
    pub file: String,
    /// What a picture shows, for who can't see it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// For learners only. Missing: pictures are for everybody, other files for learners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
}

/// Front matter of a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonHead {
    pub title: String,
    pub slug: String,
    pub summary: String,
    pub minutes: i64,
    #[serde(default, skip_serializing_if = "is_false")]
    pub preview: bool,
    /// Learners don't see it yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub draft: bool,
    /// A draft that stays one when the course is published.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action_items: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_takeaways: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiz: Vec<Question>,
    /// The rules of the quiz, where they aren't the usual ones.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub quiz_policy: QuizPolicy,
}

fn is_usual(policy: &QuizPolicy) -> bool {
    *policy == QuizPolicy::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_true(value: &bool) -> bool {
    *value
}

fn yes() -> bool {
    true
}

/// What is wrong with a package, and in which file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct PackageError {
    pub file: String,
    /// With the line, where it is the front matter that is wrong.
    pub problem: String,
}
