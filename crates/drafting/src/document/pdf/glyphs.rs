//! What a page writes where: the letters that it draws, put together to pieces of lines.

use std::panic::resume_unwind;

use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    kurbo::{Affine, BezPath, Point, Rect, Shape, Vec2},
};

/// Glyphs are drawn on a square of this many units.
const UNITS: f64 = 1000.0;
/// In parts of the size of the letters: a gap from this on is a space, from that on it parts pieces.
const SPACE: f64 = 0.12;
const PART: f64 = 0.9;
/// A gap from this on may part the cells of a table, where something says so.
pub(super) const NARROW: f64 = 0.4;

/// In points: how wide bullets are.
const DOT: std::ops::Range<f64> = 2.0..9.0;
/// What a drawn bullet is read as.
pub(super) const DOT_TEXT: &str = "•";

/// Letters on one line, in one size, without large gaps. Lengths are in points; `y` is that of the baseline and grows downwards.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) mono: bool,
    /// Quarter turns of the text, clockwise, from 0 to 3; the coordinates are those of the page turned back.
    pub(super) turn: u8,
    /// Where the next letter would stand; behind `x1` after a space.
    pen: f64,
    gaps: Vec<Gap>,
}

/// A gap in a piece that is wider than the one between words.
#[derive(Debug, Clone, Copy)]
struct Gap {
    /// The byte after it.
    at: usize,
    /// Where the letters before it end, and where those after it begin.
    x1: f64,
    x0: f64,
}

/// What is left of the work that a document may cause.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// In bytes that are interpreted, roughly.
    pub(super) work: u64,
    /// What a form costs at most each time that it is drawn.
    pub(super) form: u64,
    /// Bytes of text.
    pub(super) text: usize,
}

/// What unwinds out of the interpreter, which can't be told to stop, when a [`Budget`] is spent.
#[derive(Debug)]
pub(super) struct Spent {
    pub(super) text: bool,
}

/// Collects the text of a page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) pieces: Vec<Piece>,
    pub(super) images: usize,
    /// Letters whose character is unknown.
    pub(super) unknown: usize,
    pub(super) budget: Budget,
    /// Its width and height, in points.
    measures: (f64, f64),
    /// The last font and whether its letters are bold and equally wide.
    looks: Option<(u128, bool, bool)>,
}

impl Page {
    pub(super) fn new(measures: (f64, f64), budget: Budget) -> Self {
        Self { pieces: Vec::new(), images: 0, unknown: 0, budget, measures, looks: None }
    }

    fn spend(&mut self, work: u64) {
        match self.budget.work.checked_sub(work) {
            Some(left) => self.budget.work = left,
            None => resume_unwind(Box::new(Spent { text: false })),
        }
    }

    /// Where a letter stands on the page turned back.
    fn place(&self, turn: u8, transform: Affine) -> Vec2 {
        let (width, height) = self.measures;
        let corner = match turn {
            1 => Vec2::new(0.0, width),
            2 => Vec2::new(width, height),
            3 => Vec2::new(height, 0.0),
            _ => Vec2::ZERO,
        };
        corner + turned_back(turn, (transform * Point::ZERO).to_vec2())
    }

    fn glyph(&mut self, glyph: &Glyph<'_>, transform: Affine, (bold, mono): (bool, bool)) {
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => readable(c.encode_utf8(&mut [0; 4])),
            Some(BfString::String(text)) => readable(&text),
            None => {
                self.unknown += 1;
                return;
            }
        };
        let width = match glyph {
            Glyph::Outline(glyph) => glyph.advance_width(),
            Glyph::Type3(glyph) => glyph.advance_width(),
        };
        let along = transform * Point::new(f64::from(width.unwrap_or(500.0)), 0.0) - transform * Point::ZERO;
        let up = transform * Point::new(0.0, UNITS) - transform * Point::ZERO;
        let Some(turn) = turn(up) else { return };
        let at = self.place(turn, transform);
        let (advance, size) = (turned_back(turn, along).x, up.hypot());
        if text.is_empty()
            || !at.x.is_finite()
            || !at.y.is_finite()
            || !advance.is_finite()
            || !(0.5..2e3).contains(&size)
        {
            return;
        }
        match self.budget.text.checked_sub(text.len()) {
            Some(left) => self.budget.text = left,
            None => resume_unwind(Box::new(Spent { text: true })),
        }
        let pen = at.x + advance;
        let (x0, x1) = (at.x.min(pen), at.x.max(pen));
        let new = Piece { text, x0, x1, y: at.y, size, bold, mono, turn, pen, gaps: Vec::new() };
        match self.pieces.last_mut() {
            Some(last) if last.takes(&new) => last.append(&new),
            _ if new.text.trim().is_empty() => {}
            _ => {
                self.spend(512);
                self.pieces.push(new);
            }
        }
    }
}

