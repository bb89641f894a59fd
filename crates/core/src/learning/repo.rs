//! Learning's SQL.

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, Result, Tx, sql};

use super::{Enrollment, LessonProgress, rules};
use crate::ids::{ActionItemId, CourseId, EnrollmentId, LessonId, UserId};

/// The row that stands for one person in one course.
#[derive(Debug, Clone, FromRow)]
pub(super) struct EnrollmentRow {
    pub start_day: NaiveDate,
    pub completed_at: Option<DateTime<Utc>>,
    pub time_spent_seconds: i64,
}

/// Adds the enrollment unless it is there; answers whether it was added.
pub(super) async fn insert_enrollment(
    tx: &mut Tx,
    user: UserId,
    course: CourseId,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<bool> {
    let added = tx
        .run(sql!(
            "INSERT INTO enrollments (id, user_id, course_id, enrolled_at, start_day, last_activity_at)
             VALUES ($1, $2, $3, $4, $5, $4) ON CONFLICT (user_id, course_id) DO NOTHING",
            EnrollmentId::new(),
            user,
            course,
            now,
            today
        ))
        .await?;
    tx.run(sql!(
        "INSERT INTO learners (user_id, time_counted_until) VALUES ($1, $2) ON CONFLICT (user_id) DO NOTHING",
        user,
        now
    ))
    .await?;
    Ok(added == 1)
}

/// The enrollment, locked until the transaction ends.
pub(super) async fn lock_enrollment(
    tx: &mut Tx,
    user: UserId,
    course: CourseId,
    lesson: LessonId,
    now: DateTime<Utc>,
) -> Result<Option<EnrollmentRow>> {
    tx.opt(sql!(
        "UPDATE enrollments SET last_activity_at = $4, last_lesson_id = $3 WHERE user_id = $1 AND course_id = $2
         RETURNING start_day, completed_at, time_spent_seconds",
        user,
        course,
        lesson,
        now
    ))
    .await
}

pub(super) async fn enrollment_row(
    conn: &mut Conn,
    user: UserId,
    course: CourseId,
) -> Result<Option<EnrollmentRow>> {
    conn.opt(sql!(
        "SELECT start_day, completed_at, time_spent_seconds FROM enrollments WHERE user_id = $1 AND course_id = $2",
        user,
        course
    ))
    .await
}

/// Marks the lesson complete; answers whether it was not before.
pub(super) async fn complete_lesson(
    tx: &mut Tx,
    user: UserId,
    lesson: LessonId,
    course: CourseId,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<bool> {
    let changed = tx
        .run(sql!(
            "INSERT INTO lesson_progress (user_id, lesson_id, course_id, completed_at, completed_on)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, lesson_id) DO UPDATE SET completed_at = $4, completed_on = $5
             WHERE lesson_progress.completed_at IS NULL",
            user,
            lesson,
            course,
            now,
            today
        ))
        .await?;
    Ok(changed == 1)
}

/// How many of the course's published lessons the person has done, and how many there are.
pub(super) async fn count_completed(conn: &mut Conn, user: UserId, course: CourseId) -> Result<(i64, i64)> {
    conn.one(sql!(
        "SELECT COUNT(p.completed_at), COUNT(*) FROM lessons l
         LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = $1
         WHERE l.course_id = $2 AND l.status = 'published'",
        user,
        course
    ))
    .await
}

pub(super) async fn store_counts(
    tx: &mut Tx,
    user: UserId,
    course: CourseId,
    completed: i64,
    completed_at: Option<DateTime<Utc>>,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE enrollments SET lessons_completed = $3, completed_at = $4 WHERE user_id = $1 AND course_id = $2",
        user,
        course,
        completed,
        completed_at
    ))
    .await?;
    Ok(())
}

/// Until when time was counted for this person; moves it to `now` and holds the row.
pub(super) async fn count_time_until(
    tx: &mut Tx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    // Touching the row takes its lock; only then is its value read.
    tx.run(sql!("UPDATE learners SET user_id = user_id WHERE user_id = $1", user)).await?;
    let before: Option<(DateTime<Utc>,)> =
        tx.opt(sql!("SELECT time_counted_until FROM learners WHERE user_id = $1", user)).await?;
    tx.run(sql!(
        "UPDATE learners SET time_counted_until = $2 WHERE user_id = $1 AND time_counted_until < $2",
        user,
        now
    ))
    .await?;
    Ok(before.map(|(until,)| until))
}

pub(super) async fn add_time(
    tx: &mut Tx,
    user: UserId,
    lesson: LessonId,
    course: CourseId,
    seconds: i64,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO lesson_progress (user_id, lesson_id, course_id, time_spent_seconds) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, lesson_id)
         DO UPDATE SET time_spent_seconds = lesson_progress.time_spent_seconds + $4",
        user,
        lesson,
        course,
        seconds
    ))
    .await?;
    tx.run(sql!(
        "UPDATE enrollments SET time_spent_seconds = time_spent_seconds + $3 WHERE user_id = $1 AND course_id = $2",
        user,
        course,
        seconds
    ))
    .await?;
    Ok(())
}

