//! Large files, piece by piece. Every piece is an object of its own and a row that says where it belongs, so an upload
//! survives restarts and may go on at another server. Of two who send the same piece at once one wins.

use chrono::{DateTime, TimeDelta, Utc};
use futures::{Stream, StreamExt};
use momentum_db::{Conn, FromRow, sql};
use object_store::{ObjectStoreExt, WriteMultipart, path::Path};
use sha2::{Digest, Sha256};

use super::{
    Format, MAX_IN_ONE_PIECE, Media, MediaKind, NewFile, jobs,
    library::{self, Kept},
    store::failed,
};
use crate::{Error, Result, Services, identity::Actor, ids::MediaId};

/// How long an upload may rest.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// What is held in memory of one upload, in bytes.
const PIECE: usize = 8 * 1024 * 1024;

/// Enough to tell what a file is.
const ENOUGH: usize = 512;

/// How far an upload has come.
#[derive(Debug, Clone, FromRow)]
pub struct UploadState {
    pub id: MediaId,
    /// In bytes, as announced.
    pub length: i64,
    /// Bytes that are there.
    pub received: i64,
    pub expires_at: DateTime<Utc>,
    name: String,
    replaces: Option<MediaId>,
}

/// What became of a piece.
#[derive(Debug)]
pub struct Received {
    /// Bytes that are there now.
    pub received: i64,
    pub expires_at: DateTime<Utc>,
    /// The file, once it is complete.
    pub media: Option<Media>,
}

/// Announces a file; with `replaces` it is new content for another one.
///
/// # Errors
/// [`Error::Invalid`] `too-large` before a byte is taken; [`Error::NotFound`] when there is nothing to replace;
/// [`Error::Forbidden`] to everybody but administrators.
pub async fn begin_upload(
    s: &Services,
    actor: &Actor,
    name: &str,
    length: i64,
    replaces: Option<MediaId>,
) -> Result<UploadState> {
    actor.require_admin()?;
    if length <= 0 {
        return Err(Error::invalid("file", "required", "Choose a file that isn't empty."));
    }
    if length > s.media.largest {
        return Err(library::too_large(s.media.largest));
    }
    let now = s.clock.now();
    let id = MediaId::new();
    let name: String = name.chars().take(200).collect();
    let mut tx = s.db.begin().await?;
    if let Some(other) = replaces {
        library::row(&mut tx, other).await?.ok_or(Error::NotFound("file"))?;
    }
    tx.run(sql!(
        "INSERT INTO media_uploads (id, name, length, received, replaces, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, 0, $4, $5, $6, $7)",
        id,
        name.as_str(),
        length,
        replaces.map(|id| id.0),
        actor.user,
        now,
        now + KEPT_FOR
    ))
    .await?;
    let state = find(&mut tx, actor, id, now).await?;
    tx.commit().await?;
    Ok(state)
}

async fn find(conn: &mut Conn, actor: &Actor, id: MediaId, now: DateTime<Utc>) -> Result<UploadState> {
    conn.opt(sql!(
        "SELECT id, length, received, expires_at, name, replaces FROM media_uploads
         WHERE id = $1 AND created_by = $2 AND expires_at > $3",
        id,
        actor.user,
        now
    ))
    .await?
    .ok_or(Error::NotFound("upload"))
}

/// How far one's own upload has come.
///
/// # Errors
/// [`Error::NotFound`] also when it is complete or has expired; [`Error::Forbidden`] to everybody but administrators.
pub async fn upload_state(s: &Services, actor: &Actor, id: MediaId) -> Result<UploadState> {
    actor.require_admin()?;
    find(&mut s.db.read().await?, actor, id, s.clock.now()).await
}

