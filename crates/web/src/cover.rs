//! Generated course covers: abstract shapes in the colors of the category, the same for the same title.
//!
//! A cover is one SVG without scripts, styles or references to other files. `#art` at the end of its URL shows
//! the picture without the title, for places where the title stands beside it.

mod icons;
mod scene;

use std::fmt::Write as _;

use icons::icon_paths;
use scene::scene;

/// Colors and icon of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Indigo.
    Technology,
    /// Teal.
    Business,
    /// Green.
    PersonalDevelopment,
    /// Rose.
    Marketing,
    /// Violet.
    Design,
    /// Ochre.
    Finance,
    /// Coral: categories that administrators add.
    Other,
}

/// Colors of a cover, from dark to light, and an accent.
struct Colors {
    deep: &'static str,
    main: &'static str,
    soft: &'static str,
    pale: &'static str,
    accent: &'static str,
}

impl Palette {
    /// Every palette.
    pub const ALL: [Self; 7] = [
        Self::Technology,
        Self::Business,
        Self::PersonalDevelopment,
        Self::Marketing,
        Self::Design,
        Self::Finance,
        Self::Other,
    ];

    /// The palette of a category.
    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|palette| palette.key() == slug).unwrap_or(Self::Other)
    }

    /// The value of `data-tone` in the templates; equals the slug of the seeded category.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Technology => "technology",
            Self::Business => "business",
            Self::PersonalDevelopment => "personal-development",
            Self::Marketing => "marketing",
            Self::Design => "design",
            Self::Finance => "finance",
            Self::Other => "other",
        }
    }

    /// Name of the icon in the sprite.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Technology => "cpu",
            Self::Business => "briefcase-business",
            Self::PersonalDevelopment => "sprout",
            Self::Marketing => "megaphone",
            Self::Design => "palette",
            Self::Finance => "chart-candlestick",
            Self::Other => "shapes",
        }
    }

    fn colors(self) -> Colors {
        let (deep, main, soft, pale, accent) = match self {
            Self::Technology => ("#1d2a5e", "#3d56c5", "#8fa2f0", "#dfe4fb", "#ff7a45"),
            Self::Business => ("#0b3b3e", "#14787a", "#6fbfb6", "#d5ece6", "#f2b33d"),
            Self::PersonalDevelopment => ("#1f3d22", "#4b8a3f", "#a3cc83", "#e3f0d3", "#ff8a5c"),
            Self::Marketing => ("#5a1434", "#c23a68", "#f19bb2", "#fbe0e4", "#f2b33d"),
            Self::Design => ("#35205e", "#7647b8", "#bd9be8", "#eadff8", "#ff7a45"),
            Self::Finance => ("#4a3006", "#b67812", "#edbe5c", "#faeac5", "#0f6b6b"),
            Self::Other => ("#55200f", "#d9532b", "#f7a681", "#fde3d5", "#0f6b6b"),
        };
        Colors { deep, main, soft, pale, accent }
    }
}

/// A cover of 1200 × 675 with the title typeset. `icon` is a name from [`Palette::icon`].
#[must_use]
pub fn cover_svg(title: &str, palette: Palette, icon: &str) -> String {
    let colors = palette.colors();
    let scene = scene(title, &colors);
    let mut svg = String::with_capacity(6 * 1024);
    svg.push_str(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="675" viewBox="0 0 1200 675" role="img">"#,
    );
    let _ = write!(
        svg,
        r##"<title>{}</title><view id="art" viewBox="0 700 1200 675"/><defs><g id="s">{scene}</g><g id="i" fill="none" stroke="{}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">{}</g></defs>"##,
        escape(title),
        colors.deep,
        icon_paths(icon),
    );
    let badge = |x: u32, y: u32, size: u32| {
        let scale = size * 10 / 24;
        format!(
            r##"<circle cx="{x}" cy="{y}" r="{size}" fill="#fffaf0"/><use href="#i" transform="translate({} {}) scale({}.{})"/>"##,
            f64::from(x) - f64::from(scale) * 1.2,
            f64::from(y) - f64::from(scale) * 1.2,
            scale / 10,
            scale % 10,
        )
    };
    let _ = write!(
        svg,
        r##"<rect width="1200" height="675" fill="{}"/><svg x="620" width="580" height="675" viewBox="560 0 580 675"><use href="#s"/></svg>"##,
        colors.deep
    );
    svg.push_str(&badge(132, 132, 56));
    svg.push_str(&typeset(title));
    // Without the title: the same scene below the first view.
    let _ = write!(
        svg,
        r##"<g transform="translate(0 700)"><svg width="1200" height="675"><use href="#s"/></svg>{}</g></svg>"##,
        badge(150, 525, 78)
    );
    svg
}

