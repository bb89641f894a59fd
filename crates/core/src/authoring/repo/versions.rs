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
