//! Who uses what: read out of what authors save.

use momentum_db::{Conn, FromRow, Tx, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{MediaKind, Visibility, address, types::words};
use crate::{FieldErrors, Result, Services, identity::Actor, ids::MediaId};

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

/// Where a file is used.
///
/// # Errors
/// [`crate::Error::Forbidden`] to everybody but administrators.
pub async fn uses(s: &Services, actor: &Actor, id: MediaId) -> Result<Vec<MediaUse>> {
    actor.require_admin()?;
    of(&mut s.db.read().await?, id).await
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
