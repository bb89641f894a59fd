//! The site's logo: checked by content, made small, written anew as PNG, with a square one for browser tabs.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbaImage, imageops::FilterType};
use momentum_db::{Tx, sql};
use serde_json::json;

use crate::{
    Error, Result, Services,
    audit::{self, Event},
    identity::Actor,
    pictures::{self, Bounds, Unreadable},
    settings::{self, Logo, Section},
};

/// The largest upload, in bytes.
pub const MAX_LOGO: usize = 2 * 1024 * 1024;

/// The largest logo that is kept, in pixels.
const MAX_SIZE: (u32, u32) = (480, 160);

/// Width and height of the icon, in pixels.
const ICON: u32 = 128;

/// What is taken.
const BOUNDS: Bounds = Bounds { side: 6_000, pixels: 36_000_000, memory: 160 << 20 };

/// How many logos are kept for mails that were sent with them.
const KEPT: i64 = 20;

/// Which of the two pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoFile {
    Logo,
    Icon,
}

/// Takes a picture as the site's logo: PNG, JPEG or WebP, whatever the file calls itself.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] when it is too large or no such picture.
pub async fn set_logo(s: &Services, actor: &Actor, upload: Vec<u8>) -> Result<Logo> {
    actor.require_admin()?;
    if upload.len() > MAX_LOGO {
        return Err(Error::invalid(
            "logo",
            "too-large",
            "The picture has more than 2 MB. Choose a smaller one.",
        ));
    }
    let pictures = tokio::task::spawn_blocking(move || draw(&upload)).await.map_err(Error::internal)??;
    let Pictures { logo, icon, width, height } = pictures;
    let chosen = Logo { version: settings::content_hash(&logo), width, height };
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    tx.run(sql!(
        "INSERT INTO brand_images (version, logo, icon, width, height, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (version) DO UPDATE SET created_at = $6",
        chosen.version.as_str(),
        logo,
        icon,
        i64::from(width),
        i64::from(height),
        now
    ))
    .await?;
    tx.run(sql!(
        "DELETE FROM brand_images WHERE version NOT IN
         (SELECT version FROM brand_images ORDER BY created_at DESC, version LIMIT $1)",
        KEPT
    ))
    .await?;
    choose(s, tx, actor, chosen).await
}

/// Goes back to the built-in mark. Where there is no logo nothing happens.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn remove_logo(s: &Services, actor: &Actor) -> Result<()> {
    actor.require_admin()?;
    let mut tx = s.db.begin().await?;
    if settings::load::<Logo>(&mut tx).await? == Logo::default() {
        return Ok(tx.commit().await?);
    }
    choose(s, tx, actor, Logo::default()).await?;
    Ok(())
}

async fn choose(s: &Services, mut tx: Tx, actor: &Actor, logo: Logo) -> Result<Logo> {
    let now = s.clock.now();
    let before = settings::save(&mut tx, &logo, actor.user, now).await?;
    let event = Event {
        actor: Some(actor.user),
        action: Logo::CHANGED,
        target_kind: "settings",
        target_id: Logo::NAME.to_owned(),
        address: &actor.origin.address,
        before: json!(before),
        after: json!(logo),
    };
    audit::record(&mut tx, &event, now).await?;
    tx.commit().await?;
    s.live.fresh(&s.db).await?;
    Ok(logo)
}

/// A logo or an icon, as PNG.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn logo_file(s: &Services, file: LogoFile, version: &str) -> Result<Vec<u8>> {
    let statement = match file {
        LogoFile::Logo => sql!("SELECT logo FROM brand_images WHERE version = $1", version),
        LogoFile::Icon => sql!("SELECT icon FROM brand_images WHERE version = $1", version),
    };
    let row: Option<(Vec<u8>,)> = s.db.read().await?.opt(statement).await?;
    row.map(|(picture,)| picture).ok_or(Error::NotFound("picture"))
}

struct Pictures {
    logo: Vec<u8>,
    icon: Vec<u8>,
    width: u32,
    height: u32,
}

fn draw(upload: &[u8]) -> Result<Pictures> {
    let picture = pictures::decode(upload, &BOUNDS).map_err(|why| match why {
        Unreadable::TooLarge => Error::invalid(
            "logo",
            "too-many-pixels",
            "The picture has too many pixels. Choose one of at most 6,000 on a side.",
        ),
        Unreadable::Broken => {
            Error::invalid("logo", "no-picture", "Choose a picture: a PNG, JPEG or WebP file.")
        }
    })?;
    let (width, height) = MAX_SIZE;
    let logo = if picture.width() > width || picture.height() > height {
        picture.resize(width, height, FilterType::Lanczos3)
    } else {
        picture.clone()
    };
    let small = picture.resize(ICON, ICON, FilterType::Lanczos3).to_rgba8();
    let mut square = RgbaImage::new(ICON, ICON);
    let (x, y) = ((ICON - small.width()) / 2, (ICON - small.height()) / 2);
    image::imageops::overlay(&mut square, &small, x.into(), y.into());
    Ok(Pictures {
        width: logo.width(),
        height: logo.height(),
        logo: png(&DynamicImage::ImageRgba8(logo.to_rgba8()))?,
        icon: png(&DynamicImage::ImageRgba8(square))?,
    })
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).map_err(Error::internal)?;
    Ok(out.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_keeps_its_shape_and_its_transparency() {
        let wide = DynamicImage::new_rgba8(960, 240);
        let pictures = draw(&png(&wide).unwrap()).unwrap();
        assert_eq!((pictures.width, pictures.height), (480, 120));
        let icon = image::load_from_memory(&pictures.icon).unwrap();
        assert_eq!((icon.width(), icon.height()), (128, 128));
        assert!(icon.to_rgba8().pixels().all(|pixel| pixel.0[3] == 0));
        for bad in [&b""[..], b"GIF89a\x01\x00\x01\x00", b"<svg xmlns='http://www.w3.org/2000/svg'/>"] {
            assert!(matches!(draw(bad), Err(Error::Invalid(_))));
        }
    }
}
