//! Colors: their contrast (WCAG 2.2, 1.4.3) and their neighbors in OKLab, where equal steps look equal.

use std::fmt;

/// An sRGB color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// Lightness, and the two axes of color (Björn Ottosson, "A perceptual color space for image processing", 2020).
type Lab = [f64; 3];

impl Color {
    pub const BLACK: Self = Self([0, 0, 0]);
    pub const WHITE: Self = Self([255, 255, 255]);

    /// From its three channels.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// Relative luminance, 0 to 1.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast ratio, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The lowest contrast with any of these.
    #[must_use]
    pub fn contrast_with_all(self, others: &[Self]) -> f64 {
        others.iter().map(|other| self.contrast(*other)).fold(21.0, f64::min)
    }

    /// The way from this color to another: `share` 0 is this one, 1 the other.
    #[must_use]
    pub fn mix(self, other: Self, share: f64) -> Self {
        let (from, to) = (self.lab(), other.lab());
        Self::from_lab(std::array::from_fn(|i| from[i] + (to[i] - from[i]) * share))
    }

    /// The nearest shade of this color that has at least this contrast with all of `grounds`; this color itself when it
    /// has. Black or white, whichever is better, when there is none.
    #[must_use]
    pub fn nearest(self, grounds: &[Self], ratio: f64) -> Self {
        if self.contrast_with_all(grounds) >= ratio {
            return self;
        }
        let [lightness, a, b] = self.lab();
        for step in 1..=400 {
            let distance = f64::from(step) * 0.0025;
            for shade in [lightness - distance, lightness + distance] {
                if !(0.0..=1.0).contains(&shade) {
                    continue;
                }
                let color = Self::from_lab([shade, a, b]);
                if color.contrast_with_all(grounds) >= ratio {
                    return color;
                }
            }
        }
        if Self::BLACK.contrast_with_all(grounds) > Self::WHITE.contrast_with_all(grounds) {
            Self::BLACK
        } else {
            Self::WHITE
        }
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn lab(self) -> Lab {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }

    /// The color, less colorful where sRGB has no such one.
    fn from_lab([lightness, a, b]: Lab) -> Self {
        for less in 0..=20 {
            let chroma = 1.0 - f64::from(less) / 20.0;
            let linear = to_linear([lightness, a * chroma, b * chroma]);
            if less == 20 || linear.iter().all(|value| (-0.001..=1.001).contains(value)) {
                return Self(linear.map(encode));
            }
        }
        Self::BLACK
    }
}

fn to_linear([lightness, a, b]: Lab) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=255")]
fn encode(linear: f64) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let value = if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_wcag_has_it() {
        assert!((Color::BLACK.contrast(Color::WHITE) - 21.0).abs() < 1e-9);
        let gray = Color::parse("#767676").unwrap();
        assert!((gray.contrast(Color::WHITE) - 4.54).abs() < 0.01, "{}", gray.contrast(Color::WHITE));
        for bad in ["", "red", "#fff", "#12345g", "123456", "#1234567", "#ééé"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_color_survives_the_way_through_lab() {
        for text in ["#ff6b3d", "#0d4a4c", "#000000", "#ffffff", "#00ff00", "#123456"] {
            let color = Color::parse(text).unwrap();
            assert_eq!(Color::from_lab(color.lab()).to_string(), text);
        }
    }

    #[test]
    fn the_nearest_shade_passes_and_keeps_the_hue() {
        let paper = Color::parse("#fbf5e9").unwrap();
        let coral = Color::parse("#ff6b3d").unwrap();
        let shade = coral.nearest(&[paper], 4.5);
        assert!(shade.contrast(paper) >= 4.5 && shade.contrast(paper) < 4.8, "{shade}");
        let Color([r, g, b]) = shade;
        assert!(r > g && g > b, "still a red: {shade}");
        let good = Color::parse("#221b16").unwrap();
        assert_eq!(good.nearest(&[paper], 4.5), good);
        for step in 0..=16_u8 {
            let v = step.saturating_mul(15);
            let color = Color::rgb(v, 255 - v, 120);
            let dark = Color::parse("#2a231d").unwrap();
            assert!(color.nearest(&[dark], 4.5).contrast(dark) >= 4.5, "{color}");
        }
    }
}