impl Piece {
    fn takes(&self, next: &Self) -> bool {
        let gap = (next.x0 - self.pen) / self.size;
        self.turn == next.turn
            && (self.y - next.y).abs() < 0.1 * self.size
            && (0.85..1.18).contains(&(next.size / self.size))
            && self.bold == next.bold
            && (-0.35..PART).contains(&gap)
    }

    fn append(&mut self, next: &Self) {
        let gap = next.x0 - self.pen;
        if gap > SPACE * self.size && !self.text.ends_with(' ') && !next.text.starts_with(' ') {
            self.text.push(' ');
        }
        if gap >= NARROW * self.size {
            self.gaps.push(Gap { at: self.text.len(), x1: self.x1, x0: next.x0 });
        }
        self.text.push_str(&next.text);
        self.pen = next.pen;
        if !next.text.trim().is_empty() {
            (self.x0, self.x1) = (self.x0.min(next.x0), self.x1.max(next.x1));
        }
    }
}

impl Piece {
    /// Whether letters of the piece stand on both sides of `x`, and no gap ends there.
    pub(super) fn crosses(&self, x: f64, drift: f64) -> bool {
        let ends_there = |gap: &Gap| (gap.x0 - x).abs() < drift;
        self.x0 < x - drift && self.x1 > x + drift && !self.gaps.iter().any(ends_there)
    }

    /// The parts of the piece, when its gaps end at one of `starts`.
    pub(super) fn parted(mut self, starts: &[f64], drift: f64) -> Vec<Self> {
        let mut parts = Vec::new();
        while let Some(gap) = self.gaps.pop() {
            if starts.iter().any(|start| (gap.x0 - start).abs() < drift) {
                let text = self.text.split_off(gap.at);
                let Self { x1, y, size, bold, mono, turn, pen, .. } = self;
                let gaps = Vec::new();
                parts.push(Self { text, x0: gap.x0, x1, y, size, bold, mono, turn, pen, gaps });
                (self.x1, self.pen) = (gap.x1, gap.x1);
            }
        }
        parts.push(self);
        parts.reverse();
        parts
    }
}

/// How text is turned by where its up points, on a page whose `y` grows downwards; nothing for slanted text such as watermarks.
fn turn(up: Vec2) -> Option<u8> {
    let (x, y) = (up.x, up.y);
    if x.abs() < y.abs() * 0.2 {
        Some(if y < 0.0 { 0 } else { 2 })
    } else if y.abs() < x.abs() * 0.2 {
        Some(if x > 0.0 { 1 } else { 3 })
    } else {
        None
    }
}

fn turned_back(turn: u8, at: Vec2) -> Vec2 {
    match turn {
        1 => Vec2::new(at.y, -at.x),
        2 => -at,
        3 => Vec2::new(-at.y, at.x),
        _ => at,
    }
}

/// Ligatures as letters, one kind of space, no control characters.
fn readable(text: &str) -> String {
    let mut readable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ﬀ' => readable.push_str("ff"),
            'ﬁ' => readable.push_str("fi"),
            'ﬂ' => readable.push_str("fl"),
            'ﬃ' => readable.push_str("ffi"),
            'ﬄ' => readable.push_str("ffl"),
            'ﬅ' | 'ﬆ' => readable.push_str("st"),
            c if c.is_whitespace() => readable.push(' '),
            '\u{200B}' | '\u{FEFF}' | char::REPLACEMENT_CHARACTER => {}
            c if c.is_control() => {}
            c => readable.push(c),
        }
    }
    readable
}