/// The picture that stands for the whole site when a page is shared.
#[must_use]
pub fn og_default_svg(site_name: &str, claim: &str) -> String {
    let mut beads = String::new();
    for (index, x) in (0..7_u32).zip((120..).step_by(150)) {
        let radius = 18 + index * 7;
        let y = 560 - index * index * 9;
        let fill = if index == 6 { "#ff6b3d" } else { "#5cc0b4" };
        let _ = write!(
            beads,
            r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}" opacity=".{}"/>"#,
            40 + index * 9
        );
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630" role="img"><title>{name}</title><rect width="1200" height="630" fill="#0d4a4c"/>{beads}<text x="96" y="190" font-family="Bricolage Grotesque, Avenir Next, Segoe UI, Helvetica, Arial, sans-serif" font-size="120" font-weight="800" letter-spacing="-4" fill="#fffaf0">{name}</text><text x="100" y="262" font-family="Avenir Next, Segoe UI, Helvetica, Arial, sans-serif" font-size="44" fill="#cfe8e2">{claim}</text></svg>"##,
        name = escape(site_name),
        claim = escape(claim),
    )
}

/// The title in at most four lines, as large as it fits.
fn typeset(title: &str) -> String {
    let (size, width) = match title.chars().count() {
        0..=22 => (84, 11),
        23..=44 => (70, 13),
        45..=70 => (58, 16),
        _ => (50, 19),
    };
    let lines = wrap(title, width, 4);
    let count = u32::try_from(lines.len()).unwrap_or(1);
    let first = 600 - (count.saturating_sub(1)) * size * 11 / 10;
    let mut out = format!(
        r##"<g font-family="Bricolage Grotesque, Avenir Next, Segoe UI, Helvetica, Arial, sans-serif" font-weight="800" font-size="{size}" letter-spacing="-2" fill="#fffaf0">"##
    );
    for (index, line) in (0_u32..).zip(lines) {
        let _ =
            write!(out, r#"<text x="76" y="{}">{}</text>"#, first + index * size * 11 / 10, escape(&line));
    }
    out.push_str("</g>");
    out
}

/// Greedy wrapping by characters; what does not fit ends in an ellipsis.
fn wrap(text: &str, width: usize, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let word: String = if word.chars().count() > width + 4 {
            word.chars().take(width + 2).chain(['…']).collect()
        } else {
            word.into()
        };
        let full = lines.len() == max_lines;
        if let Some(line) = lines.last_mut() {
            if line.is_empty() || line.chars().count() + 1 + word.chars().count() <= width {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&word);
                continue;
            }
            if full {
                line.push('…');
                break;
            }
        }
        lines.push(word);
    }
    lines
}

/// Text for XML; characters that XML forbids are dropped.
pub(crate) fn escape(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_is_stable_and_differs_by_title() {
        let cover = |title| cover_svg(title, Palette::Design, Palette::Design.icon());
        assert_eq!(cover("Color"), cover("Color"));
        assert_ne!(cover("Color"), cover("Type"));
    }

    #[test]
    fn a_hostile_title_stays_text() {
        let svg = cover_svg("</text><script>alert(1)</script>\u{0}&\"", Palette::Other, "unknown");
        assert!(!svg.contains("<script"));
        assert!(!svg.contains('\u{0}'));
        assert!(svg.contains("&lt;script"));
    }

    #[test]
    fn a_cover_is_small_and_refers_to_nothing_outside() {
        for palette in Palette::ALL {
            for title in ["SQL", "Interfaces people understand", &"long words ".repeat(30), ""] {
                let svg = cover_svg(title, palette, palette.icon());
                assert!(svg.len() < 16 * 1024, "{} bytes", svg.len());
                assert_eq!(svg.matches("http").count(), 1, "only the namespace");
                assert!(!svg.contains("<style") && !svg.contains("style="));
            }
        }
    }

    #[test]
    fn palettes_follow_the_slug() {
        assert_eq!(Palette::from_slug("design"), Palette::Design);
        assert_eq!(Palette::from_slug("cooking"), Palette::Other);
    }
}
