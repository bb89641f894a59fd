//! Who uses what: read out of what authors save.

use std::collections::HashMap;

use momentum_db::{Conn, FromRow, Tx, sql};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{MediaKind, Visibility, address};
use crate::{FieldErrors, Result, Services, identity::Actor, ids::MediaId, words::words};

words! {
    /// Whose text has the address.
    OwnerKind {
        Course = "course",
        Lesson = "lesson",
        /// The working copy of a lesson, by the lesson's id.
        Draft = "draft",
        /// The site itself.
        Branding = "branding",
    }
}

/// One place where a file is used.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct MediaUse {
    pub owner_kind: OwnerKind,
    pub owner_id: Uuid,
    /// Of the course or lesson.
    pub title: String,
}

/// In how many places a file is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, FromRow, ToSchema)]
pub struct UseCounts {
    pub courses: i64,
    /// In their text or in their working copy.
    pub lessons: i64,
    /// 1: the site itself uses it.
    pub site: i64,
}

/// Notes which files an owner uses: those whose addresses stand in `texts`, and no others. To be called by whoever saves the
/// owner, in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn set_uses(tx: &mut Tx, kind: OwnerKind, owner: Uuid, texts: &[&str]) -> momentum_db::Result<()> {
    let mut wanted: Vec<MediaId> = texts.iter().flat_map(|text| address::named_in(text)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    tx.run(sql!("DELETE FROM media_uses WHERE owner_kind = $1 AND owner_id = $2", kind.as_str(), owner))
        .await?;
    for id in wanted {
        // Held until the end of the transaction, so that nobody deletes it meanwhile.
        let mut hold = sql!("SELECT id FROM media WHERE id = $1", id);
        hold.push(tx.lock_shared());
        if tx.opt::<(MediaId,)>(hold).await?.is_some() {
            tx.run(sql!(
                "INSERT INTO media_uses (media_id, owner_kind, owner_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                id,
                kind.as_str(),
                owner
            ))
            .await?;
        }
    }
    Ok(())
}

/// What an address of the library has to lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A picture that everybody may see.
    Picture,
    Video,
    Any,
}

/// Notes the fields whose address in the library leads nowhere, or to something else than wanted. Addresses on the web are not
/// looked at.
///
/// # Errors
/// When the database fails.
pub async fn check_addresses(
    s: &Services,
    errors: &mut FieldErrors,
    fields: Vec<(String, String, Wanted)>,
) -> Result<()> {
    let mut conn = s.db.read().await?;
    for (field, url, wanted) in fields {
        if !url.starts_with("/media/") {
            continue;
        }
        let file = match address::address_id(&url) {
            Some(id) => super::library::row(&mut conn, id).await?,
            None => None,
        };
        let Some(file) = file else {
            errors.add_named(field, "unknown", "There is no such file in the media library.");
            continue;
        };
        let (fits, message) = match wanted {
            Wanted::Picture => (
                file.kind == MediaKind::Image && file.visibility == Visibility::Public,
                "Choose a picture that everybody may see.",
            ),
            Wanted::Video => (file.kind == MediaKind::Video, "Choose a video."),
            Wanted::Any => (true, ""),
        };
        if !fits {
            errors.add_named(field, "other-kind", message);
        }
    }
    Ok(())
}

/// Whether a text names files that aren't in the library.
///
/// # Errors
/// When the database fails.
pub async fn names_gone(s: &Services, text: &str) -> Result<bool> {
    let mut conn = s.db.read().await?;
    for id in address::named_in(text) {
        if super::library::row(&mut conn, id).await?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where a file is used.
///
/// # Errors
/// [`crate::Error::Forbidden`] to everybody but administrators.
pub async fn uses(s: &Services, actor: &Actor, id: MediaId) -> Result<Vec<MediaUse>> {
    actor.require_admin()?;
    of(&mut s.db.read().await?, id).await
}

/// A condition on `media`: somebody uses the file. Owners that are gone don't count.
pub(super) const IS_USED: &str =
    "EXISTS (SELECT 1 FROM media_uses u WHERE u.media_id = media.id AND (u.owner_kind = 'branding'
                 OR (u.owner_kind = 'course' AND EXISTS (SELECT 1 FROM courses c WHERE c.id = u.owner_id))
                 OR (u.owner_kind = 'lesson' AND EXISTS (SELECT 1 FROM lessons l WHERE l.id = u.owner_id))
                 OR (u.owner_kind = 'draft' AND EXISTS (SELECT 1 FROM lesson_drafts d WHERE d.lesson_id = u.owner_id))))";

#[derive(FromRow)]
struct CountsOf {
    media_id: MediaId,
    #[sqlx(flatten)]
    counts: UseCounts,
}

/// How often these files are used; those that nobody uses may be missing.
pub(super) async fn counts(conn: &mut Conn, ids: &[MediaId]) -> Result<HashMap<MediaId, UseCounts>> {
    let mut query = sql!(
        "SELECT u.media_id, COUNT(c.id) AS courses,
                COUNT(DISTINCT CASE u.owner_kind WHEN 'lesson' THEN l.id ELSE d.lesson_id END) AS lessons,
                COUNT(CASE WHEN u.owner_kind = 'branding' THEN 1 END) AS site
         FROM media_uses u
         LEFT JOIN courses c ON u.owner_kind = 'course' AND c.id = u.owner_id
         LEFT JOIN lessons l ON u.owner_kind = 'lesson' AND l.id = u.owner_id
         LEFT JOIN lesson_drafts d ON u.owner_kind = 'draft' AND d.lesson_id = u.owner_id
         WHERE u.media_id IN ("
    );
    query.push_list(ids.iter().copied()).push(") GROUP BY u.media_id");
    let rows: Vec<CountsOf> = conn.all(query).await?;
    Ok(rows.into_iter().map(|row| (row.media_id, row.counts)).collect())
}

/// Owners that are gone don't count.
pub(super) async fn of(conn: &mut Conn, id: MediaId) -> Result<Vec<MediaUse>> {
    Ok(conn
        .all(sql!(
            "SELECT u.owner_kind, u.owner_id, c.title FROM media_uses u JOIN courses c ON c.id = u.owner_id
             WHERE u.media_id = $1 AND u.owner_kind = 'course'
             UNION ALL
             SELECT u.owner_kind, u.owner_id, l.title FROM media_uses u JOIN lessons l ON l.id = u.owner_id
             WHERE u.media_id = $1 AND u.owner_kind = 'lesson'
             UNION ALL
             SELECT u.owner_kind, u.owner_id, l.title FROM media_uses u
             JOIN lesson_drafts d ON d.lesson_id = u.owner_id JOIN lessons l ON l.id = u.owner_id
             WHERE u.media_id = $1 AND u.owner_kind = 'draft'
             UNION ALL
             SELECT u.owner_kind, u.owner_id, 'The site' FROM media_uses u
             WHERE u.media_id = $1 AND u.owner_kind = 'branding'
             LIMIT 200",
            id
        ))
        .await?)
}