impl<'a> Device<'a> for Page {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(32 + 8 * u64::try_from(run.glyphs().len()).unwrap_or(u64::MAX));
        // What is filled and stroked comes twice; what is stroked alone is an outline of letters.
        if matches!(mode, DrawMode::Stroke(_)) && self.repeats(run, props.transform) {
            return;
        }
        let looks = self.looks(run);
        for glyph in run.glyphs() {
            self.glyph(glyph, props.transform * glyph.transform(), looks);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.spend(32);
        self.images += 1;
    }

    /// Each form begins with one.
    fn push_clip_path(&mut self, _: &ClipPath) {
        self.spend(4096 + self.budget.form);
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.spend(32);
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(32);
        if matches!(mode, DrawMode::Fill(_)) && (4..24).contains(&path.elements().len()) {
            self.dot(props.transform.transform_rect_bbox(path.bounding_box()));
        }
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.spend(32);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

impl Page {
    /// Browsers draw the bullets of lists. A dot is about 0.35 times as wide as the letters beside it are high, and stands so far
    /// above their baseline.
    fn dot(&mut self, place: Rect) {
        let (width, height) = (place.width(), place.height());
        if !DOT.contains(&width) || (width - height).abs() > 0.1 * width || !place.is_finite() {
            return;
        }
        let (text, y) = (DOT_TEXT.to_owned(), place.y1 + width / 2.0);
        let (x0, x1) = (place.x0, place.x1);
        self.pieces.push(Piece {
            text,
            x0,
            x1,
            y,
            size: 2.0 * width,
            bold: false,
            mono: false,
            turn: 0,
            pen: f64::MAX,
            gaps: Vec::new(),
        });
    }

    /// Whether the last letter is the run's last one.
    fn repeats(&self, run: &GlyphRun<'_, '_>, transform: Affine) -> bool {
        let (Some(piece), Some(last)) = (self.pieces.last(), run.glyphs().last()) else { return false };
        let at = self.place(piece.turn, transform * last.transform());
        (at.y - piece.y).abs() < 0.1 * piece.size && (piece.x0 - 0.1..piece.pen + 0.1).contains(&at.x)
    }

    /// Whether a run's letters are bold, and whether they are equally wide. All have one font.
    fn looks(&mut self, run: &GlyphRun<'_, '_>) -> (bool, bool) {
        let Some(Glyph::Outline(glyph)) = run.glyphs().first().map(|glyph| &**glyph) else {
            return (false, false);
        };
        let Some(font) = glyph.font_data() else { return (false, false) };
        match self.looks {
            Some((key, bold, mono)) if key == font.cache_key => (bold, mono),
            _ => {
                let name = font.postscript_name.unwrap_or_default().to_lowercase();
                let named = ["bold", "black", "heavy"].iter().any(|weight| name.contains(weight));
                let bold = named || font.weight.is_some_and(|weight| weight >= 600);
                let mono = font.is_monospace || name.contains("mono") || name.contains("courier");
                self.looks = Some((font.cache_key, bold, mono));
                (bold, mono)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_become_letters() {
        assert_eq!(readable("eﬃcient\u{A0}ﬂow\u{0}\u{200B}"), "efficient flow");
    }

    #[test]
    fn turned_text_is_read_upright() {
        assert_eq!(turn(Vec2::new(0.0, -12.0)), Some(0));
        assert_eq!(turn(Vec2::new(8.0, -8.0)), None);
        // Text that runs downwards: its up points to the right, its second letter stands below the first one.
        let turn = turn(Vec2::new(12.0, 0.0)).unwrap();
        let (first, second) =
            (turned_back(turn, Vec2::new(5.0, 10.0)), turned_back(turn, Vec2::new(5.0, 20.0)));
        assert!(second.x > first.x && second.y == first.y);
    }
}
