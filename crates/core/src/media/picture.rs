//! Pictures, decoded and written anew: whatever else was in the file (place, camera, a second file) is gone.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, codecs::jpeg::JpegEncoder, imageops::FilterType};

use super::{Format, WIDTHS};
use crate::{
    Error, Result,
    pictures::{self, Bounds, Unreadable},
};

/// What is taken.
const BOUNDS: Bounds = Bounds { side: 12_000, pixels: 50_000_000, memory: 256 << 20 };

/// Up to here the smaller widths are made while the upload waits.
const QUICK_PIXELS: u64 = 2_000_000;

/// Of lossy pictures, in percent.
const QUALITY: u8 = 86;

/// A picture without anything but the picture.
pub(super) struct Picture {
    pub(super) content: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Smaller widths; missing while they are left to a job.
    pub(super) variants: Option<Vec<(u32, Vec<u8>)>>,
}

/// Reads an upload and writes it anew in its own format.
pub(super) fn cleaned(upload: &[u8], format: &Format) -> Result<Picture> {
    let picture = decoded(upload)?;
    let (width, height) = (picture.width(), picture.height());
    let content = encoded(&picture, format)?;
    let quick = u64::from(width) * u64::from(height) <= QUICK_PIXELS;
    let variants = if quick { Some(variants(&picture)?) } else { None };
    Ok(Picture { content, width, height, variants })
}

/// The smaller widths of a picture that was kept before.
pub(super) fn variants_of(content: &[u8]) -> Result<Vec<(u32, Vec<u8>)>> {
    variants(&decoded(content)?)
}

fn decoded(content: &[u8]) -> Result<DynamicImage> {
    let picture = pictures::decode(content, &BOUNDS).map_err(|why| match why {
        Unreadable::TooLarge => too_large(),
        Unreadable::Broken => {
            Error::invalid("file", "broken", "The picture can't be read. Save it again and try once more.")
        }
    })?;
    Ok(plain(picture))
}

fn too_large() -> Error {
    Error::invalid("file", "too-many-pixels", "A picture has at most 50 million pixels and 12,000 on a side.")
}

/// Eight bits a channel, with transparency only where there was any.
fn plain(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    }
}

fn encoded(picture: &DynamicImage, format: &Format) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    match format.content_type {
        "image/jpeg" => JpegEncoder::new_with_quality(&mut out, QUALITY)
            .encode_image(&picture.to_rgb8())
            .map_err(Error::internal)?,
        "image/png" => {
            picture.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).map_err(Error::internal)?;
        }
        _ => out = webp(picture)?,
    }
    Ok(out)
}

fn webp(picture: &DynamicImage) -> Result<Vec<u8>> {
    let (width, height) = (picture.width(), picture.height());
    let (rgb, rgba);
    let encoder = if picture.color().has_alpha() {
        rgba = picture.to_rgba8();
        webp::Encoder::from_rgba(&rgba, width, height)
    } else {
        rgb = picture.to_rgb8();
        webp::Encoder::from_rgb(&rgb, width, height)
    };
    let lossy = encoder
        .encode_simple(false, f32::from(QUALITY))
        .map_err(|error| Error::Internal(format!("a picture can't be written as WebP: {error:?}")))?;
    Ok(lossy.to_vec())
}

/// Never larger than the picture itself.
fn variants(picture: &DynamicImage) -> Result<Vec<(u32, Vec<u8>)>> {
    WIDTHS
        .into_iter()
        .filter(|width| *width < picture.width())
        .map(|width| {
            let height = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width().max(1));
            let height = u32::try_from(height.max(1)).unwrap_or(u32::MAX);
            let small = picture.resize_exact(width, height, FilterType::CatmullRom);
            Ok((width, webp(&small)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn widths_are_smaller_never_larger() {
        let upload = png(700, 100);
        let picture = cleaned(&upload, Format::of(&upload, "").unwrap()).unwrap();
        let variants = picture.variants.unwrap();
        let widths: Vec<_> = variants.iter().map(|(width, _)| *width).collect();
        assert_eq!(widths, [320, 640]);
        let small = image::load_from_memory_with_format(&variants[0].1, ImageFormat::WebP).unwrap();
        assert_eq!((small.width(), small.height()), (320, 45));
        assert!(
            cleaned(&png(100, 100), Format::of(&upload, "").unwrap()).unwrap().variants.unwrap().is_empty()
        );
    }

    #[test]
    fn what_follows_the_picture_is_gone() {
        let mut upload = png(20, 20);
        upload.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        let picture = cleaned(&upload, Format::of(&upload, "").unwrap()).unwrap();
        assert!(!picture.content.windows(6).any(|bytes| bytes == b"script"));
    }

    #[test]
    fn a_photo_stands_upright_and_does_not_say_where_it_was_taken() {
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).encode_image(&image::RgbImage::new(40, 20)).unwrap();
        // Exif with orientation 6 (turn right) and a place, as phones write it.
        let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"48.8584 N 2.2945 E");
        let mut photo = jpeg[..2].to_vec();
        photo.extend_from_slice(&[0xFF, 0xE1]);
        photo.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        photo.extend_from_slice(&exif);
        photo.extend_from_slice(&jpeg[2..]);
        let picture = cleaned(&photo, Format::of(&photo, "").unwrap()).unwrap();
        assert_eq!((picture.width, picture.height), (20, 40));
        assert!(!picture.content.windows(6).any(|bytes| bytes == b"2.2945"));
        assert!(!picture.content.windows(4).any(|bytes| bytes == b"Exif"));
    }

    #[test]
    fn bombs_and_fragments_are_refused() {
        let mut huge = png(4, 4);
        huge[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        for bad in [&huge[..], &png(40, 40)[..60], b"\x89PNG\r\n\x1a\n", b"GIF89a\x01\x00\x01\x00"] {
            assert!(matches!(decoded(bad), Err(Error::Invalid(_))));
        }
    }
}
