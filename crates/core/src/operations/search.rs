//! Finding a person, a course or a lesson from anywhere in the panel.

use momentum_db::{FromRow, containing, sql};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Result, Services, identity::Actor};

/// How many of each kind are found.
const EACH: i64 = 6;

/// What was found, by kind, the best first.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Found {
    pub users: Vec<Hit>,
    pub courses: Vec<Hit>,
    pub lessons: Vec<Hit>,
}

/// Something that was found.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Hit {
    pub id: uuid::Uuid,
    pub title: String,
    /// An address of a person, the status of a course, the course of a lesson.
    pub note: String,
}

/// People by name or address, courses and lessons by title.
///
/// # Errors
/// [`crate::Error::Forbidden`] for everybody but administrators.
pub async fn search(s: &Services, actor: &Actor, q: &str) -> Result<Found> {
    actor.require_admin()?;
    let q: String = q.trim().to_lowercase().chars().take(100).collect();
    if q.is_empty() {
        return Ok(Found::default());
    }
    let pattern = containing(&q);
    let mut conn = s.db.read().await?;
    Ok(Found {
        users: conn
            .all(sql!(
                "SELECT id, name AS title, email AS note FROM users
                 WHERE email LIKE $1 ESCAPE '!' OR LOWER(name) LIKE $1 ESCAPE '!' LIMIT $2",
                pattern.as_str(),
                EACH
            ))
            .await?,
        courses: conn
            .all(sql!(
                "SELECT id, title, status AS note FROM courses WHERE LOWER(title) LIKE $1 ESCAPE '!'
                 ORDER BY enrollment_count DESC, id LIMIT $2",
                pattern.as_str(),
                EACH
            ))
            .await?,
        lessons: conn
            .all(sql!(
                "SELECT l.id, l.title, c.title AS note FROM lessons l JOIN courses c ON c.id = l.course_id
                 WHERE l.id IN (SELECT id FROM lessons WHERE LOWER(title) LIKE $1 ESCAPE '!' LIMIT $2)
                 ORDER BY l.title, l.id",
                pattern.as_str(),
                EACH
            ))
            .await?,
    })
}
