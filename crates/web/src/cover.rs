//! Generated course covers: abstract shapes in the colors of the category, the same for the same title.
//!
//! A cover is one SVG without scripts, styles or references to other files. `#art` at the end of its URL shows
//! the picture without the title, for places where the title stands beside it.

use std::fmt::Write as _;

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

/// A small deterministic generator (xorshift over an FNV-1a hash of the title).
struct Shuffle(u64);

impl Shuffle {
    fn new(seed: &str) -> Self {
        let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash | 1)
    }

    /// A number from `low` to `high`.
    fn between(&mut self, low: u32, high: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from((self.0 >> 11) % span).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let last = u32::try_from(from.len().saturating_sub(1)).unwrap_or(0);
        let index = usize::try_from(self.between(0, last)).unwrap_or(0);
        from.get(index).copied().unwrap_or("")
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

/// One of six compositions; its weight lies on the right, where no title stands.
fn scene(title: &str, c: &Colors) -> String {
    let mut pick = Shuffle::new(title);
    let mut out = format!(r#"<rect width="1200" height="675" fill="{}"/>"#, c.main);
    match pick.between(0, 5) {
        0 => sunrise(&mut out, &mut pick, c),
        1 => tiles(&mut out, &mut pick, c),
        2 => hills(&mut out, &mut pick, c),
        3 => steps(&mut out, &mut pick, c),
        4 => orbits(&mut out, &mut pick, c),
        _ => ribbons(&mut out, &mut pick, c),
    }
    out
}

fn circle(out: &mut String, x: u32, y: u32, radius: u32, fill: &str) {
    let _ = write!(out, r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>"#);
}

/// Concentric arcs rising over a horizon.
fn sunrise(out: &mut String, pick: &mut Shuffle, c: &Colors) {
    let x = pick.between(700, 860);
    let y = pick.between(480, 560);
    for (radius, fill) in [(520, c.deep), (400, c.soft), (290, c.pale), (180, c.accent)] {
        circle(out, x, y, radius, fill);
    }
    let _ = write!(out, r#"<path d="M0 {y}h1200v{}H0z" fill="{}"/>"#, 675 - y, c.deep);
    for line in 0..4 {
        let width = pick.between(140, 420);
        let start = x - width / 2;
        let _ = write!(
            out,
            r#"<rect x="{start}" y="{}" width="{width}" height="10" rx="5" fill="{}"/>"#,
            y + 24 + line * 30,
            if line == 0 { c.accent } else { c.main }
        );
    }
}

/// A grid of quarter circles.
fn tiles(out: &mut String, pick: &mut Shuffle, c: &Colors) {
    let fills = [c.deep, c.soft, c.pale, c.accent, c.soft, c.pale];
    for row in 0..3_u32 {
        for column in 0..6_u32 {
            let (x, y) = (column * 225 - if column > 0 { 75 } else { 0 }, row * 225);
            if column < 2 && pick.between(0, 2) > 0 {
                continue;
            }
            let _ = write!(
                out,
                r#"<rect x="{x}" y="{y}" width="225" height="225" fill="{}"/>"#,
                pick.pick(&fills)
            );
            let fill = pick.pick(&[c.main, c.deep, c.accent, c.pale]);
            let shape = match pick.between(0, 4) {
                0 => format!("M{x} {y}h225a225 225 0 0 1-225 225z"),
                1 => format!("M{x} {y}v225h225a225 225 0 0 0-225-225z"),
                2 => format!("M{} {y}v225h-225a225 225 0 0 1 225-225z", x + 225),
                3 => format!("M{x} {y}a112.500 112.500 0 0 0 225 0z"),
                _ => format!("M{x} {}a112.500 112.500 0 0 1 225 0a112.500 112.500 0 0 1-225 0z", y + 112),
            };
            let _ = write!(out, r#"<path d="{shape}" fill="{fill}"/>"#);
        }
    }
}

/// Layered hills under a sun.
fn hills(out: &mut String, pick: &mut Shuffle, c: &Colors) {
    let _ = write!(out, r#"<rect width="1200" height="675" fill="{}"/>"#, c.soft);
    let (x, y) = (pick.between(760, 980), pick.between(150, 250));
    circle(out, x, y, 150, c.pale);
    circle(out, x, y, 104, c.accent);
    for (layer, fill) in [(0_u32, c.pale), (1, c.main), (2, c.deep)] {
        let base = 330 + layer * 115;
        let (a, b, d) = (pick.between(60, 190), pick.between(40, 170), pick.between(60, 180));
        let _ = write!(
            out,
            r#"<path d="M0 {base}C200 {} 330 {} 560 {base}S 900 {} 1200 {}V675H0z" fill="{fill}"/>"#,
            base - a,
            base + b / 2,
            base - d,
            base - b / 3
        );
    }
}

/// Columns that rise to the right, one for each day.
fn steps(out: &mut String, pick: &mut Shuffle, c: &Colors) {
    let _ = write!(out, r#"<rect width="1200" height="675" fill="{}"/>"#, c.deep);
    circle(out, pick.between(560, 760), 210, pick.between(110, 160), c.main);
    for column in 0..7_u32 {
        let x = 300 + column * 128;
        let height = 70 + column * 74 + pick.between(0, 40);
        let fill = if column == 6 { c.accent } else { pick.pick(&[c.main, c.soft, c.pale]) };
        let _ = write!(
            out,
            r#"<path d="M{x} 675v-{}a64 64 0 0 1 128 0v{}z" fill="{fill}"/>"#,
            height.saturating_sub(64),
            height.saturating_sub(64)
        );
    }
}

/// Circles on circles.
fn orbits(out: &mut String, pick: &mut Shuffle, c: &Colors) {
    let (x, y) = (pick.between(800, 900), pick.between(300, 380));
    for (index, radius) in [560_u32, 430, 300, 170].into_iter().enumerate() {
        let fill = if index % 2 == 0 { c.deep } else { c.main };
        circle(out, x, y, radius, fill);
    }
    circle(out, x, y, 118, c.pale);
    for radius in [170_i32, 300, 430] {
        let along = i32::try_from(pick.between(20, 95)).unwrap_or(50);
        let (dx, dy) = (radius * along / 100, radius * (100 - along * along / 100).max(0) / 100);
        let up = pick.between(0, 1) == 0;
        let cx = i32::try_from(x).unwrap_or(850) - dx;
        let cy = i32::try_from(y).unwrap_or(340) + if up { -dy } else { dy };
        let size = pick.between(26, 58);
        let fill = if radius == 300 { c.accent } else { pick.pick(&[c.soft, c.pale]) };
        let _ = write!(out, r#"<circle cx="{cx}" cy="{cy}" r="{size}" fill="{fill}"/>"#);
    }
}

/// Broad bands that turn a corner.
fn ribbons(out: &mut String, pick: &mut Shuffle, c: &Colors) {
    let _ = write!(out, r#"<rect width="1200" height="675" fill="{}"/>"#, c.pale);
    let turn = pick.between(380, 520);
    let _ = write!(out, r#"<g fill="none" stroke-width="86">"#);
    for (band, stroke) in (0_u32..).zip([c.deep, c.main, c.soft, c.accent]) {
        let offset = band * 86;
        let radius = turn - offset.min(turn - 60);
        let _ = write!(
            out,
            r#"<path d="M{} 760V{}a{radius} {radius} 0 0 1 {radius}-{radius}H1300" stroke="{stroke}"/>"#,
            360 + offset,
            100 + offset + radius,
        );
    }
    out.push_str("</g>");
    circle(out, pick.between(960, 1080), pick.between(520, 580), pick.between(60, 90), c.deep);
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
fn escape(text: &str) -> String {
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

/// Paths of the category icons (Lucide, ISC license), drawn in a box of 24 × 24.
fn icon_paths(icon: &str) -> &'static str {
    match icon {
        "cpu" => {
            r#"<path d="M12 20v2"/><path d="M12 2v2"/><path d="M17 20v2"/><path d="M17 2v2"/><path d="M2 12h2"/><path d="M2 17h2"/><path d="M2 7h2"/><path d="M20 12h2"/><path d="M20 17h2"/><path d="M20 7h2"/><path d="M7 20v2"/><path d="M7 2v2"/><rect x="4" y="4" width="16" height="16" rx="2"/><rect x="8" y="8" width="8" height="8" rx="1"/>"#
        }
        "briefcase-business" => {
            r#"<path d="M12 12h.01"/><path d="M16 6V4a2 2 0 0 0-2-2h-4a2 2 0 0 0-2 2v2"/><path d="M22 13a18.15 18.15 0 0 1-20 0"/><rect width="20" height="14" x="2" y="6" rx="2"/>"#
        }
        "sprout" => {
            r#"<path d="M14 9.536V7a4 4 0 0 1 4-4h1.5a.5.5 0 0 1 .5.5V5a4 4 0 0 1-4 4 4 4 0 0 0-4 4c0 2 1 3 1 5a5 5 0 0 1-1 3"/><path d="M4 9a5 5 0 0 1 8 4 5 5 0 0 1-8-4"/><path d="M5 21h14"/>"#
        }
        "megaphone" => {
            r#"<path d="M11 6a13 13 0 0 0 8.4-2.8A1 1 0 0 1 21 4v12a1 1 0 0 1-1.6.8A13 13 0 0 0 11 14H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2z"/><path d="M6 14a12 12 0 0 0 2.4 7.2 2 2 0 0 0 3.2-2.4A8 8 0 0 1 10 14"/><path d="M8 6v8"/>"#
        }
        "palette" => {
            r#"<path d="M12 22a1 1 0 0 1 0-20 10 9 0 0 1 10 9 5 5 0 0 1-5 5h-2.25a1.75 1.75 0 0 0-1.4 2.8l.3.4a1.75 1.75 0 0 1-1.4 2.8z"/><circle cx="13.5" cy="6.5" r=".5" fill="currentColor"/><circle cx="17.5" cy="10.5" r=".5" fill="currentColor"/><circle cx="6.5" cy="12.5" r=".5" fill="currentColor"/><circle cx="8.5" cy="7.5" r=".5" fill="currentColor"/>"#
        }
        "chart-candlestick" => {
            r#"<path d="M9 5v4"/><rect width="4" height="6" x="7" y="9" rx="1"/><path d="M9 15v2"/><path d="M17 3v2"/><rect width="4" height="8" x="15" y="5" rx="1"/><path d="M17 13v3"/><path d="M3 3v16a2 2 0 0 0 2 2h16"/>"#
        }
        _ => {
            r#"<path d="M8.3 10a.7.7 0 0 1-.626-1.079L11.4 3a.7.7 0 0 1 1.198-.043L16.3 8.9a.7.7 0 0 1-.572 1.1Z"/><rect x="3" y="14" width="7" height="7" rx="1"/><circle cx="17.5" cy="17.5" r="3.5"/>"#
        }
    }
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
