//! From pieces to lines in the order in which people read them.

use super::glyphs::{DOT_TEXT, NARROW, Piece};

/// In parts of the size of the letters: a gap from this on parts the cells of a table.
const CELL: f64 = 1.5;
/// In the same parts: how far the beginnings of a column's cells may stand from each other, and how far the lines of a table.
const DRIFT: f64 = 0.2;
const FAR: f64 = 3.0;
/// Beginnings of cells that are known of at once; a line of more is a drawing.
const MOST_STARTS: usize = 40;
/// What is as narrow as a bullet or a number stands before text, not in a cell. In characters.
const BULLET: usize = 3;
/// The narrowest gap between columns, in points.
const GUTTER: f64 = 8.0;
/// Fewer lines beside a gap are no columns.
const FEWEST_LINES: usize = 5;
const MOST_COLUMNS: usize = 4;
/// Shorter lines are rather those of a table, in characters.
const COLUMN_LINE: usize = 15;

/// A line of a page. Lengths are in points; `y` is that of the baseline and grows downwards.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) mono: bool,
    /// From 1.
    pub(super) page: u32,
    /// The margins of its column.
    pub(super) left: f64,
    pub(super) right: f64,
    /// Its cells, when gaps part it.
    pub(super) cells: Vec<Cell>,
}

/// What stands in one column of a table on a line.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) text: String,
}

/// The lines of a page, column by column.
pub(super) fn lines(pieces: Vec<Piece>, page: u32) -> Vec<Line> {
    let mut pieces = upright(pieces);
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let columns = columns(&pieces);
    let mut lines = Vec::new();
    // Text across all columns ends those above it.
    let mut open: Vec<Vec<Piece>> = vec![Vec::new(); columns.len()];
    let mut across: Vec<Piece> = Vec::new();
    for piece in pieces {
        match columns.iter().position(|(left, right)| piece.x0 >= left - 3.0 && piece.x1 <= right + 3.0) {
            Some(column) if columns.len() > 1 => {
                flush(std::slice::from_mut(&mut across), page, &mut lines);
                open[column].push(piece);
            }
            _ => {
                flush(&mut open, page, &mut lines);
                across.push(piece);
            }
        }
    }
    flush(&mut open, page, &mut lines);
    flush(&mut [across], page, &mut lines);
    with_margins(lines, &columns)
}

/// The text that is turned like most of the page's.
fn upright(pieces: Vec<Piece>) -> Vec<Piece> {
    let letters =
        |turn| pieces.iter().filter(|piece| piece.turn == turn).map(|piece| piece.text.len()).sum::<usize>();
    let most = (0..4).rev().max_by_key(|turn| letters(*turn)).unwrap_or(0);
    pieces.into_iter().filter(|piece| piece.turn == most).collect()
}

fn flush(regions: &mut [Vec<Piece>], page: u32, lines: &mut Vec<Line>) {
    for region in regions {
        lines.extend(region_lines(std::mem::take(region), page));
    }
}

/// The columns of a page, as their left and right ends; one when it has no others. Between columns lies a strip that few lines
/// cross and that has lines of running text on either side.
fn columns(pieces: &[Piece]) -> Vec<(f64, f64)> {
    let left = pieces.iter().map(|piece| piece.x0).fold(f64::INFINITY, f64::min);
    let right = pieces.iter().map(|piece| piece.x1).fold(f64::NEG_INFINITY, f64::max);
    let width = right - left;
    // A page of more than three meters is a trick.
    if !(1.0..9_000.0).contains(&width) {
        return vec![(left, right)];
    }
    const STEP: f64 = 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the width, which is bounded"
    )]
    let step = |x: f64| ((x - left) / STEP).max(0.0) as usize;
    // How many pieces begin in a step, less those that ended in the one before.
    let mut changes = vec![0_isize; step(right) + 2];
    for piece in pieces {
        changes[step(piece.x0)] += 1;
        changes[step(piece.x1) + 1] -= 1;
    }
    let covered = changes.iter().scan(0_isize, |count, change| {
        *count += change;
        Some(count.unsigned_abs())
    });
    let few = pieces.len() / 12;
    let mut columns = vec![left];
    let mut start = None;
    for (at, count) in covered.take(changes.len() - 1).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let x = left + at as f64 * STEP;
        if count <= few {
            start = start.or(Some(x));
            continue;
        }
        if let Some(from) = start.take()
            && x - from >= GUTTER - STEP
            && from > left + 0.15 * width
            && x < right - 0.15 * width
        {
            columns.extend([from, x]);
        }
    }
    columns.push(right);
    let columns: Vec<(f64, f64)> = columns.chunks_exact(2).map(|ends| (ends[0], ends[1])).collect();
    let are_columns = columns.len() <= MOST_COLUMNS && columns.iter().all(|column| is_prose(pieces, *column));
    if are_columns { columns } else { vec![(left, right)] }
}

/// Whether a column has lines of running text: most of them fill it.
fn is_prose(pieces: &[Piece], (left, right): (f64, f64)) -> bool {
    let inside: Vec<_> =
        pieces.iter().filter(|piece| piece.x0 >= left - 3.0 && piece.x1 <= right + 3.0).collect();
    let full = |piece: &&&Piece| {
        piece.x1 - piece.x0 > 0.5 * (right - left) && piece.text.chars().count() >= COLUMN_LINE
    };
    inside.len() >= FEWEST_LINES && inside.iter().filter(full).count() * 2 >= inside.len()
}

