//! The abstract pictures on covers.

use std::fmt::Write as _;

use super::Colors;

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

/// One of six compositions; its weight lies on the right, where no title stands.
pub(super) fn scene(title: &str, c: &Colors) -> String {
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
