//! Notes on lessons.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Statement, sql};

use super::{Note, own_courses, progress::not_enrolled, repo, repo::Step};
use crate::{
    Error, Result, Services, catalog,
    identity::{Actor, Role},
    ids::{LessonId, UserId},
};

/// The longest note, in characters.
pub const MAX_NOTE: usize = 50_000;

/// A note in the list of all notes.
#[derive(Debug, Clone, FromRow)]
pub struct NoteEntry {
    pub course_slug: String,
    pub course_title: String,
    pub category_slug: String,
    pub category_name: String,
    pub day: i64,
    pub lesson_title: String,
    pub body: String,
    pub updated_at: DateTime<Utc>,
    /// Whether the course is to be seen, and not a draft again.
    pub course_shown: bool,
    /// Whether the lesson is to be seen, too.
    pub lesson_shown: bool,
}

/// The actor's note on a lesson; empty when there is none.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] `not-enrolled`.
pub async fn note(s: &Services, actor: &Actor, lesson: LessonId) -> Result<Note> {
    let lesson = catalog::lesson(s, lesson).await?;
    let joined = own_courses(s, actor.user).await?.find(lesson.course_id).is_some();
    if !joined && actor.role != Role::Admin {
        return Err(not_enrolled());
    }
    let mut conn = s.db.read().await?;
    load(&mut conn, actor.user, lesson.id).await
}

/// Saves the actor's note. With `based_on`, only when nobody saved another version since; an empty body keeps an
/// empty note, so that its version goes on.
///
/// # Errors
/// [`Error::Conflict`] `note-changed` when it was changed elsewhere; [`Error::Invalid`] when it is too long;
/// otherwise as [`note`].
pub async fn save_note(
    s: &Services,
    actor: &Actor,
    lesson: LessonId,
    body: &str,
    based_on: Option<i64>,
) -> Result<Note> {
    let body = body.replace("\r\n", "\n");
    if body.chars().count() > MAX_NOTE {
        return Err(Error::invalid("body", "too-long", "A note has at most 50,000 characters."));
    }
    let now = s.clock.now();
    let lesson = catalog::lesson(s, lesson).await?;
    let mut tx = s.db.begin().await?;
    let visit = Step::visit(lesson.course_id, lesson.id);
    repo::step(&mut tx, actor.user, &visit, now).await?.ok_or_else(not_enrolled)?;
    let current = load(&mut tx, actor.user, lesson.id).await?;
    if current.body == body {
        // What was read may be another's that is not on the disk yet.
        tx.commit().await?;
        return Ok(current);
    }
    if based_on.is_some_and(|version| version != current.version) {
        return Err(Error::conflict(
            "note-changed",
            "This note was changed in another window. Reload the page to see it; your text is still here.",
        ));
    }
    tx.run(sql!(
        "INSERT INTO notes (user_id, lesson_id, body, version, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, lesson_id) DO UPDATE SET body = $3, version = $4, updated_at = $5",
        actor.user,
        lesson.id,
        body,
        current.version + 1,
        now
    ))
    .await?;
    let saved = load(&mut tx, actor.user, lesson.id).await?;
    tx.commit().await?;
    Ok(saved)
}

pub(super) async fn load(conn: &mut Conn, user: UserId, lesson: LessonId) -> Result<Note> {
    let note = conn
        .opt(sql!(
            "SELECT lesson_id, body, version, updated_at FROM notes WHERE user_id = $1 AND lesson_id = $2",
            user,
            lesson
        ))
        .await?;
    Ok(note.unwrap_or_else(|| Note { lesson_id: lesson, body: String::new(), version: 0, updated_at: None }))
}

/// The actor's notes, by course and day; with `q` only those that contain it.
///
/// # Errors
/// When the database fails.
pub async fn notes(s: &Services, actor: &Actor, q: &str) -> Result<Vec<NoteEntry>> {
    let mut query = Statement::new(
        "SELECT c.slug AS course_slug, c.title AS course_title, k.slug AS category_slug,
                k.name AS category_name, l.day, l.title AS lesson_title, n.body, n.updated_at,
                c.status <> 'draft' AS course_shown,
                c.status <> 'draft' AND l.status = 'published' AS lesson_shown
         FROM notes n JOIN lessons l ON l.id = n.lesson_id JOIN courses c ON c.id = l.course_id
         JOIN categories k ON k.id = c.category_id
         WHERE n.body <> '' AND n.user_id = ",
    );
    query.push_bind(actor.user);
    query.push(" ORDER BY c.title, c.id, l.day");
    let mut conn = s.db.read().await?;
    let mut entries: Vec<NoteEntry> = conn.all(query).await?;
    // One person's notes: few enough to look through here, with case folded alike on both engines.
    let words: Vec<String> = q.to_lowercase().split_whitespace().map(ToOwned::to_owned).collect();
    entries.retain(|entry| {
        let text = format!("{} {} {}", entry.body, entry.lesson_title, entry.course_title).to_lowercase();
        words.iter().all(|word| text.contains(word))
    });
    Ok(entries)
}
