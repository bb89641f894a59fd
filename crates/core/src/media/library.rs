//! The library: files come in, are described, replaced and removed.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Conn, Statement, Tx, containing, sql};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{
    Format, ListedMedia, MAX_IN_ONE_PIECE, Media, MediaChanges, MediaFilter, MediaKind, MediaSort, NewFile,
    OwnerKind, Visibility, jobs, picture,
    types::{folded, given_name, new_name, plain_name},
    uses,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Actor,
    ids::MediaId,
};

/// Files are counted up to here; more are "more".
const COUNTED: i64 = 10_000;

/// What was delivered before may be on its way to somebody still.
const GRACE: TimeDelta = TimeDelta::seconds(60);

macro_rules! columns {
    () => {
        "SELECT id, COALESCE(label, name) AS name, name AS file_name, kind, content_type, size, sha256, width, height, alt,
                visibility, version, revision, folder, variants, uploaded_by, created_at, replaced_at FROM media"
    };
}

/// The files that match with where they are used, and how many there are (counted up to 10,000).
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn list(s: &Services, actor: &Actor, filter: &MediaFilter) -> Result<(Vec<ListedMedia>, i64)> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let mut count = sql!("SELECT COUNT(*) FROM (SELECT 1 FROM media");
    restrict(&mut count, filter);
    count.push(" LIMIT ").push_bind(COUNTED).push(") AS found");
    let (total,): (i64,) = conn.one(count).await?;
    let mut page = sql!(columns!());
    restrict(&mut page, filter);
    page.push(match filter.sort {
        MediaSort::Newest => " ORDER BY created_at DESC, id DESC",
        MediaSort::Oldest => " ORDER BY created_at, id",
        MediaSort::Name => " ORDER BY COALESCE(label_folded, LOWER(name)), id",
        MediaSort::Size => " ORDER BY size DESC, id",
    });
    page.push(" LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
    let files: Vec<Media> = conn.all(page).await?;
    let ids: Vec<MediaId> = files.iter().map(|media| media.id).collect();
    let counts = uses::counts(&mut conn, &ids).await?;
    let listed = files
        .into_iter()
        .map(|media| ListedMedia { used_in: counts.get(&media.id).copied().unwrap_or_default(), media });
    Ok((listed.collect(), total))
}

fn restrict(statement: &mut Statement, filter: &MediaFilter) {
    statement.push(" WHERE TRUE");
    let name = folded(filter.name.trim());
    if !name.is_empty() {
        let name = containing(&name);
        statement.push(" AND (label_folded LIKE ").push_bind(name.as_str()).push(" ESCAPE '!'");
        statement.push(" OR LOWER(name) LIKE ").push_bind(name).push(" ESCAPE '!')");
    }
    if let Some(kind) = filter.kind {
        statement.push(" AND kind = ").push_bind(kind.as_str());
    }
    if let Some(used) = filter.used {
        statement.push(if used { " AND " } else { " AND NOT " }).push(uses::IS_USED);
    }
}

/// One file.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators; [`Error::NotFound`].
pub async fn find(s: &Services, actor: &Actor, id: MediaId) -> Result<Media> {
    actor.require_admin()?;
    row(&mut s.db.read().await?, id).await?.ok_or(Error::NotFound("file"))
}

pub(super) async fn row(conn: &mut Conn, id: MediaId) -> Result<Option<Media>> {
    Ok(conn.opt(sql!(concat!(columns!(), " WHERE id = $1"), id)).await?)
}

/// One file as it was known some seconds ago, for showing it. Who may see it is decided by the caller.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn known(s: &Services, id: MediaId) -> Result<Arc<Media>> {
    let found = match s.media.known.get(&id) {
        Some(found) => found,
        None => {
            let found = row(&mut s.db.read().await?, id).await?.map(Arc::new);
            s.media.known.insert(id, found.clone());
            found
        }
    };
    found.ok_or(Error::NotFound("file"))
}

/// The oldest file with this content that the same people may see; without `visibility` those who usually see such files.
///
/// # Errors
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn with_content(
    s: &Services,
    actor: &Actor,
    sha256: &str,
    visibility: Option<Visibility>,
) -> Result<Option<Media>> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    let same: Vec<Media> =
        conn.all(sql!(concat!(columns!(), " WHERE sha256 = $1 ORDER BY created_at, id"), sha256)).await?;
    let fits =
        |media: &Media| media.visibility == visibility.unwrap_or_else(|| media.kind.usual_visibility());
    Ok(same.into_iter().find(fits))
}