pub(super) async fn set_video_position(
    tx: &mut Tx,
    user: UserId,
    lesson: LessonId,
    course: CourseId,
    seconds: i64,
) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO lesson_progress (user_id, lesson_id, course_id, video_position_seconds)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, lesson_id) DO UPDATE SET video_position_seconds = $4",
        user,
        lesson,
        course,
        seconds
    ))
    .await?;
    Ok(())
}

pub(super) async fn lesson_progress(
    conn: &mut Conn,
    user: UserId,
    lesson: LessonId,
) -> Result<LessonProgress> {
    let progress = conn
        .opt(sql!(
            "SELECT lesson_id, completed_at, time_spent_seconds, video_position_seconds FROM lesson_progress
             WHERE user_id = $1 AND lesson_id = $2",
            user,
            lesson
        ))
        .await?;
    Ok(progress.unwrap_or_else(|| LessonProgress::none(lesson)))
}

pub(super) async fn course_progress(
    conn: &mut Conn,
    user: UserId,
    course: CourseId,
) -> Result<Vec<LessonProgress>> {
    conn.all(sql!(
        "SELECT lesson_id, completed_at, time_spent_seconds, video_position_seconds FROM lesson_progress
         WHERE user_id = $1 AND course_id = $2 ORDER BY lesson_id",
        user,
        course
    ))
    .await
}

/// The days of the course whose lessons the person has done.
pub(super) async fn done_days(conn: &mut Conn, user: UserId, course: CourseId) -> Result<Vec<i64>> {
    let days: Vec<(i64,)> = conn
        .all(sql!(
            "SELECT l.day FROM lesson_progress p JOIN lessons l ON l.id = p.lesson_id
             WHERE p.user_id = $1 AND p.course_id = $2 AND p.completed_at IS NOT NULL AND l.status = 'published'
             ORDER BY l.day",
            user,
            course
        ))
        .await?;
    Ok(days.into_iter().map(|(day,)| day).collect())
}

pub(super) async fn ticked_items(
    conn: &mut Conn,
    user: UserId,
    lesson: LessonId,
) -> Result<Vec<ActionItemId>> {
    let items: Vec<(ActionItemId,)> = conn
        .all(sql!(
            "SELECT item_id FROM action_item_ticks WHERE user_id = $1 AND lesson_id = $2",
            user,
            lesson
        ))
        .await?;
    Ok(items.into_iter().map(|(item,)| item).collect())
}

const NEXT_LESSON: &str = "(SELECT l.id FROM lessons l
        LEFT JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = e.user_id
        WHERE l.course_id = e.course_id AND l.status = 'published' AND p.completed_at IS NULL
        ORDER BY l.day LIMIT 1) AS next_lesson_id";

fn enrollment_select() -> momentum_db::Statement {
    let mut query = sql!(
        "SELECT e.id, e.course_id, c.slug AS course_slug, c.title AS course_title, e.enrolled_at, e.start_day,
                e.completed_at, e.lessons_completed, c.lesson_count, e.time_spent_seconds, "
    );
    query
        .push(NEXT_LESSON)
        .push(" FROM enrollments e JOIN courses c ON c.id = e.course_id WHERE e.user_id = ");
    query
}

pub(super) async fn enrollment(
    conn: &mut Conn,
    user: UserId,
    which: EnrollmentKey,
) -> Result<Option<Enrollment>> {
    let mut query = enrollment_select();
    query.push_bind(user);
    match which {
        EnrollmentKey::Id(id) => query.push(" AND e.id = ").push_bind(id),
        EnrollmentKey::Course(id) => query.push(" AND e.course_id = ").push_bind(id),
    };
    Ok(conn.opt(query).await?.map(with_percent))
}

/// How an enrollment is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum EnrollmentKey {
    Id(EnrollmentId),
    Course(CourseId),
}

pub(super) async fn enrollments(
    conn: &mut Conn,
    user: UserId,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Enrollment>, i64)> {
    let (total,): (i64,) =
        conn.one(sql!("SELECT COUNT(*) FROM enrollments WHERE user_id = $1", user)).await?;
    let mut query = enrollment_select();
    query.push_bind(user);
    query.push(" ORDER BY e.last_activity_at DESC, e.id LIMIT ").push_bind(limit);
    query.push(" OFFSET ").push_bind(offset);
    let rows: Vec<Enrollment> = conn.all(query).await?;
    Ok((rows.into_iter().map(with_percent).collect(), total))
}

fn with_percent(mut enrollment: Enrollment) -> Enrollment {
    enrollment.progress_percent = rules::percent(enrollment.lessons_completed, enrollment.lesson_count);
    enrollment
}
