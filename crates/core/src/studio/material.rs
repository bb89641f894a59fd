//! Texts of people and of documents on their way into a prompt: marked as data, whatever they say.

use momentum_drafting::passage::Passage;
use serde::Serialize;

/// A passage as the templates show it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shown {
    number: u32,
    source: String,
    /// Such as `12–14`; empty without pages.
    pages: String,
    text: String,
}

impl Shown {
    /// `name` is the reference's.
    pub(super) fn new(passage: &Passage, name: &str) -> Self {
        let heading =
            if passage.heading.is_empty() { String::new() } else { format!(", {}", passage.heading) };
        Self {
            number: passage.number,
            source: attribute(&format!("{name}{heading}")),
            pages: pages(passage.first_page.map(i64::from), passage.last_page.map(i64::from)),
            text: defused(&passage.text),
        }
    }
}

/// `12`, `12–14`, or nothing.
pub(super) fn pages(first: Option<i64>, last: Option<i64>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if last > first => format!("{first}–{last}"),
        (Some(first), _) => first.to_string(),
        _ => String::new(),
    }
}

/// The marks between which material stands.
const MARKS: [&str; 2] = ["passage", "brief"];

/// The same text, which can't end or begin a mark: `</brief>` becomes `‹/brief>`.
pub(super) fn defused(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, after) = rest.split_at(at);
        safe.push_str(before);
        let name = after[1..].trim_start_matches(|c: char| c == '/' || c.is_whitespace());
        let is_mark = MARKS
            .iter()
            .any(|mark| name.get(..mark.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(mark)));
        safe.push(if is_mark { '‹' } else { '<' });
        rest = &after[1..];
    }
    safe.push_str(rest);
    safe
}

/// The same in an attribute.
fn attribute(text: &str) -> String {
    defused(text).replace('"', "'").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_leave_its_marks() {
        assert_eq!(defused("a < b </brief> c"), "a < b ‹/brief> c");
        assert_eq!(defused("<PASSAGE number=\"1\">< / Passage>"), "‹PASSAGE number=\"1\">‹ / Passage>");
        assert_eq!(defused("<brie>Vec<u8></b"), "<brie>Vec<u8></b");
        assert_eq!(defused("<"), "<");
        assert_eq!(attribute("A \"B\"\n<brief>"), "A 'B' ‹brief>");
    }

    #[test]
    fn pages_are_a_range_where_there_are_several() {
        assert_eq!(pages(Some(3), Some(3)), "3");
        assert_eq!(pages(Some(3), Some(5)), "3–5");
        assert_eq!(pages(None, None), "");
    }
}
