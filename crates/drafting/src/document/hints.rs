//! What a line looks like when nothing says what it is.

use std::collections::HashSet;

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 120;

/// Signs that stand before list items. The last ones are those of Symbol and Wingdings, where a font has no Unicode.
const BULLETS: &[char] = &[
    '•', '‣', '◦', '⁃', '∙', '●', '○', '■', '□', '▪', '▫', '►', '▶', '✓', '✔', '➢', '➤', '·', '\u{F0B7}',
    '\u{F0A7}', '\u{F0D8}', '\u{F0FC}', '\u{F076}',
];

/// What follows a bullet, if a line begins with one.
pub(super) fn bulleted(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(BULLETS) {
        return Some(rest.trim_start());
    }
    line.strip_prefix(['-', '*', '–', '—', '+'])
        .filter(|rest| rest.starts_with([' ', '\t']))
        .map(str::trim_start)
}

/// The number and what follows it, if a line begins like an item of a numbered list: `1.`, `2)`, `(3)`, `b)`.
pub(super) fn enumerated(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let inner = line.strip_prefix('(').unwrap_or(line);
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (number, rest) = inner.split_at(end);
    let is_number = number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
    let is_letter = number.len() == 1 && !rest.starts_with('.');
    let rest = rest.strip_prefix(if inner.len() < line.len() { &[')'][..] } else { &['.', ')'] })?;
    let follows = rest.starts_with(char::is_whitespace) && !rest.trim().is_empty();
    (!number.is_empty() && (is_number || is_letter) && follows).then(|| (number, rest.trim_start()))
}

/// The number and what follows it, if a line begins with a number alone: `1 Open the box`. Whether it is that of an item is for the
/// caller to know.
pub(super) fn numbered(line: &str) -> Option<(&str, &str)> {
    let (number, rest) = line.trim_start().split_once(' ')?;
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let begins = rest.trim_start().starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    (is_number && begins).then(|| (number, rest.trim_start()))
}

/// The depth of a numbered heading, from 1: `3 Title`, `3.2 Title`, `A.1 Title`, `Chapter 3: Title`. Whether it stands alone is
/// for the caller to know.
pub(super) fn numbered_heading(line: &str) -> Option<u8> {
    let (first, rest) = line.trim().split_once(char::is_whitespace)?;
    if !is_short(line) || !rest.chars().any(char::is_alphanumeric) {
        return None;
    }
    const NAMES: &[&str] =
        &["chapter", "part", "section", "lesson", "unit", "appendix", "kapitel", "teil", "chapitre"];
    if NAMES.contains(&first.to_lowercase().as_str()) {
        let number = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_roman = number.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'));
        let is_number = number.chars().all(|c| c.is_ascii_digit()) || number.len() == 1;
        return (!number.is_empty() && (is_number || is_roman)).then_some(1);
    }
    let number = first.strip_suffix('.').unwrap_or(first);
    let mut parts = number.split('.');
    let top = parts.next()?;
    let is_top = top.len() <= 2 && !top.is_empty() && top.bytes().all(|b| b.is_ascii_digit())
        || top.len() == 1 && number.len() > 1 && top.bytes().all(|b| b.is_ascii_uppercase());
    let below: Vec<_> = parts.collect();
    let are_numbers =
        below.iter().all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let begins = rest.trim_start().starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    (is_top && are_numbers && below.len() < 6 && begins).then(|| u8::try_from(below.len() + 1).unwrap_or(6))
}

/// Short, and not the end of a sentence.
pub(super) fn is_short(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() <= LONGEST_HEADING
        && line.split_whitespace().count() <= 14
        && !line.ends_with(['.', ',', ';', ':', '!'])
        && line.chars().any(char::is_alphabetic)
}

/// A short line in capitals.
pub(super) fn is_shouted(line: &str) -> bool {
    let letters = || line.chars().filter(|c| c.is_alphabetic());
    is_short(line)
        && letters().count() >= 4
        && letters().all(|c| !c.is_lowercase())
        && letters().any(char::is_uppercase)
}

/// A line of a table of contents: dots lead to a page number.
pub(super) fn leads_to_page(line: &str) -> bool {
    let without =
        line.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x'));
    let title = without.trim_end().trim_end_matches(['.', ' ', '…', '·']);
    let dots = without[title.len()..].chars().filter(|c| matches!(c, '.' | '·')).count();
    without.len() < line.trim_end().len() && (dots >= 4 || without[title.len()..].contains('…'))
}

/// Joins lines; a word that was divided at the end of one becomes whole.
pub(super) struct Lines {
    /// What the document writes, in lower case: tells `well-known` from `exam-ple`.
    words: HashSet<String>,
}