/// Says what a file shows, where nobody has said it yet. Last in its transaction, as it goes into the audit log.
///
/// # Errors
/// When the database fails.
pub async fn give_alt(s: &Services, tx: &mut Tx, actor: &Actor, id: MediaId, alt: &str) -> Result<()> {
    let given = "UPDATE media SET alt = $2, revision = revision + 1 WHERE id = $1 AND alt = ''";
    if tx.run(sql!(given, id, alt)).await? == 0 {
        return Ok(());
    }
    let media = row(tx, id).await?.ok_or(Error::NotFound("file"))?;
    let was = said(&Media { alt: String::new(), ..media.clone() });
    note(s, tx, actor, "media.changed", &media, was, s.clock.now()).await
}

/// A checked file, ready to be kept.
pub(super) struct Checked {
    pub(super) format: &'static Format,
    pub(super) content: Vec<u8>,
    pub(super) size: Option<(u32, u32)>,
    /// Smaller widths; missing while they are left to a job.
    pub(super) variants: Option<Vec<(u32, Vec<u8>)>>,
}

pub(super) fn not_taken() -> Error {
    Error::invalid(
        "file",
        "not-taken",
        "This kind of file can't be used. Take JPEG, PNG or WebP pictures, MP4 or WebM videos, MP3 or M4A sound, PDF, \
         office documents, ZIP, captions (VTT) or plain text.",
    )
}

pub(super) fn too_large(most: i64) -> Error {
    let most = most / (1024 * 1024);
    Error::invalid("file", "too-large", format!("The file is too large: {most} MB are the most."))
}

/// Finds out what a file is, and makes a picture anew.
pub(super) async fn checked(s: &Services, file: NewFile) -> Result<Checked> {
    let most = s.media.largest.min(i64::try_from(MAX_IN_ONE_PIECE).unwrap_or(i64::MAX));
    if i64::try_from(file.content.len()).unwrap_or(i64::MAX) > most {
        return Err(too_large(most));
    }
    if file.content.is_empty() {
        return Err(Error::invalid("file", "required", "Choose a file that isn't empty."));
    }
    let format = Format::of(&file.content, &file.name).ok_or_else(not_taken)?;
    if format.kind != MediaKind::Image {
        return Ok(Checked { format, content: file.content, size: None, variants: Some(Vec::new()) });
    }
    let _held = s.media.workbench.acquire().await.map_err(Error::internal)?;
    let work = tokio::task::spawn_blocking(move || picture::cleaned(&file.content, format));
    let picture = work.await.map_err(Error::internal)??;
    Ok(Checked {
        format,
        content: picture.content,
        size: Some((picture.width, picture.height)),
        variants: picture.variants,
    })
}

/// A file that the store has, not yet in the library.
pub(super) struct Kept {
    pub(super) format: &'static Format,
    pub(super) folder: String,
    pub(super) bytes: i64,
    pub(super) sha256: String,
    pub(super) size: Option<(u32, u32)>,
    /// Missing while they are left to a job.
    pub(super) widths: Option<Vec<u32>>,
}

/// A folder that no other version of any file has.
pub(super) fn new_folder(id: MediaId) -> String {
    format!("media/{id}/{}", uuid::Uuid::new_v4().simple())
}

/// Puts a checked file into the store.
pub(super) async fn keep(s: &Services, id: MediaId, file: Checked) -> Result<Kept> {
    let folder = new_folder(id);
    let kept = Kept {
        format: file.format,
        bytes: i64::try_from(file.content.len()).map_err(Error::internal)?,
        sha256: hex::encode(Sha256::digest(&file.content)),
        size: file.size,
        widths: file.variants.as_ref().map(|all| all.iter().map(|(width, _)| *width).collect()),
        folder,
    };
    let stored = async {
        s.media.put(&format!("{}/original", kept.folder), file.content).await?;
        for (width, content) in file.variants.unwrap_or_default() {
            s.media.put(&format!("{}/{width}.webp", kept.folder), content).await?;
        }
        Ok(())
    };
    match stored.await {
        Ok(()) => Ok(kept),
        Err(error) => Err(let_go(s, &kept.folder, error).await),
    }
}

/// Removes what was put into the store for nothing.
pub(super) async fn let_go(s: &Services, folder: &str, error: Error) -> Error {
    if let Err(why) = s.media.remove_folder(folder).await {
        tracing::warn!(%why, folder, "files stay in the media store for nothing");
    }
    error
}

