//! A QR code as the parts of a picture, so that a page can draw it in its own markup.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

use crate::{Error, Result};

/// Empty modules around the code that scanners need (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// A QR code.
#[derive(Debug, Clone)]
pub struct Qr {
    /// Width and height in modules, with the quiet zone.
    pub size: usize,
    /// The dark modules as an SVG path.
    pub path: String,
}

impl Qr {
    /// The code that says `text`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the text is too long for a code.
    pub fn of(text: &str) -> Result<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    // One bar for each run of dark modules.
                    let (left, top, long) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                    write!(path, "M{left} {top}h{long}v1h-{long}z").map_err(Error::internal)?;
                }
                x += run.len();
            }
        }
        Ok(Self { size: width + 2 * QUIET_ZONE, path })
    }

    /// The code as a picture by itself: dark on white, whatever it stands on.
    #[must_use]
    pub fn svg(&self) -> String {
        let Self { size, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }
}
