//! One person, with what helps to help them. Nobody looks through their eyes: this is all there is.

use chrono::{DateTime, Utc};
use momentum_db::{FromRow, sql};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Error, Result, Services,
    audit::{self, AuditEntry},
    identity::{
        self, Actor, User,
        administration::{AccountAccess, account_access, profile_version},
    },
    ids::{CourseId, UserId},
    messaging::{self, MailSummary},
};

/// The most enrollments that are shown.
const ENROLLMENTS: i64 = 100;

/// The most mails and audit entries that are shown.
const LATEST: i64 = 20;

/// A person with all that helps to help them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserDetail {
    pub user: User,
    /// The version of the profile, for a change that must not undo somebody else's.
    pub version: String,
    /// Parts of the profile that are still empty.
    pub missing_parts: Vec<String>,
    /// Exact to some minutes; null: never.
    pub last_seen_at: Option<DateTime<Utc>>,
    pub access: AccountAccess,
    /// What they learn, the latest activity first; at most 100.
    pub enrollments: Vec<UserEnrollment>,
    /// The latest mails of 30 days to them.
    pub mails: Vec<MailSummary>,
    /// The latest entries of the audit log about them: what they did, and what was done to their account.
    pub audit: Vec<AuditEntry>,
}

/// Somebody's way through a course.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct UserEnrollment {
    pub course_id: CourseId,
    pub course_title: String,
    pub enrolled_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    pub lessons_completed: i64,
    /// Lessons of the course.
    pub lesson_count: i64,
    pub time_spent_seconds: i64,
    pub last_activity_at: DateTime<Utc>,
}

/// One person.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators; [`Error::NotFound`].
pub async fn user_detail(s: &Services, actor: &Actor, id: UserId) -> Result<UserDetail> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let user = identity::load_user(&mut conn, id).await?.ok_or(Error::NotFound("user"))?;
    let (seen,): (DateTime<Utc>,) =
        conn.one(sql!("SELECT last_seen_at FROM users WHERE id = $1", id)).await?;
    let enrollments = conn
        .all(sql!(
            "SELECT e.course_id, c.title AS course_title, e.enrolled_at, e.completed_at, e.lessons_completed,
                    c.lesson_count, e.time_spent_seconds, e.last_activity_at
             FROM enrollments e JOIN courses c ON c.id = e.course_id
             WHERE e.user_id = $1 ORDER BY e.last_activity_at DESC, e.id LIMIT $2",
            id,
            ENROLLMENTS
        ))
        .await?;
    Ok(UserDetail {
        missing_parts: identity::missing_parts(&user).into_iter().map(ToOwned::to_owned).collect(),
        version: profile_version(&user)?,
        user,
        last_seen_at: Some(seen).filter(|seen| seen.timestamp() > 0),
        access: account_access(&mut conn, id, s.clock.now()).await?,
        enrollments,
        mails: messaging::to_user(&mut conn, id, LATEST).await?,
        audit: audit::about(&mut conn, id, LATEST).await?,
    })
}
