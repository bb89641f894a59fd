//! What an administrator sees first: how the site is doing, and what happened last.

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, FromRow, Result as DbResult, sql};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Result, Services,
    audit::{self, AuditEntry, AuditFilter},
    identity::Actor,
    ids::{CourseId, UserId},
};

/// How many of the latest things are shown.
const LATEST: i64 = 6;

/// How the site is doing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Overview {
    pub users: i64,
    /// In the last seven days.
    pub new_users: i64,
    /// People who learned in the last seven days.
    pub active_learners: i64,
    pub published_courses: i64,
    pub draft_courses: i64,
    pub archived_courses: i64,
    /// Lessons with text that isn't saved.
    pub lesson_drafts: i64,
    /// In the last seven days.
    pub enrollments: i64,
    /// Courses finished in the last seven days.
    pub completions: i64,
    /// Jobs that were given up.
    pub dead_jobs: i64,
    pub failed_mails: i64,
    pub latest_users: Vec<LatestUser>,
    pub latest_enrollments: Vec<LatestEnrollment>,
    pub latest_changes: Vec<AuditEntry>,
}

/// Somebody who has just signed up.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct LatestUser {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub created_at: DateTime<Utc>,
}

/// Somebody who has just joined a course.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct LatestEnrollment {
    pub user_id: UserId,
    pub name: String,
    pub course_id: CourseId,
    pub course_title: String,
    pub enrolled_at: DateTime<Utc>,
}

/// Counts and what happened last.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn overview(s: &Services, actor: &Actor) -> Result<Overview> {
    actor.require_admin()?;
    let since = s.clock.now() - TimeDelta::days(7);
    let mut conn = s.db.read().await?;
    let conn = &mut conn;
    let (users, new_users): (i64, i64) = conn
        .one(sql!(
            "SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM users WHERE created_at >= $1)",
            since
        ))
        .await?;
    let (active_learners,): (i64,) =
        conn.one(sql!("SELECT COUNT(*) FROM learners WHERE time_counted_until >= $1", since)).await?;
    let (enrollments, completions): (i64, i64) = conn
        .one(sql!(
            "SELECT (SELECT COUNT(*) FROM enrollments WHERE enrolled_at >= $1),
                    (SELECT COUNT(*) FROM enrollments WHERE completed_at >= $1 AND completed_at IS NOT NULL)",
            since
        ))
        .await?;
    let filter = AuditFilter { q: String::new(), from: None, to: None };
    let (latest_changes, _) = audit::entries(conn, &filter, LATEST, 0).await?;
    Ok(Overview {
        users,
        new_users,
        active_learners,
        published_courses: count(conn, "SELECT COUNT(*) FROM courses WHERE status = 'published'").await?,
        draft_courses: count(conn, "SELECT COUNT(*) FROM courses WHERE status = 'draft'").await?,
        archived_courses: count(conn, "SELECT COUNT(*) FROM courses WHERE status = 'archived'").await?,
        lesson_drafts: count(conn, "SELECT COUNT(*) FROM lesson_drafts").await?,
        enrollments,
        completions,
        dead_jobs: count(conn, "SELECT COUNT(*) FROM jobs WHERE state = 'dead'").await?,
        failed_mails: count(conn, "SELECT COUNT(*) FROM mails WHERE state = 'failed'").await?,
        latest_users: conn
            .all(sql!(
                "SELECT id, name, email, created_at FROM users ORDER BY created_at DESC, id DESC LIMIT $1",
                LATEST
            ))
            .await?,
        latest_enrollments: conn
            .all(sql!(
                "SELECT e.user_id, u.name, e.course_id, c.title AS course_title, e.enrolled_at
                 FROM enrollments e JOIN users u ON u.id = e.user_id JOIN courses c ON c.id = e.course_id
                 ORDER BY e.enrolled_at DESC, e.id DESC LIMIT $1",
                LATEST
            ))
            .await?,
        latest_changes,
    })
}

async fn count(conn: &mut Conn, query: &'static str) -> DbResult<i64> {
    let (count,): (i64,) = conn.one(query).await?;
    Ok(count)
}
