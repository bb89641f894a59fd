//! Tables, from lines whose cells stand in columns. The lines of a cell belong together, whatever stands beside them.

use super::{
    super::hints::Lines,
    headings,
    lines::{Cell, Line},
};

/// In parts of the distance between lines: what is farther away begins another table.
const APART: f64 = 3.0;
/// In parts of the distance between the lines of a cell: a larger one is that between rows with space between them.
const LOOSE: f64 = 1.15;
/// In parts of the size of the letters: lines of a cell are no nearer.
const NEAREST: f64 = 0.9;
/// A line of more cells is a drawing.
const MOST_CELLS: usize = 40;
/// Lines of a first column alone, such as a long name, that are waited for to be in a table.
const ALONE: usize = 4;

/// A table at the beginning of some lines.
pub(super) struct Table {
    /// How many lines it takes.
    pub(super) lines: usize,
    /// The text of each cell, row by row; a row may have empty ones.
    pub(super) rows: Vec<Vec<String>>,
}

/// The columns of a table, from left to right, as far as text stands in them.
struct Columns(Vec<(f64, f64)>);

/// The table that begins with the first of these lines. `leading` is the distance between lines of running text; `is_heading` says
/// it of a line by its place.
pub(super) fn first(
    lines: &[Line],
    leading: f64,
    is_heading: impl Fn(usize) -> bool,
    words: &Lines,
) -> Option<Table> {
    let first = lines.first().filter(|line| (2..=MOST_CELLS).contains(&line.cells.len()))?;
    let mut columns = Columns(first.cells.iter().map(|cell| (cell.x0, cell.x1)).collect());
    let (mut count, mut with_cells) = (1, 1);
    for (at, pair) in (1..).zip(lines.windows(2)) {
        let [above, line] = pair else { break };
        let is_near = headings::beside(above, line) && line.y - above.y < APART * leading;
        let is_small = line.cells.len() <= MOST_CELLS && columns.0.len() <= MOST_CELLS;
        if !is_near || !is_small {
            break;
        }
        let Some(places) = columns.places(line) else { break };
        if line.cells.len() > 1 {
            with_cells += 1;
            count = at + 1;
            columns.take(line, &places);
        } else if is_heading(at) || at - count >= ALONE {
            break;
        } else if places != [Some(0)] && at == count {
            // The last column may be as wide as its widest line.
            count = at + 1;
            columns.take(line, &places);
        }
    }
    (with_cells > 1).then(|| Table { lines: count, rows: columns.rows(&lines[..count], words) })
}

impl Columns {
    /// The column of each cell of a line, none for one that begins a new column; nothing when a cell stands in several columns, or
    /// none stands in any.
    fn places(&self, line: &Line) -> Option<Vec<Option<usize>>> {
        let mut places = Vec::with_capacity(line.cells.len().max(1));
        for cell in cells(line) {
            let mut under =
                (0..).zip(&self.0).filter(|(_, (left, right))| cell.x0 < *right && cell.x1 > *left);
            let place = under.next().map(|(place, _)| place);
            let is_taken = place.is_some() && places.contains(&place);
            if under.next().is_some() || is_taken {
                return None;
            }
            places.push(place);
        }
        places.iter().any(Option::is_some).then_some(places)
    }

    /// Widens the columns to what stands in them, and adds new ones.
    fn take(&mut self, line: &Line, places: &[Option<usize>]) {
        for (cell, place) in cells(line).iter().zip(places) {
            match place.and_then(|place| self.0.get_mut(place)) {
                Some((left, right)) => (*left, *right) = (left.min(cell.x0), right.max(cell.x1)),
                None => self.0.push((cell.x0, cell.x1)),
            }
        }
        self.0.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// The rows. Space between them parts them, if there is mostly one line of the first column between two spaces; otherwise each
    /// line of the first column begins a row.
    fn rows(&self, lines: &[Line], words: &Lines) -> Vec<Vec<String>> {
        let places: Vec<Vec<Option<usize>>> = lines.iter().map(|line| self.places_at_last(line)).collect();
        let nearest = nearest(lines, &places, self.0.len());
        let is_loose = |at: usize| lines[at].y - lines[at - 1].y > LOOSE * nearest;
        let is_named = |at: usize| places[at].contains(&Some(0));
        let spaced = 1 + (1..lines.len()).filter(|at| is_loose(*at)).count();
        let named = (0..lines.len()).filter(|at| is_named(*at)).count();
        let have_space = named * 2 < spaced * 3;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            if at == 0 || is_loose(at) || !have_space && is_named(at) {
                rows.push(vec![String::new(); self.0.len()]);
            }
            for (cell, place) in cells(line).iter().zip(&places[at]) {
                if let Some(text) = rows.last_mut().and_then(|row| row.get_mut((*place)?)) {
                    words.join(text, &cell.text);
                }
            }
        }
        rows
    }

    /// The column of each cell of a line that is in the table. A name that reaches under the next column stays a name.
    fn places_at_last(&self, line: &Line) -> Vec<Option<usize>> {
        self.places(line).unwrap_or_else(|| vec![Some(0); cells(line).len()])
    }
}

/// The distance between the lines of a cell.
fn nearest(lines: &[Line], places: &[Vec<Option<usize>>], columns: usize) -> f64 {
    let mut above = vec![f64::NAN; columns];
    let mut nearest = f64::INFINITY;
    for (line, places) in lines.iter().zip(places) {
        for place in places.iter().flatten() {
            let Some(y) = above.get_mut(*place) else { continue };
            if line.y - *y >= NEAREST * line.size {
                nearest = nearest.min(line.y - *y);
            }
            *y = line.y;
        }
    }
    nearest
}

/// The cells of a line; one without gaps is a cell.
fn cells(line: &Line) -> Vec<Cell> {
    match line.cells.as_slice() {
        [] => vec![Cell { x0: line.x0, x1: line.x1, text: line.text.clone() }],
        cells => cells.to_vec(),
    }
}
