//! Plain text as Markdown that shows just that text, and text without what is left of Markdown in it.

use std::fmt::Write as _;

use super::sections::Piece;
use crate::document::BlockKind;

/// Text in which nothing is read as Markdown by accident.
pub(super) fn escape(text: &str) -> String {
    let text = without_links(text).split_whitespace().collect::<Vec<_>>().join(" ");
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

/// Text for fields that show it as it is: without links and marks of emphasis that a reference has kept.
pub(super) fn plain(text: &str) -> String {
    let text = without_links(text);
    let chars: Vec<char> = text.chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| chars.get(place)).copied().unwrap_or(' ');
    let mut plain = String::with_capacity(text.len());
    // Where an underscore is open.
    let mut open: Option<usize> = None;
    for (place, c) in chars.iter().copied().enumerate() {
        let (before, after) = (at(place.checked_sub(1)), at(Some(place + 1)));
        let is_mark = match c {
            '`' => true,
            '*' => {
                let times = before.is_whitespace() && after.is_whitespace()
                    || before.is_alphanumeric() && after.is_alphanumeric();
                !times
            }
            // `_so_`, but not `so_so` and `__init__`.
            '_' if after.is_alphanumeric() && !before.is_alphanumeric() && before != '_' => {
                let closes = |end: &usize| at(Some(*end)) == '_' && !at(Some(*end + 1)).is_alphanumeric();
                open = (place + 1..chars.len()).find(closes).filter(|end| at(Some(end + 1)) != '_');
                open.is_some()
            }
            _ => open == Some(place),
        };
        if !is_mark {
            plain.push(c);
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Links whose marks a reference has kept, such as `[audit][]`, `[audit][1]` and `[audit](https://…)`, as their text alone.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match link(after) {
            Some((shown, behind)) => {
                out.push_str(shown);
                rest = behind;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of a link and what stands behind it, if what follows a `[` is one.
fn link(after: &str) -> Option<(&str, &str)> {
    let (shown, behind) = after.split_once(']')?;
    if shown.is_empty() || shown.contains('[') {
        return None;
    }
    if let Some(target) = behind.strip_prefix('[') {
        let (label, behind) = target.split_once(']')?;
        return (label.len() <= 60 && !label.contains('[')).then_some((shown, behind));
    }
    let (target, behind) = behind.strip_prefix('(')?.split_once(')')?;
    let leads =
        ["http", "/", "#", "./", "../", "mailto:", "www."].iter().any(|start| target.starts_with(start));
    leads.then_some((shown, behind))
}

/// Whether a paragraph only says where links lead: `[audit]: https://…`.
pub(super) fn defines_links(text: &str) -> bool {
    let defined = text.strip_prefix('[').and_then(|text| text.split_once("]:"));
    defined.is_some_and(|(label, target)| {
        let first = target.split_whitespace().next().unwrap_or_default();
        !label.contains(['[', ']']) && (first.is_empty() || is_address(first))
    })
}

/// Whether a text is the address of a page and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(char::is_whitespace)
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
    fn what_is_left_of_markdown_goes() {
        for (text, shown) in [
            ("Start with a [content audit][].", "Start with a content audit."),
            ("See [the guide](https://example.org/a) and [that][1].", "See the guide and that."),
            ("Use *bold* and **strong**, `code` and _so_ on.", "Use bold and strong, code and so on."),
            (
                "3 * 4, 3*4, snake_case, __init__, [sic] (really)",
                "3 * 4, 3*4, snake_case, __init__, [sic] (really)",
            ),
        ] {
            assert_eq!(plain(text), shown);
        }
        assert_eq!(escape("Use [usa.gov][] to search [1]."), "Use usa.gov to search \\[1\\].");
        assert!(defines_links("[audit]: https://example.org [gov]: https://example.gov"));
        assert!(defines_links("[gov]:") && !defines_links("[Ann]: How are you?"));
    }

    #[test]
    fn tables_and_code_stay_what_they_are() {
        let table = Piece { kind: BlockKind::Table, text: "Flour\tWater\nRye\t80 %", page: None };
        assert_eq!(piece(&table), "| Flour | Water |\n| --- | --- |\n| Rye | 80 % |");
        let code = Piece { kind: BlockKind::Code, text: "a ``` b", page: None };
        assert_eq!(piece(&code), "````\na ``` b\n````");
    }
}
