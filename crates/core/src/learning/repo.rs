//! Learning's SQL.

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Conn, FromRow, Result, Tx, sql};

use super::{
    DoneDays, Enrollment, LessonProgress, Note, QuizStandings, own_courses::OwnCourse, rules, schedule::Plan,
};
use crate::ids::{ActionItemId, CourseId, EnrollmentId, LessonId, UserId};

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
        "INSERT INTO learners (user_id, time_counted_until, listed)
         SELECT user_id, $2, on_leaderboards FROM profiles WHERE user_id = $1
         ON CONFLICT (user_id) DO NOTHING",
        user,
        now
    ))
    .await?;
    Ok(added == 1)
}

/// What a learner's report of a lesson says of the course as a whole.
pub(super) struct Step {
    pub course: CourseId,
    pub lesson: LessonId,
    /// The days that are done with it: the lesson's own, or none.
    pub done: DoneDays,
    /// All days that the course has.
    pub all: DoneDays,
}

impl Step {
    /// The lesson is used, and nothing is done with that.
    pub(super) fn visit(course: CourseId, lesson: LessonId) -> Self {
        Self { course, lesson, done: DoneDays::default(), all: DoneDays::default() }
    }
}

/// The row that stands for one person in one course.
#[derive(Debug, Clone, FromRow)]
pub(super) struct EnrollmentRow {
    pub start_day: NaiveDate,
    #[sqlx(json)]
    pub plan: Plan,
    pub done_days: DoneDays,
    pub lessons_completed: i64,
    pub completed_at: Option<DateTime<Utc>>,
}

/// Takes a step in the enrollment, which stays locked until the transaction ends. The course is complete from the
/// moment when no day is left.
pub(super) async fn step(
    tx: &mut Tx,
    user: UserId,
    step: &Step,
    now: DateTime<Utc>,
) -> Result<Option<EnrollmentRow>> {
    let row: Option<EnrollmentRow> = tx
        .opt(sql!(
            "UPDATE enrollments SET last_activity_at = $4, last_lesson_id = $3, done_days = done_days | $5,
                    lessons_completed = lessons_completed + CASE WHEN done_days | $5 = done_days THEN 0 ELSE 1 END
             WHERE user_id = $1 AND course_id = $2
             RETURNING start_day, plan, done_days, lessons_completed, completed_at",
            user,
            step.course,
            step.lesson,
            now,
            step.done
        ))
        .await?;
    let Some(mut row) = row else { return Ok(None) };
    // On its own, because indexes hold when a course was completed: steps would move what stands there.
    if row.completed_at.is_none() && !step.done.is_empty() && row.done_days.contains_all(step.all) {
        tx.run(sql!(
            "UPDATE enrollments SET completed_at = $3 WHERE user_id = $1 AND course_id = $2",
            user,
            step.course,
            now
        ))
        .await?;
        row.completed_at = Some(now);
    }
    Ok(Some(row))
}

pub(super) async fn own_courses(conn: &mut Conn, user: UserId) -> Result<Vec<OwnCourse>> {
    conn.all(sql!(
        "SELECT course_id, enrolled_at, start_day, plan, completed_at, lessons_completed, time_spent_seconds,
                last_lesson_id, done_days, quizzes
         FROM enrollments WHERE user_id = $1 ORDER BY last_activity_at DESC, id",
        user
    ))
    .await
}

/// What a lesson page shows of its learner: one row for each action item that is ticked, at least one.
#[derive(FromRow)]
pub(super) struct LessonRow {
    pub start_day: NaiveDate,
    #[sqlx(json)]
    pub plan: Plan,
    pub course_completed_at: Option<DateTime<Utc>>,
    pub done_days: DoneDays,
    #[sqlx(json)]
    pub quizzes: QuizStandings,
    completed_at: Option<DateTime<Utc>>,
    time_spent_seconds: i64,
    video_position_seconds: i64,
    note: String,
    note_version: i64,
    note_updated_at: Option<DateTime<Utc>>,
    pub ticked: Option<ActionItemId>,
}

impl LessonRow {
    /// Bytes in memory, about.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.note.len() + self.plan.weight() + self.quizzes.weight()
    }

    pub(super) fn progress(&self, lesson_id: LessonId) -> LessonProgress {
        LessonProgress {
            lesson_id,
            completed_at: self.completed_at,
            time_spent_seconds: self.time_spent_seconds,
            video_position_seconds: self.video_position_seconds,
        }
    }

    /// Whether the course was completed in the moment in which this lesson was.
    pub(super) fn ended_course(&self) -> bool {
        self.completed_at.is_some() && self.completed_at == self.course_completed_at
    }

    pub(super) fn note(&self, lesson_id: LessonId) -> Note {
        Note {
            lesson_id,
            body: self.note.clone(),
            version: self.note_version,
            updated_at: self.note_updated_at,
        }
    }
}

