//! Reading pictures that people send: by their content, within bounds, upright.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, metadata::Orientation};

/// What is taken: a small file can claim to be a huge picture.
pub(crate) struct Bounds {
    /// Longest side, in pixels.
    pub side: u32,
    /// Pixels in all.
    pub pixels: u64,
    /// Memory for reading it, in bytes.
    pub memory: u64,
}

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Beyond the bounds.
    TooLarge,
    /// No JPEG, PNG or WebP, whatever the file calls itself, or one that ends half way.
    Broken,
}

/// Decodes a JPEG, PNG or WebP and turns it as its camera noted.
pub(crate) fn decode(content: &[u8], bounds: &Bounds) -> Result<DynamicImage, Unreadable> {
    let broken = |_| Unreadable::Broken;
    let mut reader =
        ImageReader::new(Cursor::new(content)).with_guessed_format().map_err(|_| Unreadable::Broken)?;
    match reader.format() {
        Some(ImageFormat::Png | ImageFormat::WebP) => {}
        // The decoder paints what is missing of a JPEG gray.
        Some(ImageFormat::Jpeg) if jpeg_has_an_end(content) => {}
        _ => return Err(Unreadable::Broken),
    }
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(bounds.side);
    limits.max_image_height = Some(bounds.side);
    limits.max_alloc = Some(bounds.memory);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => Unreadable::TooLarge,
        _ => Unreadable::Broken,
    })?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > bounds.side || u64::from(width) * u64::from(height) > bounds.pixels {
        return Err(Unreadable::TooLarge);
    }
    // Phones write pictures lying on their side and note how to turn them.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Whether the marker that ends a JPEG (ITU-T T.81, EOI) comes in its second half. In the first half it may be that of a
/// thumbnail; behind it some cameras write more. Picture data can't contain it.
fn jpeg_has_an_end(content: &[u8]) -> bool {
    let half = content.len() / 2;
    content.get(half..).is_some_and(|rest| rest.windows(2).any(|pair| pair == [0xFF, 0xD9]))
}

#[cfg(test)]
mod tests {
    use image::{RgbImage, codecs::jpeg::JpegEncoder};

    use super::*;

    const BOUNDS: Bounds = Bounds { side: 1_000, pixels: 500_000, memory: 16 << 20 };

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 251) as u8, (y % 241) as u8, (x * y % 239) as u8])
        });
        let mut out = Vec::new();
        JpegEncoder::new(&mut out).encode_image(&picture).unwrap();
        out
    }

    #[test]
    fn a_jpeg_that_ends_half_way_is_broken_and_one_with_more_behind_it_is_not() {
        let whole = jpeg(200, 100);
        assert_eq!(decode(&whole, &BOUNDS).unwrap().width(), 200);
        for kept in [whole.len() / 3, whole.len() / 2, whole.len() - 2] {
            assert_eq!(decode(&whole[..kept], &BOUNDS).unwrap_err(), Unreadable::Broken, "{kept} bytes");
        }
        let with_film = [whole.as_slice(), &[7; 500]].concat();
        assert!(decode(&with_film, &BOUNDS).is_ok());
    }

    #[test]
    fn what_is_beyond_the_bounds_is_too_large() {
        assert_eq!(decode(&jpeg(1_001, 10), &BOUNDS).unwrap_err(), Unreadable::TooLarge);
        assert_eq!(decode(&jpeg(900, 900), &BOUNDS).unwrap_err(), Unreadable::TooLarge);
    }
}