/// Adds a small file.
///
/// # Errors
/// [`Error::Invalid`] when it is too large, broken or of a kind that isn't taken; [`Error::Forbidden`] to everybody but
/// administrators.
pub async fn upload(s: &Services, actor: &Actor, file: NewFile) -> Result<Media> {
    actor.require_admin()?;
    let (s, actor) = (s.clone(), actor.clone());
    to_its_end(async move {
        let id = MediaId::new();
        let name = file.name.clone();
        let kept = keep(&s, id, checked(&s, file).await?).await?;
        let added = async {
            let mut tx = s.db.begin().await?;
            let media = add(&s, &mut tx, &actor, id, &name, &kept).await?;
            tx.commit().await?;
            Ok(media)
        };
        match added.await {
            Ok(media) => Ok(media),
            Err(error) => Err(let_go(&s, &kept.folder, error).await),
        }
    })
    .await
}

/// Goes on when whoever asked goes away half way. Otherwise files would stay in the store that nobody knows of.
pub(super) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(work.in_current_span()).await.map_err(Error::internal)?
}

/// Gives a file new content. Its address stays.
///
/// # Errors
/// As [`upload`]; [`Error::Invalid`] `other-kind`; [`Error::NotFound`].
pub async fn replace(s: &Services, actor: &Actor, id: MediaId, file: NewFile) -> Result<Media> {
    let before = find(s, actor, id).await?;
    let (s, actor) = (s.clone(), actor.clone());
    to_its_end(async move {
        let checked = checked(&s, file).await?;
        check_kind(&before, checked.format)?;
        let kept = keep(&s, id, checked).await?;
        let replaced = async {
            let mut tx = s.db.begin().await?;
            let media = change(&s, &mut tx, &actor, id, &kept).await?;
            tx.commit().await?;
            Ok(media)
        };
        match replaced.await {
            Ok(media) => Ok(media),
            Err(error) => Err(let_go(&s, &kept.folder, error).await),
        }
    })
    .await
}

/// The name stays, so a document stays what its ending says.
pub(super) fn check_kind(before: &Media, format: &Format) -> Result<()> {
    let same = match before.kind {
        MediaKind::Image => format.kind == MediaKind::Image,
        _ => format.content_type == before.content_type,
    };
    if same {
        return Ok(());
    }
    Err(Error::invalid(
        "file",
        "other-kind",
        "Choose a file of the same kind: its address and its name stay.",
    ))
}

/// Puts a kept file into the library.
pub(super) async fn add(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    id: MediaId,
    name: &str,
    kept: &Kept,
) -> Result<Media> {
    let now = s.clock.now();
    let format = kept.format;
    let (file_name, label) = (plain_name(name, format), given_name(name, format));
    tx.run(sql!(
        "INSERT INTO media (id, name, label, label_folded, kind, content_type, size, sha256, width, height, visibility,
                folder, variants, uploaded_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        id,
        file_name.as_str(),
        label.as_str(),
        folded(&label),
        format.kind.as_str(),
        format.content_type,
        kept.bytes,
        kept.sha256.as_str(),
        kept.size.map(|(width, _)| width),
        kept.size.map(|(_, height)| height),
        format.kind.usual_visibility().as_str(),
        kept.folder.as_str(),
        json!(kept.widths.as_deref().unwrap_or_default()),
        actor.user,
        now
    ))
    .await?;
    if kept.widths.is_none() {
        jobs::make_variants(tx, id, 1, now).await?;
    }
    let media = row(tx, id).await?.ok_or(Error::NotFound("file"))?;
    note(s, tx, actor, "media.uploaded", &media, Value::Null, now).await?;
    Ok(media)
}

/// Puts a kept file in the place of another one.
pub(super) async fn change(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    id: MediaId,
    kept: &Kept,
) -> Result<Media> {
    let now = s.clock.now();
    tx.run(sql!("UPDATE media SET version = version + 1 WHERE id = $1", id)).await?;
    let before = row(tx, id).await?.ok_or(Error::NotFound("file"))?;
    check_kind(&before, kept.format)?;
    tx.run(sql!(
        "UPDATE media SET content_type = $2, size = $3, sha256 = $4, width = $5, height = $6, folder = $7,
                variants = $8, replaced_at = $9
         WHERE id = $1",
        id,
        kept.format.content_type,
        kept.bytes,
        kept.sha256.as_str(),
        kept.size.map(|(width, _)| width),
        kept.size.map(|(_, height)| height),
        kept.folder.as_str(),
        json!(kept.widths.as_deref().unwrap_or_default()),
        now
    ))
    .await?;
    if kept.widths.is_none() {
        jobs::make_variants(tx, id, before.version, now).await?;
    }
    jobs::remove_folder(tx, &before.folder, now + GRACE).await?;
    let media = row(tx, id).await?.ok_or(Error::NotFound("file"))?;
    let was = json!({ "size": before.size, "sha256": before.sha256 });
    note(s, tx, actor, "media.replaced", &media, was, now).await?;
    Ok(media)
}

