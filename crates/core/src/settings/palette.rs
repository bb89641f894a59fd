//! From two colors to all that pages and mails need: fills, what is written on them, and shades that can be read as text,
//! by day and by night.

use std::fmt::Write as _;

use super::color::Color;

/// The contrast that text needs (WCAG 2.2, 1.4.3).
pub const ENOUGH: f64 = 4.5;

/// What a button needs to stand out at night (WCAG 2.2, 1.4.11).
const VISIBLE: f64 = 3.0;

/// The grounds of the pages, as the style sheet's tokens have them: paper, surface, sunken.
const DAY: [Color; 3] =
    [Color::rgb(0xfb, 0xf5, 0xe9), Color::rgb(0xff, 0xfd, 0xf8), Color::rgb(0xf3, 0xea, 0xd9)];
const NIGHT: [Color; 3] =
    [Color::rgb(0x16, 0x12, 0x0f), Color::rgb(0x20, 0x1a, 0x16), Color::rgb(0x2a, 0x23, 0x1d)];

/// What is written on a fill is one of these, and black or white where neither can be read.
const CREAM: Color = Color::rgb(0xff, 0xfd, 0xf8);
const INK: Color = Color::rgb(0x22, 0x12, 0x0a);

/// One color in one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Buttons, progress, panels.
    pub fill: Color,
    /// The fill under the pointer.
    pub raised: Color,
    /// Text on both.
    pub on: Color,
    /// Quieter text on both.
    pub on_soft: Color,
    /// As text on the page.
    pub text: Color,
    /// A wash behind that text.
    pub soft: Color,
}

/// A color by day and by night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    pub day: Theme,
    pub night: Theme,
}

impl Palette {
    /// The palette of a color. With `exact` its text by day is the color itself.
    #[must_use]
    pub fn of(color: Color, exact: bool) -> Self {
        let night_fill = color.nearest(&NIGHT, VISIBLE);
        Self { day: theme(color, &DAY, exact), night: theme(night_fill, &NIGHT, false) }
    }

    /// A dark color for panels, which stays dark at night.
    #[must_use]
    pub fn of_panels(color: Color, exact: bool) -> Self {
        let day = theme(color, &DAY, exact);
        let light_text = day.on.luminance() > 0.5;
        let night_fill = if light_text { color.mix(NIGHT[0], 0.2) } else { color };
        let mut night = theme(night_fill, &NIGHT, false);
        night.text = color.nearest(&[&NIGHT[..], &[night.soft]].concat(), ENOUGH);
        Self { day, night }
    }
}

fn theme(fill: Color, grounds: &[Color; 3], exact: bool) -> Theme {
    let on = written_on(fill);
    // Away from the text, so that it stays readable.
    let away = if on.luminance() > 0.5 { Color::BLACK } else { Color::WHITE };
    let raised = fill.mix(away, 0.12);
    let quiet = on.mix(fill, 0.22);
    let on_soft = if quiet.contrast_with_all(&[fill, raised]) >= ENOUGH { quiet } else { on };
    if exact {
        let washed = [0.18, 0.12, 0.07, 0.03].map(|share| grounds[1].mix(fill, share));
        let soft = washed.into_iter().find(|soft| fill.contrast(*soft) >= ENOUGH).unwrap_or(grounds[1]);
        return Theme { fill, raised, on, on_soft, text: fill, soft };
    }
    let soft = grounds[1].mix(fill, 0.18);
    let text = fill.nearest(&[&grounds[..], &[soft]].concat(), ENOUGH);
    Theme { fill, raised, on, on_soft, text, soft }
}

/// What can be read on a color.
fn written_on(fill: Color) -> Color {
    let better = |a: Color, b: Color| if fill.contrast(a) >= fill.contrast(b) { a } else { b };
    let choice = better(INK, CREAM);
    if fill.contrast(choice) >= ENOUGH { choice } else { better(Color::BLACK, Color::WHITE) }
}

/// How well something can be read.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Reading {
    /// What is read where, such as `Text on buttons, light`.
    pub what: &'static str,
    /// The color of the text.
    pub text: String,
    /// What it stands on.
    pub ground: String,
    /// WCAG contrast ratio, 1 to 21; text needs 4.5.
    pub ratio: f64,
}

/// How well a color reads on the pages by day, on the ground where it reads worst.
#[must_use]
pub fn on_paper(color: Color) -> f64 {
    color.contrast_with_all(&DAY)
}

/// The nearest shade that reads on the pages by day.
#[must_use]
pub fn readable_on_paper(color: Color) -> Color {
    color.nearest(&DAY, ENOUGH)
}