/// Gives an upload up.
///
/// # Errors
/// As [`upload_state`].
pub async fn abandon_upload(s: &Services, actor: &Actor, id: MediaId) -> Result<()> {
    let state = upload_state(s, actor, id).await?;
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM media_uploads WHERE id = $1", state.id)).await?;
    jobs::remove_folder(&mut tx, &folder(id), s.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) fn folder(id: MediaId) -> String {
    format!("uploads/{id}")
}

fn wrong_offset() -> Error {
    Error::conflict("wrong-offset", "The upload stands elsewhere. Ask how far it is and go on from there.")
}

/// Takes what comes next, from byte `offset` on. What arrived before the connection broke is kept. With the last byte the
/// file is checked and put into the library.
///
/// # Errors
/// [`Error::Conflict`] `wrong-offset` or `interrupted`; [`Error::Invalid`] for more bytes than announced, and for a file
/// that isn't taken: then the upload is gone; otherwise as [`upload_state`].
pub async fn receive<B, E>(
    s: &Services,
    actor: &Actor,
    id: MediaId,
    offset: i64,
    body: impl Stream<Item = std::result::Result<B, E>> + Send,
) -> Result<Received>
where
    B: AsRef<[u8]> + Send,
    E: Send,
{
    let mut state = upload_state(s, actor, id).await?;
    if state.received != offset {
        return Err(wrong_offset());
    }
    let mut body = std::pin::pin!(body);
    let mut piece: Vec<u8> = Vec::new();
    while let Some(bytes) = body.next().await {
        let Ok(bytes) = bytes else {
            append(s, &mut state, piece).await?;
            return Err(Error::conflict("interrupted", "The connection broke. What arrived is kept."));
        };
        piece.extend_from_slice(bytes.as_ref());
        let there = state.received + i64::try_from(piece.len()).unwrap_or(i64::MAX);
        if there > state.length {
            return Err(Error::invalid("file", "too-large", "More bytes came than were announced."));
        }
        if piece.len() >= PIECE {
            append(s, &mut state, std::mem::take(&mut piece)).await?;
        }
    }
    append(s, &mut state, piece).await?;
    let media = if state.received == state.length { Some(whole(s, actor, &state).await?) } else { None };
    Ok(Received { received: state.received, expires_at: state.expires_at, media })
}

/// Keeps a piece, unless somebody else's is there already.
async fn append(s: &Services, state: &mut UploadState, piece: Vec<u8>) -> Result<()> {
    if piece.is_empty() {
        return Ok(());
    }
    let size = i64::try_from(piece.len()).map_err(Error::internal)?;
    let tells = piece.len() >= ENOUGH || size == state.length;
    if state.received == 0 && tells && Format::of(&piece, &state.name).is_none() {
        return Err(refuse(s, state.id, library::not_taken()).await);
    }
    let object = format!("{}/{}-{}", folder(state.id), state.received, uuid::Uuid::new_v4().simple());
    let now = s.clock.now();
    let expires_at = now + KEPT_FOR;
    s.media.put(&object, piece).await?;
    let noted = async {
        let mut tx = s.db.begin().await?;
        let moved = tx
            .run(sql!(
                "UPDATE media_uploads SET received = received + $3, expires_at = $4 WHERE id = $1 AND received = $2",
                state.id,
                state.received,
                size,
                expires_at
            ))
            .await?;
        if moved == 0 {
            return Err(wrong_offset());
        }
        tx.run(sql!(
            "INSERT INTO media_upload_parts (upload_id, position, size, object) VALUES ($1, $2, $3, $4)",
            state.id,
            state.received,
            size,
            object.as_str()
        ))
        .await?;
        tx.commit().await?;
        Ok(())
    };
    if let Err(error) = noted.await {
        if let Err(why) = s.media.remove(&object).await {
            tracing::warn!(%why, object, "a piece stays in the media store for nothing");
        }
        return Err(error);
    }
    state.received += size;
    state.expires_at = expires_at;
    Ok(())
}

/// Ends an upload that can come to nothing.
async fn refuse(s: &Services, id: MediaId, error: Error) -> Error {
    let removed = async {
        let mut tx = s.db.begin().await?;
        tx.run(sql!("DELETE FROM media_uploads WHERE id = $1", id)).await?;
        jobs::remove_folder(&mut tx, &folder(id), s.clock.now()).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    match removed.await {
        Ok(()) => error,
        Err(other) => other,
    }
}

/// As [`finish`], which goes on when whoever sent the last piece goes away: a large file takes longer than some proxies wait.
async fn whole(s: &Services, actor: &Actor, state: &UploadState) -> Result<Media> {
    let (s, actor, state) = (s.clone(), actor.clone(), state.clone());
    library::to_its_end(async move { finish(&s, &actor, &state).await }).await
}

/// Makes one file of the pieces.
async fn finish(s: &Services, actor: &Actor, state: &UploadState) -> Result<Media> {
    let target = state.replaces.unwrap_or(state.id);
    let kept = match assemble(s, state, target).await {
        Ok(kept) => kept,
        Err(error @ Error::Invalid(_)) => return Err(refuse(s, state.id, error).await),
        Err(error) => return Err(error),
    };
    let added = async {
        let mut tx = s.db.begin().await?;
        let mine = tx.run(sql!("DELETE FROM media_uploads WHERE id = $1", state.id)).await?;
        if mine == 0 {
            return Err(wrong_offset());
        }
        jobs::remove_folder(&mut tx, &folder(state.id), s.clock.now()).await?;
        let media = match state.replaces {
            Some(other) => library::change(s, &mut tx, actor, other, &kept).await?,
            None => library::add(s, &mut tx, actor, state.id, &state.name, &kept).await?,
        };
        tx.commit().await?;
        Ok(media)
    };
    match added.await {
        Ok(media) => Ok(media),
        Err(error) => Err(library::let_go(s, &kept.folder, error).await),
    }
}

async fn assemble(s: &Services, state: &UploadState, target: MediaId) -> Result<Kept> {
    let parts: Vec<(String,)> = {
        let mut conn = s.db.read().await?;
        let sql = "SELECT object FROM media_upload_parts WHERE upload_id = $1 ORDER BY position";
        conn.all(sql!(sql, state.id)).await?
    };
    let mut start = Vec::new();
    for (object,) in &parts {
        start.extend(s.media.read(object).await?);
        if start.len() >= ENOUGH {
            break;
        }
    }
    let format = Format::of(&start, &state.name).ok_or_else(library::not_taken)?;
    let is_text = format.content_type.starts_with("text/");
    if format.kind == MediaKind::Image || is_text {
        let most = i64::try_from(MAX_IN_ONE_PIECE).unwrap_or(i64::MAX);
        if state.length > most {
            return Err(library::too_large(most));
        }
        let mut content = Vec::new();
        for (object,) in &parts {
            content.extend(s.media.read(object).await?);
        }
        let checked = library::checked(s, NewFile { name: state.name.clone(), content }).await?;
        return library::keep(s, target, checked).await;
    }
    let kept_in = library::new_folder(target);
    match joined(s, &parts, &format!("{kept_in}/original")).await {
        Ok(sha256) => Ok(Kept {
            format,
            folder: kept_in,
            bytes: state.length,
            sha256,
            size: None,
            widths: Some(Vec::new()),
        }),
        Err(error) => Err(library::let_go(s, &kept_in, error).await),
    }
}

/// Writes the pieces one after the other into one object. Answers the hash of the whole.
async fn joined(s: &Services, parts: &[(String,)], to: &str) -> Result<String> {
    let mut hash = Sha256::new();
    let upload = s.media.objects.put_multipart(&Path::from(to)).await.map_err(failed)?;
    let mut writer = WriteMultipart::new_with_chunk_size(upload, PIECE);
    for (object,) in parts {
        let content = match s.media.read(object).await {
            Ok(content) => content,
            Err(error) => {
                writer.abort().await.map_err(failed)?;
                return Err(error);
            }
        };
        hash.update(&content);
        writer.wait_for_capacity(2).await.map_err(failed)?;
        writer.write(&content);
    }
    writer.finish().await.map_err(failed)?;
    Ok(hex::encode(hash.finalize()))
}