/// Everything that a lesson page needs, in one question; no rows when the person isn't enrolled.
pub(super) async fn lesson_rows(
    conn: &mut Conn,
    user: UserId,
    course: CourseId,
    lesson: LessonId,
) -> Result<Vec<LessonRow>> {
    conn.all(sql!(
        "SELECT e.start_day, e.plan, e.completed_at AS course_completed_at, e.done_days, e.quizzes, p.completed_at,
                COALESCE(p.time_spent_seconds, 0) AS time_spent_seconds,
                COALESCE(p.video_position_seconds, 0) AS video_position_seconds, COALESCE(n.body, '') AS note,
                COALESCE(n.version, 0) AS note_version, n.updated_at AS note_updated_at, t.item_id AS ticked
         FROM enrollments e
         LEFT JOIN lesson_progress p ON p.user_id = e.user_id AND p.lesson_id = $3
         LEFT JOIN notes n ON n.user_id = e.user_id AND n.lesson_id = $3
         LEFT JOIN action_item_ticks t ON t.user_id = e.user_id AND t.lesson_id = $3
         WHERE e.user_id = $1 AND e.course_id = $2",
        user,
        course,
        lesson
    ))
    .await
}

/// Marks the lesson complete; answers its progress, or nothing when it was complete before.
pub(super) async fn complete_lesson(
    tx: &mut Tx,
    user: UserId,
    lesson: LessonId,
    course: CourseId,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Option<LessonProgress>> {
    tx.opt(sql!(
        "INSERT INTO lesson_progress (user_id, lesson_id, course_id, completed_at, completed_on)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, lesson_id) DO UPDATE SET completed_at = $4, completed_on = $5
         WHERE lesson_progress.completed_at IS NULL
         RETURNING lesson_id, completed_at, time_spent_seconds, video_position_seconds",
        user,
        lesson,
        course,
        now,
        today
    ))
    .await
}

/// Until when time was counted for this person; moves it to `now` and holds the row.
pub(super) async fn count_time_until(
    tx: &mut Tx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    // Touching the row takes its lock; only then is its value read.
    tx.run(sql!("UPDATE learners SET time_counted_until = time_counted_until WHERE user_id = $1", user))
        .await?;
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
        "SELECT p.lesson_id, p.completed_at, p.time_spent_seconds, p.video_position_seconds
         FROM lessons l JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = $1
         WHERE l.course_id = $2 ORDER BY l.day, l.id",
        user,
        course
    ))
    .await
}

const NEXT_LESSON: &str = "(SELECT l.id FROM lessons l
        WHERE l.course_id = e.course_id AND l.status = 'published'
          AND (e.done_days >> CAST(l.day - 1 AS INTEGER)) & 1 = 0
        ORDER BY l.day LIMIT 1) AS next_lesson_id";

fn enrollment_select() -> momentum_db::Statement {
    let mut query = sql!(
        "SELECT e.id, e.course_id, c.slug AS course_slug, c.title AS course_title, e.enrolled_at, e.start_day,
                e.completed_at, e.lessons_completed, c.lesson_count, e.time_spent_seconds, e.quizzes, "
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

/// Counts what is done in a course anew, for every enrollment: to be called when its published lessons, or their days, have
/// changed. Who has done all that is left is finished.
pub(super) async fn recount(tx: &mut Tx, course: CourseId, now: DateTime<Utc>) -> Result<()> {
    // Holds the enrollments first. Otherwise PostgreSQL waits for who takes a step just now, and then counts as if they hadn't:
    // a statement sees what was committed when it began.
    tx.run(sql!("UPDATE enrollments SET plan = plan WHERE course_id = $1", course)).await?;
    tx.run(sql!(
        "UPDATE enrollments SET
                done_days = COALESCE(
                    (SELECT CAST(SUM(CAST(1 AS BIGINT) << CAST(l.day - 1 AS INTEGER)) AS BIGINT)
                     FROM lessons l JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = enrollments.user_id
                     WHERE l.course_id = $1 AND l.status = 'published' AND p.completed_at IS NOT NULL), 0),
                lessons_completed =
                    (SELECT COUNT(*)
                     FROM lessons l JOIN lesson_progress p ON p.lesson_id = l.id AND p.user_id = enrollments.user_id
                     WHERE l.course_id = $1 AND l.status = 'published' AND p.completed_at IS NOT NULL)
         WHERE course_id = $1",
        course
    ))
    .await?;
    tx.run(sql!(
        "UPDATE enrollments SET completed_at = $2
         WHERE course_id = $1 AND completed_at IS NULL AND lessons_completed > 0
           AND lessons_completed = (SELECT COUNT(*) FROM lessons WHERE course_id = $1 AND status = 'published')",
        course,
        now
    ))
    .await?;
    Ok(())
}