/// The readings of one color.
pub(super) fn readings(palette: &Palette, words: [&'static str; 4]) -> Vec<Reading> {
    let reading = |what, text: Color, ground: Color| Reading {
        what,
        text: text.to_string(),
        ground: ground.to_string(),
        ratio: (text.contrast(ground) * 100.0).floor() / 100.0,
    };
    let worst = |text: Color, grounds: &[Color; 3]| {
        grounds.iter().copied().fold(grounds[0], |worst, ground| {
            if text.contrast(ground) < text.contrast(worst) { ground } else { worst }
        })
    };
    let Palette { day, night } = palette;
    vec![
        reading(words[0], day.on, day.fill),
        reading(words[1], night.on, night.fill),
        reading(words[2], day.text, worst(day.text, &DAY)),
        reading(words[3], night.text, worst(night.text, &NIGHT)),
    ]
}

/// A generated style sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// From its content, for its address.
    pub version: String,
    pub css: String,
}

impl Sheet {
    /// The tokens that differ from the built-in ones.
    pub(super) fn of(primary: Option<&Palette>, accent: Option<&Palette>) -> Option<Self> {
        if primary.is_none() && accent.is_none() {
            return None;
        }
        let mut css = String::from(":root{");
        let mut token = |name: &str, pick: fn(&Theme) -> Color, palette: &Palette| {
            let _ =
                write!(css, "--color-{name}:light-dark({},{});", pick(&palette.day), pick(&palette.night));
        };
        if let Some(palette) = primary {
            token("coral", |t| t.fill, palette);
            token("coral-bright", |t| t.raised, palette);
            token("on-coral", |t| t.on, palette);
            token("coral-text", |t| t.text, palette);
            token("coral-soft", |t| t.soft, palette);
        }
        if let Some(palette) = accent {
            token("teal", |t| t.fill, palette);
            token("teal-raised", |t| t.raised, palette);
            token("on-teal", |t| t.on, palette);
            token("on-teal-soft", |t| t.on_soft, palette);
            token("teal-text", |t| t.text, palette);
            token("teal-soft", |t| t.soft, palette);
            token("teal-bright", |t| t.fill.mix(Color::WHITE, 0.35), palette);
        }
        if let Some(Palette { day, night }) = primary {
            let _ = write!(
                css,
                "--shadow-glow:0 10px 24px -10px light-dark(color-mix(in srgb,{} 75%,transparent),\
                 color-mix(in srgb,{} 50%,transparent));",
                day.fill, night.fill
            );
        }
        css.push('}');
        Some(Self { version: content_hash(css.as_bytes()), css })
    }
}

/// The colors of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailColors {
    /// Buttons.
    pub fill: String,
    /// Text on them.
    pub on: String,
    /// Links.
    pub link: String,
    /// Links at night.
    pub link_at_night: String,
}

impl MailColors {
    pub(super) fn of(palette: Option<&Palette>) -> Self {
        match palette {
            Some(Palette { day, night }) => Self {
                fill: day.fill.to_string(),
                on: day.on.to_string(),
                link: day.text.to_string(),
                link_at_night: night.text.to_string(),
            },
            None => Self::default(),
        }
    }
}

impl Default for MailColors {
    fn default() -> Self {
        Self {
            fill: "#ff6b3d".into(),
            on: "#2b0d03".into(),
            link: "#b0370c".into(),
            link_at_night: "#ff9a78".into(),
        }
    }
}

/// A name that changes with the content: the beginning of its SHA-256.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(bytes)[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_color_is_chosen_all_of_it_can_be_read() {
        let steps = [0_u8, 51, 102, 153, 204, 255];
        for r in steps {
            for g in steps {
                for b in steps {
                    let color = Color::rgb(r, g, b);
                    for palette in [Palette::of(color, false), Palette::of_panels(color, false)] {
                        for (theme, grounds) in [(palette.day, DAY), (palette.night, NIGHT)] {
                            for ground in [theme.fill, theme.raised] {
                                assert!(theme.on.contrast(ground) >= ENOUGH, "{color} on {ground}");
                                assert!(theme.on_soft.contrast(ground) >= ENOUGH, "{color} soft on {ground}");
                            }
                            for ground in grounds.into_iter().chain([theme.soft]) {
                                assert!(theme.text.contrast(ground) >= ENOUGH, "{color} as text on {ground}");
                            }
                        }
                    }
                    if on_paper(color) >= ENOUGH {
                        let exact = Palette::of(color, true);
                        assert_eq!(exact.day.text, color);
                        assert!(color.contrast(exact.day.soft) >= ENOUGH, "{color} on its wash");
                    }
                }
            }
        }
    }
}
