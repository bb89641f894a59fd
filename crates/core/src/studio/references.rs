//! Documents that courses are made from: read once when they come, kept as text with their pages.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, sql};
use momentum_drafting::{
    document::{self, Document, Format},
    extractive, passage, reading,
};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{material::pages, note};
use crate::{
    Error, Result, Services,
    identity::Actor,
    ids::{ReferenceId, StudioJobId, UserId},
};

/// The biggest document that is taken, in bytes.
pub const MAX_REFERENCE_BYTES: usize = 20 * 1024 * 1024;

/// A document, without its text.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Reference {
    pub id: ReferenceId,
    /// The file's.
    pub name: String,
    /// `pdf`, `docx`, `markdown` or `text`.
    pub format: String,
    pub bytes: i64,
    /// Null: it has none.
    pub pages: Option<i64>,
    pub words: i64,
    pub created_by: UserId,
    pub created_at: DateTime<Utc>,
}

/// A piece of a document, as people see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PassageView {
    /// What citations name.
    pub number: i64,
    /// The document's name.
    pub reference: String,
    /// The headings above it, joined by ` › `.
    pub heading: String,
    /// `12` or `12–14`; empty without pages.
    pub pages: String,
    pub text: String,
}

impl PassageView {
    pub(super) fn new(passage: passage::Passage, reference: &str) -> Self {
        Self {
            number: i64::from(passage.number),
            reference: reference.to_owned(),
            pages: pages(passage.first_page.map(i64::from), passage.last_page.map(i64::from)),
            heading: passage.heading,
            text: passage.text,
        }
    }
}

/// Reads a document and keeps its text. The same file again is the same reference.
///
/// # Errors
/// [`Error::Invalid`] `file` with what is wrong with it; [`Error::Forbidden`] for everybody but administrators.
pub async fn add_reference(s: &Services, actor: &Actor, name: &str, file: Vec<u8>) -> Result<Reference> {
    actor.require_admin()?;
    let wrong = |code, message: String| Error::invalid("file", code, message);
    if file.len() > MAX_REFERENCE_BYTES {
        return Err(wrong("too-big", "A document has at most 20 MB.".to_owned()));
    }
    let name: String = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().chars().take(200).collect();
    let name = if name.is_empty() { "Document".to_owned() } else { name };
    let hash: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(known) = by_hash(&mut s.db.read().await?, &hash, &name).await? {
        return Ok(known);
    }
    let Some(format) = Format::of(&name, &file) else {
        return Err(wrong(
            "unknown-format",
            "Upload a PDF, a Word document (.docx), Markdown or plain text.".into(),
        ));
    };
    let bytes = i64::try_from(file.len()).unwrap_or(i64::MAX);
    let read = tokio::task::spawn_blocking(move || document::read(format, &file));
    let document =
        read.await.map_err(Error::internal)?.map_err(|why| wrong("unreadable", why.to_string()))?;
    let words: usize = document.blocks.iter().map(|block| reading::words(&block.text)).sum();
    let id = ReferenceId::new();
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "INSERT INTO ai_references (id, name, format, bytes, hash, pages, words, document, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        name.as_str(),
        format_word(format),
        bytes,
        hash,
        document.pages,
        i64::try_from(words).unwrap_or(i64::MAX),
        serde_json::to_value(&document).map_err(Error::internal)?,
        actor.user,
        now
    ))
    .await?;
    let after = json!({ "name": name, "words": words });
    note(&mut tx, actor, "studio.reference-added", ("reference", id.to_string()), after, now).await?;
    let reference = find(&mut tx, id).await?.ok_or(Error::NotFound("reference"))?;
    tx.commit().await?;
    Ok(reference)
}

/// As stored and in the API.
fn format_word(format: Format) -> &'static str {
    match format {
        Format::Pdf => "pdf",
        Format::Docx => "docx",
        Format::Markdown => "markdown",
        Format::Text => "text",
    }
}

macro_rules! reference {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, format, bytes, pages, words, created_by, created_at FROM ai_references ",
            $rest
        )
    };
}

async fn find(conn: &mut Conn, id: ReferenceId) -> Result<Option<Reference>> {
    Ok(conn.opt(sql!(reference!("WHERE id = $1"), id)).await?)
}

async fn by_hash(conn: &mut Conn, hash: &str, name: &str) -> Result<Option<Reference>> {
    Ok(conn.opt(sql!(reference!("WHERE hash = $1 AND name = $2"), hash, name)).await?)
}