/// The lines of a column. The pieces are in the order of their baselines.
fn region_lines(pieces: Vec<Piece>, page: u32) -> Vec<Line> {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if line.iter().rev().any(|other| on_one_line(other, &piece)) => line.push(piece),
            _ => lines.push(vec![piece]),
        }
    }
    for pieces in &mut lines {
        pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        // Text that is drawn twice to look bold.
        pieces.dedup_by(|b, a| a.text == b.text && (a.x0 - b.x0).abs() < 0.3 * a.size);
    }
    let starts = starts(&lines);
    lines.into_iter().zip(starts).filter_map(|(pieces, starts)| line(pieces, page, &starts)).collect()
}

/// Where cells begin on each line: after its own large gaps, and after those of lines near it. Where a cell fills its column, the
/// gap behind it is no larger than one between words.
fn starts(lines: &[Vec<Piece>]) -> Vec<Vec<f64>> {
    let own: Vec<Vec<f64>> = lines.iter().map(|line| after_gaps(line)).collect();
    let mut starts = own.clone();
    let down: Vec<usize> = (0..lines.len()).collect();
    let up = down.iter().rev().copied().collect();
    for order in [down, up] {
        let mut known: Vec<f64> = Vec::new();
        let mut last = None;
        for at in order {
            let Some(first) = lines[at].first() else { continue };
            if last.is_some_and(|last: f64| (first.y - last).abs() >= FAR * first.size) {
                known.clear();
            }
            last = Some(first.y);
            known.retain(|x| !lines[at].iter().any(|piece| piece.crosses(*x, DRIFT * piece.size)));
            starts[at].extend(&known);
            for start in &own[at] {
                if known.len() < MOST_STARTS && !known.iter().any(|x| (x - start).abs() < DRIFT * first.size)
                {
                    known.push(*start);
                }
            }
        }
    }
    starts
}

/// Where text begins after a large gap.
fn after_gaps(line: &[Piece]) -> Vec<f64> {
    let after = line.windows(2).enumerate().filter_map(|(at, pair)| {
        let [before, piece] = pair else { return None };
        let is_bullet = at == 0 && before.text.chars().count() <= BULLET;
        (!is_bullet && piece.x0 - before.x1 >= CELL * piece.size).then_some(piece.x0)
    });
    after.take(MOST_STARTS).collect()
}

/// Raised and lowered letters are on the line of those beside them.
fn on_one_line(a: &Piece, b: &Piece) -> bool {
    (a.y - b.y).abs() < 0.45 * a.size.max(b.size)
}

fn line(pieces: Vec<Piece>, page: u32, starts: &[f64]) -> Option<Line> {
    let parted = |piece: Piece| {
        let drift = DRIFT * piece.size;
        piece.parted(starts, drift)
    };
    let pieces: Vec<Piece> = pieces.into_iter().flat_map(parted).collect();
    let main = pieces.iter().max_by_key(|piece| piece.text.chars().count())?;
    let (y, size) = (main.y, main.size);
    let bold = pieces.iter().all(|piece| piece.bold || !piece.text.chars().any(char::is_alphanumeric));
    let mono = pieces.iter().all(|piece| piece.mono);
    let mut cells: Vec<Cell> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    let (mut x0, mut x1) = (f64::INFINITY, f64::NEG_INFINITY);
    for piece in &pieces {
        let gap = piece.x0 - end;
        let begins = gap >= CELL * size
            || gap >= NARROW * size && starts.iter().any(|x| (x - piece.x0).abs() < DRIFT * size);
        let is_second = cells.len() == 1;
        match cells.last_mut() {
            Some(cell) if !begins || is_second && cell.text.chars().count() <= BULLET => {
                if gap > 0.12 * size && !cell.text.ends_with(' ') && !piece.text.starts_with(' ') {
                    cell.text.push(' ');
                }
                cell.text.push_str(&piece.text);
                cell.x1 = piece.x1;
            }
            _ => cells.push(Cell { x0: piece.x0, x1: piece.x1, text: piece.text.clone() }),
        }
        end = piece.x1;
        (x0, x1) = (x0.min(piece.x0), x1.max(piece.x1));
    }
    let text = cells.iter().map(|cell| cell.text.trim()).collect::<Vec<_>>().join(" ");
    let text = text.trim().to_owned();
    if cells.len() < 2 {
        cells.clear();
    }
    // Dots that stand before nothing are part of a drawing.
    let is_empty = text.chars().all(|c| c.is_whitespace() || DOT_TEXT.contains(c));
    (!is_empty).then_some(Line { text, x0, x1, y, size, bold, mono, page, left: x0, right: x1, cells })
}

/// The margins are where most of a column's text begins and ends.
fn with_margins(mut lines: Vec<Line>, columns: &[(f64, f64)]) -> Vec<Line> {
    let column = |line: &Line| {
        columns.iter().position(|(left, right)| line.x0 >= left - 3.0 && line.x1 <= right + 3.0)
    };
    let of: Vec<_> = lines.iter().map(column).collect();
    for place in (0..columns.len()).map(Some).chain([None]) {
        let inside = || lines.iter().zip(&of).filter(|(_, column)| **column == place).map(|(line, _)| line);
        let left = inside().map(|line| line.x0).fold(f64::INFINITY, f64::min);
        let right = inside().map(|line| line.x1).fold(f64::NEG_INFINITY, f64::max);
        for (line, _) in lines.iter_mut().zip(&of).filter(|(_, column)| **column == place) {
            (line.left, line.right) = (left, right);
        }
    }
    lines
}
