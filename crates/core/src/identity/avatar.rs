//! A person's picture: checked by content, made small, and written anew without what the camera noted.

use image::{DynamicImage, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType};
use momentum_db::sql;

use super::Actor;
use crate::{
    Error, Result, Services,
    ids::UserId,
    pictures::{self, Bounds, Unreadable},
    settings::content_hash,
};

/// The largest upload, in bytes.
pub const MAX_AVATAR: usize = 5 * 1024 * 1024;

/// Width and height of what is kept, in pixels.
const SIDE: u32 = 256;

/// What is taken.
const BOUNDS: Bounds = Bounds { side: 10_000, pixels: 50_000_000, memory: 128 << 20 };

/// Keeps a picture for the actor. JPEG, PNG and WebP are taken, whatever the file calls itself. Answers the address part
/// under which it is shown.
///
/// # Errors
/// [`Error::Invalid`] when it is too large or no such picture.
pub async fn set_avatar(s: &Services, actor: &Actor, upload: Vec<u8>) -> Result<String> {
    if upload.len() > MAX_AVATAR {
        return Err(Error::invalid(
            "avatar",
            "too-large",
            "The picture has more than 5 MB. Choose a smaller one.",
        ));
    }
    let picture = tokio::task::spawn_blocking(move || portrait(&upload)).await.map_err(Error::internal)??;
    // The name changes with the content, so that browsers may keep a picture for ever.
    let version = content_hash(&picture);
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "INSERT INTO avatars (user_id, version, picture, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET version = $2, picture = $3, changed_at = $4",
        actor.user,
        version.as_str(),
        picture,
        s.clock.now()
    ))
    .await?;
    tx.run(sql!("UPDATE users SET avatar = $2 WHERE id = $1", actor.user, version.as_str())).await?;
    tx.commit().await?;
    Ok(version)
}

/// Removes the actor's picture, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn remove_avatar(s: &Services, actor: &Actor) -> Result<()> {
    let mut tx = s.db.begin().await?;
    tx.run(sql!("DELETE FROM avatars WHERE user_id = $1", actor.user)).await?;
    tx.run(sql!("UPDATE users SET avatar = NULL WHERE id = $1", actor.user)).await?;
    tx.commit().await?;
    Ok(())
}

/// The picture of an active account, as JPEG. Its version can't be guessed, so who may see the address may see it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn avatar(s: &Services, user: UserId, version: &str) -> Result<Vec<u8>> {
    let mut conn = s.db.read().await?;
    let row: Option<(Vec<u8>,)> = conn
        .opt(sql!(
            "SELECT a.picture FROM avatars a JOIN users u ON u.id = a.user_id
             WHERE a.user_id = $1 AND a.version = $2 AND u.state = 'active'",
            user,
            version
        ))
        .await?;
    row.map(|(picture,)| picture).ok_or(Error::NotFound("picture"))
}

/// The middle of the picture as a small JPEG.
fn portrait(upload: &[u8]) -> Result<Vec<u8>> {
    let picture = pictures::decode(upload, &BOUNDS).map_err(|why| match why {
        Unreadable::TooLarge => Error::invalid(
            "avatar",
            "too-many-pixels",
            "The picture has too many pixels. Choose one of at most 10,000 on a side.",
        ),
        Unreadable::Broken => Error::invalid(
            "avatar",
            "no-picture",
            "Choose a picture: a JPEG, PNG or WebP file. If it is one, save it again first.",
        ),
    })?;
    let small = on_white(&picture.resize_to_fill(SIDE, SIDE, FilterType::Lanczos3));
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 85).encode_image(&small).map_err(Error::internal)?;
    Ok(out)
}

/// JPEG knows no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over = |channel: u8| {
            let (channel, a) = (u32::from(channel), u32::from(a));
            u8::try_from((channel * a + 255 * (255 - a)) / 255).unwrap_or(255)
        };
        Rgb([over(r), over(g), over(b)])
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::ImageFormat;

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_becomes_a_small_square_without_transparency() {
        let portrait = portrait(&png(600, 300)).unwrap();
        let read = image::load_from_memory_with_format(&portrait, ImageFormat::Jpeg).unwrap().to_rgb8();
        assert_eq!(read.dimensions(), (256, 256));
        assert!(
            read.get_pixel(10, 10).0.iter().all(|channel| *channel > 250),
            "white behind what is transparent"
        );
    }

    #[test]
    fn what_the_camera_noted_is_gone() {
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).encode_image(&RgbImage::new(40, 20)).unwrap();
        // An APP1 segment after the start of the image, as cameras write it.
        let note = b"Exif\0\0 somewhere secret";
        let mut noted = jpeg[..2].to_vec();
        noted.extend_from_slice(&[0xFF, 0xE1]);
        noted.extend_from_slice(&u16::try_from(note.len() + 2).unwrap().to_be_bytes());
        noted.extend_from_slice(note);
        noted.extend_from_slice(&jpeg[2..]);
        let portrait = portrait(&noted).unwrap();
        assert!(!portrait.windows(6).any(|bytes| bytes == b"secret"));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let mut huge = png(4, 4);
        // The header claims 60,000 by 60,000 pixels; its checksum is wrong then as well.
        huge[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        let cut = &png(40, 40)[..60];
        for bad in [&b""[..], b"GIF89a\x01\x00\x01\x00", svg, &huge, cut, b"\x89PNG\r\n\x1a\n"] {
            assert!(matches!(portrait(bad), Err(Error::Invalid(_))), "{} bytes", bad.len());
        }
    }
}