/// All documents, newest first.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn references(s: &Services, actor: &Actor) -> Result<Vec<Reference>> {
    actor.require_admin()?;
    Ok(s.db.read().await?.all(reference!("ORDER BY created_at DESC, id DESC LIMIT 500")).await?)
}

/// A document with its text in pieces.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn reference_passages(
    s: &Services,
    actor: &Actor,
    id: ReferenceId,
) -> Result<(Reference, Vec<PassageView>)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let reference = find(&mut conn, id).await?.ok_or(Error::NotFound("reference"))?;
    let (_, document) = stored(&mut conn, id).await?.ok_or(Error::NotFound("reference"))?;
    let views = passage::split(0, 1, &document)
        .into_iter()
        .map(|passage| PassageView::new(passage, &reference.name))
        .collect();
    Ok((reference, views))
}

/// Forgets a document. Courses that were made from it keep the passages that they were given.
///
/// # Errors
/// [`Error::Conflict`] `in-use` while a course is being made from it; [`Error::NotFound`]; [`Error::Forbidden`] for everybody
/// but administrators.
pub async fn delete_reference(s: &Services, actor: &Actor, id: ReferenceId) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    let removed = tx
        .run(sql!(
            "DELETE FROM ai_references WHERE id = $1 AND NOT EXISTS (
                SELECT 1 FROM ai_job_references r JOIN ai_jobs j ON j.id = r.job_id
                WHERE r.reference_id = $1 AND j.state IN ('queued', 'running'))",
            id
        ))
        .await?;
    if removed == 0 {
        find(&mut tx, id).await?.ok_or(Error::NotFound("reference"))?;
        return Err(Error::conflict(
            "in-use",
            "A course is being made from this document. Wait for it, or cancel it.",
        ));
    }
    note(
        &mut tx,
        actor,
        "studio.reference-deleted",
        ("reference", id.to_string()),
        Value::Null,
        s.clock.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Name and text of a document.
pub(super) async fn stored(conn: &mut Conn, id: ReferenceId) -> Result<Option<(String, Document)>> {
    let row: Option<(String, Json<Value>)> =
        conn.opt(sql!("SELECT name, document FROM ai_references WHERE id = $1", id)).await?;
    match row {
        Some((name, Json(document))) => {
            Ok(Some((name, serde_json::from_value(document).map_err(Error::internal)?)))
        }
        None => Ok(None),
    }
}

/// That a document which was chosen isn't there.
pub(super) fn unknown() -> Error {
    Error::invalid("reference_ids", "unknown", "One of the documents doesn't exist any more.")
}

/// Words of documents that the built-in author needs at least for so many days.
#[must_use]
pub fn words_needed(days: u32) -> usize {
    extractive::words_needed(days)
}

/// Refuses documents from which the built-in author can't make a course, by the measure of its own plan.
pub(super) async fn check_words(
    s: &Services,
    days: u32,
    language: String,
    ids: &[ReferenceId],
) -> Result<()> {
    let mut documents = Vec::with_capacity(ids.len());
    {
        let mut conn = s.db.read().await?;
        for id in ids {
            let (_, document) = stored(&mut conn, *id).await?.ok_or_else(unknown)?;
            documents.push(document);
        }
    }
    let looked = tokio::task::spawn_blocking(move || extractive::suffices(days, &language, &documents));
    let suffices = looked.await.map_err(Error::internal)?;
    suffices.map_err(|why| {
        let code = match why {
            extractive::Unsuited::TooLittle(_) => "too-little-text",
            extractive::Unsuited::Unspaced => "unsupported-script",
        };
        Error::invalid("reference_ids", code, why.to_string())
    })
}

/// The documents of a job in their order.
pub(super) async fn of_job(conn: &mut Conn, job: StudioJobId) -> Result<Vec<(String, Document)>> {
    let ids: Vec<(ReferenceId,)> = conn
        .all(sql!("SELECT reference_id FROM ai_job_references WHERE job_id = $1 ORDER BY position", job))
        .await?;
    let mut found = Vec::new();
    for (id,) in ids {
        let document = stored(conn, id).await?;
        found.push(document.ok_or_else(|| {
            Error::conflict(
                "reference-gone",
                "A document that the course is made from was deleted. Begin anew without it.",
            )
        })?);
    }
    Ok(found)
}