/// Changes what is said about a file. What is there already is no change, and nobody was faster with it.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `file-changed` when somebody else was faster, or
/// `shown-publicly`; [`Error::NotFound`]; [`Error::Forbidden`] to everybody but administrators.
pub async fn edit(s: &Services, actor: &Actor, id: MediaId, changes: MediaChanges) -> Result<Media> {
    actor.require_admin()?;
    let changes = changes.tidy()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE media SET version = version WHERE id = $1", id)).await?;
    let before = row(&mut tx, id).await?.ok_or(Error::NotFound("file"))?;
    let name = match changes.name {
        Some(name) if name != before.name => new_name(&name, before.ending())?,
        _ => before.name.clone(),
    };
    let alt = changes.alt.unwrap_or_else(|| before.alt.clone());
    let visibility = changes.visibility.unwrap_or(before.visibility);
    if name == before.name && alt == before.alt && visibility == before.visibility {
        // What was read may be another's that is not on the disk yet.
        tx.commit().await?;
        return Ok(before);
    }
    if changes.revision.is_some_and(|revision| revision != before.revision) {
        return Err(Error::conflict(
            "file-changed",
            "Somebody else changed this file meanwhile. Look at what is there now, then save again.",
        ));
    }
    let hides = visibility == Visibility::Private && before.visibility == Visibility::Public;
    if hides && uses::of(&mut tx, id).await?.iter().any(|used| used.owner_kind == OwnerKind::Course) {
        return Err(Error::conflict(
            "shown-publicly",
            "This file stands on a course's page, which everybody may see. Take it out there first.",
        ));
    }
    tx.run(sql!(
        "UPDATE media SET label = $2, label_folded = $3, alt = $4, visibility = $5, revision = revision + 1
         WHERE id = $1",
        id,
        name.as_str(),
        folded(&name),
        alt.as_str(),
        visibility.as_str()
    ))
    .await?;
    let media = row(&mut tx, id).await?.ok_or(Error::NotFound("file"))?;
    note(s, &mut tx, actor, "media.changed", &media, said(&before), now).await?;
    tx.commit().await?;
    Ok(media)
}

/// Removes a file that nobody uses.
///
/// # Errors
/// [`Error::Conflict`] `in-use`; [`Error::NotFound`]; [`Error::Forbidden`] to everybody but administrators.
pub async fn delete(s: &Services, actor: &Actor, id: MediaId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!("UPDATE media SET version = version WHERE id = $1", id)).await?;
    let media = row(&mut tx, id).await?.ok_or(Error::NotFound("file"))?;
    let uses = uses::of(&mut tx, id).await?;
    if let Some(first) = uses.first() {
        let more = match uses.len() - 1 {
            0 => String::new(),
            1 => " and in one other place".to_owned(),
            more => format!(" and in {more} other places"),
        };
        return Err(Error::conflict(
            "in-use",
            format!("It is used in “{}”{more}. Take it out there first.", first.title),
        ));
    }
    tx.run(sql!("DELETE FROM media WHERE id = $1", id)).await?;
    jobs::remove_folder(&mut tx, &media.folder, now + GRACE).await?;
    note(s, &mut tx, actor, "media.deleted", &media, json!({ "name": media.name }), now).await?;
    tx.commit().await?;
    Ok(())
}

/// What people have said about a file, for the audit log.
fn said(media: &Media) -> Value {
    json!({ "name": media.name, "alt": media.alt, "visibility": media.visibility })
}

/// Puts a change into the audit log, last in its transaction, and forgets what was known.
async fn note(
    s: &Services,
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    media: &Media,
    before: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let after = match action {
        "media.deleted" => Value::Null,
        "media.changed" => said(media),
        _ => json!({ "name": media.name, "size": media.size, "sha256": media.sha256 }),
    };
    forget_after(s, tx, media.id);
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "media",
        target_id: media.id.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}

/// What is known about a file is asked for anew after the commit.
pub(super) fn forget_after(s: &Services, tx: &mut Tx, id: MediaId) {
    let s = s.clone();
    tx.after_commit(move || s.media.known.remove(&id));
}
