//! Plain text as Markdown that shows just that text.

use std::fmt::Write as _;

use super::sections::Piece;
use crate::document::BlockKind;

/// Text in which nothing is read as Markdown by accident.
pub(super) fn escape(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let chars: Vec<char> = text.chars().collect();
    let at = |at: usize| chars.get(at).copied().unwrap_or(' ');
    let mut escaped = String::with_capacity(text.len() + 8);
    for (place, c) in chars.iter().copied().enumerate() {
        let before = place.checked_sub(1).map_or(' ', at);
        let after = at(place + 1);
        let special = match c {
            '\\' => after.is_ascii_punctuation(),
            '*' | '~' | '_' => {
                let alone = before.is_whitespace() && after.is_whitespace();
                let inside = c == '_' && before.is_alphanumeric() && after.is_alphanumeric();
                !alone && !inside
            }
            '`' | '[' | ']' => true,
            '<' => after.is_ascii_alphabetic() || matches!(after, '/' | '!' | '?'),
            '&' => after == '#' || after.is_ascii_alphabetic(),
            '|' => true,
            _ => false,
        };
        // What makes a block at the beginning of a line.
        let opens = place == 0
            && (matches!(c, '#' | '>' | '=')
                || matches!(c, '-' | '+' | '*') && (after.is_whitespace() || after == c));
        // `1.` and `1)` begin a list.
        let numbers = matches!(c, '.' | ')')
            && place > 0
            && place < 10
            && after.is_whitespace()
            && chars.iter().take(place).all(char::is_ascii_digit);
        if special || opens || numbers {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A piece as it stands in a lesson.
pub(super) fn piece(piece: &Piece) -> String {
    match piece.kind {
        BlockKind::Heading(_) | BlockKind::Paragraph => escape(piece.text),
        BlockKind::ListItem => format!("- {}", escape(piece.text)),
        BlockKind::Quote => format!("> {}", escape(piece.text)),
        BlockKind::Code => code(piece.text),
        BlockKind::Table => table(piece.text),
    }
}

fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

fn table(text: &str) -> String {
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|row| !row.trim().is_empty()).map(|row| row.split('\t').collect()).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        // Writing to a string can't fail.
        for cell in 0..width {
            let _ = write!(out, "| {} ", escape(row.get(cell).copied().unwrap_or_default()));
        }
        out.push_str("|\n");
        if at == 0 {
            out.push_str(&"| --- ".repeat(width));
            out.push_str("|\n");
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accidents_are_escaped_and_the_rest_is_left() {
        for (text, markdown) in [
            ("3 * 4 = 12, well-known", "3 * 4 = 12, well-known"),
            ("a *b* c_d_e _f_", "a \\*b\\* c_d_e \\_f\\_"),
            ("1. First", "1\\. First"),
            ("# no heading", "\\# no heading"),
            ("- no item", "\\- no item"),
            ("see [1] <b> & &amp; a < b", "see \\[1\\] \\<b> & \\&amp; a < b"),
            ("-5 degrees", "-5 degrees"),
        ] {
            assert_eq!(escape(text), markdown);
        }
    }

    #[test]
    fn tables_and_code_stay_what_they_are() {
        let table = Piece { kind: BlockKind::Table, text: "Flour\tWater\nRye\t80 %", page: None };
        assert_eq!(piece(&table), "| Flour | Water |\n| --- | --- |\n| Rye | 80 % |");
        let code = Piece { kind: BlockKind::Code, text: "a ``` b", page: None };
        assert_eq!(piece(&code), "````\na ``` b\n````");
    }
}
