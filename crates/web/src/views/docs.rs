//! The API's description for people.

use askama::Template;

use super::gallery::Samples;
use super::page::Page;

/// Operations about one subject.
#[derive(Clone, Debug)]
pub struct DocGroup {
    /// Anchor.
    pub id: String,
    /// Such as `Learning`.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// In the order of the document.
    pub operations: Vec<DocOperation>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct DocOperation {
    /// Anchor.
    pub id: String,
    /// `GET`, `POST`…
    pub method: String,
    /// With `{parameters}`.
    pub path: String,
    /// What it does.
    pub description: String,
    /// Needs a token.
    pub needs_token: bool,
    /// In path, query and headers.
    pub parameters: Vec<DocField>,
    /// The body that is sent.
    pub body: Option<DocType>,
    /// What it answers when all is well.
    pub answers: Vec<DocAnswer>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct DocAnswer {
    /// HTTP status.
    pub status: String,
    /// When.
    pub description: String,
    /// The body.
    pub body: Option<DocType>,
}

/// A parameter or a field.
#[derive(Clone, Debug)]
pub struct DocField {
    /// Name.
    pub name: String,
    /// Where a parameter stands: `path`, `query` or `header`; empty for fields.
    pub place: String,
    /// What it holds.
    pub kind: DocType,
    /// Has to be there.
    pub required: bool,
    /// What it means.
    pub description: String,
}

/// The type of a value, with a link when it is described on its own.
#[derive(Clone, Debug)]
pub struct DocType {
    /// Such as `string (uuid)` or `list of Enrollment`.
    pub text: String,
    /// Anchor of the schema.
    pub anchor: Option<String>,
}

/// A named schema.
#[derive(Clone, Debug)]
pub struct DocSchema {
    /// Anchor.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its fields; none for a list of words.
    pub fields: Vec<DocField>,
    /// Its words; none for an object.
    pub words: Vec<String>,
}

/// `GET /api/docs`
#[derive(Template)]
#[template(path = "api/docs.html")]
pub struct ApiDocsPage {
    /// Shared page data.
    pub page: Page,
    /// What holds for every operation.
    pub introduction: String,
    /// Where the API stands.
    pub base_url: String,
    /// Operations by subject.
    pub groups: Vec<DocGroup>,
    /// How operations may refuse, and with what.
    pub refusals: Vec<DocAnswer>,
    /// What operations take and answer.
    pub schemas: Vec<DocSchema>,
}

impl ApiDocsPage {
    /// Sample data.
    #[must_use]
    pub fn sample() -> Self {
        let kind = |text: &str| DocType { text: text.into(), anchor: None };
        let enrollment = DocType { text: "Enrollment".into(), anchor: Some("schema-Enrollment".into()) };
        let field = |name: &str, place: &str| DocField {
            name: name.into(),
            place: place.into(),
            kind: kind("string (uuid)"),
            required: true,
            description: "Which one.".into(),
        };
        Self {
            page: Page::sample("API", "/api/docs"),
            introduction: "Everything that the pages can do.".into(),
            base_url: "https://momentum.example/api/v1".into(),
            groups: vec![DocGroup {
                id: "tag-learning".into(),
                title: "Learning".into(),
                description: "Enrollments and lessons".into(),
                operations: vec![DocOperation {
                    id: "post-enrollments".into(),
                    method: "POST".into(),
                    path: "/enrollments".into(),
                    description: "Joins a course; a second time changes nothing.".into(),
                    needs_token: true,
                    parameters: vec![field("id", "path")],
                    body: Some(kind("object")),
                    answers: vec![DocAnswer {
                        status: "201".into(),
                        description: "Enrolled.".into(),
                        body: Some(enrollment),
                    }],
                }],
            }],
            refusals: vec![DocAnswer {
                status: "404".into(),
                description: "There is no such thing for this caller.".into(),
                body: Some(kind("Problem")),
            }],
            schemas: vec![
                DocSchema {
                    id: "schema-Enrollment".into(),
                    name: "Enrollment".into(),
                    description: "One person in one course.".into(),
                    fields: vec![field("course_id", "")],
                    words: Vec::new(),
                },
                DocSchema {
                    id: "schema-Level".into(),
                    name: "Level".into(),
                    description: "What a course expects one to know.".into(),
                    fields: Vec::new(),
                    words: vec!["beginner".into(), "advanced".into()],
                },
            ],
        }
    }
}

impl Samples for ApiDocsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("api-docs", Self::sample())]
    }
}
