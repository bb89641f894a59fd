//! What a drafted course is made of. The types that a model fills in ([`Outline`], [`LessonText`], [`Extras`], [`Script`]) are
//! also its JSON schema: what their comments say is what the model reads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a course expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Beginner,
    Intermediate,
    Advanced,
}

/// The plan of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outline {
    /// The title of the course, at most 80 characters.
    pub title: String,
    /// One line that says what the course is about, at most 120 characters.
    pub subtitle: String,
    /// Two or three paragraphs of Markdown: what the course is, for whom, and what learners have at its end.
    pub description: String,
    /// One sentence: whom the course is for.
    pub audience: String,
    /// 3 to 6 things that learners can do afterwards, each beginning with a verb.
    pub objectives: Vec<String>,
    /// 2 to 6 words that people search for, lower case.
    pub tags: Vec<String>,
    /// One lesson for each day, in order, each building on those before it.
    pub lessons: Vec<PlannedLesson>,
}

/// A lesson of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedLesson {
    /// The day, from 1.
    pub day: u32,
    /// The title of the lesson, at most 80 characters; no two lessons have the same.
    pub title: String,
    /// One sentence: what learners can do after this lesson.
    pub summary: String,
    /// 3 to 5 topics that the lesson explains, each in a few words.
    pub topics: Vec<String>,
    /// Estimated minutes for the whole lesson with its exercises, 15 to 20.
    pub minutes: u32,
}

/// The text of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LessonText {
    /// Two or three paragraphs of Markdown that say why this matters and what comes.
    pub introduction: String,
    /// 3 to 5 key concepts.
    pub concepts: Vec<Concept>,
    /// One or more paragraphs of Markdown: how to put this to use today, step by step.
    pub practice: String,
    /// The numbers of the passages that this lesson rests on; empty without passages.
    #[serde(default)]
    pub passages: Vec<u32>,
}

/// A key concept of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Concept {
    /// A few words.
    pub title: String,
    /// Markdown, 120 words or more.
    pub explanation: String,
    /// A concrete example in Markdown.
    pub example: String,
}

/// What goes with a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Extras {
    /// 3 to 5 things to do, each specific, measurable and doable today, each beginning with a verb.
    pub action_items: Vec<String>,
    /// 2 or 3 sentences to remember.
    pub key_takeaways: Vec<String>,
    /// 4 to 6 questions, each answerable from the lesson's text alone.
    pub questions: Vec<Question>,
}

/// A question of a quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// Exactly one option is right.
    Single {
        question: String,
        /// 3 to 5 options that differ, all of them plausible.
        options: Vec<String>,
        /// Which option is right, from 0.
        correct: u32,
        /// Why it is right.
        explanation: String,
    },
    /// True or false.
    TrueFalse {
        /// A statement.
        question: String,
        answer: bool,
        /// Why.
        explanation: String,
    },
    /// A gap or a question whose answer is typed.
    ShortAnswer {
        question: String,
        /// Every way of writing the answer that counts as right.
        answers: Vec<String>,
        /// Why.
        explanation: String,
    },
}

/// What a speaker says in a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Script {
    /// What is said, in plain text for the ear, 120 to 250 words, without stage directions.
    pub script: String,
}

/// A drafted lesson, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lesson {
    pub day: u32,
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Markdown. Sections begin with `## `.
    pub body: String,
    pub action_items: Vec<String>,
    pub key_takeaways: Vec<String>,
    pub questions: Vec<Question>,
    /// Of a video; empty without one.
    pub script: String,
    /// The numbers of the passages that it rests on.
    pub passages: Vec<u32>,
}

impl LessonText {
    /// The Markdown that learners read: the introduction, a section for each concept with its example, and the practice.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = String::new();
        body.push_str(self.introduction.trim());
        for concept in &self.concepts {
            let (title, explanation, example) =
                (concept.title.trim(), concept.explanation.trim(), concept.example.trim());
            body.push_str(&format!("\n\n## {title}\n\n{explanation}\n\n**Example.** {example}"));
        }
        body.push_str("\n\n## Put it to use\n\n");
        body.push_str(self.practice.trim());
        body.push('\n');
        body
    }
}

impl Question {
    /// What is asked.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Single { question, .. }
            | Self::TrueFalse { question, .. }
            | Self::ShortAnswer { question, .. } => question,
        }
    }

    /// Why the right answer is right.
    #[must_use]
    pub fn explanation(&self) -> &str {
        match self {
            Self::Single { explanation, .. }
            | Self::TrueFalse { explanation, .. }
            | Self::ShortAnswer { explanation, .. } => explanation,
        }
    }
}

/// The English name of a language, for telling a model: `en-GB` is `English (en-GB)`.
#[must_use]
pub fn language_name(tag: &str) -> String {
    let name = match tag.split('-').next().unwrap_or_default() {
        "de" => "German",
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "ja" => "Japanese",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "sv" => "Swedish",
        _ => return tag.to_owned(),
    };
    format!("{name} ({tag})")
}
