//! Lessons and their working copies.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Result, Statement, Tx, containing, sql};

use crate::{
    authoring::{LessonContent, LessonRow, LessonStatus, LessonsFilter, types::StoredLesson, uses},
    catalog::{ActionItem, markdown},
    ids::{ActionItemId, CourseId, LessonId, UserId},
};

pub(in crate::authoring) async fn lesson(conn: &mut Conn, id: LessonId) -> Result<Option<StoredLesson>> {
    conn.opt(sql!(
        "SELECT l.course_id, c.title AS course_title, c.slug AS course_slug, c.language AS course_language,
                c.status AS course_status, c.duration_days, l.day, l.status, l.hidden, l.review_state, l.version, l.title, l.slug,
                l.summary, l.minutes, l.body, l.video_url,
                l.is_preview, l.action_items, l.key_takeaways, l.resources, d.content AS draft,
                d.saved_by AS draft_saved_by, u.name AS draft_saved_by_name, d.saved_at AS draft_saved_at,
                d.outdated AS draft_outdated,
                l.created_at, l.updated_at
         FROM lessons l JOIN courses c ON c.id = l.course_id
         LEFT JOIN lesson_drafts d ON d.lesson_id = l.id LEFT JOIN users u ON u.id = d.saved_by
         WHERE l.id = $1",
        id
    ))
    .await
}

/// A row of a list, before its action items are counted.
#[derive(FromRow)]
struct ListedLesson {
    #[sqlx(flatten)]
    row: LessonRow,
    #[sqlx(json)]
    action_items: Vec<serde::de::IgnoredAny>,
}

impl From<ListedLesson> for LessonRow {
    fn from(ListedLesson { mut row, action_items }: ListedLesson) -> Self {
        row.action_item_count = i64::try_from(action_items.len()).unwrap_or(i64::MAX);
        row
    }
}

macro_rules! lesson_row {
    () => {
        "l.id, l.course_id, c.title AS course_title, l.day, l.title, l.minutes, l.status, l.hidden, l.review_state, l.is_preview,
         l.body <> '' AS written,
         EXISTS (SELECT 1 FROM lesson_drafts d WHERE d.lesson_id = l.id) AS has_draft,
         (SELECT COUNT(*) FROM quiz_questions q WHERE q.lesson_id = l.id) AS question_count,
         l.action_items, l.updated_at"
    };
}

/// The lessons of a course by day, drafts too.
pub(in crate::authoring) async fn lessons_of(conn: &mut Conn, course: CourseId) -> Result<Vec<LessonRow>> {
    let rows: Vec<ListedLesson> = conn
        .all(sql!(
            concat!(
                "SELECT ",
                lesson_row!(),
                " FROM lessons l JOIN courses c ON c.id = l.course_id WHERE l.course_id = $1 ORDER BY l.day"
            ),
            course
        ))
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(in crate::authoring) async fn lessons(
    conn: &mut Conn,
    filter: &LessonsFilter,
) -> Result<(Vec<LessonRow>, i64)> {
    let mut count = Statement::new("SELECT COUNT(*) FROM lessons l WHERE 1 = 1");
    push_lessons(&mut count, filter);
    let (total,): (i64,) = conn.one(count).await?;
    let mut query = Statement::new(concat!(
        "SELECT ",
        lesson_row!(),
        " FROM lessons l JOIN courses c ON c.id = l.course_id WHERE 1 = 1"
    ));
    push_lessons(&mut query, filter);
    query.push(if filter.course.is_some() {
        " ORDER BY l.day"
    } else {
        " ORDER BY l.updated_at DESC, l.id DESC"
    });
    query.push(" LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
    let rows: Vec<ListedLesson> = conn.all(query).await?;
    Ok((rows.into_iter().map(Into::into).collect(), total))
}

fn push_lessons(query: &mut Statement, filter: &LessonsFilter) {
    if let Some(course) = filter.course {
        query.push(" AND l.course_id = ").push_bind(course);
    }
    if let Some(status) = filter.status {
        query.push(" AND l.status = ").push_bind(status.as_str());
    }
    if filter.with_draft {
        query.push(" AND l.id IN (SELECT lesson_id FROM lesson_drafts)");
    }
    for word in filter.q.to_lowercase().split_whitespace().take(8) {
        query.push(" AND LOWER(l.title) LIKE ").push_bind(containing(word)).push(" ESCAPE '!'");
    }
}

/// What a change has to know of a lesson; its course is locked already.
#[derive(FromRow)]
pub(in crate::authoring) struct LessonState {
    pub course_id: CourseId,
    pub day: i64,
    pub status: LessonStatus,
    pub version: i64,
}

pub(in crate::authoring) async fn lesson_state(conn: &mut Conn, id: LessonId) -> Result<Option<LessonState>> {
    conn.opt(sql!("SELECT course_id, day, status, version FROM lessons WHERE id = $1", id)).await
}

/// The next version of a lesson, which stays locked until the transaction ends.
pub(in crate::authoring) async fn next_version(tx: &mut Tx, id: LessonId) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        tx.opt(sql!("UPDATE lessons SET version = version + 1 WHERE id = $1 RETURNING version", id)).await?;
    Ok(row.map(|(version,)| version))
}

/// Which days of a course have a lesson.
pub(in crate::authoring) async fn days(conn: &mut Conn, course: CourseId) -> Result<Vec<(LessonId, i64)>> {
    conn.all(sql!("SELECT id, day FROM lessons WHERE course_id = $1 ORDER BY day", course)).await
}

/// Adds a lesson. Action items without an id get one.
pub(in crate::authoring) async fn insert_lesson(
    tx: &mut Tx,
    id: LessonId,
    course: CourseId,
    day: i64,
    status: LessonStatus,
    lesson: &LessonContent,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO lessons (id, course_id, day, slug, title, summary, minutes, body, body_html, render_version,
                video_url, is_preview, status, action_items, key_takeaways, resources, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17)",
        id,
        course,
        day,
        &lesson.slug,
        &lesson.title,
        &lesson.summary,
        lesson.minutes,
        &lesson.body,
        markdown::to_html(&lesson.body),
        markdown::RENDER_VERSION,
        &lesson.video_url,
        lesson.is_preview,
        status.as_str(),
        serde_json::json!(action_items(lesson)),
        serde_json::json!(lesson.key_takeaways),
        serde_json::json!(lesson.resources),
        now
    ))
    .await?;
    uses::lesson(tx, id, lesson).await
}