impl Lines {
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut words = HashSet::new();
        for line in lines {
            // The last word of a line may be half of one.
            let whole = line.trim_end().rsplit_once(char::is_whitespace).map_or("", |(whole, _)| whole);
            words.extend(
                whole
                    .split_whitespace()
                    .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
                    .filter(|word| !word.is_empty()),
            );
        }
        Self { words }
    }

    pub(super) fn join(&self, text: &mut String, next: &str) {
        let next = next.trim();
        if text.ends_with('\u{AD}') {
            text.pop();
        } else if let Some(divided) = self.divided(text, next) {
            text.truncate(divided);
        } else if !text.is_empty() && !stays_divided(text, next) && !is_without_spaces(text, next) {
            text.push(' ');
        }
        text.push_str(next);
    }

    /// Where `text` ends without its hyphen, when that hyphen only divides a word.
    fn divided(&self, text: &str, next: &str) -> Option<usize> {
        let without = text.strip_suffix(['-', '‐'])?;
        if !without.ends_with(char::is_alphabetic) || !next.starts_with(char::is_lowercase) {
            return None;
        }
        // No word is longer than this.
        let last = without.char_indices().rev().nth(60).map_or(without, |(at, _)| &without[at..]);
        let start = last.rsplit(|c: char| !c.is_alphabetic() && c != '-').next()?.to_lowercase();
        let end = next.split(|c: char| !c.is_alphabetic() && c != '-').next()?.to_lowercase();
        let is_compound =
            self.words.contains(&format!("{start}-{end}")) && !self.words.contains(&format!("{start}{end}"));
        (!is_compound).then_some(without.len())
    }
}

/// A hyphen that is part of the word stays, without a space after it.
fn stays_divided(text: &str, next: &str) -> bool {
    let is_hyphen = text.strip_suffix('-').is_some_and(|before| before.ends_with(char::is_alphanumeric));
    is_hyphen && next.starts_with(char::is_alphanumeric)
}

/// Chinese and Japanese have no spaces between words.
fn is_without_spaces(text: &str, next: &str) -> bool {
    let is_sign =
        |c| matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}');
    text.ends_with(is_sign) && next.starts_with(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_seen() {
        assert_eq!(bulleted("  • Water"), Some("Water"));
        assert_eq!(bulleted("- Water"), Some("Water"));
        assert_eq!(bulleted("-5 degrees"), None);
        assert_eq!(enumerated("12. Dig"), Some(("12", "Dig")));
        assert_eq!(enumerated("(b) Dig"), Some(("b", "Dig")));
        assert_eq!(enumerated("3.5 mm fell"), None);
        assert_eq!(enumerated("I. went"), None);
        assert_eq!(numbered("2 Close it."), Some(("2", "Close it.")));
        assert_eq!(numbered("2 boxes are full."), None);
    }

    #[test]
    fn headings_are_seen() {
        assert_eq!(numbered_heading("3 Soil"), Some(1));
        assert_eq!(numbered_heading("3.2. Soil and Water"), Some(2));
        assert_eq!(numbered_heading("A.1 Tables"), Some(2));
        assert_eq!(numbered_heading("Chapter IV: Roots"), Some(1));
        assert_eq!(numbered_heading("Part of it all"), None);
        assert_eq!(numbered_heading("3.5 mm of rain"), None);
        assert_eq!(numbered_heading("A Garden"), None);
        assert_eq!(numbered_heading("1. Open the box."), None);
        assert!(is_shouted("SOIL AND WATER") && !is_shouted("USA") && !is_shouted("Soil"));
        assert!(
            leads_to_page("Soil ........ 12")
                && leads_to_page("Soil…3")
                && !leads_to_page("It ended... 3 times")
        );
    }

    #[test]
    fn divided_words_become_whole() {
        let lines = Lines::of(["a well-known gardener x", "x"].into_iter());
        let joined = |first: &str, next: &str| {
            let mut text = first.to_owned();
            lines.join(&mut text, next);
            text
        };
        assert_eq!(joined("for exam-", "ple this"), "for example this");
        assert_eq!(joined("a well-", "known one"), "a well-known one");
        assert_eq!(joined("a soft\u{AD}", "ware"), "a software");
        assert_eq!(joined("Anglo-", "Saxon"), "Anglo-Saxon");
        assert_eq!(joined("one -", "two"), "one - two");
        assert_eq!(joined("one", "two"), "one two");
        assert_eq!(joined("雨が", "降る"), "雨が降る");
    }
}
