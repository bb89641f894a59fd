//! What is asked for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Author, Grade};
use crate::{
    FieldErrors, Result,
    catalog::Level,
    ids::{LessonId, ReferenceId},
    language::is_language_tag,
};

/// References of one course.
const MAX_REFERENCES: usize = 20;

/// What a course is to be, as it is stored with its job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Brief {
    pub topic: String,
    /// Slug.
    pub category: String,
    /// 7, 14 or 21.
    pub duration_days: i64,
    pub target_audience: String,
    pub goals: String,
    pub level: Level,
    pub tone: String,
    /// BCP 47.
    pub language: String,
    pub grade: Grade,
    /// What an editor wants different; only for a lesson that is written anew.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instructions: String,
}

/// A course that somebody wants.
#[derive(Debug, Clone)]
pub struct CourseRequest {
    pub brief: Brief,
    pub references: Vec<ReferenceId>,
    /// `None`: a model where there is one.
    pub author: Option<Author>,
    /// `None`: at once.
    pub starts_at: Option<DateTime<Utc>>,
}

/// A lesson that somebody wants written anew.
#[derive(Debug, Clone)]
pub struct LessonRequest {
    pub lesson: LessonId,
    pub instructions: String,
    pub grade: Grade,
}

impl CourseRequest {
    /// Trims what was typed.
    pub(super) fn tidy(&mut self) {
        let brief = &mut self.brief;
        for text in [
            &mut brief.topic,
            &mut brief.category,
            &mut brief.target_audience,
            &mut brief.goals,
            &mut brief.tone,
            &mut brief.language,
        ] {
            *text = text.trim().to_owned();
        }
        let mut seen = std::collections::HashSet::new();
        self.references.retain(|id| seen.insert(*id));
    }

    /// Everything that is wrong with it.
    pub(super) fn check(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        let e = &mut errors;
        let brief = &self.brief;
        let topic = &brief.topic;
        if topic.is_empty() {
            e.add("topic", "required", "Say in a few words what it is about.");
        } else if !topic.chars().any(char::is_alphabetic) {
            e.add("topic", "no-letters", "Name the topic in words: there is no letter in it.");
        } else {
            e.check(topic.chars().count() >= 3, "topic", "too-short", "At least 3 characters, please.");
        }
        longest(e, "topic", topic, 200);
        e.check(
            [7, 14, 21].contains(&brief.duration_days),
            "duration_days",
            "invalid",
            "A course has 7, 14 or 21 days.",
        );
        longest(e, "target_audience", &brief.target_audience, 300);
        longest(e, "goals", &brief.goals, 2_000);
        longest(e, "tone", &brief.tone, 200);
        let language = is_language_tag(&brief.language);
        e.check(language, "language", "invalid", "Enter a language tag such as en or pt-BR.");
        e.check(
            self.references.len() <= MAX_REFERENCES,
            "reference_ids",
            "too-many",
            "A course is made from at most 20 documents.",
        );
        errors.into_result()
    }
}

impl LessonRequest {
    pub(super) fn check(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        longest(&mut errors, "instructions", &self.instructions, 2_000);
        errors.into_result()
    }
}

fn longest(errors: &mut FieldErrors, field: &'static str, text: &str, most: usize) {
    errors.check(
        text.chars().count() <= most,
        field,
        "too-long",
        format!("At most {most} characters, please."),
    );
}