/// Writes what learners read, and removes the working copy.
pub(in crate::authoring) async fn update_lesson(
    tx: &mut Tx,
    id: LessonId,
    lesson: &LessonContent,
    now: DateTime<Utc>,
) -> Result<()> {
    write_lesson(tx, id, lesson, now).await?;
    remove_draft(tx, id).await
}

/// Writes what learners read.
pub(in crate::authoring) async fn write_lesson(
    tx: &mut Tx,
    id: LessonId,
    lesson: &LessonContent,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET slug = $2, title = $3, summary = $4, minutes = $5, body = $6, body_html = $7,
                render_version = $8, video_url = $9, is_preview = $10, action_items = $11, key_takeaways = $12,
                resources = $13, updated_at = $14
         WHERE id = $1",
        id,
        &lesson.slug,
        &lesson.title,
        &lesson.summary,
        lesson.minutes,
        &lesson.body,
        markdown::to_html(&lesson.body),
        markdown::RENDER_VERSION,
        &lesson.video_url,
        lesson.is_preview,
        serde_json::json!(action_items(lesson)),
        serde_json::json!(lesson.key_takeaways),
        serde_json::json!(lesson.resources),
        now
    ))
    .await?;
    uses::lesson(tx, id, lesson).await
}

fn action_items(lesson: &LessonContent) -> Vec<ActionItem> {
    lesson
        .action_items
        .iter()
        .map(|item| ActionItem { id: item.id.unwrap_or_else(ActionItemId::new), text: item.text.clone() })
        .collect()
}

pub(in crate::authoring) async fn save_draft(
    tx: &mut Tx,
    id: LessonId,
    content: &LessonContent,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO lesson_drafts (lesson_id, content, saved_by, saved_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (lesson_id) DO UPDATE SET content = $2, saved_by = $3, saved_at = $4, outdated = FALSE",
        id,
        serde_json::json!(content),
        by,
        now
    ))
    .await?;
    uses::draft(tx, id, content).await
}

pub(in crate::authoring) async fn remove_draft(tx: &mut Tx, id: LessonId) -> Result<()> {
    tx.run(sql!("DELETE FROM lesson_drafts WHERE lesson_id = $1", id)).await?;
    Ok(())
}

/// Notes that learners read another text than the one that the working copy was made from.
pub(in crate::authoring) async fn outdate_draft(tx: &mut Tx, id: LessonId) -> Result<()> {
    tx.run(sql!("UPDATE lesson_drafts SET outdated = TRUE WHERE lesson_id = $1", id)).await?;
    Ok(())
}

pub(in crate::authoring) async fn set_lesson_status(
    tx: &mut Tx,
    id: LessonId,
    status: LessonStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET status = $2, hidden = $4, updated_at = $3 WHERE id = $1",
        id,
        status.as_str(),
        now,
        status == LessonStatus::Draft
    ))
    .await?;
    Ok(())
}

/// Puts every written lesson of a course before its learners, but those that somebody hid from them.
pub(in crate::authoring) async fn publish_lessons(
    tx: &mut Tx,
    course: CourseId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE lessons SET status = 'published', updated_at = $2
         WHERE course_id = $1 AND status = 'draft' AND body <> '' AND NOT hidden",
        course,
        now
    ))
    .await?;
    Ok(())
}

/// Whether a published course shows its learners no lesson but this one.
pub(in crate::authoring) async fn is_last_published(
    conn: &mut Conn,
    course: CourseId,
    id: LessonId,
) -> Result<bool> {
    let (found,): (i64,) = conn
        .one(sql!(
            "SELECT COUNT(*) FROM courses c WHERE c.id = $1 AND c.status = 'published'
                    AND NOT EXISTS (SELECT 1 FROM lessons l
                                    WHERE l.course_id = c.id AND l.id <> $2 AND l.status = 'published')",
            course,
            id
        ))
        .await?;
    Ok(found > 0)
}

/// Gives lessons their days. First none of them has a day that another may need.
pub(in crate::authoring) async fn set_days(tx: &mut Tx, course: CourseId, order: &[LessonId]) -> Result<()> {
    tx.run(sql!("UPDATE lessons SET day = -day WHERE course_id = $1", course)).await?;
    for (day, id) in (1_i64..).zip(order) {
        tx.run(sql!("UPDATE lessons SET day = $3 WHERE id = $2 AND course_id = $1", course, *id, day))
            .await?;
    }
    Ok(())
}

/// How many people have begun a lesson, and how many notes they wrote in it.
pub(in crate::authoring) async fn lesson_learners(conn: &mut Conn, id: LessonId) -> Result<(i64, i64)> {
    conn.one(sql!(
        "SELECT (SELECT COUNT(*) FROM (SELECT user_id FROM lesson_progress WHERE lesson_id = $1 UNION
                                       SELECT user_id FROM quiz_attempts WHERE lesson_id = $1) AS begun),
                (SELECT COUNT(*) FROM notes WHERE lesson_id = $1)",
        id
    ))
    .await
}
