//! Documents that courses are made from.

use askama::Template;

use crate::views::{common::DateText, gallery::Samples, page::Page};

/// A document in the list.
#[derive(Clone, Debug)]
pub struct DocumentLine {
    /// Id.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Such as `PDF · 12 pages · 4,210 words · 240 KB`.
    pub facts: String,
    /// When it came.
    pub added: DateText,
}

impl DocumentLine {
    fn sample(name: &str) -> Self {
        Self {
            id: "01935e1c".into(),
            name: name.into(),
            facts: "PDF · 12 pages · 4,210 words · 240 KB".into(),
            added: DateText::sample("yesterday"),
        }
    }
}

/// A piece of a document.
#[derive(Clone, Debug)]
pub struct PassageLook {
    /// What citations name.
    pub number: i64,
    /// Such as `handbook.pdf, pages 12–14`.
    pub place: String,
    /// The headings above it.
    pub heading: String,
    /// Its text.
    pub text: String,
}

impl PassageLook {
    /// Sample data.
    #[must_use]
    pub fn sample(number: i64) -> Self {
        Self {
            number,
            place: "handbook.pdf, pages 12–14".into(),
            heading: "Safety › Before you begin".into(),
            text: "Switch the machine off and wait until it stands still.\nThen open the cover.".into(),
        }
    }
}

/// `GET /admin/ai/references`
#[derive(Template)]
#[template(path = "admin/ai/documents.html")]
pub struct StudioDocumentsPage {
    /// Shared page data.
    pub page: Page,
    /// The newest first.
    pub documents: Vec<DocumentLine>,
    /// Why the upload was refused.
    pub upload_error: Option<String>,
}

impl Samples for StudioDocumentsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |documents, error: Option<&str>| Self {
            page: Page::sample_signed_in("Documents", "/admin/ai/references"),
            documents,
            upload_error: error.map(Into::into),
        };
        let some = vec![
            DocumentLine::sample("handbook.pdf"),
            DocumentLine::sample("a-rather-long-name-of-a-document-that-somebody-scanned-last-year.pdf"),
        ];
        vec![
            ("admin-ai-documents", view(some, None)),
            ("admin-ai-documents-empty", view(Vec::new(), Some("This PDF has no text."))),
        ]
    }
}

/// `GET /admin/ai/references/{id}`
#[derive(Template)]
#[template(path = "admin/ai/document.html")]
pub struct StudioDocumentPage {
    /// Shared page data.
    pub page: Page,
    /// The document.
    pub document: DocumentLine,
    /// Some of its passages.
    pub passages: Vec<PassageLook>,
    /// Such as `1–100 of 240 passages`.
    pub total_label: String,
    /// The passages before.
    pub newer_url: Option<String>,
    /// The passages after.
    pub older_url: Option<String>,
    /// Why it can't be deleted.
    pub delete_error: Option<String>,
}

impl Samples for StudioDocumentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |error: Option<&str>| Self {
            page: Page::sample_signed_in("handbook.pdf", "/admin/ai/references/01935e1c"),
            document: DocumentLine::sample("handbook.pdf"),
            passages: vec![PassageLook::sample(1), PassageLook::sample(2)],
            total_label: "1–2 of 240 passages".into(),
            newer_url: None,
            older_url: Some("/admin/ai/references/01935e1c?page=2".into()),
            delete_error: error.map(Into::into),
        };
        vec![
            ("admin-ai-document", view(None)),
            ("admin-ai-document-in-use", view(Some("A course is being made from this document."))),
        ]
    }
}
