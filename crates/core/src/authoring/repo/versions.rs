//! The history.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, FromRow, Json, Result, sql};

use crate::{
    authoring::{Change, Snapshot},
    ids::{CourseId, LessonId, UserId},
};

/// One row of the history.
#[derive(FromRow)]
pub(in crate::authoring) struct StoredVersion {
    pub number: i64,
    pub lesson_id: Option<LessonId>,
    pub title: String,
    pub change: Change,
    pub content: Json<Snapshot>,
    pub created_by: Option<UserId>,
    pub created_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
}

macro_rules! version_columns {
    () => {
        "SELECT v.number, v.lesson_id, v.title, v.change, v.content, v.created_by, u.name AS created_by_name, v.created_at
         FROM content_versions v LEFT JOIN users u ON u.id = v.created_by WHERE v.course_id = $1"
    };
}

/// A part of the history, the newest first, and how much there is in all.
pub(in crate::authoring) async fn versions(
    conn: &mut Conn,
    course: CourseId,
    lesson: Option<LessonId>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<StoredVersion>, i64)> {
    let lesson = lesson.map(|id| id.0);
    let rows = conn
        .all(sql!(
            concat!(
                version_columns!(),
                " AND ($2 IS NULL OR v.lesson_id = $2) ORDER BY v.number DESC LIMIT $3 OFFSET $4"
            ),
            course,
            lesson,
            limit,
            offset
        ))
        .await?;
    let (total,): (i64,) = conn
        .one(sql!(
            "SELECT COUNT(*) FROM content_versions WHERE course_id = $1 AND ($2 IS NULL OR lesson_id = $2)",
            course,
            lesson
        ))
        .await?;
    Ok((rows, total))
}

pub(in crate::authoring) async fn version(
    conn: &mut Conn,
    course: CourseId,
    number: i64,
) -> Result<Option<StoredVersion>> {
    conn.opt(sql!(concat!(version_columns!(), " AND v.number = $2"), course, number)).await
}

/// The newest version in which people changed a lesson since then.
pub(in crate::authoring) async fn written_since(
    conn: &mut Conn,
    course: CourseId,
    lesson: LessonId,
    since: DateTime<Utc>,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = conn
        .opt(sql!(
            "SELECT number FROM content_versions
             WHERE course_id = $1 AND lesson_id = $2 AND created_at >= $3
               AND change IN ('saved', 'quiz', 'restored', 'working_copy')
             ORDER BY number DESC LIMIT 1",
            course,
            lesson,
            since
        ))
        .await?;
    Ok(row.map(|(number,)| number))
}

/// The newest version of a lesson that came whole: a program wrote it, or it was restored.
pub(in crate::authoring) async fn last_whole(
    conn: &mut Conn,
    course: CourseId,
    lesson: LessonId,
) -> Result<Option<StoredVersion>> {
    conn.opt(sql!(
        concat!(
            version_columns!(),
            " AND v.lesson_id = $2 AND v.change IN ('generated', 'restored') ORDER BY v.number DESC LIMIT 1"
        ),
        course,
        lesson
    ))
    .await
}

/// The newest version of a lesson after this one that somebody wrote.
pub(in crate::authoring) async fn last_edit(
    conn: &mut Conn,
    course: CourseId,
    lesson: LessonId,
    after: i64,
) -> Result<Option<StoredVersion>> {
    conn.opt(sql!(
        concat!(
            version_columns!(),
            " AND v.lesson_id = $2 AND v.number > $3 AND v.change IN ('saved', 'quiz') ORDER BY v.number DESC LIMIT 1"
        ),
        course,
        lesson,
        after
    ))
    .await
}

/// The version of the same thing before this one.
pub(in crate::authoring) async fn version_before(
    conn: &mut Conn,
    course: CourseId,
    lesson: Option<LessonId>,
    number: i64,
) -> Result<Option<StoredVersion>> {
    let query = match lesson {
        Some(id) => sql!(
            concat!(
                version_columns!(),
                " AND v.number < $2 AND v.lesson_id = $3 ORDER BY v.number DESC LIMIT 1"
            ),
            course,
            number,
            id
        ),
        None => sql!(
            concat!(
                version_columns!(),
                " AND v.number < $2 AND v.lesson_id IS NULL ORDER BY v.number DESC LIMIT 1"
            ),
            course,
            number
        ),
    };
    conn.opt(query).await
}
